#!/usr/bin/env python3
"""A soak of seconds, and that a soak sees what it looks for."""

import os
import tempfile
import unittest
from collections import Counter

from tools import soak_run

COUNTERS = {"accepted": 10, "active": 0, "peak": 4, "refused_max_connections": 2,
            "refused_max_connections_per_client": 1, "refused_fork": 0, "crashed": 1, "reaped": 7}
CRASH = ["prong: child 7 serving 127.0.0.2 was killed by SIGKILL after 1s"]
CLEAN = soak_run.Result(
    seconds=1, seed=1, outcomes=Counter({"one_request: 200": 6, "one_request: cut": 4}),
    refusals={10: 1}, counters=COUNTERS, kills=1, hangups=0, memory_before_kib=100,
    memory_after_kib=120, seconds_to_last_child=0, violations=[])


class SoakTest(unittest.TestCase):

    def test_a_soak_of_seconds_is_clean(self):
        result = soak_run.run(seconds=8, seed=1)
        self.assertEqual(result.violations, [])
        self.assertGreater(result.counters["reaped"], 0)
        self.assertGreater(result.counters["crashed"], 0)
        self.assertGreater(result.hangups, 0)
        self.assertGreater(sum(result.refusals.values()), 0)


class ViolationsTest(unittest.TestCase):

    def violations(self, lines=tuple(CRASH), counters=(), **changes) -> list[str]:
        counters = COUNTERS | dict(counters)
        return soak_run.violations_of(CLEAN._replace(counters=counters, **changes), list(lines))

    def test_there_are_none_where_all_is_well(self):
        self.assertEqual(self.violations(), [])

    def test_each_is_seen(self):
        for wrong, words in (
                ({"counters": {"active": 1, "reaped": 6}}, ["a child is left", "accepted"]),
                ({"counters": {"accepted": 11}}, ["accepted"]),
                ({"counters": {"peak": 49}}, ["--max_connections"]),
                ({"counters": {"crashed": 2}, "lines": CRASH * 2}, ["crashed"]),
                ({"lines": ()}, ["not reported"]),
                ({"lines": CRASH * 2}, ["not reported"]),
                ({"outcomes": Counter({"one_request: cut": 5})}, ["cut"]),
                ({"outcomes": Counter({"slow_reader: not cut": 2})}, ["slow readers"]),
                ({"memory_after_kib": 400}, ["grew by 300 KiB"])):
            with self.subTest(wrong):
                found = self.violations(**wrong)
                for word in words:
                    self.assertTrue(any(word in line for line in found), found)

    def test_a_malformed_line_of_the_log_is_seen(self):
        good = '127.0.0.2 - - [24/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 4\n'
        for text, is_bad in ((good, False), (good + "\n", True), (good[:-9] + "\n", True),
                             (good.replace("GET", "\x1b"), True), ("", False)):
            with self.subTest(text), tempfile.TemporaryDirectory() as scratch:
                with open(os.path.join(scratch, "access.log.1"), "w", encoding="ascii") as file:
                    file.write(text)
                self.assertEqual(bool(soak_run.bad_log_lines(scratch)), is_bad)


class TableTest(unittest.TestCase):

    def test_it_has_what_was_counted(self):
        table = soak_run.table(CLEAN)
        for row in ("| accepted | 10 |", "| one_request: cut | 4 |", "| 10 | 1 |",
                    "| parent's memory, at the end | 120 KiB |", "| violations | 0 |"):
            self.assertIn(row + "\n", table)


if __name__ == "__main__":
    unittest.main()
