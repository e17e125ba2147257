"""Text is aligned, within its width, and coloured only if it may be."""

import re
import unittest

from tools.trace import made_up, text

_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def lines(children: int = 1, width: int = 104, coloured: bool = False) -> list[str]:
    return list(text.render(made_up.told(children), width, coloured))


class TextTest(unittest.TestCase):

    def call(self, name: str, width: int, child: bool = False) -> list[str]:
        told = made_up.told(1)
        process = told.children[0] if child else told.parent
        event = next(event for event in process.events if event.name == name)
        return ["".join(piece.text for piece in line) for line in text.call_lines(event, width)]

    def test_results_are_below_each_other(self):
        places = {line.index("= ") for line in lines()
                  if re.match(r" *[0-9]+  [a-z]", line) and "= " in line}
        self.assertEqual(len(places), 1, places)

    def test_calls_are_numbered(self):
        numbers = [int(match[1]) for line in lines() if (match := re.match(r" *([0-9]+)  ", line))]
        self.assertEqual(numbers, list(range(1, len(made_up.told(1).events) + 1)))

    def test_the_child_has_a_column_of_its_own(self):
        column = next(line.index("child 1") for line in lines() if "child 1, process 101" in line)
        self.assertGreater(column, 104 / 2)
        for name in ("recvfrom(", "openat2(", "sendto("):
            self.assertEqual([line.index(name) for line in lines() if name in line], [column])
        for name in ("bind(", "listen(", "accept4(", "clone("):
            self.assertTrue(all(line.index(name) == 4 for line in lines() if name in line))

    def test_a_change_of_child_is_told(self):
        text_of_two = "\n".join(lines(2))
        self.assertIn("child 1, process 101", text_of_two)
        self.assertIn("child 2, process 102", text_of_two)

    def test_nothing_is_wider_than_asked_for(self):
        for width in (80, 104, 200):
            for line in lines(2, width):
                with self.subTest(line):
                    if "bytes. The port" not in line:
                        self.assertLessEqual(len(line), width)

    def test_no_blanks_at_the_end(self):
        self.assertEqual([line for line in lines(2) if line != line.rstrip()], [])

    def test_a_call_that_fits(self):
        self.assertEqual(self.call("listen", 40), ["listen(5, 511)                  = 0"])

    def test_a_call_that_does_not(self):
        self.assertEqual(self.call("bind", 48), [
            "bind(5,",
            "      {sa_family=AF_INET, sin_port=htons(8080),",
            '       sin_addr=inet_addr("127.0.0.1")}, 16)',
            "                                        = 0"])

    def test_a_response_has_its_lines(self):
        self.assertEqual(self.call("sendto", 46, child=True), [
            "sendto(6,",
            r'      "HTTP/1.1 200 OK\r\n"',
            r'      "Server: prong\r\n"',
            r'      "\r\n"',
            '      "<&>", 37, MSG_NOSIGNAL, NULL, 0)',
            "                                      = 37"])

    def test_a_string_is_cut_between_characters(self):
        for room in range(12, 20):
            cut = text._string(r"\21\0\0ab\\\r\n" * 9, "", room)
            with self.subTest(cut):
                self.assertLessEqual(len(cut), room)
                self.assertRegex(cut, r'\A"(\\[0-7]{1,3}|\\.|[^\\])*"\.\.\.\Z')

    def test_a_string_of_many_lines_is_cut(self):
        self.assertEqual(len(list(text._string_parts(r"a\r\n" * 99, "", 40))), 12)

    def test_an_address_has_its_bytes(self):
        self.assertIn("| 1f 90 ", "\n".join(lines()))

    def test_what_was_left_out_is_told(self):
        self.assertIn("2 calls of the C library's: execve brk", " ".join(lines()[:3]))

    def test_colours_change_nothing_else(self):
        coloured = lines(coloured=True)
        self.assertEqual([_COLOUR.sub("", line) for line in coloured], lines())
        self.assertTrue(any("\x1b[94m6\x1b[0m" in line for line in coloured))
        self.assertFalse(any("\x1b" in line for line in lines()))


if __name__ == "__main__":
    unittest.main(buffer=True)
