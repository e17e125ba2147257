#!/usr/bin/env python3
"""Each planted fault can be planted, its test exists, and docs/laws.md lists each."""

import pathlib
import re
import unittest

from tests.planted import faults, laws
from tests.planted.laws import Sighting
from tools.plants import patch

PATCH = """Fault: two is three
Law: 1
Test: --config=asan //two:two_test

--- a/two/two.cc
+++ b/two/two.cc
@@ -1 +1 @@
-int two = 2;
+int two = 3;
"""


def names_in(build: str) -> set[str]:
    """The names of the targets of a BUILD file, as far as it spells them out."""
    text = pathlib.Path(build).read_text(encoding="utf-8")
    of_subjects = re.search(r"for subject in \[(.*?)\]", text, re.DOTALL)
    subjects = re.findall(r'"(\w+)"', of_subjects[1]) if of_subjects else []
    return {*re.findall(r'name = "(\w+)"', text), *(f"{subject}_test" for subject in subjects)}


class FaultsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.faults = faults.read_all(".")

    def test_each_patch_applies(self):
        for fault in self.faults:
            with self.subTest(fault.name):
                patch.check(fault.path(), fault.patch, ".")

    def test_each_test_exists(self):
        for fault in self.faults:
            package, _, name = fault.label.removeprefix("//").partition(":")
            with self.subTest(fault.name):
                self.assertIn(name, names_in(f"{package}/BUILD"))

    def test_each_law_has_two_or_is_tested_elsewhere(self):
        of_law = {key: [fault for fault in self.faults if fault.law == key] for key in laws.LAWS}
        self.assertEqual(sum(map(len, of_law.values())), len(self.faults))
        for key, law in laws.LAWS.items():
            with self.subTest(law.title):
                self.assertTrue(law.elsewhere or len(of_law[key]) >= 2)

    def test_each_is_another(self):
        self.assertEqual(len({fault.fault for fault in self.faults}), len(self.faults))

    def test_the_document_has_each_law_and_each_fault_as_they_are(self):
        command = "bazel run //tests:planted_faults -- --write"
        text = laws.PATH.read_text(encoding="utf-8")
        sightings = laws.read(text)
        self.assertCountEqual([sighting[:3] for sighting in sightings],
                              [(fault.fault, fault.name, fault.test) for fault in self.faults],
                              command)
        self.assertEqual(text, laws.write(self.faults, sightings), command)


class FaultTest(unittest.TestCase):

    def test_a_header_is_read(self):
        fault = faults.parse("two", PATCH)
        self.assertEqual(fault[:4], ("two", "two is three", "1", "--config=asan //two:two_test"))
        self.assertEqual((fault.label, fault.files()), ("//two:two_test", ["two/two.cc"]))

    def test_a_patch_without_a_header_is_an_error(self):
        for text in ("", PATCH.replace("Fault: ", ""), PATCH.replace("Law: 1\n", ""),
                     PATCH.replace("_test", "")):
            with self.assertRaisesRegex(patch.PlantError, "two.patch does not begin with"):
                faults.parse("two", text)


class DocumentTest(unittest.TestCase):

    def test_what_is_written_is_read(self):
        fault = faults.parse("two", PATCH)
        sighting = Sighting(*fault[1::-1], fault.test, "TwoTest.test_two", "2026-11-24")
        self.assertEqual(laws.read(laws.write([fault], [sighting])), [sighting])

    def test_what_was_seen_of_another_fault_is_not_written(self):
        fault = faults.parse("two", PATCH)
        sighting = Sighting("two is four", "two", fault.test, "TwoTest.test_two", "2026-11-24")
        self.assertEqual(laws.read(laws.write([fault], [sighting])), [])


if __name__ == "__main__":
    unittest.main()
