"""docs/seed.md: the document that prong began with, and a run of prong beside it."""

import os
import re
import tempfile
import textwrap
from typing import NamedTuple, Sequence

from tools.trace import history, recording, text
from tools.trace.deviations import ADDITIONS, DEVIATIONS
from tools.trace.history import Event, History

DOCUMENT = "docs/seed.md"

PARENT = "parent"
CHILD = "child"
LARGE = "large"  # the child that sends a large file

_REQUEST_LINE = "GET /flag HTTP/1.0"
_FILES = {"flag": b"FLAG", "large": bytes(20000)}
_MODIFIED = 1731276507  # when the document's pictures were made

_WIDTH = 58  # of a call: that of a header field with a date


class Step(NamedTuple):
    """A line of the document, and prong's calls that do the same."""
    name: str
    process: str
    document: str  # verbatim
    calls: Sequence[tuple[str, str]]  # name, and kind of the descriptor that it is about


STEPS = (
    Step("socket", PARENT, "socket (AF_INET, SOCK_STREAM, IPPROTO_IP) = 3",
         [("socket", "listening")]),
    Step("bind", PARENT, """\
bind/connect (3,
      {sa_family=AF_INET,
      sin_port=htons (80),
      sin_addr=inet_addr("0.0.0.0")},
      16)                                 = 0""", [("bind", "listening")]),
    Step("listen", PARENT, "listen (3, 0)                             = 0",
         [("listen", "listening")]),
    Step("accept", PARENT, """\
accept (3, NULL, NULL)                    = 4

conn_fd = accept(listen_fd, ...);  // wait for a client""", [("accept4", "connection")]),
    Step("fork", PARENT, "pid = fork();          // create child process", [("clone", "")]),
    Step("let go", PARENT, """\
Parent process (pid > 0):
Closes conn_fd (because the child will
handle it).""", [("close", "connection")]),
    Step("leave", CHILD, """\
Child process (pid == 0):
Closes listen_fd (child doesn't need to
accept new clients).""", [("close", "listening")]),
    Step("read request", CHILD, r"""read (4,
      "GET / flag HTTP/1.0\r\n\r\n",
      1)                                  = 19""", [("recvfrom", "connection")]),
    Step("open", CHILD, 'open ("/flag", O_RDONLY)                  = 5', [("openat2", "file")]),
    Step("read file", CHILD, 'read (5, "FLAG", 256)                     = 4',
         [("pread64", "file")]),
    Step("write", CHILD, r"""write(4,
      "HTTP/1.0 200 OK\r\n\r\nFLAG",
      1)                                  =27""", [("sendto", "connection")]),
    Step("write a large file", LARGE, "", [("sendto", "connection"), ("sendfile", "connection")]),
    Step("close", CHILD, "Closes conn_fd when done.", [("close", "connection")]),
    Step("exit", CHILD, "Calls exit() to terminate.", [("exit_group", "")]),
    Step("reap", PARENT, """\
When the child exits, the parent should
wait() or handle SIGCHLD to reap zombies.""", [("wait4", "")]),
)

_PARTS = (
    ("socket", "The server starts"),
    ("accept", "For each client, in the parent"),
    ("leave", "In the child"),
    ("reap", "When the child has ended, in the parent"),
)

