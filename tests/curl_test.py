"""curl as the client: one that prong's authors did not write."""

import gzip
import hashlib
import json
import os
import subprocess
import unittest

from tests import deadline
from tests.server import Server
from tests.server_test_case import ServerTestCase

CURL = ("/usr/bin/curl", "--silent", "--show-error", "--noproxy", "*", "--max-time",
        str(int(deadline.SECONDS)))


def curl(*arguments: str) -> str:
    """What curl prints; its exit status must be 0."""
    done = subprocess.run([*CURL, *arguments], capture_output=True, check=False,
                          timeout=2 * deadline.SECONDS)
    assert done.returncode == 0, done
    return done.stdout.decode("utf-8")


class CurlTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file.txt", b"content\n")
        self.server = self.start()

    def status(self, server: Server, path: str, *arguments: str) -> str:
        return curl("--output", "/dev/null", "--write-out", "%{http_code}", *arguments,
                    server.url(path))

    def test_a_file_with_its_head(self):
        head, _, body = curl("--include", self.server.url("/file.txt")).partition("\r\n\r\n")
        self.assertEqual(head.splitlines()[0], "HTTP/1.1 200 OK")
        self.assertIn("Content-Length: 8", head.splitlines())
        self.assertEqual(body, "content\n")

    def test_the_head_alone(self):
        head = curl("--head", self.server.url("/file.txt"))
        self.assertTrue(head.endswith("\r\n\r\n"), head)
        self.assertIn("Content-Length: 8", head.splitlines())

    def test_http_1_0(self):
        output = curl("--http1.0", "--include", self.server.url("/file.txt"))
        self.assertIn("Connection: close\r\n", output)
        self.assertTrue(output.endswith("\r\n\r\ncontent\n"), output)

    def test_two_urls_go_over_one_connection(self):
        url = self.server.url("/file.txt")
        written = curl("--write-out", "%{num_connects} ", url, url)
        self.assertEqual(written, "content\n1 content\n0 ")

    def test_a_redirect_is_followed(self):
        self.write("dir/index.html", b"index")
        self.assertEqual(curl("--location", self.server.url("/dir")), "index")

    def test_what_is_kept_compressed_is_unpacked(self):
        self.write("file.txt.gz", gzip.compress(b"content\n"))
        head, _, body = curl("--include", "--compressed",
                             self.server.url("/file.txt")).partition("\r\n\r\n")
        self.assertIn("Content-Encoding: gzip", head.splitlines())
        self.assertEqual(body, "content\n")

    def test_a_listing_arrives_whole_in_chunks_and_without(self):
        for i in range(1000):
            self.write(f"dir/entry {i}")
        server = self.start("--directory_listing")
        for version in ("--http1.1", "--http1.0"):
            with self.subTest(version):
                listing = curl(version, "--header", "Accept: application/json", server.url("/dir/"))
                self.assertEqual({entry["name"] for entry in json.loads(listing)},
                                 {f"entry {i}" for i in range(1000)})

    def test_a_climbing_path_is_refused(self):
        self.write("../secret", b"a canary that no response may have")
        for path in ("/../secret", "/%2e%2e/secret", "/..%2fsecret"):
            with self.subTest(path=path):
                output = curl("--path-as-is", "--include", self.server.url(path))
                self.assertTrue(output.startswith("HTTP/1.1 400 "), output)
                self.assertNotIn("canary", output)

    def test_a_large_file_arrives_byte_for_byte(self):
        content = os.urandom(8 << 20)
        self.write("large", content)
        copy = os.path.join(self.scratch, "copy")
        curl("--output", copy, self.server.url("/large"))
        with open(copy, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(),
                             hashlib.sha256(content).digest())

    def test_a_download_is_resumed(self):
        content = os.urandom(1 << 20)
        self.write("large", content)
        copy = os.path.join(self.scratch, "copy")
        with open(copy, "wb") as file:
            file.write(content[:300_000])
        curl("--continue-at", "-", "--output", copy, self.server.url("/large"))
        with open(copy, "rb") as file:
            self.assertTrue(file.read() == content)

    def test_a_range(self):
        self.assertEqual(curl("--range", "1-3", self.server.url("/file.txt")), "ont")
        parts = curl("--range", "0-0,2-2", self.server.url("/file.txt"))
        self.assertEqual(parts.count("Content-Range: bytes "), 2)

    def test_what_is_not_newer_is_not_sent(self):
        copy = os.path.join(self.scratch, "copy")
        file = os.path.join(self.root, "file.txt")
        os.utime(file, (10**9, 10**9))
        curl("--remote-time", "--output", copy, self.server.url("/file.txt"))
        self.assertEqual(self.status(self.server, "/file.txt", "--time-cond", copy), "304")
        os.utime(file, (10**9 + 1, 10**9 + 1))
        self.assertEqual(self.status(self.server, "/file.txt", "--time-cond", copy), "200")

    def test_what_has_the_same_tag_is_not_sent(self):
        tag = os.path.join(self.scratch, "tag")
        curl("--etag-save", tag, self.server.url("/file.txt"))
        self.assertEqual(self.status(self.server, "/file.txt", "--etag-compare", tag), "304")

    def test_a_post_is_refused_whatever_its_size(self):
        """For more than 1 MiB curl asks for 100 (Continue)."""
        for size in (0, 10, 1000, 2 << 20):
            with self.subTest(size=size):
                upload = os.fsdecode(self.write("../upload", b"x" * size))
                status = self.status(self.server, "/file.txt", "--data-binary", f"@{upload}")
                self.assertEqual(status, "405")

    def test_an_upload_without_a_length_is_refused(self):
        upload = os.fsdecode(self.write("../upload", b"x" * 1000))
        status = self.status(self.server, "/file.txt", "--upload-file", upload,
                             "--header", "Transfer-Encoding: chunked")
        self.assertEqual(status, "405")

    def test_over_ipv6(self):
        server = self.start("--bind_address=::1")
        self.assertEqual(curl("--globoff", server.url("/file.txt")), "content\n")


if __name__ == "__main__":
    unittest.main(buffer=True)
