"""What is told of a series of measurements: a median, and how far they spread."""

import statistics
from typing import NamedTuple, Sequence


class Spread(NamedTuple):
    """The median of a series and its quartiles, between which half of it lies."""
    median: float
    low: float
    high: float


def spread(values: Sequence[float | None]) -> Spread | None:
    """Of those that could be measured; None if there are none."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Spread(known[0], known[0], known[0]) if known else None
    low, median, high = statistics.quantiles(known, n=4, method="inclusive")
    return Spread(median, low, high)


def ratio(ours: Sequence[float | None], theirs: Sequence[float | None]) -> Spread | None:
    """Of one series to another, each measurement to that of the same round: what else the
    machine did then is much the same for both. A round in which one could not be measured, or
    in which there is nothing to divide by, as a busy machine may have it, says nothing."""
    return spread([a / b for a, b in zip(ours, theirs) if a is not None and b])
