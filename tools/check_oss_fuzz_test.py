"""tools/check_oss_fuzz finds nothing bad, in a copy of what OSS-Fuzz would build, and says what is bad."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

# The repositories that are parts of the workspace; Bazel puts them beside it.
REPOSITORIES = ("rules_cc", "rules_fuzzing", "rules_java")


class CheckOssFuzzTest(unittest.TestCase):

    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]))
        self.workspace = pathlib.Path(directory, "prong")
        shutil.copytree(".", self.workspace)
        for name in REPOSITORIES:
            shutil.copytree(f"../{name}", self.workspace / "tools/bazel" / name)

    def check(self):
        # Other tests, with their deadlines, go first.
        return subprocess.run(["nice", "-n19", "tools/check_oss_fuzz", "--quick"],
                              cwd=self.workspace, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def build_with(self, script):
        """Lets the script take the place of Bazel."""
        builder = self.workspace / "tools/oss_fuzz/bazel_build_fuzz_tests"
        builder.write_text("#!/bin/bash -eu\n" + script, encoding="utf-8")

    def test_what_is_built_for_oss_fuzz_passes_its_checks(self):
        # In a test, Bazel keeps all that it writes below $TEST_TMPDIR, and soon ends.
        self.addCleanup(subprocess.run, ["bazel", "clean", "--expunge"], cwd=self.workspace,
                        check=True, stderr=subprocess.DEVNULL)
        outcome = self.check()
        self.assertEqual(outcome.returncode, 0, outcome.stdout)
        self.assertRegex(outcome.stdout, "request_parser_fuzz: [0-9]+ edges")

    def test_a_bad_fuzz_test_is_an_error(self):
        self.build_with("echo LLVMFuzzerTestOneInput >$OUT/planted_fuzz\n"
                        "chmod +x $OUT/planted_fuzz\n")
        outcome = self.check()
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("planted_fuzz: BAD: no planted_fuzz_seed_corpus.zip", outcome.stdout)
        self.assertIn("check_oss_fuzz: 1 bad", outcome.stdout)

    def test_a_build_of_nothing_is_an_error(self):
        self.build_with("")
        outcome = self.check()
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("check_oss_fuzz: no fuzz targets in ", outcome.stdout)

    def test_a_build_that_fails_is_an_error(self):
        self.build_with("exit 1")
        outcome = self.check()
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("check_oss_fuzz: build.sh fails: status 1", outcome.stdout)


if __name__ == "__main__":
    unittest.main()
