"""The C interface of the parser: clients in C and Python see what every vector says."""

import os
import re
import subprocess
import unittest

from tests import deadline, server, vectors
from tests.c_api_client import Parser

LIBRARY = os.path.abspath("parser/libprong_parser.so")
CLIENT = os.path.abspath("tests/c_api_client")

# In the order of the enumerations of parser/c_api.h.
METHODS = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
           "unknown")
TARGETS = ("origin", "absolute", "authority", "asterisk")


def spell_expected(vector: vectors.RequestVector, statuses: dict[int, int]) -> str:
    """What a client must say of `vector`; without the fields, if the vector has only their number."""
    if vector.rejection:
        return f"reject {vector.rejection} status {statuses[vector.rejection]}"
    if not vector.request:
        return "more"
    request = vector.request
    line = vector.data.removeprefix(b"\r\n").partition(b"\r\n")[0]
    fields = "".join(f" name={name.hex()} value={value.hex()}"
                     for name, value in request.fields or ())
    return (f"request size={len(vector.data) - len(request.rest)}"
            f" method={METHODS.index(request.method)} target={TARGETS.index(request.target)}"
            f" line={line.hex()} authority={request.authority.hex()} path={request.path.hex()}"
            f" query={request.query.hex()} host={request.host.hex()}"
            f" directory={request.names_directory:d} minor={request.version[-1]}"
            f" chunked={request.chunked:d} length={request.content_length}"
            f" continue={request.expects_continue:d} persistent={request.persistent:d}"
            f" fields={request.field_count}{fields}")


class ClientsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.vectors = vectors.read_requests()
        cls.statuses = vectors.read_statuses()

    def assert_spelled(self, vector: vectors.RequestVector, actual: str) -> None:
        with self.subTest(vector.name, place=vector.place):
            if vector.request and vector.request.fields is None:
                actual = actual.partition(" name=")[0]
            self.assertEqual(actual, spell_expected(vector, self.statuses))

    @unittest.skipIf(server.is_sanitized(), "a sanitizer's runtime cannot be loaded by Python")
    def test_python_sees_what_every_vector_says(self):
        with Parser(LIBRARY) as parser:
            for vector in self.vectors:
                self.assert_spelled(vector, parser.spell_outcome(vector.data))

    def test_c_sees_what_every_vector_says(self):
        data = b"".join(b"%d\n%b" % (len(vector.data), vector.data) for vector in self.vectors)
        done = subprocess.run([CLIENT], input=data, capture_output=True, timeout=deadline.SECONDS,
                              check=True)
        lines = done.stdout.decode("ascii").splitlines()
        self.assertEqual(len(lines), len(self.vectors))
        for vector, line in zip(self.vectors, lines):
            self.assert_spelled(vector, line)

    def test_a_client_that_is_wrong_is_noticed(self):
        vector = next(vector for vector in self.vectors if vector.request)
        with self.assertRaises(AssertionError):
            self.assertEqual("request size=0", spell_expected(vector, self.statuses))


@unittest.skipIf(server.is_sanitized(), "a sanitizer's runtime cannot be loaded by Python")
class LibraryTest(unittest.TestCase):

    def test_rejections_are_described_as_in_the_table(self):
        with open("docs/refusals.md", encoding="utf-8") as file:
            rows = re.findall(r"^\| (\d+) \| (\d+) \| (.+) \| \[(.+)\]", file.read(), re.MULTILINE)
        self.assertGreater(len(rows), 30)
        with Parser(LIBRARY) as parser:
            for number, status, sentence, reference in rows:
                self.assertEqual(parser.describe(int(number)),
                                 (int(status), sentence.encode(), reference.encode()))

    def test_a_number_that_is_none_is_not_described(self):
        with Parser(LIBRARY) as parser:
            for number in (-1, 0, 1, 9, 100, 256 + 10):
                self.assertEqual(parser.describe(number), (0, None, None))

    def test_only_the_c_interface_is_exported(self):
        done = subprocess.run(["/usr/bin/nm", "-D", "--defined-only", "--without-symbol-versions",
                               LIBRARY], capture_output=True, text=True, check=True)
        symbols = {line.split()[2] for line in done.stdout.splitlines()} - {"PRONG_1"}
        with open("parser/c_api.h", encoding="utf-8") as file:
            declared = set(re.findall(r"\b(prong_\w+)\(", file.read()))
        self.assertEqual(symbols, declared)
        self.assertEqual(len(declared), 8)


if __name__ == "__main__":
    unittest.main(buffer=True)
