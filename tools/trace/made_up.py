"""Traces that no server has made, for tests: as strace(1) would print them, each call 100
microseconds after the one before."""

import itertools
from typing import Iterator

from tests import strace
from tests.strace import Call
from tools.trace import history
from tools.trace.history import History

PARENT = 100
RESPONSE = r"HTTP/1.1 200 OK\r\nServer: prong\r\n\r\n<&>"

_START = (
    'execve("/server", ["/server"], 0x7ffe /* 3 vars */) = 0',
    "brk(NULL) = 0x1000",
    "close_range(3, 4294967295, 0) = 0",
    'openat(AT_FDCWD, "/dev/null", O_RDWR) = 3',
    "dup2(3, 0) = 0",
    "close(3) = 0",
    "signalfd4(-1, [TERM CHLD], 8, SFD_CLOEXEC|SFD_NONBLOCK) = 3",
    'openat(AT_FDCWD, "/srv", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 4',
    "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 5",
    'bind(5, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    "listen(5, 511) = 0",
)
_WAIT = "ppoll([{fd=3, events=POLLIN}, {fd=5, events=POLLIN}], 2, NULL, NULL, 8) = 1" \
        " ([{fd=5, revents=POLLIN}])"
_END = ("close(5) = 0", "exit_group(0) = ?")


_CHILD = (
    "close(5) = 0",
    "close(3) = 0",
    r'recvfrom(6, "GET / HTTP/1.1\r\n\r\n", 81928, 0, NULL, NULL) = 18',
    'openat2(4, "index.html", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 3',
    f'sendto(6, "{RESPONSE}", 37, MSG_NOSIGNAL, NULL, 0) = 37',
    "close(3) = 0",
    "close(6) = 0",
    "exit_group(0) = ?",
)


def traces(children: int) -> dict[int, list[Call]]:
    """Of a parent that accepts so many clients at once, and reaps them in their order."""
    clock = itertools.count()
    pids = range(PARENT + 1, PARENT + 1 + children)

    def made(lines) -> Iterator[Call]:
        for line in lines:
            took = "" if line.endswith("= ?") else " <0.000010>"
            yield strace.parse(f"{1000 + next(clock) / 10000:.6f} {line}{took}")

    result = {PARENT: list(made(_START))}
    for pid in pids:
        result[PARENT] += made((_WAIT, 'accept4(5, {sa_family=AF_INET, sin_port=htons(40000), '
                                'sin_addr=inet_addr("127.0.0.1")}, [128 => 16], SOCK_CLOEXEC) = 6',
                                f"clone(child_stack=NULL, flags=SIGCHLD) = {pid}", "close(6) = 0"))
        result[pid] = []
    for line in _CHILD:
        for pid in pids:
            result[pid] += made((line,))
    for pid in pids:
        result[PARENT] += made((f"wait4({pid}, [{{WIFEXITED(s)}}], WNOHANG, NULL) = {pid}",))
    result[PARENT] += made(_END)
    return result


def told(children: int) -> History:
    return history.tell(PARENT, traces(children))
