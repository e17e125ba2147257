"""What is told of a series of measurements: a median, and how far they spread."""

import statistics
from typing import NamedTuple, Sequence


class Spread(NamedTuple):
    """The median of a series and its quartiles, between which half of it lies."""
    median: float
    low: float
    high: float


def spread(values: Sequence[float | None]) -> Spread | None:
    """Of at least one value; None if one of them could not be measured."""
    if not values or None in values:
        return None
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def ratio(ours: Sequence[float | None], theirs: Sequence[float | None]) -> Spread | None:
    """Of one series to another, each measurement to that of the same round: what else the
    machine did then is much the same for both. None if there is none, or none to divide by."""
    if not ours or len(ours) != len(theirs) or None in ours or None in theirs or 0 in theirs:
        return None
    return spread([a / b for a, b in zip(ours, theirs)])
