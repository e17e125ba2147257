"""What tests/seed/http_syscall.c does beside the calls of the document: the student's server is
simple, but serves nothing from outside of its directory."""

import os
import tempfile
import unittest

from tests.subject import Subject

BINARY = os.path.abspath("tests/seed/http_syscall")
SECRET = b"not to be served"


class HttpSyscallTest(unittest.TestCase):

    def setUp(self):
        scratch = self.enterContext(tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]))
        self.root = f"{scratch}/root"
        self.secret = f"{scratch}/secret"
        for directory in (self.root, f"{self.root}/directory"):
            os.mkdir(directory)
        with open(self.secret, "wb") as file:
            file.write(SECRET)
        self.server = self.enterContext(Subject((BINARY, "0"), scratch, cwd=self.root))
        self.assertTrue(self.server.listens(), self.server.lines())

    def get(self, target: str) -> bytes:
        return self.server.get(b"GET %b HTTP/1.0\r\n\r\n" % target.encode())

    def test_files_of_all_sizes_arrive_whole(self):
        # Around what its buffers hold with and without the head, and more than a socket holds.
        for size in (0, 1, 4076, 4077, 4078, 8173, 8174, 10_000_000):
            with self.subTest(size):
                content = os.urandom(size)
                with open(f"{self.root}/file", "wb") as file:
                    file.write(content)
                self.assertEqual(self.get("/file"), b"HTTP/1.0 200 OK\r\n\r\n" + content)

    def test_what_is_no_file_below_the_directory_is_not_found(self):
        for target in ("/missing", "/", "/directory", "/../secret", "/directory/../../secret",
                       "//etc/passwd", "/" + self.secret, "/..", "/../root/../secret"):
            with self.subTest(target):
                self.assertEqual(self.get(target), b"HTTP/1.0 404 Not Found\r\n\r\n")

    def test_what_is_no_request_is_refused(self):
        for request in (b"\r\n\r\n", b"POST / HTTP/1.0\r\n\r\n", b"GET /file\r\n\r\n",
                        b"GET HTTP/1.0\r\n\r\n", b" HTTP/1.0\r\n\r\n"):
            with self.subTest(request):
                self.assertEqual(self.server.get(request), b"HTTP/1.0 400 Bad Request\r\n\r\n")

    def test_a_request_that_does_not_fit_is_not_answered(self):
        self.assertEqual(self.server.get(b"GET /" + b"x" * 4090), b"")

    def test_it_goes_on_after_each(self):
        self.get("/missing")
        self.server.wait_for_no_child()
        self.assertIn(b"404", self.get("/missing"))


if __name__ == "__main__":
    unittest.main(buffer=True)
