"""The table of media types is made of its files, or they are refused."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest


class MediaTypesTableTest(unittest.TestCase):

    def make(self, *tables: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as directory:
            paths = []
            for number, table in enumerate(tables):
                paths.append(pathlib.Path(directory, str(number)))
                paths[-1].write_text(table, encoding="ascii")
            return subprocess.run(["server/media_types_table.py", *paths], check=False, text=True,
                                  capture_output=True)

    def rows(self, *tables: str) -> list[tuple[str, str]]:
        """What was made, as a compiler reads it."""
        made = self.make(*tables).stdout
        text = "".join(re.findall(r'^    "(.*)"', made, re.MULTILINE)).replace("\\0", "\0")
        return [tuple(text[int(offset):].partition("\0")[0] for offset in row)
                for row in re.findall(r"^    \{(\d+), (\d+)\},$", made, re.MULTILINE)]

    def test_what_is_made(self):
        self.assertEqual(self.make("a/b a\na/c c\n").stdout, """\
constexpr char kText[] =
    "a\\0"
    "a/b\\0"
    "c\\0"
    "a/c\\0";

constexpr Row kRows[] = {
    {0, 2},
    {6, 8},
};
""")

    def test_each_extension_has_a_row_in_their_order(self):
        made = self.rows("# comment\n\nimage/png\tpng\naudio/x-y  B a # two\nimage/none\n")
        self.assertEqual(made, [("a", "audio/x-y"), ("b", "audio/x-y"), ("png", "image/png")])

    def test_text_has_a_charset(self):
        self.assertEqual(self.rows("text/plain txt\n"), [("txt", "text/plain; charset=utf-8")])

    def test_the_first_line_counts_and_the_first_file(self):
        self.assertEqual(self.rows("a/one x\na/two x\n", "a/three x y\n"),
                         [("x", "a/one"), ("y", "a/three")])

    def test_what_is_no_table_is_refused_with_its_place(self):
        for line in ("png image/png", "image/png p\"g", "image/png p\\g", "image", "a/b/c d"):
            with self.subTest(line):
                made = self.make("image/gif gif\n" + line + "\n")
                self.assertEqual(made.returncode, 1)
                self.assertIn(f"0:2: not a media type and its extensions: {line}\n", made.stderr)


if __name__ == "__main__":
    unittest.main()
