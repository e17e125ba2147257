"""Waiting for what must happen: polling with a deadline, never a bare sleep."""

import time
from typing import Callable, TypeVar

from tests import memcheck

T = TypeVar("T")

# For what should take milliseconds: far above what it takes under a sanitizer on
# a loaded machine, so that only a hang reaches it.
SECONDS = 60.0 if memcheck.IS_ON else 15.0

_POLL_INTERVAL_SECONDS = 0.005


def eventually(predicate: Callable[[], T], within: float = SECONDS) -> T:
    """Returns the first true value of `predicate`; fails after `within` seconds."""
    end = time.monotonic() + within
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {within} seconds; last seen: {value!r}")
        time.sleep(_POLL_INTERVAL_SECONDS)
