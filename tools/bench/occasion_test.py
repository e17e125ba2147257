#!/usr/bin/env python3
"""What is told of a run."""

import unittest

from tools.bench.occasion import describe_occasion


class OccasionTest(unittest.TestCase):

    def test_the_command_is_what_others_can_run(self):
        for arguments, kept in (
                ([], ""),
                (["--write"], " --write"),
                (["--compilation_mode=opt", "--write", "--json=/home/a/figures"], " --write"),
                (["--json", "/home/a/figures", "--write", "--chart", "/home/a/b.svg"], " --write"),
                (["--servers=bare limit,prong"], " '--servers=bare limit,prong'")):
            with self.subTest(arguments):
                self.assertIn(f"`bazel run -c opt //tools:bench --{kept}`",
                              describe_occasion("//tools:bench", arguments, 0.5))

    def test_the_machine_and_what_else_it_did(self):
        told = describe_occasion("//tools:bench", [], 0.54)
        self.assertRegex(told, r"^\d+ \w+ \d{4}, .*, on \d+ cores \(.*Linux \d.* 0\.5\.\n$")


if __name__ == "__main__":
    unittest.main()
