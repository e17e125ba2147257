"""A chart in SVG of how rates grow with the number of connections."""

import math
from typing import NamedTuple, Sequence
from xml.sax.saxutils import escape

from tools.bench import figures
from tools.bench.plan import KIB, PINNED
from tools.bench.run import Result
from tools.bench.servers import NAMES

_STYLE = """
  :root { color-scheme: light dark; --paper: #fbfaf7; --ink: #22211f; --soft: #6a675f;
    --line: #dcd8ce; --c0: #b3540a; --c1: #6a675f; --c2: #1f5fbf; --c3: #9a3f86; --c4: #2b7a3d;
    --c5: #8a6d00; --c6: #0f7c86; }
  @media (prefers-color-scheme: dark) { :root { --paper: #17181b; --ink: #e7e4dc;
    --soft: #a09c92; --line: #34353a; --c0: #f09a52; --c1: #a09c92; --c2: #79aef5; --c3: #d98cc8;
    --c4: #74c585; --c5: #d9b945; --c6: #5cc4cf; } }
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--ink); }
  .title { font-size: 14px; font-weight: 600; }
  .tick, .axis { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
  .rule { stroke: var(--line); }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .first { stroke-width: 3.5; } .name.first { font-weight: 700; }
  .range { stroke-width: 1.5; opacity: 0.55; }
"""

# In pixels.
_PANEL_WIDTH, _HEIGHT = 470, 430
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 96, 58, 52
_LABEL_HEIGHT = 15


class Line(NamedTuple):
    """A server."""
    name: str
    colour: str  # as CSS has it
    points: dict[int, figures.Spread]  # by number of connections


class Panel(NamedTuple):
    title: str
    lines: list[Line]


class _Scale(NamedTuple):
    """Where in a panel what is drawn; rates by their logarithm, numbers of connections evenly."""
    left: float
    numbers: list[int]
    lowest: float
    highest: float

    def x(self, number: int) -> float:
        step = (_PANEL_WIDTH - _LEFT - _RIGHT) / max(len(self.numbers) - 1, 1)
        return self.left + _LEFT + step * self.numbers.index(number)

    def y(self, rate: float) -> float:
        share = math.log(rate / self.lowest) / math.log(self.highest / self.lowest)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def panels(results: Sequence[Result]) -> list[Panel]:
    """What of the results is about files of 1 KiB with server and loader pinned: connections for
    each request, and persistent ones. Without those of which nothing was measured."""
    found = []
    for title, persistent in (("A connection per request", False),
                              ("Persistent connections", True)):
        lines = [Line(name, f"var(--c{place})", _points(name, persistent, results))
                 for place, name in enumerate(NAMES)]
        lines = [line for line in lines if line.points]
        if lines:
            found.append(Panel(title, lines))
    return found


def render(shown: Sequence[Panel]) -> str:
    """The chart, as a file of its own. All panels have the same axes."""
    points = [line.points for panel in shown for line in panel.lines]
    rates = [edge for by_number in points for spread in by_number.values()
             for edge in (spread.low, spread.high) if edge > 0]
    numbers = sorted({number for by_number in points for number in by_number})
    ticks = _ticks(min(rates, default=1), max(rates, default=1))
    width = _PANEL_WIDTH * max(len(shown), 1)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}"'
             f' width="{width}" height="{_HEIGHT}" role="img"'
             ' aria-label="Responses per second by number of connections">',
             f"<style>{_STYLE}</style>",
             f'<rect width="{width}" height="{_HEIGHT}" fill="var(--paper)"/>']
    for place, panel in enumerate(shown):
        scale = _Scale(place * _PANEL_WIDTH, numbers, ticks[0], ticks[-1])
        parts += [*_axes(panel.title, scale, ticks), *_lines(panel, scale)]
    return "\n".join([*parts, "</svg>\n"])


