"""A run of the server under strace(1) while clients speak to it."""

import contextlib
import os
import re
import socket
from typing import Callable, NamedTuple

from tests import deadline, server, strace
from tests.traced_server import TracedServer, Traces

_REQUEST_LINE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/[0-9]\.[0-9]")


class Unusable(Exception):
    """What keeps a run from being recorded: one line that says what to do."""


class Recording(NamedTuple):
    """What a run left."""
    parent: int
    traces: Traces
    root: str
    url: str


def request(line: str) -> bytes:
    """The request whose first line is `line`: by HTTP/1.1 it asks for the connection to be closed.

    Unusable if that is no request line.
    """
    if not _REQUEST_LINE.fullmatch(line):
        raise Unusable(f"--request={line!r} is no request line: give a method, a target and a"
                       ' version, with one space between, such as "GET / HTTP/1.1"')
    fields = "" if line.endswith("/1.0") else "Host: 127.0.0.1\r\nConnection: close\r\n"
    return f"{line}\r\n{fields}\r\n".encode("ascii")


class Run:
    """A server that is traced, from its start to its end. A context manager that leaves
    nothing running."""

    def __init__(self, root: str, directory: str, max_connections: int = 512,
                 bind_address: str = "127.0.0.1"):
        """Starts it; `directory` is an empty one, for what a run leaves. Unusable if it does
        not come to serve `root`."""
        if not os.access(strace.PATH, os.X_OK):
            raise Unusable(f"there is no {strace.PATH}: install it by `tools/bootstrap --test`,"
                           " or by `apt-get install strace`")
        if not os.path.isdir(root):
            raise Unusable(f"--root={root} is no directory: give one that is to be served")
        self._server = TracedServer(
            (server.BINARY, f"--bind_address={bind_address}", "--port=0", f"--root={root}",
             f"--max_connections={max_connections}", "--max_connections_per_client=0"), directory)
        self._root = root
        try:
            try:
                listens = self._server.listens()
            except AssertionError:
                listens = False
            if not listens:
                said = " ".join(self._server.lines()[-1:]) or "it says nothing"
                raise Unusable(f"the server does not start under strace: {said}")
        except BaseException:
            self._server.__exit__()
            raise
        self.address = self._server.address
        self.url = f"http://{self.address[0]}:{self.address[1]}/"

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_) -> None:
        self._server.__exit__()

    def speak(self, data: bytes, connections: int) -> list[bytes]:
        """Sends `data` on so many connections that are open at once, and returns what came on
        each until its end. Unusable if one does not end."""
        clients = []
        try:
            for _ in range(connections):
                clients.append(socket.create_connection(self.address, deadline.SECONDS))
            if connections > 1:  # None is answered before all are there, and served at once.
                deadline.eventually(lambda: len(self._server.children()) >= connections)
            for client in clients:
                client.sendall(data)
            answers = [b"".join(iter(lambda of=client: of.recv(1 << 16), b""))
                       for client in clients]
            self._server.wait_for_no_child()
            return answers
        except (OSError, AssertionError) as error:
            raise Unusable(f"a client does not get an answer from {self.url}: {error}") from None
        finally:
            for client in clients:
                client.close()

    def await_clients(self, connections: int | None, seconds: float,
                      invite: Callable[[], None] = lambda: None) -> None:
        """Waits for so many to have come and gone, or for SIGINT; at most so many seconds.

        From `invite` on, SIGINT only ends the wait.
        """
        def done() -> bool:
            come = bool(connections) and self._server.forks() >= connections
            return come and not self._server.children()

        with contextlib.suppress(AssertionError, KeyboardInterrupt):
            invite()
            deadline.eventually(done, seconds)

    def end(self) -> Recording:
        """Ends the server, which lets its children finish."""
        try:
            traces = self._server.end()
        except AssertionError:
            raise Unusable("the server does not end, though it was told to") from None
        return Recording(self._server.pid, traces, self._root, self.url)
