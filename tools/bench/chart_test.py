#!/usr/bin/env python3
"""The chart is well-formed, and shows what was measured."""

import unittest
from xml.etree import ElementTree

from tools.bench import chart, plan
from tools.bench.figures import Spread
from tools.bench.load import Load
from tools.bench.run import Result, Sample, Series

_SVG = "{http://www.w3.org/2000/svg}"


def result(connections: int, persistent: bool = False, size: int = plan.KIB,
           placement: str = plan.PINNED, **rates: float) -> Result:
    experiment = plan.Experiment(Load(connections, size, persistent), tuple(rates), placement)
    return Result(experiment, {name: Series([Sample(rate, None, 1, 1, 0)], 0)
                               for name, rate in rates.items()})


class PanelsTest(unittest.TestCase):

    def test_each_way_has_its_own(self):
        shown = chart.panels([result(16, prong=9), result(1, prong=5, nginx=7),
                              result(16, persistent=True, nginx=8)])
        self.assertEqual([[line.name for line in panel.lines] for panel in shown],
                         [["prong", "nginx"], ["nginx"]])
        self.assertEqual(shown[0].lines[0].points, {1: Spread(5, 5, 5), 16: Spread(9, 9, 9)})

    def test_what_is_not_of_the_chart(self):
        self.assertEqual(chart.panels([result(16, size=0, prong=1),
                                       result(16, placement=plan.FREE, prong=1)]), [])


class RenderTest(unittest.TestCase):

    def setUp(self):
        self.shown = chart.panels([
            result(n, persistent, prong=1000 * n, nginx=1010 * n)
            for n in (1, 16, 64) for persistent in (False, True)])
        self.svg = ElementTree.fromstring(chart.render(self.shown))

    def texts(self, kind: str) -> list[str]:
        return [text.text for text in self.svg.iter(_SVG + "text")
                if kind in text.get("class").split()]

    def test_titles_axes_and_names(self):
        self.assertEqual(self.texts("title"), ["A connection per request",
                                               "Persistent connections"])
        self.assertEqual(self.texts("name"), ["prong", "nginx"] * 2)
        self.assertEqual(self.texts("axis"), ["responses/s, of 1 KiB", "connections at once"] * 2)
        for tick in ("1", "16", "64", "1,000", "100,000"):
            self.assertIn(tick, self.texts("tick"))

    def test_everything_is_inside(self):
        _, _, width, height = map(float, self.svg.get("viewBox").split())
        for element in self.svg.iter():
            for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                if element.get(name):
                    self.assertTrue(0 <= float(element.get(name)) <= limit, element.attrib)

    def test_higher_is_faster(self):
        circles = [float(circle.get("cy")) for circle in self.svg.iter(_SVG + "circle")]
        self.assertEqual(circles[:3], sorted(circles[:3], reverse=True))

    def test_of_nothing(self):
        ElementTree.fromstring(chart.render([]))


class LabelsTest(unittest.TestCase):

    def test_those_that_are_apart_stay_where_they_are(self):
        self.assertEqual(chart.spread_labels([10, 50], 15), [10, 50])

    def test_those_that_would_overlap_are_moved_apart(self):
        self.assertEqual(chart.spread_labels([52, 50], 10), [56, 46])
        placed = sorted(chart.spread_labels([50, 50, 50, 62], 10))
        self.assertTrue(all(b - a >= 10 for a, b in zip(placed, placed[1:])), placed)


if __name__ == "__main__":
    unittest.main()
