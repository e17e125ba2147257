"""The servers that are compared, each with a configuration that is as fair as can be: the same
files by sendfile(2), on a free port of 127.0.0.1, as a user without privileges."""

import contextlib
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import time
from typing import Callable, Iterator, NamedTuple

from tests import procfs
from tools.bench.control_group import ControlGroup, control_group

PRONG = os.path.abspath("server/server")
BARE_LIMIT = os.path.abspath("tools/bench/bare_limit")

LOGGED = ", access log on"
UNCONFINED = ", --sandbox=off"
IDLE = ", 1000 idle children"
PRIORITIZED = ", parent first"

_CONFIGURATIONS = pathlib.Path(__file__).with_name("configurations")
_START_SECONDS = 20.0
_END_SECONDS = 10.0
_IDLE_CHILDREN = 1000
_DESCRIPTORS = 4096  # for so many connections on either side

# The parent before others, its children as others, as deploy/systemd/prong.service has it.
_PARENT_FIRST = ("/usr/bin/nice", "--adjustment=-10",
                 "/usr/bin/chrt", "--reset-on-fork", "--other", "0")

# Who runs the servers where the one who measures is root.
_NOBODY = ("/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")


class Unusable(Exception):
    """Why a server is left out: one line."""


class Place(NamedTuple):
    """What a server is to serve, and how."""
    root: str
    directory: str  # of its own, to write to
    port: int
    logged: bool
    size: int  # of the file that will be asked for


class Kind(NamedTuple):
    """A server, in one of the ways in which it can be run."""
    program: str  # the file without which it is not installed
    command: Callable[[Place], list[str]]
    persists: bool = True  # it has persistent connections
    max_size: int = 1 << 62  # of a file, in bytes
    idle_children: int = 0
    prefix: tuple[str, ...] = ()  # a command that runs it, for which one has to be root


