"""What was measured, as tables and as JSON."""

import json
from typing import Sequence

from tools.bench import figures, table
from tools.scaling.failover import Outcome, Trial
from tools.scaling.shared_port import ONE, TWO, Ending, Result

_UNKNOWN = "–"

Outcomes = Sequence[tuple[Trial, Sequence[Outcome]]]


def of_shared_port(results: Sequence[Result]) -> str:
    rows = []
    for result in results:
        ratio = result.ratio("rate")
        for name in (ONE, TWO):
            rows.append([
                f"{result.load.describe()}: {name}",
                _number(result.spread(name, "rate").median),
                _spread(ratio) if name == TWO else "1",
                _number(result.spread(name, "median").median),
                _number(result.spread(name, "p99").median),
                str(sum(result.values(name, "errors")))])
    return table.table(("clients, and servers", "responses/s", "it / one", "median us", "p99 us",
                        "errors"), rows)


def of_endings(endings: Sequence[Ending]) -> str:
    rows = []
    for ending in endings:
        errors = [one.errors for one in ending.runs]
        rows.append([f"{ending.load.describe()}, {ending.signal.name}", str(len(ending.runs)),
                     f"{sum(one.responses for one in ending.runs):,}", f"{sum(errors):,}",
                     f"{min(errors)} to {max(errors)}"])
    return table.table(("clients, end", "times", "responses", "errors", "of each time"), rows)


def of_failover(outcomes: Outcomes) -> str:
    """Counts are of all rounds, the others are medians."""
    rows = []
    for trial, rounds in outcomes:
        def median(figure: str) -> str:
            spread = figures.spread([getattr(outcome, figure) for outcome in rounds])
            return _UNKNOWN if spread is None else _number(spread.median)

        retried = [outcome.retries for outcome in rounds if outcome.retries is not None]
        rows.append([
            f"{trial.proxy}, {'persistent' if trial.load.persistent else 'reconnecting'},"
            f" {trial.end()}",
            trial.retries,
            f"{sum(outcome.responses for outcome in rounds):,}",
            f"{sum(outcome.errors for outcome in rounds):,}",
            f"{sum(retried):,}" if retried else _UNKNOWN,
            *(median(figure) for figure in ("before", "during", "after", "down", "back"))])
    return table.table(("proxy, clients, end", "retries", "responses", "errors", "retried",
                        "before: responses/s", "during", "after", "s until down",
                        "s until back"), rows)


def as_json(occasion: str, results: Sequence[Result], endings: Sequence[Ending],
            outcomes: Outcomes) -> str:
    return json.dumps({
        "occasion": occasion,
        "shared_port": [{
            **result.load._asdict(),
            "servers": {name: [one._asdict() for one in runs]
                        for name, runs in result.runs.items()},
        } for result in results],
        "endings": [{
            "load": ending.load._asdict(), "signal": ending.signal.name,
            "runs": [one._asdict() for one in ending.runs],
        } for ending in endings],
        "failover": [{
            **trial._asdict(), "signal": trial.signal.name, "load": trial.load._asdict(),
            "rounds": [outcome._asdict() for outcome in rounds],
        } for trial, rounds in outcomes],
    }, indent=1) + "\n"


def _number(value: float) -> str:
    """Three digits of it, and of what is more the whole."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def _spread(spread: figures.Spread | None) -> str:
    if spread is None:
        return _UNKNOWN
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"
