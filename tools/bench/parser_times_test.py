#!/usr/bin/env python3
"""What is read from a report of Google Benchmark."""

import json
import unittest

from tools.bench import parser_times


def entry(name: str, aggregate: str, cpu: float, real: float, unit: str = "ns") -> dict:
    return {"run_name": name, "aggregate_name": aggregate, "cpu_time": cpu, "real_time": real,
            "time_unit": unit}


def report(*without: str, unit: str = "ns") -> str:
    names = ("WholeRequest/Browser", "HttpParser/Browser", "RequestLine",
             "InFreshChild/request:1/repeats:3", "InFreshChild/request:100/repeats:3")
    return json.dumps({"benchmarks": [
        entry(name, aggregate, 10 * i + offset, 100 * i + offset, unit)
        for i, name in enumerate(names, 1) if name not in without
        for offset, aggregate in enumerate(("mean", "median", "stddev"))]})


class ParseTest(unittest.TestCase):

    def test_medians_are_taken(self):
        times = parser_times.parse(report())
        self.assertEqual(times, parser_times.Times(11, 21, 31, 401, 501))
        self.assertAlmostEqual(times.advantage(), 21 / 11)

    def test_what_is_missing_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no median of RequestLine"):
            parser_times.parse(report("RequestLine"))
        with self.assertRaisesRegex(ValueError, "in nanoseconds"):
            parser_times.parse(report(unit="us"))


class MeasureTest(unittest.TestCase):

    def test_the_benchmark_reports_what_is_asked_for(self):
        times = parser_times.measure(2)
        self.assertTrue(all(time > 0 for time in times), times)


if __name__ == "__main__":
    unittest.main(buffer=True)