def _configured(name: str, place: Place) -> str:
    """The path of the configuration, as it is with or without a log."""
    text = (_CONFIGURATIONS / name).read_text(encoding="ascii")
    path = os.path.join(place.directory, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(configuration(text, place))
    return path


def configuration(text: str, place: Place) -> str:
    """`text` with what it names by @NAME@, and of the lines that end in #logged or #unlogged
    those that apply."""
    lines = []
    for line in text.splitlines():
        content, _, condition = line.partition("#")
        if condition in ("logged", "unlogged"):
            if (condition == "logged") != place.logged:
                continue
            line = content.rstrip()
        lines.append(f"{line}\n")
    for name, value in (("@ROOT@", place.root), ("@DIRECTORY@", place.directory),
                        ("@PORT@", str(place.port))):
        lines = [line.replace(name, value) for line in lines]
    return "".join(lines)


def _prong(*flags: str) -> Callable[[Place], list[str]]:
    # All clients have one address here, and those of a limit for each would be refused.
    return lambda place: [
        f"{place.directory}/server", f"--port={place.port}", f"--root={place.root}",
        f"--access_log={place.directory}/access.log" if place.logged else "--access_log=none",
        "--max_connections_per_client=0", "--max_connections=2048", *flags]


def _mini_httpd(place: Place) -> list[str]:
    log = ["-l", f"{place.directory}/access.log"] if place.logged else []
    return ["mini_httpd", "-D", "-h", "127.0.0.1", "-p", str(place.port), "-d", place.root,
            "-i", f"{place.directory}/pid", *log]


def _busybox(place: Place) -> list[str]:
    # It has no access log; -v prints a line for each request to standard error.
    log = ["-v"] if place.logged else []
    return ["busybox", "httpd", "-f", *log, "-p", f"127.0.0.1:{place.port}", "-h", place.root]


_SERVERS = {
    "prong": Kind(PRONG, _prong()),
    "bare limit": Kind(BARE_LIMIT, lambda place: [
        f"{place.directory}/bare_limit", str(place.port), str(place.size)],
                       persists=False, max_size=1 << 20),
    "nginx": Kind("/usr/sbin/nginx", lambda place: [
        "nginx", "-p", place.directory, "-c", _configured("nginx.conf", place), "-e", "stderr"]),
    "apache2": Kind("/usr/sbin/apache2", lambda place: [
        "apache2", "-DFOREGROUND", "-f", _configured("apache2.conf", place)]),
    "lighttpd": Kind("/usr/sbin/lighttpd", lambda place: [
        "lighttpd", "-D", "-f", _configured("lighttpd.conf", place)]),
    "busybox": Kind("/usr/bin/busybox", _busybox, persists=False),
    "mini-httpd": Kind("/usr/sbin/mini_httpd", _mini_httpd, persists=False),
}

NAMES = tuple(_SERVERS)

KINDS = {
    **_SERVERS,
    **{name + LOGGED: kind for name, kind in _SERVERS.items() if name != "bare limit"},
    "prong" + UNCONFINED: Kind(PRONG, _prong("--sandbox=off")),
    "prong" + PRIORITIZED: Kind(PRONG, _prong(), prefix=_PARENT_FIRST),
    "prong" + IDLE: Kind(PRONG, _prong("--idle_timeout=1h"), idle_children=_IDLE_CHILDREN),
}


def prong(*flags: str) -> Kind:
    """prong with these flags, too."""
    return Kind(PRONG, _prong(*flags))


class RunningServer:
    """A server that answers."""

    def __init__(self, process: subprocess.Popen, group: ControlGroup | None, place: Place,
                 idle: list[socket.socket]):
        self.pid = process.pid
        self.place = place
        self.url = f"http://127.0.0.1:{place.port}/{file_name(place.size)}"
        self._group = group
        self._idle = idle

    def cpu_microseconds(self) -> int | None:
        """That it and its children have used up to now; None if that is not known here."""
        return self._group and self._group.cpu_microseconds()

    def memory(self) -> int:
        """What all of its processes have, in bytes: pages that several share count once."""
        return sum(rollup(process.pid).get("Pss", 0) for process in procfs.session(self.pid))

    def idle_children(self) -> list[int]:
        return [child.pid for child in procfs.children(self.pid)] if self._idle else []


def rollup(pid: int) -> dict[str, int]:
    """The sizes in /proc/PID/smaps_rollup, in bytes; none of a process that has ended."""
    with contextlib.suppress(OSError), \
            open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        rows = [line.split() for line in file.readlines()[1:]]
        return {row[0].rstrip(":"): 1024 * int(row[1]) for row in rows}
    return {}


def file_name(size: int) -> str:
    return f"{size}.txt"


def make_files(root: str, sizes: set[int]) -> None:
    """Of each size a file, without any byte that takes room on a disk."""
    os.mkdir(root)
    for size in sizes:
        with open(os.path.join(root, file_name(size)), "wb") as file:
            file.truncate(size)


def is_usable(name: str) -> bool:
    """Whether it is installed, and this user may run it so."""
    kind = KINDS[name]
    return os.access(kind.program, os.X_OK) and (not kind.prefix or os.geteuid() == 0)


@contextlib.contextmanager
def running(name: str, scratch: str, size: int, cores: set[int], kind: Kind | None = None,
            port: int | None = None) -> Iterator[RunningServer]:
    """The server of KINDS, or `kind`, on these cores, until the end of the block; `scratch` has
    the root. It listens on a free port, unless one is given.

    Unusable if it does not come to answer.
    """
    _raise_descriptor_limit()
    kind = kind or KINDS[name]
    with contextlib.ExitStack() as stack:
        group = stack.enter_context(control_group())
        place = Place(f"{scratch}/root", _own_directory(name, scratch), port or _free_port(),
                      name.endswith(LOGGED), size)
        stack.callback(shutil.rmtree, place.directory, ignore_errors=True)
        process = stack.enter_context(_started(kind, place, group, cores))
        _await_answer(name, process, place)
        idle = [_idle_client(place, stack) for _ in range(kind.idle_children)]
        yield RunningServer(process, group, place, idle)


def _raise_descriptor_limit() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _own_directory(name: str, scratch: str) -> str:
    """A new one, which the user that the server runs as may write to and run it from."""
    directory = os.path.join(scratch, "".join(c if c.isalnum() else "_" for c in name))
    os.mkdir(directory)
    for program in (PRONG, BARE_LIMIT):
        shutil.copy(program, directory)
    if os.geteuid() == 0:
        shutil.chown(directory, "nobody", "nogroup")
    return directory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _started(kind: Kind, place: Place, group: ControlGroup | None,
             cores: set[int]) -> Iterator[subprocess.Popen]:
    def prepare() -> None:
        os.sched_setaffinity(0, cores)
        if group:
            group.enter()

    command = kind.command(place)
    if not os.path.isabs(command[0]):
        command[0] = kind.program
    prefix = (*kind.prefix, *_NOBODY) if os.geteuid() == 0 else ()
    with open(f"{place.directory}/stderr", "wb") as stderr:
        process = subprocess.Popen(
            [*prefix, *command], cwd=place.directory, stdin=subprocess.DEVNULL, stdout=stderr,
            stderr=stderr, start_new_session=True, preexec_fn=prepare)
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        procfs.kill_session(process.pid)
        process.wait()
        _await(lambda: not _alive(process.pid), _END_SECONDS)


def _alive(session: int) -> bool:
    return any(process.state != "Z" for process in procfs.session(session))


def _await(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it has come true within that time."""
    end = time.monotonic() + seconds
    while not (done := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return done


def _await_answer(name: str, process: subprocess.Popen, place: Place) -> None:
    listens = _await(lambda: process.poll() is not None or _connects(place.port), _START_SECONDS)
    if not listens or process.poll() is not None or not _answers(place):
        with open(f"{place.directory}/stderr", encoding="ascii", errors="backslashreplace") as file:
            said = " ".join(file.read().split()) or "it says nothing"
        raise Unusable(f"{name} does not come to serve: {said[-500:]}")


def _connects(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _request(place: Place, connection: str) -> bytes:
    return (f"GET /{file_name(place.size)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Connection: {connection}\r\n\r\n").encode("ascii")


def _answers(place: Place) -> bool:
    """Whether the file comes, up to its end."""
    with contextlib.suppress(OSError), \
            socket.create_connection(("127.0.0.1", place.port), _START_SECONDS) as client:
        client.sendall(_request(place, "close"))
        start, received = b"", 0
        while data := client.recv(1 << 20):
            start = (start + data)[:16]
            received += len(data)
        return start.split(b" ")[1:2] == [b"200"] and received > place.size
    return False


def _idle_client(place: Place, stack: contextlib.ExitStack) -> socket.socket:
    """One that has had a response, and does not ask for another."""
    client = stack.enter_context(socket.create_connection(("127.0.0.1", place.port)))
    client.sendall(_request(place, "keep-alive"))
    client.recv(1 << 16)
    return client
