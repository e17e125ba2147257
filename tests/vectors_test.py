"""Every request vector, sent to the real server: what is refused, and what is answered.

The parser's tests hold it to the vectors; this one holds the server to the parser: a
rejection ends the connection with its status, and a request gets the answer of its
method and its file.
"""

import contextlib
import glob
import os
import unittest

from tests import vectors
from tests.http_client import Connection
from tests.server_test_case import ServerTestCase

MAX_DISCARDED_BODY = 64 * 1024
MAX_FILE_PATH = 255  # NAME_MAX of limits.h(0): also of a path of one name


def is_served(path: bytes) -> bool:
    """Whether its names are served: no dotfile but the first .well-known, RFC 8615."""
    segments = path.split(b"/")
    return not any(segment.startswith(b".") and (index, segment) != (0, b".well-known")
                   for index, segment in enumerate(segments))


class VectorsTest(ServerTestCase):

    @classmethod
    def setUpClass(cls):
        cls.vectors = vectors.read_requests()
        cls.statuses = vectors.read_statuses()

    def setUp(self):
        super().setUp()
        self.write("index.html", b"index")
        self.server = self.start()

    def test_there_are_some_of_each_outcome(self):
        rejected = [vector for vector in self.vectors if vector.rejection]
        accepted = [vector for vector in self.vectors if vector.request]
        self.assertGreater(len(rejected), 300)
        self.assertGreater(len(accepted), 200)
        self.assertGreater(len(self.vectors) - len(rejected) - len(accepted), 10)

    def test_what_is_rejected_gets_its_status_and_the_end(self):
        for vector in self.vectors:
            if vector.rejection:
                with self.subTest(vector.name, place=vector.place):
                    answer = self.answer_to(self.server, vector.data)
                    self.assertEqual(answer.status, self.statuses[vector.rejection])

    def test_what_needs_more_gets_no_answer(self):
        for vector in self.vectors:
            if not vector.rejection and not vector.request:
                with self.subTest(vector.name, place=vector.place), \
                        Connection(self.server.address) as connection:
                    connection.send(vector.data)
                    connection.finish_sending()
                    self.assertEqual(connection.read_to_end(), b"")

    def test_what_is_accepted_is_answered_by_method_and_file(self):
        self.make_files()
        statuses = set()
        for vector in self.vectors:
            if vector.request:
                with self.subTest(vector.name, place=vector.place):
                    statuses.add(self.assert_answered(vector.data, vector.request))
        self.assertLessEqual({200, 204, 404, 405, 501}, statuses)

    def make_files(self) -> None:
        """An empty file for each path of a reasonable size that is not had by a directory."""
        for vector in self.vectors:
            path = vector.request.path if vector.request else b""
            if path and len(path) <= MAX_FILE_PATH:
                with contextlib.suppress(FileExistsError, IsADirectoryError, NotADirectoryError):
                    self.write(path)

    def assert_answered(self, data: bytes, request: vectors.Request) -> int:
        """Returns the status of the answer."""
        with Connection(self.server.address) as connection:
            connection.send(data + self.missing_body(request))
            answer = connection.read_response(request.method)
            self.assertEqual(answer.status, self.status_of(request))
            self.assertEqual(answer.closes, self.ends_with(request))
            if answer.closes:
                self.assertEqual(connection.read_to_end(), b"")
            return answer.status

    @staticmethod
    def missing_body(request: vectors.Request) -> bytes:
        """What the vector leaves out of a body that the server reads."""
        if request.chunked and not request.rest:
            return b"0\r\n\r\n"
        if request.content_length > MAX_DISCARDED_BODY:
            return b""
        return b"x" * (request.content_length - len(request.rest))

    @staticmethod
    def ends_with(request: vectors.Request) -> bool:
        """Whether the connection does not outlive the request."""
        has_body = request.chunked or request.content_length > 0
        return (not request.persistent or request.content_length > MAX_DISCARDED_BODY or
                (request.expects_continue and has_body))

    def status_of(self, request: vectors.Request) -> int:
        if request.method == "OPTIONS":
            return 204
        if request.method not in ("GET", "HEAD"):
            return 501 if request.method == "unknown" else 405
        return self.status_of_path(request.path, request.names_directory)

    def status_of_path(self, path: bytes, names_directory: bool) -> int:
        file = os.path.join(os.fsencode(self.root), path)
        if not is_served(path):
            return 404
        if names_directory:
            if os.path.exists(os.path.join(file, b"index.html")):
                return 200
            return 403 if os.path.isdir(file) else 404
        if os.path.isdir(file):
            return 308
        return 200 if os.path.exists(file) else 404


class ReaderTest(unittest.TestCase):

    def test_a_malformed_file_is_refused_as_in_cpp(self):
        """Each file's first line is what must be said; files of other kinds are for C++."""
        rejections = set(vectors.read_statuses())
        checked = 0
        for path in glob.glob("tests/vectors/malformed/*.txt"):
            with open(path, "rb") as file:
                content = file.read()
            name, expected = os.path.basename(path), content.split(b"\n")[0][2:].decode()
            if name.startswith(("range_", "date_", "tags_", "weight_")):
                continue
            with self.subTest(name), self.assertRaises(vectors.VectorError) as caught:
                vectors.parse_requests(name, content, rejections)
            self.assertEqual(str(caught.exception), f"{name}:{expected}")
            checked += 1
        self.assertGreaterEqual(checked, 20)

    def test_a_directory_without_vectors_is_refused(self):
        with self.assertRaisesRegex(vectors.VectorError, "^tests: no vectors there$"):
            vectors.read_requests("tests")

    def test_a_request_is_read_with_its_defaults(self):
        text = rb"""
name: x
clause: RFC 9112 section 3
request: "GET /" {"a"*3} "?b HTTP/1.1\r\n"
  "Host: h\r\n\r\n\x00"
accept: GET
path: "aaa"
query: "?b"
rest: "\x00"
"""
        (vector,) = vectors.parse_requests("f", text, set())
        self.assertEqual(vector.place, "f:2")
        self.assertEqual(vector.data, b"GET /aaa?b HTTP/1.1\r\nHost: h\r\n\r\n\0")
        self.assertEqual(vector.request, vectors.Request(
            method="GET", target="origin", authority=b"", path=b"aaa", names_directory=False,
            query=b"?b", version="1.1", fields=[(b"Host", b"h")], field_count=1, host=b"h",
            chunked=False, content_length=0, expects_continue=False, persistent=True, rest=b"\0"))


if __name__ == "__main__":
    unittest.main(buffer=True)