_INTRODUCTION = f"""\
<!-- Made by `bazel run //tools:syscalls -- --write`: change what it is made from. -->

# The document, and prong beside it

prong began with a page about HTTP at its lowest level: eight system calls, and a process for each
client. Here is that page again, line by line, and beside each line what prong does, as strace(1)
saw it in a run with one client that sent `{_REQUEST_LINE}` to a server of a directory with that
file, and another that asked for 20000 bytes. Where prong does otherwise, the reason follows.

`bazel test //tools/trace:seed_test` runs it again and compares: the calls, their order, their
arguments but for ports, process numbers, dates and tags.
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


def run() -> History:
    """A run of the server as the document tells of one, and then for a large file."""
    with tempfile.TemporaryDirectory() as directory:
        root = os.path.join(directory, "root")
        os.mkdir(root)
        for name, content in _FILES.items():
            path = os.path.join(root, name)
            with open(path, "wb") as file:
                file.write(content)
            os.utime(path, (_MODIFIED, _MODIFIED))
        # Whether a child finds the request at once or has to wait for it is the kernel's
        # choice; almost always it is there before the child is.
        for attempt in range(10):
            scratch = os.path.join(directory, str(attempt))
            os.mkdir(scratch)
            with recording.Run(root, scratch) as server:
                server.speak(recording.request(_REQUEST_LINE), 1)
                server.speak(recording.request("GET /large HTTP/1.0"), 1)
                recorded = server.end()
            told = history.tell(recorded.parent, recorded.traces)
            if not any(event.name == "ppoll" for child in told.children for event in child.events):
                return told
    raise recording.Unusable("the child has to wait for the request, each time: try again while"
                             " less else runs")


def find(told: History, step: Step) -> list[Event]:
    """prong's calls for a step: LookupError if there are others or none."""
    process = {PARENT: told.parent, CHILD: told.children[0], LARGE: told.children[1]}[step.process]
    found = []
    for name, kind in step.calls:
        made = [event for event in process.events if (event.name, event.kind) == (name, kind)]
        if not made:
            raise LookupError(f"no {name} in the {process.name} for the step {step.name!r}")
        found.append(made[0])
    return found


def rest(told: History) -> list[tuple[str, str]]:
    """Process and name of the calls that are no step's, in the order of their first time."""
    steps = {(CHILD if step.process == LARGE else step.process, *call)
             for step in STEPS for call in step.calls}
    made = dict.fromkeys((_role(event), event.name) for event in told.events
                         if (_role(event), event.name, event.kind) not in steps)
    return sorted(made, key=lambda call: call[0] != PARENT)  # which is stable


def _role(event: Event) -> str:
    return CHILD if event.process.which else PARENT


def document() -> str:
    """The document, of a run."""
    return render(run())


def render(told: History) -> str:
    parts = dict(_PARTS)
    lines = [_INTRODUCTION]
    for step in STEPS:
        if step.name in parts:
            lines.append(f"\n## {parts[step.name]}")
        lines.append(f"\n### {step.name}\n")
        events = find(told, step)
        lines.append(_beside(step.document, [line for event in events for line in _lines(event)]))
        if step.name == "bind":
            lines.append(_figure(told))
        for deviation in DEVIATIONS:
            if deviation.step == step.name:
                lines += textwrap.wrap(f"- `{deviation.call}`: {deviation.reason}", 100,
                                       subsequent_indent="  ", break_on_hyphens=False)
    reasons = {(addition.process, addition.call): addition.reason for addition in ADDITIONS}
    table = _REST + "".join(f"| {process} | `{call}` | {reasons.get((process, call), '')} |\n"
                            for process, call in rest(told))
    return "\n".join(lines) + "\n" + table


def _lines(event: Event) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip()
            for line in text.call_lines(event, _WIDTH)]


def _beside(document: str, prong: Sequence[str]) -> str:
    """Two columns, in what Markdown has for that."""
    made = "\n".join(prong)
    if not document:
        return f"```c\n{made}\n```\n"
    return (f"<table><tr><th>the document</th><th>prong</th></tr><tr><td>\n\n```c\n{document}\n"
            f"```\n\n</td><td>\n\n```c\n{made}\n```\n\n</td></tr></table>\n")


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
    (re.compile(r"(?m)(AF_INET +)[0-9]+( +127)"), r"\1PORT\2"),
    (re.compile(r"0x[0-9a-f]{2} \* 256 \+ 0x[0-9a-f]{2} = [0-9]+"), "PORT"),
    (re.compile(r"(?s)(clone\([^=]*=[^=]*=[^=]*=[^=]*\) *= )[0-9]+"), r"\1PID"),
    (re.compile(r"(?s)wait4\([0-9]+(,.*?= )[0-9]+\n"), r"wait4(PID\1PID\n"),
    (re.compile(r"[-+]{20,}|\s+"), ""),
)


def shape(document_text: str) -> str:
    """A document without what is different in each run, and in how it is broken into lines."""
    for pattern, replacement in _VARYING:
        document_text = pattern.sub(replacement, document_text)
    return document_text
