#!/usr/bin/env python3
"""Figures as tables and as JSON."""

import json
import signal
import unittest

from tools.bench.load import Load, Run
from tools.scaling import report
from tools.scaling.failover import Outcome, Trial
from tools.scaling.proxies import HAPROXY, NGINX, UNANSWERED
from tools.scaling.shared_port import ONE, TWO, Ending, Result

LOAD = Load(16, 1024, persistent=True)
RESULT = Result(LOAD, {
    ONE: [Run(rate, 100, 500, 2000, 0) for rate in (1000, 2000, 3000)],
    TWO: [Run(rate, 100, 400, 1000, 1) for rate in (1500, 2400, 6000)]})
ENDING = Ending(LOAD, signal.SIGTERM, [Run(3000, 9000, 500, 2000, errors) for errors in (7, 0)])
TRIAL = Trial(HAPROXY, UNANSWERED, signal.SIGKILL, LOAD)
OUTCOME = Outcome(9000, 2, 30, 1500.0, 700.0, 1400.0, 1.2, 0.8, 500, 9000)


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]


class TableTest(unittest.TestCase):

    def test_two_instances_beside_one(self):
        _, _, one, two = cells(report.of_shared_port([RESULT]))
        name = "persistent connections, 1 KiB, 16 clients"
        self.assertEqual(one, [f"{name}: {ONE}", "2,000", "1", "500", "2,000", "0"])
        self.assertEqual(two, [f"{name}: {TWO}", "2,400", "1.50 (1.35 to 1.75)", "400", "1,000",
                               "3"])

    def test_one_of_two_that_ends(self):
        _, _, row = cells(report.of_endings([ENDING]))
        self.assertEqual(row, ["persistent connections, 1 KiB, 16 clients, SIGTERM", "2",
                               "18,000", "7", "0 to 7"])

    def test_counts_are_of_all_rounds_and_the_others_medians(self):
        outcomes = [OUTCOME, OUTCOME._replace(errors=1, down=1.4, during=None), OUTCOME]
        _, _, row = cells(report.of_failover([(TRIAL, outcomes)]))
        self.assertEqual(row, ["HAProxy, persistent, SIGKILL", UNANSWERED, "27,000", "5", "90",
                               "1,500", "700", "1,400", "1.20", "0.80"])

    def test_what_is_not_known_is_not_made_up(self):
        unknown = OUTCOME._replace(retries=None, down=None, back=None, after=None)
        trial = TRIAL._replace(proxy=NGINX, signal=signal.SIGTERM, drained=True)
        _, _, row = cells(report.of_failover([(trial, [unknown])]))
        self.assertEqual((row[0], row[4], row[-3:]),
                         ("nginx, persistent, drained, SIGTERM", "–", ["–", "–", "–"]))


class JsonTest(unittest.TestCase):

    def test_all_that_was_measured(self):
        written = json.loads(report.as_json("today", [RESULT], [ENDING],
                                            [(TRIAL, [OUTCOME])]))
        self.assertEqual(written["occasion"], "today")
        self.assertEqual(written["shared_port"][0]["servers"][TWO][2]["rate"], 6000)
        self.assertEqual(written["endings"][0]["runs"][0]["errors"], 7)
        failover, = written["failover"]
        self.assertEqual((failover["signal"], failover["load"]["connections"]), ("SIGKILL", 16))
        self.assertEqual(failover["rounds"], [OUTCOME._asdict()])


if __name__ == "__main__":
    unittest.main()
