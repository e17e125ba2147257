"""Short counts: calls that move fewer bytes than they were asked to.

strace(1) can make a call return less, but that would be a lie: the bytes were moved
nonetheless, or not at all. So it is the kernel that is brought to do less.
"""

import re
from typing import Callable, NamedTuple

from tests.faults import traffic, trial
from tests.faults.traffic import Traffic
from tests.strace import Call, Fault

_COUNTS = re.compile(r", (?P<asked>[0-9]+)(?:, (?:[A-Z_|]+|[0-9]+)(?:, NULL, (?:NULL|0))?)?\)"
                     r" += (?P<moved>[0-9]+)(?: |$)")

# Long enough for a file to be cut short between its open and its read.
_DELAY = "delay_enter=1s"


class Way(NamedTuple):
    """How a process comes to get short counts of a call."""
    process: str
    call: str
    why: str
    conversation: Callable[[Traffic], None]
    fault: Fault | None = None

    def __str__(self) -> str:
        return f"{self.process} {self.call} short"


WAYS = (
    Way(trial.CHILD, "recvfrom", "a head that comes in pieces", Traffic.send_in_pieces),
    Way(trial.CHILD, "sendto", "a client that does not read",
        lambda clients: clients.read_slowly("medium", 260)),
    Way(trial.CHILD, "sendfile", "a client that does not read",
        lambda clients: clients.read_slowly("large")),
    Way(trial.CHILD, "sendfile", "a file cut short after its open",
        lambda clients: clients.read_what_shrinks("large"), Fault("sendfile", _DELAY, 1)),
    Way(trial.CHILD, "pread64", "a file cut short after its open",
        lambda clients: clients.read_what_shrinks("medium"), Fault("pread64", _DELAY, 1)),
    Way(trial.CHILD, "write", "a log at its RLIMIT_FSIZE", Traffic.fill_log),
    Way(trial.PARENT, "write", "standard error at its RLIMIT_FSIZE", Traffic.fill_stderr),
)


def is_short(call: Call) -> bool:
    """Whether `call` moved some bytes, but not all. A receive asks for as many as fit: short
    is one that ends within a head."""
    counts = _COUNTS.search(call.line)
    if counts is None or call.name not in {way.call for way in WAYS}:
        return False
    asked = traffic.SHORTEST_HEAD if call.name == "recvfrom" else int(counts["asked"])
    return 0 < int(counts["moved"]) < asked


def run(way: Way) -> trial.Outcome:
    """Runs until there was a short count; AssertionError if it was not borne well."""
    for _ in range(5):
        outcome = trial.run(way.process, way.fault, way.conversation)
        if any(call.name == way.call and is_short(call)
               for trace in outcome.traces for call in trace):
            return outcome
    raise AssertionError("no count was short")
