#!/usr/bin/env python3
"""The command line, where figures are written, and a round of each load where wrk is installed."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

from tools.bench import load
from tools.scaling import scaling, shared_port


def run(*arguments: str) -> tuple[int, str, str]:
    """Its exit status, its output, and what it says is wrong."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status = scaling.main(arguments)
        except SystemExit as end:
            status = end.code
    return status, output.getvalue(), errors.getvalue()


class CommandLineTest(unittest.TestCase):

    def test_what_is_wrong_is_said_in_one_line(self):
        for arguments, words in (
                (("--rounds=0",), "--rounds: '0': give a number"),
                (("--failures=x",), "--failures: 'x': give a number"),
                (("--part=other",), "--part"),
                (("--write", "--part=failover"), "--write takes no --part"),
                (("--write", "--compilation_mode=other"), "the optimized server"),
                (("--nonsense",), "--nonsense")):
            with self.subTest(arguments):
                status, output, errors = run(*arguments)
                self.assertEqual((status, output, errors.count("\n")), (1, "", 1), errors)
                self.assertIn(words, errors)


class WriteTest(unittest.TestCase):

    DOCUMENT = "before\n<!-- figures -->\n\nold\n\n<!-- end of figures -->\nafter\n"

    def test_figures_take_the_place_of_others_between_the_marks(self):
        written = scaling.write_figures(self.DOCUMENT, "new\n")
        self.assertEqual(written, self.DOCUMENT.replace("old", "new"))

    def test_a_document_without_a_place_for_them(self):
        for document in ("before\n", "<!-- figures -->\n", "<!-- end of figures -->\n"):
            with self.subTest(document), self.assertRaisesRegex(ValueError, "no place"):
                scaling.write_figures(document, "new")


@unittest.skipUnless(os.access(load.PROGRAM, os.X_OK), "wrk is not installed")
class RunTest(unittest.TestCase):

    def test_one_instance_against_two(self):
        loads, ending = shared_port.LOADS[:2], shared_port.ENDING_LOADS[1:]
        with tempfile.TemporaryDirectory() as scratch, \
                mock.patch.object(shared_port, "LOADS", loads), \
                mock.patch.object(shared_port, "ENDING_LOADS", ending):
            status, output, errors = run("--part=shared_port", "--rounds=1",
                                         f"--json={scratch}/json")
            self.assertEqual((status, errors), (0, ""))
            self.assertIn(f": {shared_port.TWO} |", output)
            with open(f"{scratch}/json", encoding="utf-8") as file:
                measured = json.load(file)
        self.assertEqual(len(measured["shared_port"]), len(loads))
        for result in measured["shared_port"]:
            self.assertEqual(list(result["servers"]), [shared_port.ONE, shared_port.TWO])
            for runs in result["servers"].values():
                self.assertEqual((len(runs), runs[0]["errors"]), (1, 0))
                self.assertGreater(runs[0]["rate"], 0)
        self.assertEqual([ending["signal"] for ending in measured["endings"]],
                         ["SIGKILL", "SIGTERM"])


if __name__ == "__main__":
    unittest.main()
