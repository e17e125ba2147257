"""The table of media types is made of its files, or they are refused."""

import os
import pathlib
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

    def test_each_extension_has_a_row_in_their_order(self):
        made = self.make("# comment\n\nimage/png\tpng\naudio/x-y  B a # two\nimage/none\n")
        self.assertEqual(made.stdout, '{"a", "audio/x-y"},\n{"b", "audio/x-y"},\n'
                                      '{"png", "image/png"},\n')

    def test_text_has_a_charset(self):
        self.assertEqual(self.make("text/plain txt\n").stdout,
                         '{"txt", "text/plain; charset=utf-8"},\n')

    def test_the_first_line_counts_and_the_first_file(self):
        self.assertEqual(self.make("a/one x\na/two x\n", "a/three x y\n").stdout,
                         '{"x", "a/one"},\n{"y", "a/three"},\n')

    def test_what_is_no_table_is_refused_with_its_place(self):
        for line in ("png image/png", "image/png p\"g", "image/png p\\g", "image", "a/b/c d"):
            with self.subTest(line):
                made = self.make("image/gif gif\n" + line + "\n")
                self.assertEqual(made.returncode, 1)
                self.assertIn(f"0:2: not a media type and its extensions: {line}\n", made.stderr)


if __name__ == "__main__":
    unittest.main()
