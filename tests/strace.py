"""strace(1): which system calls processes make, and making them fail.

An injected error is returned in place of the call, which is then not made at all.
For most calls that is what an error means. Not for close(2), which on Linux closes the
descriptor whatever it returns: an injected error leaves it open.
"""

import os
import pathlib
import re
import subprocess
from typing import NamedTuple, Sequence

from tests import deadline

PATH = "/usr/bin/strace"

# Without messages of its own, and with nothing aligned.
_STRACE = (PATH, "-qq", "--columns=1")

_TAMPERED = ("(INJECTED)", "(DELAYED)")

# By TIMES, a line begins with the time and ends with how long the call took. A call
# during which the process was killed has no end.
_LINE = re.compile(r"(?:(?P<start>[0-9]+\.[0-9]+) )?(?P<line>(?P<name>[a-z0-9_]+)\(.*?)"
                   r"(?: <(?P<seconds>[0-9]+\.[0-9]+)>)?")

# Let each line tell when the call began, in seconds since the Epoch, and how many it took.
TIMES = ("--absolute-timestamps=format:unix,precision:us", "--syscall-times=us")

# What does not end an argument at a comma: strings and comments, as one piece.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"(?:\.\.\.)?|/\*.*?\*/|.')


class Call(NamedTuple):
    """A system call."""
    name: str
    line: str  # as strace printed it, without times
    tampered: bool  # it was not made but failed by injection, or it was delayed
    start: float | None = None  # in seconds since the Epoch
    seconds: float | None = None  # that it took; None if it did not return

    def split(self) -> tuple[list[str], str]:
        """The arguments, and what is behind the equals sign: "?" of a call that did not return."""
        arguments, depth = [""], 0
        line = self.line.removesuffix(" <unfinished ...>")
        result = "?"
        for match in _PIECE.finditer(line, len(self.name) + 1):
            piece = match[0]
            if piece == ")" and depth == 0:
                result = line[match.end():].lstrip(" =")
                break
            if piece == "," and depth == 0:
                arguments.append("")
                continue
            depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}"))
            arguments[-1] += piece
        return [argument.strip() for argument in arguments if argument.strip()], result


class Fault(NamedTuple):
    """What happens to the `occurrence`th call of a process, counted from 1."""
    call: str
    injection: str  # as strace has it: "error=EIO"
    occurrence: int

    def option(self) -> str:
        return f"--inject={self.call}:{self.injection}:when={self.occurrence}"


def calls(path: str) -> list[Call]:
    """The system calls in a file that strace has written about one process."""
    with open(path, encoding="ascii", errors="backslashreplace") as file:
        lines = file.read().splitlines()
    return [call for line in lines if (call := parse(line))]


def parse(line: str) -> Call | None:
    """The call in a line of a trace, if that is what it has."""
    match = _LINE.fullmatch(line)
    return match and Call(
        match["name"], match["line"], match["line"].endswith(_TAMPERED),
        *(None if match[time] is None else float(match[time]) for time in ("start", "seconds")))


def from_the_start(path: str, *options: str) -> Sequence[str]:
    """What to put before a command, to trace it into the file `path` from its execve(2) on.

    It keeps its pid; what it forks is not traced.
    """
    return (*_STRACE, "-D", f"--output={path}", *options)


class Attached:
    """Traces a process that sleeps, and with `follow` those that it forks from now on."""

    def __init__(self, pid: int, directory: str, *options: str, follow: bool):
        """`directory` is an empty one, for the traces."""
        self._directory = directory
        self._pid = pid
        forks = ("--follow-forks",) if follow else ()
        self._strace = subprocess.Popen(
            [*_STRACE, *forks, "--output-separately", f"--output={directory}/trace",
             *options, f"--attach={pid}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # The call in which it sleeps is made anew, and is the first of the trace.
            deadline.eventually(lambda: self._strace.poll() is not None or self._has_begun())
            if self._strace.poll() is not None:
                raise AssertionError(f"strace: {self._strace.stderr.read()!r}")
        except BaseException:
            self.detach()
            raise

    def detach(self) -> None:
        """Lets the processes go on by themselves."""
        self._strace.terminate()
        self._strace.wait(deadline.SECONDS)
        self._strace.stderr.close()

    def of_parent(self) -> list[Call]:
        return calls(self._path(self._pid))

    def of_children(self) -> list[list[Call]]:
        """Of each process that was forked, in the order of their pids."""
        pids = sorted(int(name.rpartition(".")[2]) for name in os.listdir(self._directory))
        return [calls(self._path(pid)) for pid in pids if pid != self._pid]

    def _path(self, pid: int) -> str:
        return os.path.join(self._directory, f"trace.{pid}")

    def _has_begun(self) -> bool:
        path = self._path(self._pid)
        return os.path.exists(path) and os.path.getsize(path) > 0


def around_faults(directory: str) -> str:
    """What was traced into files below `directory`, near each call that was tampered with."""
    found = []
    for path in sorted(pathlib.Path(directory).glob("**/trace*")):
        if path.is_file():
            made = calls(str(path))
            for place, call in enumerate(made):
                if call.tampered:
                    found += [f"{path.name}:", *(c.line for c in made[max(place - 3, 0):place + 8])]
    return "\n".join(found[:100])
