"""Servers that are given what a service manager gives: a socket, and somebody to tell."""

import contextlib
import select
import socket
from typing import Iterator, Sequence

from tests import deadline

# The descriptor that is passed, SD_LISTEN_FDS_START of sd_listen_fds(3).
_PASSED = 3


def passing(file: int, count: str = "1", pid: str = "$$") -> Sequence[str]:
    """What to put before a command so that it has `file` as the passed descriptor; it execs.

    The descriptor must be inherited. `count` and `pid` are what LISTEN_FDS and LISTEN_PID are.
    """
    move = "" if file == _PASSED else f" {_PASSED}<&{file} {file}<&-"
    script = f'LISTEN_PID={pid} LISTEN_FDS={count} LISTEN_FDNAMES=http exec "$@"{move}'
    return ("/bin/bash", "-c", script, "bash")


@contextlib.contextmanager
def listening_socket(family: socket.AddressFamily, address: str) -> Iterator[socket.socket]:
    """One that is there to be passed; `address` is an IP address, or the path of a unix socket."""
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind(address if family == socket.AF_UNIX else (address, 0))
        listener.listen()
        yield listener


class ServiceManager:
    """The receiver of sd_notify(3)."""

    def __init__(self, name: str):
        """Is to be reached at `name`: a path, or "@" and the name of an abstract socket."""
        self.variables = {"NOTIFY_SOCKET": name}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(deadline.SECONDS)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)

    def __enter__(self) -> "ServiceManager":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def next_message(self) -> tuple[str, int]:
        """Waits for a message; what it says, and the process that sent it."""
        message, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(12))
        ((_, _, credentials),) = ancillary
        return message.decode("ascii"), int.from_bytes(credentials[:4], "little")

    def has_message(self) -> bool:
        return bool(select.select([self._socket], [], [], 0)[0])
