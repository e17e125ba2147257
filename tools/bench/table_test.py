#!/usr/bin/env python3
"""Figures as tables."""

import unittest

from tools.bench import plan, table
from tools.bench.breakdown import Times
from tools.bench.load import Load
from tools.bench.run import Processes, Result, Sample, Series

LOAD = Load(16, plan.KIB, False)


def series(rate: float, cpu: float | None = 100) -> Series:
    samples = [Sample(rate * n, cpu, 1500, 20_000, 1) for n in (1, 2, 3)]
    return Series(samples, memory=3 << 20)


def result(**by_name: Series) -> Result:
    named = {name.replace("_", " "): value for name, value in by_name.items()}
    return Result(plan.Experiment(LOAD, tuple(named)), named)


class TableTest(unittest.TestCase):

    def test_its_columns_are_aligned(self):
        self.assertEqual(table.table(("a", "bc"), [("long", "1"), ("x", "123")]),
                         "| a    |  bc |\n|------|----:|\n| long |   1 |\n| x    | 123 |\n")

    def test_a_result(self):
        lines = table.of_result(result(prong=series(1000), nginx=series(4000, 20))).splitlines()
        cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
        self.assertEqual(cells[0][2], "prong / it")
        self.assertEqual(cells[2], ["prong", "2,000", "1.00 (1.00 to 1.00)", "100",
                                    "1.00 (1.00 to 1.00)", "1,500", "20,000", "3.0", "3"])
        self.assertEqual(cells[3][:5], ["nginx", "8,000", "0.25 (0.25 to 0.25)", "20.0",
                                        "5.00 (5.00 to 5.00)"])

    def test_what_is_not_known_is_not_made_up(self):
        lines = table.of_result(result(prong=series(1, None))).splitlines()
        self.assertEqual(lines[2].split("|")[4].strip(), "–")

    def test_targets_that_were_measured(self):
        rate, cpu = plan.TARGETS[:2]
        text = table.of_targets(plan.TARGETS, [result(prong=series(95, 120),
                                                      bare_limit=series(100, 100))])
        lines = text.splitlines()[2:]
        self.assertEqual(len(lines), 2)
        for line, target, measured, verdict in ((lines[0], rate, "0.95 (", "met"),
                                                (lines[1], cpu, "1.20 (", "missed")):
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            self.assertTrue(cells[1].endswith(f" {target.bound:.2f}"), line)
            self.assertTrue(cells[2].startswith(measured), line)
            self.assertEqual(cells[3], verdict)

    def test_what_takes_long_comes_first_and_what_takes_little_together(self):
        times = Times(plan.Breakdown(LOAD, ("bare limit", "prong")), {
            "bare limit": {"clone": 42.0, "close": 0.2},
            "prong": {"clone": 49.0, "openat2": 4.0, "close": 0.3, "prctl": 0.4}})
        lines = table.of_breakdown(times).splitlines()
        cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
        self.assertEqual(cells[0], ["us of a response", "bare limit", "prong"])
        self.assertEqual(cells[2:], [["clone", "42.0", "49.0"], ["openat2", "–", "4.0"],
                                     ["all else", "0.2", "0.7"], ["all", "42.2", "53.7"]])

    def test_limits_of_processes(self):
        lines = table.of_limits(plan.LIMITS, Processes(15.0, 33, 0)).splitlines()[2:]
        self.assertEqual([line.split("|")[-2].strip() for line in lines], ["met", "missed", "met"])
        self.assertIn("at most 32 KiB | 33.0 KiB", lines[1])


if __name__ == "__main__":
    unittest.main()
