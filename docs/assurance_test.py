#!/usr/bin/env python3
"""docs/assurance.md names what there is, and all of it."""

import pathlib
import re
import unittest

from tests.mutations import guarantees, mutation
from tools.plants import targets

DOCUMENT = pathlib.Path("docs/assurance.md")

PARTS = ("Code", "Tests", "Fuzz targets", "Mutations")

_LINK = re.compile(r"\[[^\]]+\]\((?P<path>[^)#]+)(?:#[^)]*)?\)")

# A source file, and the functions in it that are named behind it.
_CODE = re.compile(r"\[(?P<file>[\w/.]+)\]\(\.\./(?P=file)\)(?P<names>(?:,?\s+`[\w:]+`)*)")

_LABEL = re.compile(r"`(//[\w/]+:\w+)`")

_MUTATION = re.compile(r"\((?:\.\./tests/mutations/)(\w+)\.patch\)")


def sections(text: str) -> dict[str, str]:
    """What is under each heading of the second level, without line breaks."""
    _, *found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {title: re.sub(r"\s*\n(> )?", " ", body)
            for title, body in zip(found[::2], found[1::2])}


class AssuranceTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.text = DOCUMENT.read_text(encoding="utf-8")
        self.guarantees = guarantees.read_all(".")
        self.sections = sections(self.text)

    def test_each_guarantee_has_its_section_which_quotes_it(self):
        self.assertEqual([guarantee.title for guarantee in self.guarantees], list(self.sections))
        for guarantee in self.guarantees:
            with self.subTest(guarantee.name):
                self.assertTrue(self.sections[guarantee.title].startswith(f" {guarantee.says} "),
                                guarantee.says)

    def test_each_section_has_its_parts(self):
        for title, section in self.sections.items():
            with self.subTest(title):
                self.assertEqual(re.findall(r"\*\*([\w ]+)\*\*:", section), list(PARTS))

    def test_each_file_and_each_function_is_there(self):
        found = list(_CODE.finditer(self.text))
        self.assertGreater(len(found), len(self.guarantees))
        for match in found:
            source = pathlib.Path(match["file"]).read_text(encoding="utf-8")
            for name in re.findall(r"`([\w:]+)`", match["names"]):
                with self.subTest(file=match["file"], name=name):
                    self.assertRegex(source, rf"\b{name.rpartition('::')[2]}\b")

    def test_each_link_leads_somewhere(self):
        for document in (DOCUMENT, guarantees.PATH):
            for link in _LINK.finditer(document.read_text(encoding="utf-8")):
                with self.subTest(document=document, link=link[0]):
                    self.assertTrue(pathlib.Path(document.parent, link["path"]).exists())

    def test_each_label_is_there(self):
        for label in set(_LABEL.findall(self.text)):
            with self.subTest(label):
                self.assertTrue(targets.exists(label))

    def test_each_mutation_is_with_each_guarantee_that_it_breaks(self):
        mutations = mutation.read_all(".")
        for guarantee in self.guarantees:
            with self.subTest(guarantee.name):
                self.assertCountEqual(
                    _MUTATION.findall(self.sections[guarantee.title]),
                    [one.name for one in mutations if guarantee.name in one.guarantees])

    def test_the_test_of_each_mutation_is_with_its_guarantee(self):
        for one in mutation.read_all("."):
            for guarantee in self.guarantees:
                if guarantee.name == one.guarantees[0] and not one.test.startswith("--config"):
                    with self.subTest(guarantee=guarantee.name, mutation=one.name):
                        self.assertTrue(f"`{one.label}`" in self.sections[guarantee.title],
                                        one.label)


if __name__ == "__main__":
    unittest.main()
