"""Heads that are refused, design 4.4: each with its status and the connection's end."""

import unittest

from tests.http_client import request
from tests.server_test_case import ServerTestCase

MAX_REQUEST_LINE = 8192
MAX_FIELD_SECTION = 32768
MAX_FIELDS = 100


def head(*lines: bytes) -> bytes:
    """A head with Host first among its fields; `lines` follow it."""
    return b"".join(line + b"\r\n" for line in (b"GET /file HTTP/1.1", b"Host: a", *lines, b""))


# RFC 9112 section 2.2 and 5, and section 11 on the attacks. All are 400.
MALFORMED = {
    "bare LF ends the request line": b"GET /file HTTP/1.1\nHost: a\r\n\r\n",
    "bare LF ends a field": b"GET /file HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
    "bare LF ends the section": b"GET /file HTTP/1.1\r\nHost: a\r\n\n",
    "bare LF everywhere": b"GET /file HTTP/1.1\nHost: a\n\n",
    "bare CR in the request line": b"GET /file\rHTTP/1.1\r\nHost: a\r\n\r\n",
    "bare CR in a value": head(b"X: a\rb"),
    "bare CR in a name": head(b"Content\r-Length: 5"),
    "CR CR LF": head(b"X: a\r"),
    "two empty lines first": b"\r\n\r\n" + head(),
    "NUL in the request line": b"GET /fi\0le HTTP/1.1\r\nHost: a\r\n\r\n",
    "NUL in a value": head(b"X: a\0b"),
    "NUL in a name": head(b"X\0: a"),
    "BEL in a value": head(b"X: \a"),
    "DEL in a value": head(b"X: \x7f"),
    "ESC in a target": b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n",
    "obs-fold": head(b"X: a", b" b"),
    "obs-fold with a tab": head(b"X: a", b"\tb"),
    "folded first field": b"GET /file HTTP/1.1\r\n Host: a\r\n\r\n",
    "folded Transfer-Encoding": head(b"Transfer-Encoding:", b" chunked"),
    "space before the colon": head(b"X : a"),
    "tab before the colon": head(b"X\t: a"),
    "space before the colon of Host": b"GET /file HTTP/1.1\r\nHost : a\r\n\r\n",
    "empty name": head(b": a"),
    "name with a space": head(b"X Y: a"),
    "name that is no token": head(b"X(Y): a"),
    "name beyond ASCII": head(b"X\xe9: a"),
    "field without a colon": head(b"X"),
    "length without a colon": head(b"Content-Length 10"),
    "no Host": b"GET /file HTTP/1.1\r\n\r\n",
    "two Hosts": head(b"Host: a"),
    "two different Hosts": head(b"HOST: b"),
    "two Hosts in HTTP/1.0": b"GET /file HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
    "no version": b"GET /file\r\nHost: a\r\n\r\n",
    "HTTP/0.9": b"GET /file\r\n",
    "two spaces": b"GET  /file HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces before the version": b"GET /file  HTTP/1.1\r\nHost: a\r\n\r\n",
    "space at the end": b"GET /file HTTP/1.1 \r\nHost: a\r\n\r\n",
    "space at the start": b" GET /file HTTP/1.1\r\nHost: a\r\n\r\n",
    "tab for a space": b"GET\t/file HTTP/1.1\r\nHost: a\r\n\r\n",
    "form feed for a space": b"GET\x0c/file HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in the target": b"GET /fi le HTTP/1.1\r\nHost: a\r\n\r\n",
    "version 1.10": b"GET /file HTTP/1.10\r\nHost: a\r\n\r\n",
    "huge version": b"GET /file HTTP/4294967295.255\r\nHost: a\r\n\r\n",
    "version 1": b"GET /file HTTP/1\r\nHost: a\r\n\r\n",
    "lower-case http": b"GET /file http/1.1\r\nHost: a\r\n\r\n",
    "CRs in the version": b"GET /file HTTP/\r\r1.1\r\nHost: a\r\n\r\n",
    "method that is no token": b"G{T /file HTTP/1.1\r\nHost: a\r\n\r\n",
    "no method": b"/file HTTP/1.1\r\nHost: a\r\n\r\n",
    "asterisk of GET": b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "fragment": b"GET /file#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "stray percent": b"GET /file% HTTP/1.1\r\nHost: a\r\n\r\n",
    "half a triplet": b"GET /file%4 HTTP/1.1\r\nHost: a\r\n\r\n",
    "triplet that is none": b"GET /file%4g HTTP/1.1\r\nHost: a\r\n\r\n",
    "byte beyond ASCII in the target": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT without a port's host": b"CONNECT /file HTTP/1.1\r\nHost: a\r\n\r\n",
    "user in the authority": b"GET http://user@a/file HTTP/1.1\r\nHost: a\r\n\r\n",
}

