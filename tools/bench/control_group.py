"""The processor time of a server with all processes that it ever had, from a control group.

Nothing else has all of it: proc(5) adds to a parent's times those of the children that it
has waited for, but not of those that the kernel reaps, as SIGCHLD is ignored; and the times
of a child that lives are in neither. A control group of version 2 counts the time of each
process in it, whatever becomes of the process: see cpu.stat in cgroups(7).
"""

import contextlib
import os
import tempfile
from typing import Iterator


class ControlGroup:
    """Has the processes that enter it, and theirs."""

    def __init__(self, path: str):
        self._path = path

    def enter(self) -> None:
        """Puts the calling process into it."""
        with open(f"{self._path}/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")

    def cpu_microseconds(self) -> int:
        """Used up to now, by user and system."""
        with open(f"{self._path}/cpu.stat", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("usage_usec "))


@contextlib.contextmanager
def control_group() -> Iterator[ControlGroup | None]:
    """One that is removed at the end, by when its processes must be gone; None where this
    user may make none."""
    path = None
    with contextlib.suppress(OSError, StopIteration):
        path = tempfile.mkdtemp(prefix="prong-bench.", dir=_own())
    if path is None:
        yield None
        return
    try:
        yield ControlGroup(path)
    finally:
        os.rmdir(path)


def _own() -> str:
    """The directory of the group that this process is in. StopIteration if there is none."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        # Behind the hyphen is the type of the file system; field 4 is the mount point.
        mount = next(line.split()[4] for line in file if " - cgroup2 " in line)
    with open("/proc/self/cgroup", encoding="utf-8") as file:
        group = next(line.rstrip("\n").split("::")[1] for line in file if line.startswith("0::"))
    return mount + group
