"""What becomes of coverage data on its way to a report and a page."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

_LCOV = os.path.abspath("../remote_coverage_tools/lcov.py")
sys.path.insert(0, os.path.dirname(_LCOV))
import lcov  # noqa: E402
from tools import coverage_page  # noqa: E402

FIRST = """\
SF:parser/a.cc
FN:1,F
FNDA:2,F
BRDA:1,0,0,2
BRDA:1,0,1,0
BRDA:3,0,0,-
BRDA:3,0,1,-
DA:1,2
DA:3,0
end_of_record
SF:fuzz/b.cc
DA:7,1
end_of_record
"""

SECOND = """\
SF:parser/a.cc
BRDA:1,0,1,5
DA:1,5
end_of_record
"""


class LcovTest(unittest.TestCase):
    def merged(self, manifest=None):
        """The report that lcov.py makes of FIRST and SECOND, as text."""
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as scratch:
            directory = pathlib.Path(scratch)
            (directory / "1.dat").write_text(FIRST)
            (directory / "2.dat").write_text(SECOND)
            command = [_LCOV, f"--coverage_dir={scratch}", f"--output_file={scratch}/merged",
                       "--filter_sources=/usr/.+"]
            if manifest:
                (directory / "manifest").write_text(manifest)
                command.append(f"--source_file_manifest={scratch}/manifest")
            subprocess.run(command, check=True)
            return (directory / "merged").read_text()

    def test_counts_of_two_reports_are_added(self):
        report = {}
        lcov.read(self.merged(), report)
        self.assertEqual(report["parser/a.cc"].lines, {1: 7, 3: 0})
        self.assertEqual(report["parser/a.cc"].branches[1, 0, 0], 2)
        self.assertEqual(report["parser/a.cc"].branches[1, 0, 1], 5)

    def test_a_condition_that_was_not_reached_is_two_branches_not_taken(self):
        report = {}
        lcov.read(FIRST, report)
        self.assertEqual(len(report["parser/a.cc"].branches), 4)
        self.assertEqual(lcov.hits(report["parser/a.cc"].branches), 1)
        self.assertEqual(lcov.percentage(report["parser/a.cc"].branches), 25)

    def test_what_the_manifest_does_not_list_is_left_out(self):
        self.assertIn("SF:fuzz/b.cc", self.merged())
        self.assertNotIn("SF:fuzz/b.cc", self.merged(manifest="parser/a.cc\n"))

    def test_what_is_written_is_read_back(self):
        report, again = {}, {}
        lcov.read(FIRST, report)
        lcov.read(lcov.write(report), again)
        self.assertEqual(report, again)


class PageTest(unittest.TestCase):
    def test_lines_are_shown_as_run_missed_or_run_in_part_and_escaped(self):
        report = {}
        lcov.read(FIRST, report)
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as scratch:
            root = pathlib.Path(scratch)
            (root / "parser").mkdir()
            (root / "parser/a.cc").write_text("if (a < b)\n\n  F();\n")
            page = coverage_page.page({"parser/a.cc": report["parser/a.cc"]}, root)
        self.assertIn('class="partial"><td>1</td>', page)
        self.assertIn("if (a &lt; b)", page)
        self.assertIn('class=""><td>2</td>', page)
        self.assertIn('class="missed"><td>3</td>', page)


if __name__ == "__main__":
    unittest.main()
