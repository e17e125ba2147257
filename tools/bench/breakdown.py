"""Where the time of a response goes: perf(1) samples the core of a server under load.

A sample has the stack of the core at that moment. It is counted for what the kernel did then, as
its functions tell: a system call, which has the kernel's own name for it, a page fault, an
interrupt; or for the program's own code, where the kernel did nothing.
"""

import contextlib
import os
import re
import subprocess
import tempfile
from collections import Counter
from typing import Callable, Iterable, Iterator, NamedTuple, Sequence

from tools.bench import load, run
from tools.bench.plan import PINNED, Breakdown

PROGRAM = "/usr/bin/perf"

# In a second. Not a multiple of what the kernel does by a clock of its own.
_SAMPLES = 4999

# The kernel's functions through which a system call goes, and that of the call itself. The
# compiler may have left out all but the last of them: __x64_sys_write, ksys_write.
_ENTRY = re.compile(r"do_syscall_64|el0_svc")
_ON_THE_WAY = re.compile(r"x64_sys_call|invoke_syscall|el0_svc_common\w*|do_el0_svc")
_SYSTEM_CALL = re.compile(r"(?:__(?:x64|arm64|do|se)_sys_|ksys_|kernel_|do_)(\w+)")

# Others of its functions, from what tells most to what tells least, and what is done in them.
_KERNEL = (
    (re.compile(r"task_work_run"), "close"),  # which is done on the way out of the call
    (re.compile(r"syscall_trace_enter"), "filter of system calls"),
    (re.compile(r"asm_exc_page_fault|do_page_fault"), "page faults"),
    (re.compile(r"ret_from_fork\w*"), "start of a child"),
    (re.compile(r"asm_(?:sysvec_\w+|common_interrupt)"), "interrupts"),
    (re.compile(r"do_syscall_64|entry_SYSCALL_64\w*|el0_svc"), "way into and out of calls"),
)

OWN_CODE = "code of the program"

_UNNAMED = "[unknown]"  # by perf


class Times(NamedTuple):
    """What a breakdown came to."""
    breakdown: Breakdown
    microseconds: dict[str, dict[str, float]]  # of a response: of each server, for what


def is_possible() -> bool:
    """Whether perf is installed, and this user may sample a core and see the kernel's
    functions."""
    if not os.access(PROGRAM, os.X_OK):
        return False
    with tempfile.TemporaryDirectory(prefix="prong-bench.") as scratch:
        recorded = f"{scratch}/perf.data"
        probe = subprocess.run([*_record(recorded, min(os.sched_getaffinity(0))), "/bin/true"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False)
        return probe.returncode == 0 and any(
            function != _UNNAMED for _, functions in _samples(recorded) for function in functions)


def _record(path: str, core: int) -> Sequence[str]:
    """The command that samples a core for as long as the command behind it runs."""
    return (PROGRAM, "record", "--quiet", "--event=cpu-clock", f"--freq={_SAMPLES}", "-g",
            f"--cpu={core}", f"--output={path}", "--")


def _samples(path: str) -> list[tuple[str, list[str]]]:
    done = subprocess.run([PROGRAM, "script", "--fields=comm,ip,sym", f"--input={path}"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True, encoding="utf-8",
                          errors="replace")
    return list(parse(done.stdout.splitlines()))


def _command_name(pid: int) -> str:
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        return file.read().rstrip("\n")


def measure(breakdown: Breakdown, rounds: int, say: Callable[[str], None]) -> Times:
    """Loads the servers that are installed, in turn, each for so many seconds."""
    server_cores, loader_cores = run.cores(PINNED)
    with run.scratch_directory({breakdown.load.size}) as scratch, \
            contextlib.ExitStack() as stack:
        running = run.start(breakdown, scratch, server_cores, stack, say)
        counts = {name: Counter() for name in running}
        responses = dict.fromkeys(running, 0.0)
        for number in range(-1, rounds):  # first, caches and pools fill
            for name, server in running.items():
                say(f"where the time goes: {breakdown.load.describe()}, {name}")
                recorded = f"{scratch}/perf.data"
                loaded = load.run(server.url, breakdown.load, 1, loader_cores,
                                  under=_record(recorded, min(server_cores)))
                if number >= 0:
                    counts[name] += count(_samples(recorded), _command_name(server.pid))
                    responses[name] += loaded.responses
    return Times(breakdown, {
        name: {what: number * 1e6 / _SAMPLES / responses[name] for what, number in parts.items()}
        for name, parts in counts.items()})


def count(samples: Iterable[tuple[str, list[str]]], command: str) -> Counter[str]:
    """How many of the samples of processes of that name were for what. Each has the name of
    the process that ran and the functions that it was in, the innermost first."""
    return Counter(_purpose(functions) for name, functions in samples if name == command)


def _purpose(functions: list[str]) -> str:
    """The name of a system call, or what else the time was for."""
    if call := _system_call(functions):
        return call
    for pattern, purpose in _KERNEL:
        if any(map(pattern.fullmatch, functions)):
            return purpose
    return OWN_CODE


def _system_call(functions: list[str]) -> str | None:
    entry = next((i for i, function in enumerate(functions) if _ENTRY.fullmatch(function)), 0)
    inner = (name for name in functions[:entry][::-1] if not _ON_THE_WAY.fullmatch(name))
    match = _SYSTEM_CALL.fullmatch(next(inner, ""))
    return match and match[1]


def parse(script: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """The samples in the output of perf-script(1) with the fields comm, ip and sym: a line
    with the name of the process, one for each function, and an empty one."""
    name, functions = "", []
    for line in script:
        if not line.strip():
            yield name, functions
            name, functions = "", []
        elif line[0].isspace():
            functions.append(line.split()[-1].partition("+")[0])
        else:
            name = line.strip()
    if functions:
        yield name, functions
