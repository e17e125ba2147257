"""docs/seed.md: the document that prong began with, and a run of prong beside it."""

import os
import re
import tempfile
import textwrap
from typing import Iterable, Mapping, NamedTuple, Sequence

from tests.seed import contract, deviations, document
from tools.trace import history, recording, text
from tools.trace.history import Event, History

DOCUMENT = "docs/seed.md"

_PARTS = (
    ("The server starts", document.START),
    ("For each client, in the parent", document.LOOP),
    ("In the child", document.SERVE),
    ("When the child has ended, in the parent", (document.REAP,)),
)

_TABLES = (deviations.PRONG, deviations.SERVERS)
_REQUEST_LINE = document.REQUEST.decode("ascii").strip()
_LARGE = bytes(20000)
_MODIFIED = 1731276507  # when the document's pictures were made

_WIDTH = 58  # of a call: that of a header field with a date

_INTRODUCTION = f"""\
<!-- Made by `bazel run //tools:syscalls -- --write`: change what it is made from. -->

# The document, and prong beside it

prong began with a page about HTTP at its lowest level: eight system calls, and a process for each
client. Here is that page again, line by line, and beside each line what prong does, as strace(1)
saw it in a run with `--bind_address=0.0.0.0 --port=0` and one client, which sent
`{_REQUEST_LINE}` to a server of a directory with that file; and in another, where the file had
{len(_LARGE)} bytes. Where prong does otherwise, the reason follows.

`bazel test //tools/trace:seed_test` runs it again and compares: the calls, their order, their
arguments but for ports, process numbers, dates and tags. `bazel test //tests/seed:contract_test`
holds the calls to the document, with and without the reasons; and, with reasons of their own,
[a server in a hundred lines of C](../tests/seed/http_syscall.c) and `tools/http_get`, a client.
`bazel run //tools:syscalls -- --request="GET / HTTP/1.1"` shows a run of yours like this, and with
`--format=html` as a page.

Descriptors have other numbers than in the document, as prong has opened two before its socket: 3
is where signals are read, 4 the root directory. The file is 3 in the child, which has closed that
one.
"""

_REST = """
## What the document does not have

| process | system call | why |
|---|---|---|
"""


class Run(NamedTuple):
    """A run of the server as the document tells of one, held to the document."""
    told: History
    made: Mapping[str, Event]  # prong's call for each step, by the step's name


class Runs(NamedTuple):
    small: Run
    large: Run  # of a file that does not leave together with the head


def run() -> Runs:
    """contract.Broken if the server does not do what the document says."""
    return Runs(_run(document.CONTENT, _TABLES),
                _run(_LARGE, (deviations.PRONG_LARGE_FILE, *_TABLES)))


def _run(content: bytes, tables: contract.Tables) -> Run:
    with tempfile.TemporaryDirectory() as directory:
        root = os.path.join(directory, "root")
        os.mkdir(root)
        path = os.path.join(root, document.FILE)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (_MODIFIED, _MODIFIED))
        # Whether a child finds the request at once or has to wait for it is the kernel's
        # choice; almost always it is there before the child is.
        for attempt in range(30):
            scratch = os.path.join(directory, str(attempt))
            os.mkdir(scratch)
            with recording.Run(root, scratch, bind_address="0.0.0.0") as server:
                server.speak(document.REQUEST, 1)
                recorded = server.end()
            told = history.tell(recorded.parent, recorded.traces)
            if not any(event.name == "ppoll" for event in told.children[0].events):
                matches = contract.check(recorded.traces, recorded.parent, 1, tables)
                return Run(told, {match.step.name: _event(told, match) for match in matches})
    raise recording.Unusable("the child has to wait for the request, each time: try again while"
                             " less else runs")


def _event(told: History, match: contract.Match) -> Event:
    return next(event for event in told.events if event.call is match.call)


def rest(runs: Runs) -> list[tuple[str, str]]:
    """Process and name of the calls that are no step's, in the order of their first time."""
    steps = {_what(event) for run in runs for event in run.made.values()}
    made = dict.fromkeys(_what(event)[:2] for run in runs for event in run.told.events
                         if _what(event) not in steps)
    return sorted(made, key=lambda call: call[0] != document.PARENT)  # which is stable


