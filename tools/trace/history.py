"""What processes did, from the traces of each: their calls in the order of time, what each
descriptor refers to and for how long, who forked and reaped whom."""

import dataclasses
import itertools
import re
from typing import Iterable, Mapping, NamedTuple, Sequence

from tests import server
from tests.faults import manual
from tests.strace import Call
from tools.trace import socket_address
from tools.trace.sentences import SENTENCES

# What a descriptor refers to, and how a sentence calls that.
KINDS = {
    "listening": "the listening socket",
    "connection": "the connection",
    "file": "the file",
    "root": "the root directory",
    "signals": "the descriptor of signals",
    "log": "the access log",
    "error": "standard error",
    "null": "/dev/null",
    "inherited": "what the server was started with",
}

# The calls whose first arguments are so many descriptors.
_DESCRIPTORS = {"sendfile": 2, "dup2": 2} | dict.fromkeys(
    ("accept4", "bind", "close", "getsockname", "ioctl", "listen", "newfstatat", "openat2",
     "pread64", "read", "recvfrom", "sendto", "setsockopt", "shutdown", "write"), 1)

_POLLED = re.compile(r"(?<=fd=)[0-9]+")
_NUMBER = re.compile("[0-9]+")
_CHILD = re.compile("[1-9][0-9]*")


class Piece(NamedTuple):
    """A part of a call as strace printed it; one with a kind is a descriptor."""
    text: str
    kind: str = ""


@dataclasses.dataclass
class Descriptor:
    """An open descriptor of a process. Times are seconds from the first call."""
    number: int
    kind: str
    opened: float
    closed: float | None = None  # None: when the process ended


@dataclasses.dataclass
class Event:
    """A system call."""
    number: int  # from 1, in the order of time, over all processes
    process: "Process"
    call: Call
    start: float  # in seconds from the first call
    end: float
    name: str
    arguments: list[list[Piece]]
    result: list[Piece]  # without what strace explains
    explanation: str  # of the result: an error, or what ppoll found
    sentence: str
    page: str  # "accept(2)"; empty if unknown
    kind: str  # of the descriptor that it is about; empty if there is none
    descriptors: list[Descriptor]  # that it uses or makes
    address: tuple[socket_address.Field, ...] = ()

    def argument_texts(self) -> list[str]:
        return ["".join(piece.text for piece in argument) for argument in self.arguments]

    def result_text(self) -> str:
        return "".join(piece.text for piece in self.result)

    def text(self) -> str:
        """All of the call in one line."""
        explained = f" {self.explanation}" if self.explanation else ""
        return f"{self.name}({', '.join(self.argument_texts())}) = {self.result_text()}{explained}"


@dataclasses.dataclass
class Process:
    """The parent, or a child; which is the number of a child, from 1, and 0 of the parent."""
    which: int
    pid: int
    forked_by: Event | None = None
    reaped_by: Event | None = None
    events: list[Event] = dataclasses.field(default_factory=list)
    descriptors: list[Descriptor] = dataclasses.field(default_factory=list)

    @property
    def name(self) -> str:
        return f"child {self.which}" if self.which else "parent"

    @property
    def start(self) -> float:
        return self.events[0].start

    @property
    def end(self) -> float:
        return self.events[-1].end

    @property
    def begin(self) -> float:
        """When it came to be. It may run before the call that made it has returned."""
        return min(self.start, self.forked_by.end) if self.forked_by else self.start

    def open_descriptors(self) -> Iterable[Descriptor]:
        return (descriptor for descriptor in self.descriptors if descriptor.closed is None)

    def find(self, number: int) -> Descriptor | None:
        """The descriptor that is open under that number."""
        return next((d for d in self.open_descriptors() if d.number == number), None)

    def open(self, number: int, kind: str, time: float) -> None:
        self.close(number, time)
        self.descriptors.append(Descriptor(number, kind, time))

    def close(self, number: int, time: float) -> None:
        descriptor = self.find(number)
        if descriptor:
            descriptor.closed = time


@dataclasses.dataclass
class History:
    """Of one run of the server; the parent is the first process, then the children as they
    were forked."""
    processes: list[Process]
    events: list[Event]  # of all processes, in the order of time
    left_out: list[str]  # the calls before the server's own, by name

    @property
    def parent(self) -> Process:
        return self.processes[0]

    @property
    def children(self) -> Sequence[Process]:
        return self.processes[1:]


