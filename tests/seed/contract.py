"""Traces of a server held against the document: its calls, in its order (document.py), but
for the deviations of that server (deviations.py)."""

import re
from typing import Iterable, Mapping, NamedTuple, Sequence

from tests.seed import document
from tests.seed.deviations import Deviation
from tests.seed.document import Step
from tests.strace import Call

_PLACEHOLDER = re.compile(r"<(?P<name>[a-z_]+)>|\.\.\.")


class Broken(AssertionError):
    """A trace is not what the document says."""


class Match(NamedTuple):
    """Where a step was found."""
    step: Step
    pid: int
    place: int  # among the calls of that process
    call: Call


Traces = Mapping[int, Sequence[Call]]  # the calls of each process, by its pid

Tables = Sequence[Iterable[Deviation]]  # of two rows for one step, that of the earlier counts


def rows(tables: Tables) -> dict[str, Deviation]:
    """The row that counts of each step, by the step's name; of a step without any there is none."""
    return {deviation.step: deviation for table in reversed(tables) for deviation in table}


def _calls(tables: Tables) -> dict[str, str]:
    """The call of each step, by the step's name."""
    made = {step.name: step.call for step in document.STEPS}
    return made | {name: deviation.call for name, deviation in rows(tables).items()}


def check(traces: Traces, parent: int, clients: int, tables: Tables) -> list[Match]:
    """Where each step is made in `traces`, by a server that has served so many clients one
    after the other; Broken if one is not."""
    made = _calls(tables)
    of_parent = _Reader(traces, parent, made)
    of_parent.find(*document.START)
    children = []
    for _ in range(clients):
        of_parent.find(*document.LOOP)
        child = int(of_parent.known["child"])
        children.append(child)
        if child not in traces:
            raise Broken(f"{child}, which the parent has forked, is not traced")
        # A signal may bring this before or after the parent's other calls.
        reaping = _Reader(traces, parent, made, of_parent.place("fork"), of_parent.known)
        reaping.find(document.REAP)
        of_child = _Reader(traces, child, made, 0, of_parent.known)
        of_child.find(*document.SERVE)
        _require_first(of_child, made)
        of_parent.matches += [*reaping.matches, *of_child.matches]
    if set(traces) != {parent, *children}:
        raise Broken(f"{len(traces) - 1} children for {clients} clients")
    return of_parent.matches


def follow(traces: Traces, pid: int, steps: Iterable[Step], tables: Tables) -> list[Match]:
    """Where each of `steps` is made by one process; Broken if one is not."""
    reader = _Reader(traces, pid, _calls(tables))
    reader.find(*steps)
    return reader.matches


def _require_first(child: "_Reader", made: Mapping[str, str]) -> None:
    """A child leaves the listening socket before it does anything that the document knows."""
    names = {call.partition("(")[0] for call in made.values()}
    earlier = child.trace[:child.place("leave")]
    if any(call.name in names for call in earlier):
        raise Broken(f"before the child closes the listening socket: {_lines(earlier)}")


def _lines(trace: Iterable[Call]) -> str:
    return "\n".join(call.line for call in trace)


class _Reader:
    """Finds steps in the trace of a process, each behind the one before."""

    def __init__(self, traces: Traces, pid: int, made: Mapping[str, str], start: int = 0,
                 known: Mapping[str, str] | None = None):
        self.trace = traces[pid]
        self.matches: list[Match] = []
        self.known = dict(known or {})  # what placeholders stand for, as far as calls have told
        self._pid = pid
        self._made = made
        self._next = start

    def find(self, *steps: Step) -> None:
        for step in steps:
            if step.name == "accept":
                self._forget("conn_fd", "child")
            pattern = _pattern(self._made[step.name], self.known)
            place = next((place for place in range(self._next, len(self.trace))
                          if pattern.fullmatch(self.trace[place].line)), None)
            if place is None:
                raise Broken(f"{step.name!r}: no {self._made[step.name]}, where {self.known}, in\n"
                             f"{_lines(self.trace[self._next:])}")
            self.known |= pattern.fullmatch(self.trace[place].line).groupdict()
            self.matches.append(Match(step, self._pid, place, self.trace[place]))
            self._next = place + 1

    def place(self, name: str) -> int:
        """Where the step of that name was found last."""
        return next(match.place for match in reversed(self.matches) if match.step.name == name)

    def _forget(self, *names: str) -> None:
        for name in names:
            self.known.pop(name, None)


def _pattern(call: str, known: Mapping[str, str]) -> re.Pattern:
    pattern = ""
    end = 0
    named = set()
    for placeholder in _PLACEHOLDER.finditer(call):
        pattern += re.escape(call[end:placeholder.start()])
        end = placeholder.end()
        name = placeholder["name"]
        if name is None:
            pattern += ".*"
        elif name in known:
            pattern += re.escape(known[name])
        elif name in named:
            pattern += f"(?P={name})"
        else:
            named.add(name)
            pattern += f"(?P<{name}>[0-9]+)"
    return re.compile(pattern + re.escape(call[end:]))
