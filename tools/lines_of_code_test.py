"""Lines of code are lines with more on them than blanks and comments."""

import unittest

from tools.lines_of_code import lines_of_code


class LinesOfCodeTest(unittest.TestCase):

    def test_blanks_and_comments_do_not_count(self):
        self.assertEqual(lines_of_code("\n  \n// a\n/* b\n   c */\nint d;  // e\n"), 1)

    def test_code_beside_a_comment_counts(self):
        self.assertEqual(lines_of_code("/* a */ int b; /* c\nd */ int e;\n"), 2)

    def test_what_looks_like_a_comment_in_a_string_is_none(self):
        self.assertEqual(lines_of_code('f("http://a");\ng("/*");\nh();\ni("*/");\n'), 4)
        self.assertEqual(lines_of_code('R"(\n// a\n/*)";\nb("\\"//");\nc(\'"\'); // d\n'), 5)

    def test_a_backslash_and_a_quote_do_not_end_a_string(self):
        self.assertEqual(lines_of_code(r'f("\"/*", "\\");' + "\ng();\n"), 2)


if __name__ == "__main__":
    unittest.main(buffer=True)
