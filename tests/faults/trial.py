"""A run of the server during which one system call fails, and whether it is borne well.

Whatever fails, a server that serves goes on: no child is lost, left or stuck, no
descriptor leaks, each client gets its answer, an honest error or a closed connection,
and afterwards all is as it was. A server that starts may also end, with exit status 2
and one line that says why.
"""

import contextlib
import itertools
import os
import re
import signal
import tempfile
from typing import Callable, Iterator, NamedTuple, Sequence

from tests import deadline, procfs, server, strace
from tests.faults import traffic
from tests.faults.traffic import Misbehaviour, Traffic
from tests.strace import Call, Fault
from tests.subject import Subject

START = "start"  # the parent until it first waits for a connection
PARENT = "parent"  # after that
CHILD = "child"
PROCESSES = (START, PARENT, CHILD)

# What comes of a start. Of a server that serves, it is what clients got in place of the
# right answers, if they noticed anything.
SERVES = "it serves"
REFUSES = "exit status 2"
DIES = "it dies"

_FIRST_WAIT = "ppoll"

# Those that no other makes: all others need not wait for one.
_CALLS_OF_A_SLOW_CHILD = ("setsockopt",)

_DEATH_OF_A_CHILD = re.compile("was killed by|exited with status")
_CLOSED = re.compile(r"close\((?P<descriptor>[0-9]+)\) += -1 .*\(INJECTED\)")


class Outcome(NamedTuple):
    """Of a run in which nothing misbehaved."""
    faults: int  # how many there were in the process in question, or in all children
    results: frozenset[str]
    traces: tuple[Sequence[Call], ...]  # of the process, or of each child


def run(process: str, fault: Fault | None = None,
        conversation: Callable[[Traffic], None] | None = None) -> Outcome:
    """Runs a server, and lets `fault` happen in `process`; but for a start, while clients have
    a `conversation` with it, by default one in which the process makes all of its calls.

    AssertionError if it is not borne well. Without a fault, nothing may differ from the right.
    """
    with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as scratch:
        try:
            if process == START:
                return _start(scratch, fault)
            return _serve(scratch, process, fault, conversation or _exercise(process, fault))
        except AssertionError as error:
            error.add_note(strace.around_faults(scratch))
            raise


def _exercise(process: str, fault: Fault | None) -> Callable[[Traffic], None]:
    if process == PARENT:
        return Traffic.exercise_parent
    if fault is None or fault.call in _CALLS_OF_A_SLOW_CHILD:
        return Traffic.exercise_slow_child
    return Traffic.exercise_child


def _command(scratch: str) -> Sequence[str]:
    traffic.write_root(f"{scratch}/root")
    return (server.BINARY, "--port=0", f"--root={scratch}/root", f"--access_log={scratch}/log",
            *traffic.FLAGS)


def _start(scratch: str, fault: Fault | None) -> Outcome:
    trace = os.path.join(scratch, "trace")
    command = (*strace.from_the_start(trace, *_options(fault)), *_command(scratch))
    with Subject(command, scratch) as subject:
        result = SERVES if subject.listens() else REFUSES
        if result == SERVES:
            Traffic(subject).probe()
            _check_authority(subject, strace.calls(trace))
            subject.signal(signal.SIGTERM)
        status = subject.wait()
        calls = strace.calls(trace)
        lines = subject.lines()
    if result == SERVES:
        _check_end(status, lines)
    elif status != 2 and not _is_the_servers(calls):
        result = DIES
        if len(lines) > 1:
            raise Misbehaviour(f"dies with more than a line: {lines}")
    elif status != 2 or len(lines) != 1 or not lines[0].startswith("prong: "):
        raise Misbehaviour(f"ends with status {status} and says {lines}")
    start = list(itertools.takewhile(lambda call: call.name != _FIRST_WAIT, calls))
    return Outcome(_count_faults(start), frozenset({result}), (start,))


def _options(fault: Fault | None) -> Sequence[str]:
    return () if fault is None else (fault.option(),)


