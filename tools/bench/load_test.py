#!/usr/bin/env python3
"""How wrk is called, and what it says."""

import unittest

from tools.bench import load
from tools.bench.load import Load

OUTPUT = """Running 1s test @ http://127.0.0.1:40000/1024.txt
  1 threads and 16 connections
  16142 requests in 1.00s, 19.10MB read
Requests/sec:  16142.30
{"responses":16142,"bytes":20027801,"duration":2000000,"median":534,"p99":6606,"errors":3}
"""


class LoadTest(unittest.TestCase):

    def test_its_name(self):
        self.assertEqual(Load(16, 1024, True).describe(),
                         "persistent connections, 1 KiB, 16 clients")
        self.assertEqual(Load(1, 0, False).describe(), "a connection per request, 0 B, 1 client")

    def test_sizes_are_read_and_written(self):
        for text, size, name in (
                ("0", 0, "0 B"), ("1000", 1000, "1000 B"), ("1KiB", 1024, "1 KiB"),
                ("100KiB", 100 << 10, "100 KiB"), ("10MiB", 10 << 20, "10 MiB"),
                ("1GiB", 1 << 30, "1 GiB")):
            with self.subTest(text):
                self.assertEqual(load.parse_size(text), size)
                self.assertEqual(load.size_name(size), name)

    def test_what_is_no_size(self):
        for text in ("", "1KB", "KiB", "1.5MiB"):
            with self.subTest(text), self.assertRaises(ValueError):
                load.parse_size(text)


class CommandTest(unittest.TestCase):

    def test_a_connection_per_request_is_asked_for_by_the_clients(self):
        self.assertIn("Connection: close", load.command("http://a/", Load(1, 0, False), 1))
        self.assertNotIn("Connection: close", load.command("http://a/", Load(1, 0, True), 1))


class ParseTest(unittest.TestCase):

    def test_small_responses_are_counted(self):
        self.assertEqual(load.parse(OUTPUT, 1024),
                         load.Run(rate=8071, responses=16142, median=534, p99=6606, errors=3))

    def test_of_large_ones_a_part_counts_as_a_part(self):
        run = load.parse(OUTPUT, 40055602)
        self.assertEqual((run.responses, run.rate), (0.5, 0.25))

    def test_what_is_no_report(self):
        with self.assertRaises(ValueError):
            load.parse("unable to connect\n", 1024)


if __name__ == "__main__":
    unittest.main()
