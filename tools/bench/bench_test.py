#!/usr/bin/env python3
"""The command line, and a run of a second where wrk is installed."""

import contextlib
import io
import json
import os
import tempfile
import unittest

from tools.bench import bench, load


def run(*arguments: str) -> tuple[int, str, str]:
    """Its exit status, its output, and what it says is wrong."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status = bench.main(arguments)
        except SystemExit as end:
            status = end.code
    return status, output.getvalue(), errors.getvalue()


class CommandLineTest(unittest.TestCase):

    def test_what_is_wrong_is_said_in_one_line(self):
        for arguments, words in (
                (("--rounds=0",), "--rounds: '0': give a number"),
                (("--servers=prong,iis",), "--servers: 'prong,iis': give such as prong,"),
                (("--sizes=2GiB",), "--sizes"),
                (("--connections=16,513",), "--connections"),
                (("--pinned", "--free"), "not allowed with"),
                (("--write", "--sizes=0"), "--write takes no"),
                (("--write", "--compilation_mode=other"), "the optimized server"),
                (("--nonsense",), "--nonsense")):
            with self.subTest(arguments):
                status, output, errors = run(*arguments)
                self.assertEqual((status, output, errors.count("\n")), (1, "", 1), errors)
                self.assertIn(words, errors)


@unittest.skipUnless(os.access(load.PROGRAM, os.X_OK), "wrk is not installed")
class RunTest(unittest.TestCase):

    def test_tables_json_and_a_chart(self):
        with tempfile.TemporaryDirectory() as scratch:
            status, output, errors = run(
                "--servers=prong,bare limit", "--rounds=1", "--free", "--connections=2",
                "--sizes=1KiB", "--access_log=off", "--sandbox=required",
                f"--json={scratch}/json", f"--chart={scratch}/chart.svg")
            self.assertEqual((status, errors), (0, ""))
            self.assertIn("| bare limit |", output)
            with open(f"{scratch}/json", encoding="utf-8") as file:
                measured = json.load(file)["experiments"]
            self.assertEqual([list(experiment["servers"]) for experiment in measured],
                             [["prong", "bare limit"], ["prong"]])
            for experiment in measured:
                for server in experiment["servers"].values():
                    self.assertGreater(server["rounds"][0]["rate"], 0)
                    self.assertEqual(server["rounds"][0]["errors"], 0)
            self.assertIn("chart.svg", os.listdir(scratch))


if __name__ == "__main__":
    unittest.main()
