#!/usr/bin/env python3
"""Medians, quartiles and ratios."""

import unittest

from tools.bench.figures import Spread, ratio, spread


class SpreadTest(unittest.TestCase):

    def test_the_median_and_the_quartiles(self):
        self.assertEqual(spread([5, 1, 3, 2, 4]), Spread(3, 2, 4))
        self.assertEqual(spread([1, 2]), Spread(1.5, 1.25, 1.75))

    def test_of_one_value(self):
        self.assertEqual(spread([7]), Spread(7, 7, 7))

    def test_what_was_not_measured_does_not_count(self):
        self.assertEqual(spread([1, None, 1]), Spread(1, 1, 1))
        self.assertEqual(spread([None, 4]), Spread(4, 4, 4))
        self.assertIsNone(spread([None]))
        self.assertIsNone(spread([]))


class RatioTest(unittest.TestCase):

    def test_each_round_is_compared_with_itself(self):
        """The machine was twice as fast in the second round, and that is no difference."""
        self.assertEqual(ratio([10, 20, 30], [20, 40, 60]), Spread(0.5, 0.5, 0.5))
        self.assertEqual(ratio([1, 2, 9], [1, 1, 3]), Spread(2, 1.5, 2.5))

    def test_a_round_of_which_one_was_not_measured_does_not_count(self):
        self.assertEqual(ratio([1, None, 3, 4], [None, 1, 1, 0]), Spread(3, 3, 3))
        for ours, theirs in (([None], [1]), ([1], [0]), ([], [])):
            with self.subTest(ours=ours, theirs=theirs):
                self.assertIsNone(ratio(ours, theirs))


if __name__ == "__main__":
    unittest.main()
