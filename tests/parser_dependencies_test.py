"""//parser depends on RE2, Abseil and the C++ library, design 4.7, and on nothing else."""

import glob
import os
import re
import unittest

# Labels of all that //parser is made of, which a genquery asks Bazel for.
QUERY = "tests/parser_dependencies"

ALLOWED_LABELS = ("//parser:", "@com_google_absl//", "@com_googlesource_code_re2//")
# inet_pton and its kin are pure functions, and emmintrin.h has instructions of the
# processor; the others are C's names of C++ headers.
ALLOWED_C_HEADERS = {"arpa/inet.h", "emmintrin.h", "stddef.h", "stdint.h"}
ALLOWED_FOLDERS = ("parser/", "absl/", "re2/")


def unwanted_labels(labels: list[str]) -> list[str]:
    return [label for label in labels if not label.startswith(ALLOWED_LABELS)]


def unwanted_headers(source: str) -> list[str]:
    """What `source` includes and should not: headers of the system need no label."""
    system = re.findall(r"^\s*#\s*include\s*<([^>]+)>", source, re.MULTILINE)
    own = re.findall(r'^\s*#\s*include\s*"([^"]+)"', source, re.MULTILINE)
    return ([header for header in system if "." in header and header not in ALLOWED_C_HEADERS] +
            [header for header in own if not header.startswith(ALLOWED_FOLDERS)])


class ParserDependenciesTest(unittest.TestCase):

    def test_the_parser_depends_on_nothing_but_re2_and_abseil(self):
        with open(QUERY, encoding="utf-8") as file:
            labels = file.read().split()
        self.assertIn("//parser:request_parser.cc", labels)
        self.assertTrue(any(label.startswith("@com_googlesource_code_re2//") for label in labels))
        self.assertEqual(unwanted_labels(labels), [])

    def test_the_parser_includes_nothing_else(self):
        paths = glob.glob("parser/*.h") + glob.glob("parser/*.cc")
        self.assertIn("parser/request_parser.cc", paths)
        for path in paths:
            with self.subTest(os.path.basename(path)), open(path, encoding="utf-8") as file:
                self.assertEqual(unwanted_headers(file.read()), [])

    def test_what_is_unwanted_is_noticed(self):
        self.assertEqual(unwanted_labels(["//parser:a", "//server:b", "@zlib//:z"]),
                         ["//server:b", "@zlib//:z"])
        source = '#include <string>\n#include <unistd.h>\n # include <sys/stat.h>\n' \
                 '#include "absl/strings/match.h"\n#include "server/wait.h"\n'
        self.assertEqual(unwanted_headers(source), ["unistd.h", "sys/stat.h", "server/wait.h"])


if __name__ == "__main__":
    unittest.main(buffer=True)
