"""When, how and where something was measured."""

import os
import platform
import shlex
import time
from typing import Sequence

# Options that name files of this machine, or that are Bazel's; each has a value.
_LEFT_OUT = ("--compilation_mode", "--json", "--chart")


def describe_occasion(target: str, arguments: Sequence[str], load_average: float) -> str:
    """A line on the run of a program by Bazel."""
    values = iter(arguments)
    kept = []
    for argument in values:
        if argument in _LEFT_OUT:
            next(values)  # which stands behind it
        elif not argument.startswith(tuple(f"{name}=" for name in _LEFT_OUT)):
            kept.append(argument)
    date = time.strftime("%-d %B %Y", time.gmtime())
    command = shlex.join(["bazel", "run", "-c", "opt", target, "--", *kept])
    return (f"{date}, `{command}`, on {_machine()}. The load average of the minute before,"
            f" which is the work of other programs: {load_average:.1f}.\n")


def _machine() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        lines = file.readlines()
    model = next((line.partition(":")[2].strip() for line in lines
                  if line.startswith("model name")), platform.machine())
    virtual = " of a virtual machine" if any(
        line.startswith("flags") and " hypervisor" in line for line in lines) else ""
    return f"{len(os.sched_getaffinity(0))} cores ({model}){virtual}, Linux {platform.release()}"
