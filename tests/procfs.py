"""Processes and their descriptors as proc(5) shows them."""

import contextlib
import os
import signal
from typing import NamedTuple

from tests import memcheck


class Process(NamedTuple):
    """A row of /proc/PID/stat; a zombie has the state "Z"."""
    pid: int
    state: str
    parent: int
    session: int


def _process(pid: int) -> Process | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The second column is the program's name, which may hold anything.
            columns = file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Process(pid, columns[0].decode(), int(columns[1]), int(columns[3]))


def _processes() -> list[Process]:
    found = (_process(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [process for process in found if process is not None]


def children(pid: int) -> list[Process]:
    """The children of `pid`, zombies included."""
    return [process for process in _processes() if process.parent == pid]


def session(leader: int) -> list[Process]:
    """The processes of a session: those that its leader started, and orphans of these too."""
    return [process for process in _processes() if process.session == leader]


def kill_session(leader: int) -> None:
    """Kills all of a session; orphans that are dead are their reaper's matter."""
    for process in session(leader):
        if process.state != "Z":
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def descriptors(pid: int) -> dict[int, str]:
    """What each open descriptor of `pid` refers to, as readlink(2) of /proc/PID/fd says it."""
    found = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
    return memcheck.without_own(found, pid)


def listening_sockets() -> set[str]:
    """The stream sockets of this network namespace that listen, in the form of `descriptors`."""
    with open("/proc/net/unix", encoding="ascii", errors="replace") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    # Columns: 3 is the flags, of which __SO_ACCEPTCON is one; 6 the inode.
    unix = {f"socket:[{row[6]}]" for row in rows if int(row[3], 16) & 0x10000}
    return unix | set(_listening_ports())


def peak_memory(pid: int) -> int:
    """The most bytes that `pid` has had resident so far: VmHWM of /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))


def minor_faults(pid: int) -> int:
    """Those of `pid` itself: minflt of /proc/PID/stat."""
    return _number_of_stat(pid, 10)


def minor_faults_of_children(pid: int) -> int:
    """Those of its children that it has waited for: cminflt of /proc/PID/stat."""
    return _number_of_stat(pid, 11)


def _number_of_stat(pid: int, column: int) -> int:
    """Of /proc/PID/stat, whose columns proc(5) counts from 1."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        # The second column is the program's name, which may hold anything.
        return int(file.read().rpartition(b")")[2].split()[column - 3])


def system_call(pid: int) -> int | None:
    """The number of the call that `pid` is in, if it waits in one: proc(5), /proc/PID/syscall."""
    with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
        number = file.read().split()[0]
    return int(number) if number.isdigit() else None


def is_pending(pid: int, number: int) -> bool:
    """Whether signal `number` was sent to `pid`, if there is such a process, and not taken yet."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            pending = next(line.split()[1] for line in file if line.startswith("ShdPnd:"))
    except (FileNotFoundError, ProcessLookupError):
        return False
    return bool(int(pending, 16) >> (number - 1) & 1)


def has_non_blocking_socket(pid: int) -> bool:
    """Whether `pid` has one open, if there is such a process."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for number in os.listdir(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:"):
                with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as file:
                    flags = next(line.split()[1] for line in file if line.startswith("flags:"))
                if int(flags, 8) & os.O_NONBLOCK:
                    return True
    return False


def listening_port(pid: int) -> int | None:
    """The TCP port that `pid` listens on, if it does on one."""
    ports = _listening_ports()
    return next((ports[file] for file in descriptors(pid).values() if file in ports), None)


def _listening_ports() -> dict[str, int]:
    """The port of each TCP socket that listens."""
    ports = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as file:
            rows = [line.split() for line in file.readlines()[1:]]
        # Columns: 1 is ADDRESS:PORT, in hexadecimal; 3 the state, 0A of which is
        # TCP_LISTEN; 9 the inode.
        ports |= {f"socket:[{row[9]}]": int(row[1].rpartition(":")[2], 16)
                  for row in rows if row[3] == "0A"}
    return ports


def status(pid: int) -> dict[str, str]:
    """The fields of /proc/PID/status, proc(5)."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
