"""What the page draws is in order, has room, and fits."""

import unittest

from tools.trace import made_up, timeline


class TimelineTest(unittest.TestCase):

    def test_time_runs_to_the_right(self):
        for children in (1, 5, 50):
            chart = timeline.lay_out(told := made_up.told(children))
            places = [chart.begin(event) for event in told.events]
            self.assertEqual(places, sorted(places))
            self.assertGreaterEqual(places[0], timeline.MARGIN)
            self.assertLess(places[-1], chart.width)

    def test_calls_of_a_process_do_not_touch(self):
        for children in (1, 5, 50):
            chart = timeline.lay_out(told := made_up.told(children))
            for process in told.processes:
                for event, following in zip(process.events, process.events[1:]):
                    gap = chart.begin(following) - chart.begin(event)
                    self.assertGreaterEqual(gap, chart.pitch - 1e-6)
                    self.assertLessEqual(chart.end(event), chart.begin(following))

    def test_names_have_room_while_processes_are_few(self):
        self.assertTrue(timeline.lay_out(made_up.told(1)).named)
        few, many = timeline.lay_out(made_up.told(8)), timeline.lay_out(made_up.told(9))
        self.assertTrue(few.named)
        self.assertGreaterEqual(few.pitch, 12)
        self.assertFalse(many.named)

    def test_it_is_as_wide_as_a_page_if_it_can(self):
        for children in (5, 50):
            self.assertLessEqual(timeline.lay_out(made_up.told(children)).width,
                                 timeline.WIDTH + 1)

    def test_lanes_do_not_overlap(self):
        for children in (1, 5, 50):
            lanes = timeline.lay_out(made_up.told(children)).lanes
            for lane, below in zip(lanes, lanes[1:]):
                self.assertLess(lane.top, lane.calls)
                self.assertLess(max(lane.rows.values()), lane.bottom)
                self.assertLess(lane.bottom, below.top)

    def test_each_descriptor_has_a_row(self):
        chart = timeline.lay_out(made_up.told(2))
        for lane in chart.lanes:
            self.assertEqual(lane.rows.keys(), {d.number for d in lane.process.descriptors})
            self.assertEqual(len(set(lane.rows.values())), len(lane.rows))

    def test_times_are_legible(self):
        for children in (1, 5, 50):
            ticks = timeline.lay_out(made_up.told(children)).ticks
            self.assertEqual(ticks[0][1], 0)
            for (place, time), (place_after, time_after) in zip(ticks, ticks[1:]):
                self.assertGreater(place_after - place, 80)
                self.assertGreater(time_after, time)

    def test_a_time_between_calls_is_between_them(self):
        chart = timeline.lay_out(told := made_up.told(1))
        first, second = told.events[0], told.events[1]
        place = chart.x((first.start + second.start) / 2)
        self.assertLess(chart.begin(first), place)
        self.assertLess(place, chart.begin(second))
        self.assertEqual(chart.x(-1), chart.begin(first))
        self.assertLess(chart.x(1e9), chart.width)


if __name__ == "__main__":
    unittest.main(buffer=True)