def _is_the_servers(calls: Sequence[Call]) -> bool:
    """Whether no fault hit a call before the server's own."""
    before = itertools.takewhile(lambda call: call.name != server.FIRST_CALL, calls)
    return not any(call.tampered for call in before)


def _serve(scratch: str, process: str, fault: Fault | None,
           conversation: Callable[[Traffic], None]) -> Outcome:
    with _serving(scratch) as subject:
        clients = Traffic(subject, awaits_ends=fault is None or fault.call != "close")
        clients.probe()
        subject.wait_for_no_child()
        before = procfs.descriptors(subject.pid)
        with _traced(subject, scratch, process, _options(fault)) as attached:
            conversation(clients)
            subject.wait_for_no_child()
            _check_descriptors(subject, before, attached.of_parent())
            if process == PARENT:
                if _count_faults(attached.of_parent()):
                    clients.probe()
                clients.drain()
                _check_end(subject.wait(), subject.lines())
            else:
                with clients.idle():
                    attached.detach()
                    clients.probe()
                    subject.signal(signal.SIGKILL)
                    _check_end(subject.wait(), subject.lines(), -signal.SIGKILL)
        of_parent, of_children = attached.of_parent(), attached.of_children()
    faults = sum(map(_count_faults, (of_parent, *of_children)))
    deviations = clients.deviations()
    if len(deviations) > faults:
        raise Misbehaviour(f"{faults} faults, but {deviations}")
    traces = (of_parent,) if process == PARENT else tuple(of_children)
    return Outcome(sum(map(_count_faults, traces)), frozenset().union(*deviations), traces)


@contextlib.contextmanager
def _serving(scratch: str) -> Iterator[Subject]:
    with Subject(_command(scratch), scratch) as subject:
        if not subject.listens():
            raise Misbehaviour(f"does not start: {subject.lines()}")
        yield subject


@contextlib.contextmanager
def _traced(subject: Subject, scratch: str, process: str,
            options: Sequence[str]) -> Iterator[strace.Attached]:
    directory = os.path.join(scratch, "traces")
    os.mkdir(directory)
    attached = strace.Attached(subject.pid, directory, *options, follow=process == CHILD)
    try:
        yield attached
    finally:
        attached.detach()


def _check_descriptors(subject: Subject, before: dict[int, str], calls: Sequence[Call]) -> None:
    """The parent holds what it held before, and what an injected error kept open."""
    try:
        deadline.eventually(lambda: _held(subject, calls) == sorted(before.values()))
    except AssertionError:
        raise Misbehaviour(f"holds {_held(subject, calls)}, before {before}") from None


def _check_authority(subject: Subject, calls: Sequence[Call]) -> None:
    """The parent holds nothing that it inherited but standard error."""
    held = _held(subject, calls)
    expected = ["/dev/null", "/dev/null", subject.stderr, subject.root, subject.log,
                "anon_inode:[signalfd]", "anon_inode:[landlock-ruleset]"]
    expected += procfs.listening_sockets() & set(held)
    if held != sorted(expected) or len(held) != 8:
        raise Misbehaviour(f"holds {held}")


def _held(subject: Subject, calls: Sequence[Call]) -> list[str]:
    """The files that the parent holds open, but for those that an injected error kept open."""
    kept = {int(match["descriptor"]) for call in calls if (match := _CLOSED.match(call.line))}
    return sorted(file for number, file in procfs.descriptors(subject.pid).items()
                  if number not in kept)


def _check_end(status: int, lines: Sequence[str], expected: int = 0) -> None:
    """A server that has served ends as it is told to, and has said nothing but what it should."""
    strange = [line for line in lines
               if not line.startswith("prong: ") or _DEATH_OF_A_CHILD.search(line)]
    if strange:
        raise Misbehaviour(f"says: {strange}")
    if status != expected:
        raise Misbehaviour(f"ends with status {status}")


def _count_faults(calls: Sequence[Call]) -> int:
    return sum(call.tampered for call in calls)
