"""Programs from their first system call to their last, with strace(1) as witness."""

import os
import signal
import subprocess
from typing import Sequence

from tests import deadline, strace
from tests.strace import Call
from tests.subject import Subject

# Of a string, more than a response of prong has before its content.
_STRING_LIMIT = 512

Traces = dict[int, list[Call]]  # the calls of each process, by its pid


def run(command: Sequence[str], directory: str) -> tuple[bytes, Traces]:
    """Runs a client to its end; its output and its trace. `directory` is an empty one."""
    done = subprocess.run([*_tracer(directory), *command], check=True, env=_variables(),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=deadline.SECONDS)
    return done.stdout, _traces(directory)


class TracedServer(Subject):
    """One that is traced with each process that it forks, with the times of their calls."""

    def __init__(self, command: Sequence[str], directory: str, cwd: str | None = None):
        """As of Subject; the traces go to `directory`, too."""
        self._directory = os.path.join(directory, "traces")
        os.mkdir(self._directory)
        super().__init__((*_tracer(self._directory), *command), directory, cwd, _variables())

    def forks(self) -> int:
        """How many processes it has forked up to now."""
        return len(os.listdir(self._directory)) - 1

    def end(self) -> Traces:
        """Ends it by SIGTERM, and waits for all that it has started."""
        self.signal(signal.SIGTERM)
        self.wait()
        return _traces(self._directory)


def _tracer(directory: str) -> Sequence[str]:
    return strace.from_the_start(
        f"{directory}/trace", "--follow-forks", "--output-separately",
        f"--string-limit={_STRING_LIMIT}", *strace.TIMES)


def _variables() -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if k != "BUILD_WORKING_DIRECTORY"}
    # The leak sanitizer is a tracer too, and no process has two.
    return {**inherited, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def _traces(directory: str) -> Traces:
    pids = [int(name.rpartition(".")[2]) for name in os.listdir(directory)]
    return {pid: strace.calls(f"{directory}/trace.{pid}") for pid in pids}
