"""A server of which nothing that it prints is relied on: its system calls fail, or it is silent."""

import contextlib
import os
import socket
import subprocess
from typing import Mapping, Sequence

from tests import deadline, procfs


class Subject:
    """A process that should come to listen on 127.0.0.1, or end."""

    def __init__(self, command: Sequence[str], directory: str, cwd: str | None = None,
                 variables: Mapping[str, str] | None = None):
        """Starts `command`, which may exec the server, and returns at once.

        The server inherits pipes that it should not keep. `directory` is where the root is
        that it serves and the log that it writes, and where its standard error goes.
        """
        self.root = os.path.join(directory, "root")
        self.log = os.path.join(directory, "log")
        self.stderr = os.path.join(directory, "stderr")
        read, write = os.pipe()
        with open(self.stderr, "ab") as stderr, open(read, "rb"), open(write, "wb") as extra:
            self._process = subprocess.Popen(
                command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                env=dict(variables or {}), pass_fds=(extra.fileno(),), start_new_session=True)
        self.pid = self._process.pid
        self.address = ("127.0.0.1", 0)  # where it listens, once it does

    def __enter__(self) -> "Subject":
        return self

    def __exit__(self, *_) -> None:
        """Leaves nothing running, whatever went wrong."""
        procfs.kill_session(self.pid)
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def listens(self) -> bool:
        """Waits until the server listens, or has ended: then False."""
        port = deadline.eventually(lambda: -1 if self.status() is not None else self._port())
        self.address = (self.address[0], port)
        return port > 0

    def get(self, request: bytes) -> bytes:
        """What a client of its own gets for `request` until the connection ends."""
        with socket.create_connection(self.address, deadline.SECONDS) as client:
            client.sendall(request)
            return b"".join(iter(lambda: client.recv(1 << 16), b""))

    def status(self) -> int | None:
        """The exit status, or minus the signal that killed it; None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Waits for the server to end, and whatever it has started; as `status`."""
        deadline.eventually(lambda: self.status() is not None and not self._alive())
        return self.status()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def lines(self) -> list[str]:
        """What was written to standard error up to now."""
        with open(self.stderr, encoding="ascii", errors="backslashreplace") as file:
            return file.read().splitlines()

    def says(self, words: str) -> bool:
        return any(words in line for line in self.lines())

    def children(self) -> list[procfs.Process]:
        """The server's children, zombies included."""
        return procfs.children(self.pid)

    def wait_for_no_child(self) -> None:
        deadline.eventually(lambda: not self.children())

    def _port(self) -> int | None:
        with contextlib.suppress(OSError):  # it has ended, see proc(5)
            return procfs.listening_port(self.pid)
        return None

    def _alive(self) -> list[int]:
        """The server and what it has started; orphans that are dead are their reaper's matter."""
        return [process.pid for process in procfs.session(self.pid) if process.state != "Z"]
