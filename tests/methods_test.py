"""Methods, versions and the form of every answer, RFC 9110 sections 9 and 15."""

import unittest

from tests.http_client import request
from tests.server_test_case import ServerTestCase

ALLOW = "GET, HEAD, OPTIONS"

# What RFC 9110 section 15 and RFC 6585 call the statuses.
REASONS = {200: "OK", 204: "No Content", 308: "Permanent Redirect", 400: "Bad Request",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           414: "URI Too Long", 417: "Expectation Failed", 421: "Misdirected Request",
           431: "Request Header Fields Too Large", 501: "Not Implemented",
           505: "HTTP Version Not Supported"}


class MethodsTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.server = self.start()

    def test_a_known_method_that_is_not_allowed_is_405_and_says_what_is(self):
        for method, target in (("POST", "/file"), ("PUT", "/new"), ("DELETE", "/file"),
                               ("PATCH", "/file"), ("TRACE", "/file"),
                               ("CONNECT", "localhost:80")):
            with self.subTest(method=method):
                response = self.get(self.server, target, method)
                self.assertEqual((response.status, response.fields["allow"]), (405, ALLOW))
        self.assertEqual(self.get(self.server, "/file").body, b"content")
        self.assertEqual(self.get(self.server, "/new").status, 404)

    def test_trace_reflects_nothing(self):
        response = self.get(self.server, "/file", "TRACE",
                            fields=("Host: a", "Cookie: canary", "X-Canary: canary"))
        self.assertNotIn(b"canary", response.body.lower())

    def test_an_unknown_method_is_501(self):
        """RFC 9110 section 9.1; methods are case-sensitive."""
        for method in ("get", "Get", "GETS", "PROPFIND", "X", "A-Z!#$%&'*+.^_`|~09"):
            with self.subTest(method=method):
                self.assertEqual(self.get(self.server, "/file", method).status, 501)

    def test_options_says_what_is_allowed(self):
        for target in ("*", "/", "/file", "/missing"):
            with self.subTest(target=target):
                response = self.get(self.server, target, "OPTIONS")
                self.assertEqual((response.status, response.fields["allow"]), (204, ALLOW))

    def test_the_connection_goes_on_after_each_of_these(self):
        connection = self.connect(self.server)
        for method, status in (("POST", 405), ("PROPFIND", 501), ("OPTIONS", 204), ("GET", 200)):
            with self.subTest(method=method):
                self.assertEqual(connection.get("/file", method).status, status)


class VersionsTest(ServerTestCase):

    def test_versions_of_other_majors_are_505(self):
        server = self.start()
        for version in ("HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.9"):
            with self.subTest(version=version):
                head = request("/", version=version)
                self.assertEqual(self.answer_to(server, head).status, 505)

    def test_later_minor_versions_are_served_as_the_latest(self):
        """RFC 9110 section 2.5; in every response the version is the server's own."""
        self.write("file", b"content")
        response = self.get(self.start(), "/file", version="HTTP/1.9")
        self.assertEqual(response.body, b"content")

    def test_the_preface_of_http_2_is_refused(self):
        answer = self.answer_to(self.start(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.assertIn(answer.status, (400, 505))


class AnswersTest(ServerTestCase):
    """Design 4.4: error bodies are short, HTML, and reflect no byte of the client's."""

    def test_each_status_has_its_reason_and_an_error_a_short_page(self):
        self.write("dir/file")
        self.write("file")
        server = self.start()
        marker = "xyzzy"
        for status, head in {
                200: request("/file"), 204: request("*", "OPTIONS"), 308: request("/dir"),
                400: request(f"/%00{marker}"), 403: request("/dir/"), 404: request(f"/{marker}"),
                405: request(f"/{marker}", "POST"), 414: request(f"/{marker}" * 2000),
                417: request(f"/{marker}", fields=("Host: a", f"Expect: {marker}")),
                421: request(f"https://{marker}/"),
                431: request(fields=(f"{marker}: {marker}",) * 101),
                501: request(f"/{marker}", marker), 505: request(f"/{marker}", version="HTTP/2.0"),
        }.items():
            with self.subTest(status=status), self.connect(server) as connection:
                connection.send(head)
                response = connection.read_response()
                self.assertEqual((response.status, response.reason), (status, REASONS[status]))
                if status >= 300:
                    self.assert_is_short_page(response, marker)

    def assert_is_short_page(self, response, marker: str) -> None:
        self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")
        self.assertEqual(response.fields["x-content-type-options"], "nosniff")
        self.assertTrue(response.body.startswith(b"<!DOCTYPE html>"), response.body)
        self.assertIn(b"%d %b" % (response.status, response.reason.encode()), response.body)
        self.assertLess(len(response.body), 1000)
        for value in (response.body.decode(), *response.fields.values()):
            self.assertNotIn(marker, value)

    def test_no_answer_splits_in_two(self):
        server = self.start()
        for target in ("/%0d%0aSet-Cookie:x=y", "/dir%0d%0a%0d%0a<script>alert(1)</script>",
                       "/<script>", "/%3cscript%3e", "/\u00e9".encode()):
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertIn(response.status, (400, 404))
                self.assertNotIn("set-cookie", response.fields)
                self.assertNotIn(b"script", response.body)


if __name__ == "__main__":
    unittest.main(buffer=True)
