"""Load by wrk(1), whose one thread has as many connections as is wanted."""

import json
import os
import pathlib
import subprocess
from typing import NamedTuple, Sequence

PROGRAM = "/usr/bin/wrk"

_REPORT = pathlib.Path(__file__).with_name("report.lua")

# Of a response, before it counts as an error.
_TIMEOUT_SECONDS = 60

# Beyond the time that a run should take, before it is given up.
_PATIENCE_SECONDS = 60

_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class Load(NamedTuple):
    """What clients ask for."""
    connections: int
    size: int  # of the file, in bytes
    persistent: bool  # else a connection for each request

    def describe(self) -> str:
        way = "persistent connections" if self.persistent else "a connection per request"
        clients = "1 client" if self.connections == 1 else f"{self.connections} clients"
        return f"{way}, {size_name(self.size)}, {clients}"


class Run(NamedTuple):
    """What clients got."""
    rate: float  # responses a second
    responses: float
    median: int  # of the time from a request to the end of its response, in microseconds
    p99: int
    errors: int


def size_name(size: int) -> str:
    """Such as "100 KiB"."""
    unit = next((unit for unit in reversed(_UNITS) if size >= _UNITS[unit]), None)
    return f"{size // _UNITS[unit]} {unit}" if unit else f"{size} B"


def parse_size(text: str) -> int:
    """Of "0", "512", "1KiB", "10MiB" and the like. ValueError if it is none."""
    unit = next((unit for unit in _UNITS if text.endswith(unit)), None)
    return int(text.removesuffix(unit)) * _UNITS[unit] if unit else int(text)


def command(url: str, load: Load, seconds: int) -> Sequence[str]:
    close = () if load.persistent else ("-H", "Connection: close")
    return (PROGRAM, "--threads=1", f"--connections={load.connections}", f"--duration={seconds}s",
            f"--timeout={_TIMEOUT_SECONDS}s", f"--script={_REPORT}", *close, url)


def run(url: str, load: Load, seconds: int, cores: set[int], under: Sequence[str] = ()) -> Run:
    """Loads the server at `url` from these cores; `under` is a command that runs another."""
    done = subprocess.run(
        (*under, *command(url, load, seconds)), check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, timeout=seconds + _PATIENCE_SECONDS,
        preexec_fn=lambda: os.sched_setaffinity(0, cores))
    return parse(done.stdout, load.size)


def parse(output: str, size: int) -> Run:
    """Reads what report.lua has made of a run in which files of `size` bytes were asked for.

    Of large files few are received to the end within the time, so that what counts is
    bytes: a part of a response counts for that part.
    """
    report = json.loads(output.splitlines()[-1])
    by_bytes = size >= _UNITS["MiB"]
    responses = report["bytes"] / size if by_bytes else report["responses"]
    return Run(responses / (report["duration"] / 1e6), responses, report["median"], report["p99"],
               report["errors"])
