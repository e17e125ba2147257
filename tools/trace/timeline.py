"""Where the page draws what: lanes for processes, and time to the right."""

import bisect
import dataclasses
import math
from typing import Sequence

from tools.trace.history import Descriptor, Event, History, Process

# All in CSS pixels.
WIDTH = 1160  # that the chart would like to have
MARGIN = 92  # for the names of the processes that begin first
_RIGHT = 70  # for names of calls, which rise to the right
_TOP = 26  # for the times
_BETWEEN_LANES = 16

_NAMED_PITCH = 12.0  # at which names of calls, as they are turned, do not touch
_MAX_PITCH = 24.0
_MIN_PITCH = 2.4
_MANY = 8  # children; of more, calls have no room for their names

# How wide so many seconds are, as a multiple of the room of a call: as much as there is
# width for. A longer wait than the last is drawn like that.
_SECONDS_PER_PITCH = 200e-6
_SCALES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.0)
_LONGEST_WAIT = 3.0


@dataclasses.dataclass
class Lane:
    """Of a process."""
    process: Process
    top: float  # of the lane
    calls: float  # top of the row of calls
    rows: dict[int, float]  # top of the row of each descriptor's number
    bottom: float


@dataclasses.dataclass
class Timeline:
    """Of a history."""
    width: float
    height: float
    named: bool  # calls have their names, and descriptors their kinds
    call_height: float
    row_height: float
    lanes: list[Lane]
    ticks: list[tuple[float, float]]  # where a time is written, and which, in seconds
    pitch: float  # between two calls of a process, at least
    _times: list[float]
    _places: list[float]

    def x(self, time: float) -> float:
        """Where a time is: in proportion between those at which a call began or ended."""
        at = bisect.bisect_right(self._times, time) - 1
        if at < 0:
            return self._places[0]
        if at == len(self._times) - 1:
            return self._places[-1]
        span = self._times[at + 1] - self._times[at]
        share = (time - self._times[at]) / span
        return self._places[at] + share * (self._places[at + 1] - self._places[at])

    def begin(self, event: Event) -> float:
        return self.x(event.start)

    def end(self, event: Event) -> float:
        """At least as far from its begin as a mark is wide."""
        return max(self.x(event.end), self.begin(event) + min(self.pitch * 0.45, 7))

    def span(self, process: Process, descriptor: Descriptor) -> tuple[float, float]:
        """Where the bar of a descriptor begins and ends."""
        closed = process.end if descriptor.closed is None else descriptor.closed
        return self.x(descriptor.opened), max(self.x(closed), self.x(descriptor.opened) + 1)


def _places(history: History, scale: float) -> tuple[list[float], list[float]]:
    """Times, and where they are if calls of a process are 1 apart at least."""
    moments: list[tuple[float, Process | None]] = []
    for event in history.events:
        moments += [(event.start, event.process), (event.end, None)]
    moments.sort(key=lambda moment: moment[0])
    times, places = [], []
    last_of: dict[int, float] = {}
    place, before = 0.0, 0.0
    for time, process in moments:
        place += scale * min((time - before) / _SECONDS_PER_PITCH, _LONGEST_WAIT)
        before = time
        if process is not None:
            place = max(place, last_of.get(process.which, -1.0) + 1.0)
            last_of[process.which] = place
        if times and time <= times[-1]:
            places[-1] = place
        else:
            times.append(time)
            places.append(place)
    return times, places


def lay_out(history: History) -> Timeline:
    room = WIDTH - MARGIN - _RIGHT
    named = len(history.children) <= _MANY
    min_pitch = _NAMED_PITCH if named else _MIN_PITCH
    for scale in _SCALES:
        times, places = _places(history, scale)
        if places[-1] * min_pitch <= room:
            break
    pitch = min(max(room / max(places[-1], 1.0), min_pitch), _MAX_PITCH)
    places = [MARGIN + place * pitch for place in places]

    call_height, row_height = (14.0, 12.0) if named else (8.0, 2.5)
    lanes, top = [], float(_TOP)
    for process in history.processes:
        names = max(len(event.name) for event in process.events)
        # By the sine of 60 degrees and the width of a character.
        calls = top + (math.ceil(names * 5.8 * 0.87) + 12 if named else 6)
        numbers = sorted({descriptor.number for descriptor in process.descriptors})
        first = calls + call_height + (4 if named else 1.5)
        rows = {number: first + place * row_height for place, number in enumerate(numbers)}
        bottom = first + len(numbers) * row_height
        lanes.append(Lane(process, top, calls, rows, bottom))
        top = bottom + (_BETWEEN_LANES if named else 3)
    height = lanes[-1].bottom + 12
    return Timeline(places[-1] + _RIGHT, height, named, call_height, row_height, lanes,
                    _ticks(times, places), pitch, times, places)


def _ticks(times: Sequence[float], places: Sequence[float]) -> list[tuple[float, float]]:
    """Some of the times, no closer to each other than they can be read."""
    ticks: list[tuple[float, float]] = []
    for time, place in zip(times, places):
        if not ticks or place - ticks[-1][0] >= 84:
            ticks.append((place, time))
    return ticks
