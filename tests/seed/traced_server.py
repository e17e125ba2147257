"""Programs from their first system call to their last, with strace(1) as witness."""

import contextlib
import os
import signal
import socket
import subprocess
from typing import Sequence

from tests import deadline, procfs
from tests.seed.contract import Trace, read_trace

# Each process into a file of its own; the program stays the child of the test.
_STRACE = ("/usr/bin/strace", "-D", "-ff", "-qq", "--string-limit=1000")


def _environment() -> dict[str, str]:
    # The leak sanitizer is a tracer too, and no process has two.
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return {**os.environ, "ASAN_OPTIONS": sanitizer}


def run(command: Sequence[str], directory: str) -> tuple[bytes, dict[int, Trace]]:
    """Runs a client to its end; its output, and its trace, which goes to `directory`."""
    done = subprocess.run([*_STRACE, f"--output={directory}/trace", *command], check=True,
                          env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=deadline.SECONDS)
    return done.stdout, _read_traces(directory)


def _read_traces(directory: str) -> dict[int, Trace]:
    pids = [int(name.rpartition(".")[2]) for name in os.listdir(directory)]
    return {pid: read_trace(pid, f"{directory}/trace.{pid}") for pid in pids}


class TracedServer:

    def __init__(self, command: Sequence[str], root: str, directory: str):
        """Starts `command` in `root`; the traces go to `directory`."""
        self._directory = directory
        self._process = subprocess.Popen(
            [*_STRACE, f"--output={directory}/trace", *command], cwd=root,
            env=_environment(), stdin=subprocess.DEVNULL,
            start_new_session=True)
        self.pid = self._process.pid

    def __enter__(self) -> "TracedServer":
        return self

    def __exit__(self, *_) -> None:
        """Leaves nothing running, whatever went wrong."""
        for pid in self._alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def port(self) -> int:
        """Waits until it listens on one."""
        return deadline.eventually(self._port)

    def get(self, request: bytes) -> bytes:
        """What a client of its own gets for `request` until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port()), deadline.SECONDS) as client:
            client.sendall(request)
            return b"".join(iter(lambda: client.recv(1 << 16), b""))

    def wait_for_no_child(self) -> None:
        """Neither a running one nor a zombie."""
        deadline.eventually(lambda: not procfs.children(self.pid))

    def end(self) -> dict[int, Trace]:
        """Ends the server by SIGTERM; what each process has done, by its pid."""
        self._process.terminate()
        self._process.wait(deadline.SECONDS)
        deadline.eventually(lambda: not self._alive())
        return _read_traces(self._directory)

    def _port(self) -> int | None:
        if self._process.poll() is not None:
            raise AssertionError(f"it has ended, with status {self._process.returncode}")
        return procfs.listening_port(self.pid)

    def _alive(self) -> list[int]:
        return [process.pid for process in procfs.session(self.pid) if process.state != "Z"]
