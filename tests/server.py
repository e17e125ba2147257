"""The server under test: the real binary, on a free port of a loopback address or another
socket."""

import functools
import os
import re
import signal
import subprocess
import tempfile
from typing import Mapping, NamedTuple, Sequence

from tests import deadline, memcheck, procfs

BINARY = os.path.abspath("server/server")

# The first system call of the server's own: those before it are the C library's and
# Abseil's, which end a process that has no memory as they please.
FIRST_CALL = "close_range"

# Design 4.3: what tools and tests wait for.
_READY = re.compile(r"prong: serving (?P<root>.+) at (?:unix:(?P<path>.+)|http://"
                    r"(?:\[(?P<v6>[0-9a-f:]+)\]|(?P<v4>[0-9.]+)):(?P<port>[0-9]+)/)")
# A report of a sanitizer, or of the parent about a child that it lost.
_TROUBLE = re.compile(
    r"Sanitizer|runtime error: |DEADLYSIGNAL|fdsan: |was killed by|exited with status")


@functools.cache
def is_sanitized() -> bool:
    """Whether the binary was built with a sanitizer."""
    with open(BINARY, "rb") as file:
        return b"__asan_init" in file.read()


@functools.cache
def has_fdsan() -> bool:
    """Whether the binary watches its descriptors, see tools/fdsan/fdsan.h."""
    with open(BINARY, "rb") as file:
        return b"prong: fdsan: " in file.read()


def is_instrumented() -> bool:
    """Whether the binary runs many times slower than what is shipped, and forks so above all."""
    return is_sanitized() or memcheck.IS_ON


def is_plain() -> bool:
    """Whether the binary makes no system calls but its own."""
    return not (is_sanitized() or has_fdsan() or "COVERAGE_DIR" in os.environ)


class Exit(NamedTuple):
    """How a run of the binary ended."""
    status: int
    stdout: str
    stderr: list[str]


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """That of the test, without what `bazel run` would have added to it."""
    inherited = {k: v for k, v in os.environ.items() if k != "BUILD_WORKING_DIRECTORY"}
    return {**inherited, **variables}


def run(*arguments: str, prefix: Sequence[str] = (), variables: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = ()) -> Exit:
    """Runs the binary to its end; for arguments with which it must not go on to serve."""
    with memcheck.report_directory() as reports:
        done = subprocess.run([*prefix, *memcheck.prefix(reports), BINARY, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env=_environment(variables or {}), pass_fds=pass_fds, text=True,
                              timeout=deadline.SECONDS, check=False)
    return Exit(done.returncode, done.stdout, done.stderr.splitlines())


class Server:
    """A running server. Its standard input and output are pipes, its error a file."""

    def __init__(self, *arguments: str, prefix: Sequence[str] = (), cwd: str | None = None,
                 variables: Mapping[str, str] | None = None, pass_fds: Sequence[int] = (),
                 binary: str = BINARY):
        """Starts the binary by `prefix`, which must exec it, and waits for its ready line."""
        self._stderr = tempfile.TemporaryFile("a+b", dir=os.environ["TEST_TMPDIR"])
        self._reports = memcheck.report_directory()
        self._process = subprocess.Popen(
            [*prefix, *memcheck.prefix(self._reports.name), binary, *arguments], cwd=cwd,
            env=_environment(variables or {}), pass_fds=pass_fds, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._stderr, start_new_session=True)
        self.pid = self._process.pid
        self.may_lose_children = False  # for a test that kills them
        self._waited_for = False
        try:
            deadline.eventually(lambda: self.lines() or self._process.poll() is not None)
            match = _READY.fullmatch(self.lines()[0] if self.lines() else "")
            if not match:
                raise AssertionError(f"no ready line but {self.lines()}")
        except BaseException:
            self._discard()
            raise
        self.root = match["root"]
        # Of a unix socket, its path.
        self.address = match["path"] or (match["v6"] or match["v4"], int(match["port"]))

    def lines(self) -> list[str]:
        """The whole lines that were written to standard error up to now."""
        text = os.pread(self._stderr.fileno(), 1 << 24, 0).decode("ascii", "backslashreplace")
        return text[:text.rfind("\n") + 1].splitlines()

    def first_lines(self, count: int) -> list[str]:
        """The first `count` lines; some of them may not have been written yet when it is called."""
        deadline.eventually(lambda: len(self.lines()) >= count)
        return self.lines()[:count]

    def url(self, path: str = "/") -> str:
        host, port = self.address
        return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"

    def counters(self) -> dict[str, int]:
        """What SIGUSR1 makes the server report, by name."""
        before = len(self._counter_lines())
        self.signal(signal.SIGUSR1)
        line = deadline.eventually(lambda: self._counter_lines()[before:])[0]
        return {name: int(value) for name, _, value in
                (word.partition("=") for word in line.split()[2:])}

    def _counter_lines(self) -> list[str]:
        return [line for line in self.lines() if line.startswith("prong: counters: ")]

    def children(self) -> list[procfs.Process]:
        """The server's children, zombies included."""
        return procfs.children(self.pid)

    def only_child(self) -> int:
        """The process that serves the one connection there is."""
        (child,) = deadline.eventually(self.children)
        return child.pid

    def wait_for_no_child(self, within: float = deadline.SECONDS) -> None:
        """Law 2 of design 4.6; the deadline allows for a machine that is busy otherwise."""
        deadline.eventually(lambda: not self.children(), within)

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """Signals the server and its children, as a terminal does."""
        os.killpg(self.pid, number)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait(self, within: float = deadline.SECONDS) -> int:
        """Waits for the server to end and every process that it started; the exit status."""
        self._waited_for = True
        status = self._process.wait(within)
        deadline.eventually(lambda: not self._alive())
        return status

    def stop(self) -> None:
        """SIGTERM, unless the test saw to the end itself: status 0, and nothing left behind.

        Fails, too, if a child has died or a sanitizer or memcheck reported anything, at
        whatever time, or if anything was printed to standard output.
        """
        print("\n".join(["server:", *self.lines()]))
        try:
            if not self._waited_for:
                self.signal(signal.SIGTERM)
                status = self.wait()
                assert status == 0, f"exit status {status}"
            trouble = [line for line in self.lines() if _TROUBLE.search(line)]
            trouble += memcheck.reports(self._reports.name)
            assert self.may_lose_children or not trouble, trouble
            output = self._process.stdout.read()
            assert output == b"", output
        finally:
            self._discard()

    def _alive(self) -> list[int]:
        """The server and what it has started; orphans that are dead are their reaper's matter."""
        return [process.pid for process in procfs.session(self.pid) if process.state != "Z"]

    def _discard(self) -> None:
        """Leaves nothing running, whatever went wrong."""
        procfs.kill_session(self.pid)
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._stderr.close()
        self._reports.cleanup()
