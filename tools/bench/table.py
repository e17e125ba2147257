"""Figures as tables, in Markdown that is to be read as it is, too."""

from typing import Sequence

from tools.bench import breakdown, figures
from tools.bench.parser_times import Times
from tools.bench.plan import Limit, Target
from tools.bench.run import Processes, Result

_UNKNOWN = _NONE = "–"

# Of a response, the least that has a row of its own.
_LEAST_PART = 0.01

# What the figures of run.Sample are called.
FIGURES = {"rate": "rate", "cpu": "CPU per response", "median": "median latency",
           "p99": "99th percentile of latency"}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Its columns aligned: the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width
                                            in zip(row[1:], widths[1:]))]
        return "| " + " | ".join(cells) + " |\n"

    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:])])
    return line(header) + rule + "|\n" + "".join(map(line, rows))


def of_result(result: Result) -> str:
    """The servers of an experiment, beside the first of them."""
    first = next(iter(result.series))
    rows = []
    for name, series in result.series.items():
        ours = result.series[first]
        rows.append([
            name,
            _number(series.spread("rate")),
            _ratio(figures.ratio(ours.values("rate"), series.values("rate"))),
            _number(series.spread("cpu")),
            _ratio(figures.ratio(ours.values("cpu"), series.values("cpu"))),
            _number(series.spread("median")),
            _number(series.spread("p99")),
            f"{series.memory / (1 << 20):.1f}",
            str(series.errors()),
        ])
    return table(("server", "responses/s", f"{first} / it", "CPU us per response",
                  f"{first} / it", "median us", "p99 us", "MiB", "errors"), rows)


def of_targets(targets: Sequence[Target], results: Sequence[Result]) -> str:
    """The targets that were measured: what is wanted, and what it came to."""
    rows = []
    for result in results:
        for target in targets:
            measured = _measured(target, result)
            if measured is not None:
                rows.append([
                    f"{FIGURES[target.figure]}, {target.server} / {target.against}:"
                    f" {result.experiment.name()}",
                    f"{'at least' if target.at_least else 'at most'} {target.bound:.2f}",
                    _ratio(measured), "met" if target.is_met(measured.median) else "missed"])
    return table(("target", "wanted", "measured", ""), rows)


def of_limits(limits: Sequence[Limit], processes: Processes) -> str:
    rows = []
    for limit in limits:
        value = getattr(processes, limit.figure)
        rows.append([limit.meaning, f"at most {limit.bound} {limit.unit}".rstrip(),
                     f"{value:.1f} {limit.unit}".rstrip(),
                     "met" if value <= limit.bound else "missed"])
    return table(("of prong's processes", "wanted", "measured", ""), rows)


def of_parser(times: Times) -> str:
    bounds = (("a browser's request, 700 bytes with 12 fields", times.request, 600),
              ("the request line of 57 bytes, by RE2", times.request_line, 160))
    rows = [[meaning, f"at most {bound} ns", f"{value:,.0f} ns",
             "met" if value <= bound else "missed"] for meaning, value, bound in bounds]
    rows.insert(1, ["libhttp-parser / prong, the same request", "at least 2.00",
                    f"{times.advantage():.2f}", "met" if times.advantage() >= 2 else "missed"])
    rows += [["the first request in a fresh child", "", f"{times.first:,.0f} ns", ""],
             ["the hundredth request in it", "", f"{times.hundredth:,.0f} ns", ""]]
    return table(("of the parser alone", "wanted", "measured", ""), rows)


def of_breakdown(times: breakdown.Times) -> str:
    """What takes each server how long, what takes all longest first; then what is less than a
    hundredth of a response for each."""
    everything = {name: sum(parts.values()) for name, parts in times.microseconds.items()}
    purposes = {purpose for parts in times.microseconds.values() for purpose in parts}

    def parts(purpose: str) -> list[float]:
        return [parts.get(purpose, 0) for parts in times.microseconds.values()]

    shown = sorted((purpose for purpose in purposes if any(
        part >= _LEAST_PART * whole for part, whole in zip(parts(purpose), everything.values()))),
                   key=lambda purpose: -sum(parts(purpose)))
    rest = [sum(values) for values in zip(*map(parts, purposes - set(shown)))]
    rows = [[purpose, *parts(purpose)] for purpose in shown]
    rows += [["all else", *rest]] if rest else []
    rows.append(["all", *everything.values()])
    return table(("us of a response", *times.microseconds),
                 [[row[0], *(f"{value:.1f}" if value else _NONE for value in row[1:])]
                  for row in rows])


def _measured(target: Target, result: Result) -> figures.Spread | None:
    """The ratio that a target is about, if it is about this result."""
    experiment = result.experiment
    names = (target.server, target.against)
    if experiment.load != target.load or experiment.placement not in target.placements \
            or not all(name in result.series for name in names):
        return None
    return figures.ratio(*(result.series[name].values(target.figure) for name in names))


def _number(spread: figures.Spread | None) -> str:
    """Three digits of it, and of what is more the whole."""
    if spread is None:
        return _UNKNOWN
    digits = 0 if spread.median >= 100 else 1 if spread.median >= 10 else 2
    return f"{spread.median:,.{digits}f}"


def _ratio(spread: figures.Spread | None) -> str:
    if spread is None:
        return _UNKNOWN
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"
