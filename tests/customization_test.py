"""What the operator adds to responses: fields, pages for errors, a page for every route."""

import os
import unittest

from tests.http_client import Response
from tests.server import Server
from tests.server_test_case import ServerTestCase


class CustomizationTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file.txt", b"content")
        self.write("d/index.html", b"index")

    def ask(self, server: Server, target: str = "/file.txt", *fields: str,
            method: str = "GET") -> Response:
        return self.get(server, target, method, fields=("Host: localhost", *fields))


class CacheControlTest(CustomizationTestCase):

    def test_it_is_of_files_and_of_the_news_that_a_client_has_them(self):
        server = self.start("--cache_control=public, max-age=60")
        tag = self.ask(server).fields["etag"]
        for fields, status in (((), 200), (("Range: bytes=0-1",), 206),
                               ((f"If-None-Match: {tag}",), 304)):
            with self.subTest(fields):
                response = self.ask(server, "/file.txt", *fields)
                self.assertEqual((response.status, response.fields["cache-control"]),
                                 (status, "public, max-age=60"))

    def test_it_is_not_of_errors_and_redirects(self):
        server = self.start("--cache_control=max-age=60")
        for target, fields, status in (("/missing", (), 404), ("/d", (), 308),
                                       ("/file.txt", ("Range: bytes=99-",), 416),
                                       ("/file.txt", ("If-Match: \"x\"",), 412)):
            with self.subTest(target, fields=fields):
                response = self.ask(server, target, *fields)
                self.assertEqual(response.status, status)
                self.assertNotIn("cache-control", response.fields)

    def test_by_default_there_is_none(self):
        self.assertNotIn("cache-control", self.ask(self.start()).fields)


class CorsTest(CustomizationTestCase):

    def test_an_origin_may_read_whatever_is_sent(self):
        for origin in ("*", "https://app.example"):
            server = self.start(f"--cors_origin={origin}")
            for target in ("/file.txt", "/missing", "/d"):
                with self.subTest(origin=origin, target=target):
                    fields = self.ask(server, target, "Origin: https://app.example").fields
                    self.assertEqual(fields["access-control-allow-origin"], origin)
                    self.assertEqual(fields["access-control-expose-headers"],
                                     "Accept-Ranges, Content-Range, ETag")

    def test_a_browser_may_ask_beforehand(self):
        response = self.ask(self.start("--cors_origin=*"), "/file.txt", "Origin: https://a.example",
                            "Access-Control-Request-Method: GET",
                            "Access-Control-Request-Headers: range", method="OPTIONS")
        self.assertEqual(response.status, 204)
        self.assertEqual(response.fields["access-control-allow-methods"], "GET, HEAD, OPTIONS")
        self.assertEqual(response.fields["access-control-allow-headers"], "*")

    def test_the_origin_that_asks_is_never_repeated(self):
        response = self.ask(self.start("--cors_origin=https://app.example"), "/file.txt",
                            "Origin: https://evil.example")
        self.assertEqual(response.fields["access-control-allow-origin"], "https://app.example")

    def test_by_default_no_origin_may(self):
        fields = self.ask(self.start(), "/file.txt", "Origin: https://app.example").fields
        self.assertFalse([name for name in fields if name.startswith("access-control")])


class HeaderTest(CustomizationTestCase):

    def test_every_response_has_it(self):
        server = self.start("--header=X-Frame-Options: DENY", "--header=X-Two:2",
                            "--max_requests_per_connection=2")
        for target, method, status in (("/file.txt", "GET", 200), ("/missing", "HEAD", 404),
                                       ("/d", "GET", 308), ("/", "OPTIONS", 204),
                                       ("/", "POST", 405), ("/%00", "GET", 400)):
            with self.subTest(target, method=method):
                response = self.ask(server, target, method=method)
                self.assertEqual((response.status, response.fields["x-frame-options"],
                                  response.fields["x-two"]), (status, "DENY", "2"))

    def test_who_is_refused_a_connection_gets_it_too(self):
        server = self.start("--header=X-One: 1", "--max_connections=1")
        first = self.connect(server)
        first.get("/file.txt")
        response = self.connect(server).read_response()
        self.assertEqual((response.status, response.fields["x-one"]), (503, "1"))


