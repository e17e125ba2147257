"""docs/laws.md: the laws of processes and descriptors, the tests that hold them, and the
planted faults by which each test has been seen to fail.
"""

import pathlib
import re
from typing import NamedTuple, Sequence

from tests.planted.faults import DIRECTORY, Fault

# Relative to the root of the workspace.
PATH = pathlib.Path("docs/laws.md")


class Law(NamedTuple):
    """What a law says, and what of its tests has no planted fault here."""
    title: str
    says: str
    elsewhere: str = ""


# By what follows "Law:" in a patch.
LAWS = {
    "1": Law("Authority", """\
A child that serves has open, whatever it is doing: standard input, output and error, of which the
first two are `/dev/null`; its connection; the document root; the log, if that is a file; and the
file that it sends. No listening socket, no connection of another, nothing that the server was
started with."""),
    "2": Law("No zombies", """\
After any load, and within a second of the last close, the parent has no child and no zombie."""),
    "3": Law("No leaks", """\
However many connections were served, refused or reset, the parent has those descriptors open that
it had before."""),
    "4": Law("Lifetime", """\
SIGTERM and SIGINT let each connection come to its end, for no longer than `--drain_timeout`; a
second one kills them. No child outlives a parent that was killed, nor one that died while it
forked."""),
    "5": Law("Exhaustion", """\
When accept or fork fails for want of descriptors, memory or processes, the parent survives, waits
100 ms before it tries again, and says so once in ten seconds. Clients wait, or get 503 where there
is no process for them; they are served again when the shortage ends."""),
    "6": Law("Faults", """\
Whatever error of its manual page a system call fails with: no crash, no hang, no leak, and no wrong
byte sent as if it were right.""", """\
`//tests/faults:matrix_test`; [faults.md](faults.md) is the matrix of its cases, each a fault that is
planted in the running server."""),
    "7": Law("Ownership", """\
With `--config=fdsan`, a descriptor is closed by its owner, once, is not used after that, and no
child begins or ends with one too many: else the process aborts with the stacks of both sites.""", """\
`//tools/fdsan:fdsan_test` and `//tests:fdsan_test`; they plant the violations themselves."""),
    "time": Law("Time", """\
Deadlines are points of the monotonic clock: no byte extends one. A request that has not arrived by
its deadline is 408. A client that takes less than `--min_send_rate` on average, once it keeps the
server waiting, is cut; one that takes as much never is."""),
    "limits": Law("Limits", """\
There are never more children than `--max_connections`, nor more for one client than
`--max_connections_per_client`; what is beyond is answered 503, and no connection that has ended
counts."""),
    "memory": Law("Memory", """\
No decision and no byte that is sent depends on memory that nobody has written, and no child leaks:
what `--config=valgrind` watches."""),
}

_HEAD = """\
<!-- Made by `bazel run //tests:planted_faults -- --write` from tests/planted: change that. -->

# Laws

What the processes of prong keep to, the tests that hold them to it, and how each test was shown to
be able to fail: faults that were planted in a copy, one at a time. Each row has the fault, the test
that has to fail, which of its cases was the first that did, and when that was last seen.
"""

_TABLE = """
| planted fault | test | first case to fail | seen |
|---|---|---|---|
"""

_ROW = re.compile(r"^\| \[(?P<fault>.+)\]\(\.\./tests/planted/(?P<name>\w+)\.patch\)"
                  r" \| `(?P<test>[^`]+)` \| `(?P<case>[^`]+)` \| (?P<seen>[\d-]+) \|$",
                  re.MULTILINE)


class Sighting(NamedTuple):
    """A test that failed as it must."""
    fault: str
    name: str  # of the patch
    test: str
    case: str  # the first that failed
    seen: str  # a date

    def is_of(self, fault: Fault) -> bool:
        return self[:3] == (fault.fault, fault.name, fault.test)


def write(all_faults: Sequence[Fault], sightings: Sequence[Sighting]) -> str:
    """The document, with those of the sightings that are of a fault as it is."""
    return _HEAD + "".join(
        _section(key, law, [sighting for fault in all_faults if fault.law == key
                            for sighting in sightings if sighting.is_of(fault)])
        for key, law in LAWS.items())


def _section(key: str, law: Law, sightings: Sequence[Sighting]) -> str:
    number = f"{key}. " if key.isdigit() else ""
    section = f"\n## {number}{law.title}\n\n{law.says}\n"
    if law.elsewhere:
        section += f"\nTests: {law.elsewhere}\n"
    return section + (_TABLE + "".join(map(_row, sightings)) if sightings else "")


def _row(sighting: Sighting) -> str:
    return (f"| [{sighting.fault}](../{DIRECTORY}/{sighting.name}.patch) | `{sighting.test}` "
            f"| `{sighting.case}` | {sighting.seen} |\n")


def read(text: str) -> list[Sighting]:
    """The sightings in a document that was written."""
    return [Sighting(**match.groupdict()) for match in _ROW.finditer(text)]