def spread_labels(wanted: Sequence[float], height: float) -> list[float]:
    """Places for labels of that height, near those wanted, that do not overlap; in their order."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    # Groups of labels that touch, each centred on what its labels want.
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while len(groups) > 1 and _end(groups[-2], wanted, height) > _start(groups[-1], wanted,
                                                                            height):
            groups[-2:] = [groups[-2] + groups[-1]]
    for group in groups:
        for row, index in enumerate(group):
            placed[index] = _start(group, wanted, height) + (row + 0.5) * height
    return placed


def _start(group: Sequence[int], wanted: Sequence[float], height: float) -> float:
    return sum(wanted[i] for i in group) / len(group) - len(group) * height / 2


def _end(group: Sequence[int], wanted: Sequence[float], height: float) -> float:
    return _start(group, wanted, height) + len(group) * height


def _points(name: str, persistent: bool, results: Sequence[Result]) -> dict[int, figures.Spread]:
    points: dict[int, figures.Spread] = {}
    for experiment, series in results:
        load = experiment.load
        if experiment.placement == PINNED and load.size == KIB and name in series \
                and load.persistent == persistent and load.connections not in points:
            points[load.connections] = series[name].spread("rate")
    return {number: points[number] for number in sorted(points) if points[number].low > 0}


def _ticks(lowest: float, highest: float) -> list[float]:
    """Of 1, 2, 5, 10, 20 and so on, those around what is drawn."""
    steps = [step * 10.0 ** power for power in range(0, 8) for step in (1, 2, 5)]
    first = max((i for i, step in enumerate(steps) if step <= lowest), default=0)
    last = next((i for i, step in enumerate(steps) if step >= highest), len(steps) - 1)
    return steps[first:max(last, first + 1) + 1]


def _axes(title: str, scale: _Scale, ticks: Sequence[float]) -> list[str]:
    left, right = scale.left + _LEFT, scale.left + _PANEL_WIDTH - _RIGHT
    parts = [f'<text class="title" x="{left}" y="24">{escape(title)}</text>',
             f'<text class="axis" x="{left}" y="42">responses/s, of 1 KiB</text>']
    for tick in ticks:
        y = scale.y(tick)
        parts += [f'<path class="rule" d="M{left} {y:.1f}H{right}"/>',
                  f'<text class="tick" x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">'
                  f"{tick:,.0f}</text>"]
    for number in scale.numbers:
        parts.append(f'<text class="tick" x="{scale.x(number):.1f}" y="{_HEIGHT - _BOTTOM + 18}"'
                     f' text-anchor="middle">{number}</text>')
    parts.append(f'<text class="axis" x="{(left + right) / 2:.1f}" y="{_HEIGHT - 14}"'
                 ' text-anchor="middle">connections at once</text>')
    return parts


def _lines(panel: Panel, scale: _Scale) -> list[str]:
    parts = []
    # The first is drawn last, above the others.
    for line in reversed(panel.lines):
        first = " first" if line is panel.lines[0] else ""
        places = {number: (scale.x(number), spread) for number, spread in line.points.items()}
        path = "L".join(f"{x:.1f} {scale.y(spread.median):.1f}" for x, spread in places.values())
        parts.append(f'<path class="line{first}" stroke="{line.colour}" d="M{path}"/>')
        for x, spread in places.values():
            parts.append(f'<path class="range" stroke="{line.colour}"'
                         f' d="M{x:.1f} {scale.y(spread.low):.1f}V{scale.y(spread.high):.1f}"/>')
            parts.append(f'<circle fill="{line.colour}" r="{4 if first else 3}" cx="{x:.1f}"'
                         f' cy="{scale.y(spread.median):.1f}"/>')
    ends = [scale.y(list(line.points.values())[-1].median) for line in panel.lines]
    for line, y in zip(panel.lines, spread_labels(ends, _LABEL_HEIGHT)):
        first = " first" if line is panel.lines[0] else ""
        x = scale.x(max(line.points)) + 10
        parts.append(f'<text class="name{first}" style="fill: {line.colour}" x="{x:.1f}"'
                     f' y="{y + 4:.1f}">{escape(line.name)}</text>')
    return parts
