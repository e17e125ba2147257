#!/usr/bin/env python3
"""Each mutation can be made, its guarantees and its test exist, and docs/mutations.md lists it."""

import unittest

from tests.mutations import document, guarantees, laws, mutation
from tests.mutations.document import Sighting
from tests.mutations.guarantees import Guarantee
from tools.plants import patch, targets

COMMAND = "bazel run //tests:mutations -- --write"

PATCH = """Mutation: two is three
Guarantee: Numbers, Names
Law: 1
Test: --config=asan //two/one:two_test

--- a/two/two.cc
+++ b/two/two.cc
@@ -1 +1 @@
-int two = 2;
+int two = 3;
"""

SECURITY = """# Security

1. **Numbers**: Two is
   two.
2. **Names**: It is called so.

Other words.
"""


class MutationsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.guarantees = guarantees.read_all(".")
        self.mutations = mutation.read_all(".")

    def test_each_patch_applies(self):
        for one in self.mutations:
            with self.subTest(one.name):
                patch.check(one.path(), one.patch, ".")

    def test_each_test_exists(self):
        for one in self.mutations:
            with self.subTest(one.name):
                self.assertTrue(targets.exists(one.label))

    def test_each_guarantee_has_three_and_each_is_of_a_guarantee(self):
        names = [guarantee.name for guarantee in self.guarantees]
        self.assertEqual({name for one in self.mutations for name in one.guarantees}, set(names))
        for name in names:
            with self.subTest(name):
                self.assertGreaterEqual(sum(name in one.guarantees for one in self.mutations), 3)

    def test_each_law_has_two_or_is_tested_elsewhere(self):
        self.assertLessEqual({one.law for one in self.mutations}, {None, *laws.LAWS})
        for key, law in laws.LAWS.items():
            with self.subTest(law.title):
                self.assertTrue(law.elsewhere
                                or sum(one.law == key for one in self.mutations) >= 2)

    def test_each_is_another(self):
        self.assertEqual(len({one.says for one in self.mutations}), len(self.mutations))

    def test_the_document_has_each_guarantee_and_each_mutation_as_they_are(self):
        text = document.PATH.read_text(encoding="utf-8")
        sightings = document.read(text)
        self.assertCountEqual([sighting[:3] for sighting in sightings],
                              [(one.says, one.name, one.test) for one in self.mutations], COMMAND)
        self.assertEqual(text, document.write(self.guarantees, self.mutations, sightings), COMMAND)


class MutationTest(unittest.TestCase):

    def test_a_header_is_read(self):
        one = mutation.parse("two", PATCH)
        self.assertEqual(one[:5], ("two", "two is three", ("Numbers", "Names"), "1",
                                   "--config=asan //two/one:two_test"))
        self.assertEqual((one.label, one.files()), ("//two/one:two_test", ["two/two.cc"]))

    def test_a_law_is_not_needed(self):
        self.assertIsNone(mutation.parse("two", PATCH.replace("Law: 1\n", "")).law)

    def test_a_patch_without_a_header_is_an_error(self):
        for text in ("", PATCH.replace("Mutation: ", ""), PATCH.replace("_test", ""),
                     PATCH.replace("Guarantee: Numbers, Names\n", "")):
            with self.assertRaisesRegex(patch.PlantError, "two.patch does not begin with"):
                mutation.parse("two", text)


class GuaranteesTest(unittest.TestCase):

    def test_the_items_of_the_list_are_read(self):
        self.assertEqual(guarantees.parse(SECURITY), [Guarantee(1, "Numbers", "Two is two."),
                                                      Guarantee(2, "Names", "It is called so.")])


class DocumentTest(unittest.TestCase):

    def test_what_is_written_is_read(self):
        one = mutation.parse("two", PATCH)
        sighting = Sighting(one.says, one.name, one.test, "TwoTest.test_two", "2026-11-24")
        text = document.write(guarantees.parse(SECURITY), [one], [sighting])
        self.assertEqual(document.read(text), [sighting])

    def test_what_was_seen_of_another_mutation_is_not_written(self):
        one = mutation.parse("two", PATCH)
        sighting = Sighting("two is four", "two", one.test, "TwoTest.test_two", "2026-11-24")
        text = document.write(guarantees.parse(SECURITY), [one], [sighting])
        self.assertEqual(document.read(text), [])


if __name__ == "__main__":
    unittest.main()
