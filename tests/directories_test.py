"""Targets that name a directory: its index, a redirect, or nothing to see."""

import os
import unittest
import urllib.parse

from tests.server_test_case import ServerTestCase


class DirectoriesTest(ServerTestCase):

    def test_the_index_is_served_for_a_directory(self):
        self.write("index.html", b"top")
        self.write("dir/index.html", b"below")
        server = self.start()
        for target, body in (("/", b"top"), ("/dir/", b"below"), ("/dir/?q", b"below"),
                             ("//", b"top"), ("/./", b"top"), ("/dir/..", b"top"),
                             ("/dir/.", b"below"), ("http://localhost", b"top")):
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertEqual((response.status, response.body), (200, body))
                self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")

    def test_a_directory_without_an_index_is_forbidden(self):
        os.mkdir(os.path.join(self.root, "dir"))
        server = self.start()
        for target in ("/", "/dir/"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).status, 403)

    def test_an_index_that_is_no_file_is_none(self):
        os.makedirs(os.path.join(self.root, "dir", "index.html"))
        os.mkfifo(os.path.join(self.root, "index.html"))
        server = self.start()
        for target in ("/", "/dir/"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).status, 403)

    def test_a_directory_without_its_slash_is_a_redirect(self):
        self.write("dir/below/index.html")
        server = self.start()
        for target, location in (("/dir", "/dir/"), ("/dir/below", "/dir/below/"),
                                 ("/dir?a=b&c", "/dir/?a=b&c"), ("/./dir", "/dir/"),
                                 ("http://other.example/dir", "/dir/")):
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertEqual(response.status, 308)
                self.assertEqual(response.fields["location"], location)

    def test_a_redirect_never_leaves_the_origin(self):
        """CVE-2021-28861: neither `//host` nor what a browser takes for it."""
        self.write("evil.example/dir/index.html")
        self.write("\\evil.example/index.html")
        server = self.start()
        for target in ("//evil.example", "//evil.example/dir", "///evil.example/dir",
                       "/%5cevil.example", "/.//evil.example", "/x/..//evil.example"):
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertEqual(response.status, 308)
                self.assertRegex(response.fields["location"], r"^/[^/\\]")

    def test_a_redirect_encodes_what_could_split_the_response(self):
        name = b"a\r\nSet-Cookie: x\t<script>\"\xff%41 ?#"
        self.write(name + b"/index.html", b"index")
        server = self.start()
        location = self.get(server, "/" + urllib.parse.quote(name)).fields["location"]
        self.assertEqual(urllib.parse.unquote_to_bytes(location), b"/" + name + b"/")
        self.assertRegex(location, r"^[A-Za-z0-9%:._~/-]+$")
        self.assertEqual(self.get(server, location).body, b"index")


if __name__ == "__main__":
    unittest.main(buffer=True)
