"""The page is whole, refers to nothing but itself, and shows what a trace has as text."""

import re
import unittest
from html.parser import HTMLParser

from tools.trace import made_up, page

_VOID = {"meta", "wbr"}


class _Elements(HTMLParser):
    """What a page consists of; AssertionError if its tags do not match."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, (tag, self.getpos())

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements
                if name in attributes.get("class", "").split()]


def render(children: int, root: str = "/srv") -> str:
    return page.render(made_up.told(children), "http://127.0.0.1:8080/", root)


class PageTest(unittest.TestCase):

    def test_tags_match(self):
        for children in (0, 1, 50):
            _Elements(render(children))

    def test_it_needs_nothing_else(self):
        text = render(5)
        for _, attributes in _Elements(text).elements:
            self.assertNotIn("src", attributes)
            self.assertTrue(attributes.get("href", "#").startswith("#"), attributes)
        self.assertNotRegex(text, r"@import|url\(|fetch\(|XMLHttpRequest|import\(")

    def test_each_call_has_a_mark_and_a_row(self):
        told = made_up.told(5)
        elements = _Elements(render(5))
        numbers = [str(event.number) for event in told.events]
        marks = elements.with_class("call")
        self.assertEqual(sorted(mark["id"] for mark in marks), sorted("c" + n for n in numbers))
        self.assertEqual([mark["href"] for mark in marks],
                         ["#e" + mark["id"][1:] for mark in marks])
        rows = [a["id"] for tag, a in elements.elements if tag == "tr" and "id" in a]
        self.assertEqual(rows, ["e" + n for n in numbers])

    def test_each_mark_can_be_spoken(self):
        for mark in _Elements(render(1)).with_class("call"):
            self.assertRegex(mark["aria-label"], r"\A[0-9]+, (parent|child 1): [a-z0-9_]+\(.*\.\Z")

    def test_ids_are_unique_and_what_is_referred_to_is_there(self):
        elements = _Elements(render(5))
        ids = [attributes["id"] for _, attributes in elements.elements if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for mark in elements.with_class("call"):
            self.assertLessEqual(set(mark["data-bars"].split()) | {mark["href"][1:]}, set(ids))

    def test_each_child_has_a_lane_and_its_arrows(self):
        elements = _Elements(render(5))
        self.assertEqual([lane["data-child"] for lane in elements.with_class("lane")],
                         ["0", "1", "2", "3", "4", "5"])
        for arrow in ("fork", "reap"):
            self.assertEqual([a["data-child"] for a in elements.with_class(arrow)],
                             ["1", "2", "3", "4", "5"])

    def test_each_descriptor_has_a_bar(self):
        told = made_up.told(2)
        self.assertEqual(len(_Elements(render(2)).with_class("bar")),
                         sum(len(process.descriptors) for process in told.processes))

    def test_what_clients_and_files_say_is_only_text(self):
        text = render(1, root="/srv/<script>")
        self.assertIn("&lt;&amp;&gt;", text)
        self.assertNotIn("<&>", text)
        self.assertIn("/srv/&lt;script&gt;", text)
        self.assertEqual(text.count("<script>"), 1)

    def test_names_are_drawn_while_there_is_room(self):
        self.assertIn("rotate(-60)", render(1))
        self.assertNotIn("rotate(-60)", render(50))

    def test_a_long_list_is_folded(self):
        self.assertIn("<details open>", render(1))
        self.assertIn("<details>", render(50))

    def test_an_address_has_its_bytes(self):
        self.assertIn("<i>1f</i><i>90</i>", render(1))

    def test_colours_are_defined_for_each_scheme(self):
        """What one defines, the others define too."""
        style = re.search("(?s)<style>(.*)</style>", render(1))[1]
        light, dark, paper = (set(re.findall(r"(--[a-z-]+): #", block))
                              for block in re.findall(r"(?s):root \{(.*?)\}", style))
        self.assertEqual(light, dark)
        self.assertEqual(light, paper)


if __name__ == "__main__":
    unittest.main(buffer=True)
