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

_STRACE = ("/usr/bin/strace", "-qq")  # without messages of its own

_TAMPERED = ("(INJECTED)", "(DELAYED)")

_CALL = re.compile(r"(?P<name>[a-z0-9_]+)\(")


class Call(NamedTuple):
    """A system call."""
    name: str
    line: str  # as strace printed it
    tampered: bool  # it was not made but failed by injection, or it was delayed


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
    return [Call(match["name"], line, line.endswith(_TAMPERED))
            for line in lines if (match := _CALL.match(line))]


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
