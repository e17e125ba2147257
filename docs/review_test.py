#!/usr/bin/env python3
"""docs/review.md has each file of parser/ and server/, and how long it is; there are not too many."""

import pathlib
import unittest

from docs import review

SOURCE = """\
// A file.
#ifndef PRONG_SERVER_FILE_H_
#define PRONG_SERVER_FILE_H_

#include <vector>

/* A comment
   of two lines. */
#ifdef X
int x = 1;  // x
#endif

#endif  // PRONG_SERVER_FILE_H_
"""

DOCUMENT = """\
Here all of it is 0 lines.

## One

| [server/a](../server/a.cc) | 1 | a | b |
| [server/b](../server/b.h) | 2 | |
| **together** | 0 | |

## Two

| [parser/c](../parser/c.h) | 4 | |
| **together** | 0 | |
"""


class ReviewTest(unittest.TestCase):

    def setUp(self):
        self.text = review.PATH.read_text(encoding="utf-8")
        self.counts = review.counts(pathlib.Path("."))

    def test_each_source_is_read_once(self):
        self.assertCountEqual(review.nouns(self.text), list(self.counts))

    def test_the_counts_are_not_far_from_what_they_were(self):
        """Not to the line, so that not each change has to touch the document."""
        for noun, lines in review.written_counts(self.text).items():
            with self.subTest(noun):
                self.assertAlmostEqual(lines, self.counts.get(noun, 0),
                                       delta=max(10, lines // 10), msg="bazel run //docs:review")

    def test_all_of_it_can_be_read_in_an_afternoon(self):
        self.assertLess(sum(self.counts.values()), review.BUDGET)


class CountTest(unittest.TestCase):

    def test_blank_lines_comments_includes_and_guards_do_not_count(self):
        self.assertEqual(review.count(SOURCE), 3)

    def test_counts_are_written(self):
        text = review.with_counts(DOCUMENT, {"server/a": 10, "server/b": 20, "parser/c": 40})
        self.assertIn("all of it is 70 lines", text)
        self.assertEqual(review.written_counts(text), {"server/a": 10, "server/b": 20,
                                                       "parser/c": 40})
        self.assertEqual([line for line in text.splitlines() if "together" in line],
                         ["| **together** | 30 | |", "| **together** | 40 | |"])


if __name__ == "__main__":
    unittest.main()