# Content of the one Host field; RFC 9112 section 3.2: 400.
INVALID_HOSTS = (b"a b", b"a/b", b"user@a", b"a:80:80", b"a:port", b"a:65536", b"[::1",
                 b"::1", b"[::g]", b"[127.0.0.1]", b"a\\b", b"a?b", b"a#b", b"<a>", b"a\xff",
                 b"a%zz", b"")
VALID_HOSTS = (b"a", b"a:80", b"a:", b"127.0.0.1:8080", b"[::1]", b"[::1]:80", b"A-b.c_d", b"a%41")


class MalformedHeadsTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.server = self.start()

    def test_the_head_that_the_others_differ_from_is_good(self):
        self.assertEqual(self.answer_to(self.server, head(b"Connection: close")).status, 200)

    def test_a_malformed_head_is_400_and_ends_the_connection(self):
        for name, data in MALFORMED.items():
            with self.subTest(name):
                self.assertEqual(self.answer_to(self.server, data).status, 400)

    def test_nothing_behind_a_malformed_head_is_answered(self):
        """What follows might be anything: `answer_to` reads one response and the end."""
        for name, data in MALFORMED.items():
            with self.subTest(name):
                self.assertEqual(self.answer_to(self.server, data + head() * 3).status, 400)

    def test_a_malformed_head_is_refused_after_a_good_one(self):
        for name in ("bare LF everywhere", "space before the colon", "two Hosts", "no version"):
            with self.subTest(name), self.connect(self.server) as connection:
                connection.send(head() + MALFORMED[name])
                statuses = [connection.read_response().status for _ in range(2)]
                self.assertEqual(statuses, [200, 400])
                self.assertEqual(connection.read_to_end(), b"")

    def test_an_invalid_host_is_400(self):
        for host in INVALID_HOSTS:
            with self.subTest(host=host):
                data = b"GET /file HTTP/1.1\r\nHost: %b\r\n\r\n" % host
                self.assertEqual(self.answer_to(self.server, data).status, 400)

    def test_a_valid_host_is_served(self):
        for host in VALID_HOSTS:
            with self.subTest(host=host):
                data = b"GET /file HTTP/1.1\r\nConnection: close\r\nHost:%b\r\n\r\n" % host
                self.assertEqual(self.answer_to(self.server, data).status, 200)

    def test_http_1_0_needs_no_host(self):
        self.assertEqual(self.answer_to(self.server, b"GET /file HTTP/1.0\r\n\r\n").status, 200)


class LimitsTest(ServerTestCase):
    """The numbers of parser/limits.h, each at the limit and one beyond it."""

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.server = self.start()

    def request_line_of(self, size: int) -> bytes:
        target = "/file?" + "q" * (size - len("GET /file? HTTP/1.1"))
        return request(target, fields=("Host: a", "Connection: close"))

    def fields_of(self, size: int) -> bytes:
        """A head with `size` bytes of fields, the empty line included."""
        fields = b"Host: a\r\nConnection: close\r\nX: "
        padding = b"x" * (size - len(fields) - len(b"\r\n\r\n"))
        return b"GET /file HTTP/1.1\r\n" + fields + padding + b"\r\n\r\n"

    def test_a_request_line_beyond_the_limit_is_414(self):
        for size, status in ((MAX_REQUEST_LINE, 200), (MAX_REQUEST_LINE + 1, 414), (100_000, 414)):
            with self.subTest(size=size):
                answer = self.answer_to(self.server, self.request_line_of(size))
                self.assertEqual(answer.status, status)

    def test_a_header_section_beyond_the_limit_is_431(self):
        for size, status in ((MAX_FIELD_SECTION, 200), (MAX_FIELD_SECTION + 1, 431),
                             (200_000, 431)):
            with self.subTest(size=size):
                answer = self.answer_to(self.server, self.fields_of(size))
                self.assertEqual(answer.status, status)

    def test_more_fields_than_the_limit_are_431(self):
        for count, status in ((MAX_FIELDS, 200), (MAX_FIELDS + 1, 431), (2000, 431)):
            with self.subTest(count=count):
                data = head(b"Connection: close", *[b"X:"] * (count - 2))
                self.assertEqual(self.answer_to(self.server, data).status, status)

    def test_every_limit_is_reached_at_once(self):
        """The largest head there is, and on a connection that was used before."""
        line = self.request_line_of(MAX_REQUEST_LINE).partition(b"\r\n")[0]
        fields = self.fields_of(MAX_FIELD_SECTION).partition(b"\r\n")[2]
        connection = self.connect(self.server)
        connection.send(request("/file") + b"\r\n" + line + b"\r\n" + fields)
        self.assertEqual(connection.read_response().status, 200)
        self.assertEqual(connection.read_response().status, 200)


if __name__ == "__main__":
    unittest.main(buffer=True)