def tell(parent: int, traces: Mapping[int, Sequence[Call]], everything: bool = False) -> History:
    """The history of the process `parent` and of its children, from the calls of each, with
    their times.

    Without `everything`, it begins with the first call of the server's own. ValueError if there
    is no such call.
    """
    of_parent = list(traces[parent])
    before = [] if everything else list(
        itertools.takewhile(lambda call: call.name != server.FIRST_CALL, of_parent))
    of_parent = of_parent[len(before):]
    if not of_parent:
        raise ValueError(f"no {server.FIRST_CALL} in the trace of {parent}")
    calls = [(call, parent) for call in of_parent]
    calls += [(call, pid) for pid, made in traces.items() if pid != parent for call in made]
    calls.sort(key=lambda made: made[0].start)  # which is stable

    first = Process(0, parent, descriptors=[Descriptor(number, "inherited", 0.0)
                                            for number in range(2)] + [Descriptor(2, "error", 0.0)])
    processes = {parent: first}
    origin = of_parent[0].start
    events: list[Event] = []
    for call, pid in calls:
        event = _event(len(events) + 1, processes[pid], call, origin)
        events.append(event)
        processes[pid].events.append(event)
        if len(processes[pid].events) == 1:
            for descriptor in processes[pid].descriptors:
                descriptor.opened = processes[pid].begin
        _apply(event, processes)
    started = [process for process in processes.values() if process.events]
    return History(started, events, [call.name for call in before])


def _event(number: int, process: Process, call: Call, origin: float) -> Event:
    texts, result = call.split()
    value, _, explanation = result.partition(" ")
    if value == "-1":  # the error is the result
        error, _, explanation = explanation.partition(" ")
        value += f" {error}"
    arguments = [_pieces(process, call.name, place, text) for place, text in enumerate(texts)]
    descriptors = [process.find(int(piece.text)) for argument in arguments for piece in argument
                   if piece.kind]
    used = [descriptor.kind for descriptor in descriptors]
    made = _kind_of_result(process, call.name, texts) if value.isdecimal() else ""
    address = next(filter(None, map(socket_address.unfold, texts)), ())
    start = call.start - origin
    return Event(number, process, call, start, start + (call.seconds or 0.0), call.name, arguments,
                 [Piece(value, made)], explanation, _sentence(call.name, texts, used),
                 _page(call.name), _subject(call.name, used, made), descriptors, address)


def _pieces(process: Process, name: str, place: int, text: str) -> list[Piece]:
    if name == "ppoll" and place == 0:
        places = [match.span() for match in _POLLED.finditer(text)]
    elif place < _DESCRIPTORS.get(name, 0) and _NUMBER.fullmatch(text):
        places = [(0, len(text))]
    else:
        places = []
    pieces, done = [], 0
    for start, end in places:
        descriptor = process.find(int(text[start:end]))
        pieces += [Piece(text[done:start]),
                   Piece(text[start:end], descriptor.kind if descriptor else "")]
        done = end
    return [piece for piece in (*pieces, Piece(text[done:])) if piece.text]


def _subject(name: str, used: Sequence[str], made: str) -> str:
    """What a call is about: what it makes, else what it uses. A wait is about none of those
    that it waits for, and an open more about the file than about the root."""
    if name == "ppoll":
        return ""
    return made or (used[0] if used else "")


def _kind_of_result(process: Process, name: str, arguments: Sequence[str]) -> str:
    """What the descriptor refers to that a call returns; empty if it returns none."""
    if name == "openat":
        if arguments[1] == '"/dev/null"':
            return "null"
        return "root" if "O_DIRECTORY" in arguments[2] else "log"
    if name == "openat2":
        return "root" if "O_PATH" in arguments[2] else "file"
    if name == "dup2":
        descriptor = process.find(int(arguments[0]))
        return descriptor.kind if descriptor else ""
    return {"accept4": "connection", "signalfd4": "signals", "socket": "listening"}.get(name, "")


def _apply(event: Event, processes: dict[int, Process]) -> None:
    """Notes what the call has changed."""
    process, texts, value = event.process, event.argument_texts(), event.result_text()
    if event.name == "close" and texts:  # which closes whatever it returns
        process.close(int(texts[0]), event.end)
    if not value.isdecimal():
        return
    if event.result[0].kind:
        process.open(int(value), event.result[0].kind, event.end)
        event.descriptors.append(process.find(int(value)))
    elif event.name == "close_range":
        for descriptor in list(process.open_descriptors()):
            if int(texts[0]) <= descriptor.number <= int(texts[1]):
                process.close(descriptor.number, event.end)
    elif event.name == "clone":
        processes[int(value)] = Process(
            len(processes), int(value), event,
            descriptors=[Descriptor(d.number, d.kind, event.end)
                         for d in process.open_descriptors()])
    elif event.name == "wait4" and _CHILD.fullmatch(value) and int(value) in processes:
        processes[int(value)].reaped_by = event


def _sentence(name: str, arguments: Sequence[str], used: Sequence[str]) -> str:
    words = re.findall("[A-Z_]{3,}", " ".join(arguments))
    key = next((f"{name} {word}" for word in words if f"{name} {word}" in SENTENCES), name)
    sentence = SENTENCES.get(key, "")
    return sentence.format(fd=KINDS[used[0]] if used else "a descriptor")


def _page(name: str) -> str:
    """That of the manual."""
    page = manual.PAGES.get(name)
    if page is None:
        return f"{name}(2)"
    return page.name.partition(",")[0]
