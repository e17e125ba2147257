"""Files that are kept compressed beside themselves, RFC 9110 sections 8.4 and 12.5.3."""

import gzip
import os
import unittest

from tests.http_client import Response
from tests.server_test_case import ServerTestCase

PLAIN = b"console.log('prong');\n" * 2000  # more than is sent with the head
GZIPPED = gzip.compress(PLAIN, mtime=0)


class PrecompressedTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("app.js", PLAIN)
        self.write("app.js.gz", GZIPPED)
        self.write("app.js.br", b"as brotli has it")
        self.write("app.js.zst", b"as zstandard has it")
        self.server = self.start()

    def ask(self, accepted: str | None, *fields: str, target: str = "/app.js",
            method: str = "GET") -> Response:
        accepts = () if accepted is None else (f"Accept-Encoding: {accepted}",)
        return self.get(self.server, target, method, fields=("Host: localhost", *accepts, *fields))

    def test_the_most_wanted_coding_is_sent(self):
        for accepted, coding, body in (
                (None, None, PLAIN), ("", None, PLAIN), ("identity", None, PLAIN),
                ("deflate", None, PLAIN), ("gzip", "gzip", GZIPPED), ("x-gzip", "gzip", GZIPPED),
                ("gzip, deflate, br, zstd", "br", b"as brotli has it"),
                ("br;q=0.5, zstd;q=0.9, gzip;q=0.1", "zstd", b"as zstandard has it"),
                ("br;q=0, *", "zstd", b"as zstandard has it"),
                ("gzip;q=0.5, identity;q=0.8", None, PLAIN), ("*;q=0", None, PLAIN)):
            with self.subTest(accepted):
                response = self.ask(accepted)
                self.assertEqual(response.status, 200)
                self.assertEqual(response.fields.get("content-encoding"), coding)
                self.assertEqual(response.body, body)
                self.assertEqual(response.fields["content-type"], "text/javascript; charset=utf-8")
                self.assertEqual(response.fields["vary"], "Accept-Encoding")

    def test_a_file_that_is_kept_in_no_coding_varies_too(self):
        """A coding may be added: a cache must not answer with what it has then."""
        self.write("plain.txt", b"plain")
        for accepted in (None, "gzip"):
            response = self.ask(accepted, target="/plain.txt")
            self.assertEqual(response.body, b"plain")
            self.assertEqual(response.fields["vary"], "Accept-Encoding")
            self.assertNotIn("content-encoding", response.fields)

    def test_each_coding_has_a_tag_and_is_not_taken_for_another(self):
        tags = {accepted: self.ask(accepted).fields["etag"]
                for accepted in ("identity", "gzip", "br", "zstd")}
        self.assertEqual(len(set(tags.values())), 4)
        for accepted in tags:
            for of, tag in tags.items():
                status = self.ask(accepted, f"If-None-Match: {tag}").status
                self.assertEqual(status, 304 if of == accepted else 200, (accepted, of))

    def test_not_modified_says_what_it_depends_on(self):
        tag = self.ask("gzip").fields["etag"]
        response = self.ask("gzip", f"If-None-Match: {tag}")
        self.assertEqual((response.status, response.fields["vary"], response.fields["etag"]),
                         (304, "Accept-Encoding", tag))

    def test_ranges_are_of_the_encoded_bytes(self):
        response = self.ask("gzip", "Range: bytes=5-9")
        self.assertEqual((response.status, response.body), (206, GZIPPED[5:10]))
        self.assertEqual(response.fields["content-encoding"], "gzip")
        self.assertEqual(response.fields["content-range"], f"bytes 5-9/{len(GZIPPED)}")
        self.assertEqual(self.ask("gzip", "Range: bytes=100000-").fields["content-range"],
                         f"bytes */{len(GZIPPED)}")
        other = self.ask("br").fields["etag"]
        self.assertEqual(self.ask("gzip", "Range: bytes=5-9", f"If-Range: {other}").status, 200)

    def test_head_has_the_fields_of_get(self):
        get, head = (self.ask("gzip", method=method).fields for method in ("GET", "HEAD"))
        self.assertEqual({**get, "date": ""}, {**head, "date": ""})

    def test_an_index_is_sent_in_a_coding_too(self):
        self.write("d/index.html", b"<p>index")
        self.write("d/index.html.gz", gzip.compress(b"<p>index"))
        response = self.ask("gzip", target="/d/")
        self.assertEqual(gzip.decompress(response.body), b"<p>index")
        self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")

    def test_the_compressed_file_by_its_own_name_is_in_no_coding(self):
        response = self.ask("gzip", target="/app.js.gz")
        self.assertEqual(response.body, GZIPPED)
        self.assertEqual(response.fields["content-type"], "application/gzip")
        self.assertNotIn("content-encoding", response.fields)

    def test_what_is_no_file_beside_it_is_passed_over(self):
        """A link out of the root, a FIFO, a directory: the file itself is sent."""
        secret = os.path.join(self.scratch, "secret")
        with open(secret, "wb") as file:
            file.write(b"outside")
        for name in ("link", "fifo", "directory", "hidden"):
            self.write(name, b"plain")
        os.symlink(secret, os.path.join(self.root, "link.gz"))
        os.mkfifo(os.path.join(self.root, "fifo.gz"))
        os.mkdir(os.path.join(self.root, "directory.gz"))
        for flags in ((), ("--follow_symlinks",)):
            self.server = self.start(*flags)
            for name in ("link", "fifo", "directory", "hidden"):
                with self.subTest(name, flags=flags):
                    response = self.ask("gzip", target=f"/{name}")
                    self.assertEqual((response.status, response.body), (200, b"plain"))

    def test_there_is_nothing_by_a_name_that_has_codings_only(self):
        self.write("only.gz", b"zipped")
        self.assertEqual(self.ask("gzip", target="/only").status, 404)

    def test_requests_for_several_codings_follow_each_other(self):
        with self.connect(self.server) as connection:
            for accepted, body in (("gzip", GZIPPED), ("identity", PLAIN), ("gzip", GZIPPED)):
                response = connection.get(
                    "/app.js", fields=("Host: localhost", f"Accept-Encoding: {accepted}"))
                self.assertEqual(response.body, body)


if __name__ == "__main__":
    unittest.main(buffer=True)
