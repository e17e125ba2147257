#!/usr/bin/env python3
"""Each planted bug can be planted, and one that cannot be says why; docs lists them."""

import pathlib
import re
import tempfile
import unittest

from fuzz.planted import document, plants
from tools.plants import patch

PATCH = """Bug: two is three
Target: two_fuzz

--- a/two.cc
+++ b/two.cc
@@ -1,3 +1,3 @@
 // Two.
-int two = 2;
+int two = 3;
 // The end.
"""


class PlantsTest(unittest.TestCase):
    maxDiff = None

    def test_each_patch_applies(self):
        for plant in plants.read_all("."):
            with self.subTest(plant.name):
                patch.check(plant.path(), plant.patch, ".")

    def test_each_target_exists_and_each_fuzz_test_has_one_to_find(self):
        build = pathlib.Path("fuzz/BUILD").read_text(encoding="utf-8")
        targets = re.findall(r'cc_fuzz_test\(\s*name = "(\w+)"', build)
        self.assertEqual(sorted(targets), sorted({plant.target for plant in plants.read_all(".")}))

    def test_there_are_enough_and_each_is_another(self):
        all_plants = plants.read_all(".")
        self.assertGreaterEqual(len(all_plants), 20)
        self.assertEqual(len({plant.bug for plant in all_plants}), len(all_plants))

    def test_the_document_lists_each_and_no_other(self):
        listed = [row[:3] for row in document.read(document.PATH.read_text(encoding="utf-8"))]
        self.assertCountEqual(
            listed, [(plant.bug, plant.name, plant.target) for plant in plants.read_all(".")],
            "bazel run //fuzz:planted_bugs -- --write")


class DocumentTest(unittest.TestCase):

    def test_what_is_written_is_read(self):
        rows = [document.Row("a [b] is (c)", "one", "one_fuzz", "seeds", "b | c", "12", "0.3"),
                document.Row("two is three", "two", "two_fuzz", "fuzzing", "b", "1", "10.0")]
        self.assertEqual(document.read(document.write(reversed(rows))), rows)


class PlantTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.file = pathlib.Path(directory.name, "two.cc")
        self.plant = plants.parse("two", PATCH)

    def plant_in(self, text):
        self.file.write_text(text, encoding="utf-8")
        plants.apply(self.plant, self.file.parent)

    def test_a_header_is_read(self):
        self.assertEqual(self.plant[:3], ("two", "two is three", "two_fuzz"))
        self.assertEqual(self.plant.files(), ["two.cc"])

    def test_a_patch_without_a_header_is_an_error(self):
        for text in ("", PATCH.replace("Bug: ", ""), PATCH.replace("Target: two_fuzz\n", "")):
            with self.assertRaisesRegex(plants.PlantError, "two.patch does not begin with"):
                plants.parse("two", text)

    def test_a_patch_is_applied(self):
        self.plant_in("// Two.\nint two = 2;\n// The end.\n")
        self.assertEqual(self.file.read_text(encoding="utf-8"),
                         "// Two.\nint two = 3;\n// The end.\n")

    def test_a_patch_applies_where_lines_were_added_above(self):
        self.plant_in("// One.\n// Two.\nint two = 2;\n// The end.\n")
        self.assertIn("two = 3", self.file.read_text(encoding="utf-8"))

    def test_a_stale_patch_is_an_error(self):
        for text in ("// Two.\nint two = 1 + 1;\n// The end.\n",  # the line itself
                     "// Deux.\nint two = 2;\n// The end.\n",  # one around it
                     "// Two.\nint two = 3;\n// The end.\n"):  # planted already
            with self.assertRaisesRegex(plants.PlantError, "two.patch is stale.*two.cc"):
                self.plant_in(text)


if __name__ == "__main__":
    unittest.main()