def _what(event: Event) -> tuple[str, str, str]:
    process = document.CHILD if event.process.which else document.PARENT
    return process, event.name, event.kind


def render(runs: Runs) -> str:
    """The document, of these."""
    rows = contract.rows(_TABLES)
    lines = [_INTRODUCTION]
    for title, steps in _PARTS:
        lines.append(f"\n## {title}")
        for step in steps:
            lines.append(f"\n### {step.name}\n")
            lines.append(_beside(step.text, _code([runs.small.made[step.name]])))
            if step.name == "bind":
                lines.append(_figure(runs.small.told))
            lines += _reasons([rows[step.name]] if step.name in rows else [])
            if step.name == "write":
                lines += _large_file(runs.large)
    reasons = {(addition.process, addition.call): addition.reason
               for addition in deviations.ADDITIONS}
    table = _REST + "".join(f"| {process} | `{call}` | {reasons.get((process, call), '')} |\n"
                            for process, call in rest(runs))
    return "\n".join(lines) + "\n" + table


def _large_file(large: Run) -> Iterable[str]:
    table = deviations.PRONG_LARGE_FILE
    yield "\n### write a large file\n"
    yield _code([large.made[row.step] for row in table]) + "\n"
    yield from _reasons(table)


def _reasons(rows: Iterable[deviations.Deviation]) -> Iterable[str]:
    for row in rows:
        for fragment, reason in row.reasons.items():
            yield from textwrap.wrap(f"- `{fragment}`: {reason}", 100, subsequent_indent="  ",
                                     break_on_hyphens=False)


def _code(events: Sequence[Event]) -> str:
    lines = ["".join(piece.text for piece in line).rstrip()
             for event in events for line in text.call_lines(event, _WIDTH)]
    return "\n".join(["```c", *lines, "```"])


def _beside(said: str, made: str) -> str:
    """Two columns, in what Markdown has for that."""
    return (f"<table><tr><th>the document</th><th>prong</th></tr><tr><td>\n\n```c\n{said}\n"
            f"```\n\n</td><td>\n\n{made}\n\n</td></tr></table>\n")


def _figure(told: History) -> str:
    """The bytes of the address, with the port that the kernel chose."""
    bound = next(event for event in told.parent.events if event.name == "getsockname")
    figure = "\n".join(line.rstrip() for line in text.address_lines(bound.address)).strip("\n")
    return f"The address in memory, once the kernel has chosen the port:\n\n```\n{figure}\n```\n"


_VARYING = (
    (re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"), "DATE"),
    # An inode has as many digits as it likes, and with them what is sent as many bytes.
    (re.compile(r'(?s)(ETag: \\"[^,]*, )([0-9]+)(, MSG_[^=]*= )\2\b'), r"\1SIZE\3SIZE"),
    (re.compile(r'ETag: \\"[0-9a-f]+-'), r'ETag: \"INODE-'),
    (re.compile(r"htons\([0-9]{2,}\)"), "htons(PORT)"),
    (re.compile(r"0x[0-9a-f]{4,}"), "ADDRESS"),
    (re.compile(r"(?m)^(.*\| 02 00 +\|) [0-9a-f]{2} [0-9a-f]{2} "), r"\1 PORT "),
    (re.compile(r"(?m)(AF_INET +)[0-9]+( +0)"), r"\1PORT\2"),
    (re.compile(r"0x[0-9a-f]{2} \* 256 \+ 0x[0-9a-f]{2} = [0-9]+"), "PORT"),
    (re.compile(r"(?s)(clone\([^)]*\) *= )[0-9]+"), r"\1PID"),
    (re.compile(r"(?s)wait4\([0-9]+(,.*?= )[0-9]+\n"), r"wait4(PID\1PID\n"),
    (re.compile(r"[-+]{20,}|\s+"), ""),
)


def shape(document_text: str) -> str:
    """A document without what is different in each run, and in how it is broken into lines."""
    for pattern, replacement in _VARYING:
        document_text = pattern.sub(replacement, document_text)
    return document_text
