"""Parts of files, RFC 9110 section 14, and whether the client has them already, section 13."""

import email.message
import email.parser
import os
import unittest

from tests.http_client import Response
from tests.server_test_case import ServerTestCase

CONTENT = bytes(range(256)) * 100  # more than is sent with the head
GIB = 1 << 30


def parts_of(response: Response) -> list[email.message.Message]:
    """The parts of multipart/byteranges, as a reader of mail tells them apart."""
    message = email.parser.BytesParser().parsebytes(
        b"Content-Type: " + response.fields["content-type"].encode() + b"\r\n\r\n" + response.body)
    assert message.is_multipart() and not message.defects, message.defects
    return message.get_payload()


class PartsTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", CONTENT)
        self.write("small.txt", b"0123456789")
        self.server = self.start()

    def ask(self, target: str, *fields: str, method: str = "GET") -> Response:
        return self.get(self.server, target, method, fields=("Host: localhost", *fields))


class RangesTest(PartsTestCase):

    def test_a_range_is_sent_byte_for_byte(self):
        size = len(CONTENT)
        for spec, begin, end in (("0-0", 0, 1), ("10-19", 10, 20), ("100-", 100, size),
                                 ("-100", size - 100, size), (f"-{size + 1}", 0, size),
                                 (f"{size - 1}-{size + 9}", size - 1, size),
                                 ("0-18446744073709551615", 0, size),
                                 ("0-20000", 0, 20001)):
            with self.subTest(spec):
                response = self.ask("/file", f"Range: bytes={spec}")
                self.assertEqual(response.status, 206)
                self.assertEqual(response.body, CONTENT[begin:end])
                self.assertEqual(response.fields["content-range"],
                                 f"bytes {begin}-{end - 1}/{size}")
                self.assertEqual(response.fields["content-length"], str(end - begin))

    def test_several_ranges_are_sent_in_parts(self):
        for target, content, ranges in (("/small.txt", b"0123456789", ((0, 1), (3, 5), (9, 10))),
                                        ("/file", CONTENT, ((0, 100), (300, 20300)))):
            with self.subTest(target):
                specs = ",".join(f"{begin}-{end - 1}" for begin, end in ranges)
                response = self.ask(target, f"Range: bytes={specs}")
                self.assertEqual(response.status, 206)
                parts = parts_of(response)
                self.assertEqual(
                    [(part["Content-Range"], part.get_payload(decode=True)) for part in parts],
                    [(f"bytes {begin}-{end - 1}/{len(content)}", content[begin:end])
                     for begin, end in ranges])
                whole = self.ask(target)
                for part in parts:
                    self.assertEqual(part["Content-Type"], whole.fields["content-type"])

    def test_the_boundary_is_another_one_for_each_server(self):
        """So that whoever writes a file cannot have put it there."""
        ranges = "Range: bytes=0-0,2-2"
        one = self.ask("/file", ranges).fields["content-type"]
        self.assertEqual(self.ask("/file", ranges).fields["content-type"], one)
        self.server = self.start()
        self.assertNotEqual(self.ask("/file", ranges).fields["content-type"], one)

    def test_ranges_beyond_4_gib(self):
        self.write("huge", size=5 * GIB)
        with open(os.path.join(self.root, "huge"), "r+b") as file:
            file.seek(5 * GIB - 4)
            file.write(b"last")
        response = self.ask("/huge", "Range: bytes=-4")
        self.assertEqual((response.status, response.body), (206, b"last"))
        self.assertEqual(response.fields["content-range"],
                         f"bytes {5 * GIB - 4}-{5 * GIB - 1}/{5 * GIB}")
        begin = 5 * GIB - 20000  # by sendfile
        response = self.ask("/huge", f"Range: bytes={begin}-")
        self.assertEqual(response.body, bytes(20000 - 4) + b"last")

    def test_what_cannot_be_satisfied_is_416(self):
        self.write("empty")
        for target, spec in (("/file", f"{len(CONTENT)}-"), ("/file", "-0"), ("/empty", "0-")):
            with self.subTest(target=target, spec=spec):
                response = self.ask(target, f"Range: bytes={spec}")
                self.assertEqual(response.status, 416)
                size = os.stat(self.root + target).st_size
                self.assertEqual(response.fields["content-range"], f"bytes */{size}")

    def test_what_is_no_range_is_ignored(self):
        overlapping = "Range: bytes=" + ",".join(f"{i}-" for i in range(1300))  # CVE-2011-3192
        for fields in (("Range: bytes=5-4",), ("Range: pages=1-2",), ("Range: bytes=a",),
                       ("Range: bytes=0-1", "Range: bytes=2-3"), (overlapping,)):
            with self.subTest(fields):
                response = self.ask("/file", *fields)
                self.assertEqual((response.status, response.body), (200, CONTENT))

    def test_requests_for_parts_follow_each_other_on_a_connection(self):
        with self.connect(self.server) as connection:
            for begin in (0, 20000, 5):
                response = connection.get(
                    "/file", fields=("Host: localhost", f"Range: bytes={begin}-{begin + 9}"))
                self.assertEqual(response.body, CONTENT[begin:begin + 10])
                self.assertEqual(connection.get("/small.txt").body, b"0123456789")

    def test_a_file_that_shrank_is_not_continued(self):
        """A download goes on only where it is still the same file: If-Range."""
        for validator in ("etag", "last-modified"):
            with self.subTest(validator):
                path = self.write("growing", CONTENT)
                os.utime(path, (0, 0))  # long ago: a date is a strong validator after a minute
                first = self.ask("/growing", "Range: bytes=0-9")
                continued = ("Range: bytes=10-", f"If-Range: {first.fields[validator]}")
                self.assertEqual(self.ask("/growing", *continued).body, CONTENT[10:])
                self.write("growing", b"other")
                response = self.ask("/growing", *continued)
                self.assertEqual((response.status, response.body), (200, b"other"))


class ConditionalTest(PartsTestCase):

    def test_who_has_a_file_is_not_sent_it_again(self):
        first = self.ask("/file")
        for field in (f"If-None-Match: {first.fields['etag']}",
                      f"If-None-Match: \"x\", W/{first.fields['etag']}", "If-None-Match: *",
                      f"If-Modified-Since: {first.fields['last-modified']}"):
            for method in ("GET", "HEAD"):
                with self.subTest(field, method=method):
                    response = self.ask("/file", field, method=method)
                    self.assertEqual((response.status, response.body), (304, b""))
                    for name in ("etag", "last-modified"):
                        self.assertEqual(response.fields[name], first.fields[name])
                    self.assertNotIn("content-length", response.fields)

    def test_what_the_client_expects_otherwise_is_412(self):
        for field in ("If-Match: \"x\"", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:01 GMT"):
            with self.subTest(field):
                self.assertEqual(self.ask("/file", field).status, 412)

    def test_a_tag_is_of_one_content(self):
        """Also where the size stays the same and the clock shows the same second."""
        tags = set()
        for number in range(10):
            path = self.write("changing", b"%d" % number)
            os.utime(path, ns=(0, 10**18 + number))
            tags.add(self.ask("/changing").fields["etag"])
        os.rename(self.write("new", b"9"), path)
        os.utime(path, ns=(0, 10**18 + 9))
        tags.add(self.ask("/changing").fields["etag"])
        self.assertEqual(len(tags), 11)
        for tag in tags:
            self.assertRegex(tag, r'^"[!-~]+"$')
        self.assertEqual(self.ask("/changing").fields["etag"],
                         self.ask("/changing").fields["etag"])


if __name__ == "__main__":
    unittest.main(buffer=True)