class ErrorPagesTest(CustomizationTestCase):

    def start_with(self, pages: dict[str, bytes], *flags: str) -> Server:
        directory = os.path.join(self.scratch, "pages")
        os.makedirs(directory, exist_ok=True)
        for name, page in pages.items():
            with open(os.path.join(directory, name), "wb") as file:
                file.write(page)
        return self.start(f"--error_pages={directory}", *flags)

    def test_an_error_has_the_page_of_its_status(self):
        pages = {f"{status}.html": b"<p>%d" % status for status in (400, 403, 404, 405, 412, 416)}
        server = self.start_with(pages)
        os.symlink("file.txt", os.path.join(self.root, "link"))
        for target, fields, method, status in (
                ("/missing", (), "GET", 404), ("/link", (), "GET", 403), ("/%00", (), "GET", 400),
                ("/", (), "POST", 405), ("/file.txt", ("If-Match: \"x\"",), "GET", 412),
                ("/file.txt", ("Range: bytes=99-",), "GET", 416)):
            with self.subTest(target, method=method):
                response = self.ask(server, target, *fields, method=method)
                self.assertEqual((response.status, response.body), (status, b"<p>%d" % status))
                self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")

    def test_head_has_the_fields_of_get(self):
        server = self.start_with({"404.html": b"<p>lost"})
        get, head = (self.ask(server, "/missing", method=method).fields
                     for method in ("GET", "HEAD"))
        self.assertEqual({**get, "date": ""}, {**head, "date": ""})
        self.assertEqual(get["content-length"], "7")

    def test_the_others_have_the_servers_own(self):
        server = self.start_with({"404.html": b"<p>lost"})
        self.assertIn(b"<h1>405 Method Not Allowed</h1>",
                      self.ask(server, "/", method="POST").body)

    def test_who_is_refused_a_connection_gets_it_too(self):
        server = self.start_with({"503.html": b"<p>busy"}, "--max_connections=1")
        self.connect(server).get("/file.txt")
        response = self.connect(server).read_response()
        self.assertEqual((response.status, response.body), (503, b"<p>busy"))

    def test_they_are_read_at_the_start_and_are_no_part_of_the_root(self):
        server = self.start_with({"404.html": b"<p>lost"})
        with open(os.path.join(self.scratch, "pages", "404.html"), "wb") as file:
            file.write(b"<p>changed")
        self.assertEqual(self.ask(server, "/missing").body, b"<p>lost")
        self.assertEqual(self.ask(server, "/404.html").status, 404)


class SpaFallbackTest(CustomizationTestCase):

    def setUp(self):
        super().setUp()
        self.write("index.html", b"<p>app")
        self.write("assets/app.js", b"//")

    def test_a_route_is_the_index(self):
        server = self.start("--spa_fallback")
        for target in ("/", "/users", "/users/7", "/users/7/", "/v1.2/users", "/users?id=7"):
            with self.subTest(target):
                response = self.ask(server, target)
                self.assertEqual((response.status, response.body), (200, b"<p>app"))
                self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")

    def test_what_is_there_stays_what_it_is(self):
        server = self.start("--spa_fallback")
        self.assertEqual(self.ask(server, "/file.txt").body, b"content")
        self.assertEqual(self.ask(server, "/assets/app.js").body, b"//")
        self.assertEqual(self.ask(server, "/d").status, 308)
        self.assertEqual(self.ask(server, "/assets/").status, 403)

    def test_a_file_that_is_missing_and_what_is_hidden_is_not_found(self):
        self.write(".git/config", b"hidden")
        server = self.start("--spa_fallback")
        for target in ("/assets/gone.js", "/favicon.ico", "/.git/config", "/.git/"):
            with self.subTest(target):
                self.assertEqual(self.ask(server, target).status, 404)

    def test_what_is_no_route_is_refused_as_ever(self):
        server = self.start("--spa_fallback")
        self.assertEqual(self.ask(server, "/../users").status, 400)
        self.assertEqual(self.ask(server, "/users", method="POST").status, 405)

    def test_by_default_a_route_is_not_found(self):
        self.assertEqual(self.ask(self.start(), "/users").status, 404)


if __name__ == "__main__":
    unittest.main(buffer=True)
