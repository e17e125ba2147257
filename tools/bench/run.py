"""Measuring: servers under load, one after the other and over again."""

import contextlib
import os
import socket
import tempfile
import threading
import time
from typing import Callable, NamedTuple, Sequence

from tests import procfs
from tools.bench import figures, load, servers
from tools.bench.plan import FREE, KIB, Breakdown, Experiment
from tools.bench.servers import IDLE, RunningServer

_CONNECTIONS = 2000  # of which what a child takes is the mean

Say = Callable[[str], None]


class Sample(NamedTuple):
    """A server under a load, once."""
    rate: float  # responses a second
    cpu: float | None  # microseconds that the server used for a response; None if not known
    median: int  # of the latency, in microseconds
    p99: int
    errors: int


class Series(NamedTuple):
    """A server under a load, in each round."""
    samples: list[Sample]
    memory: int  # bytes that all of its processes had, under that load

    def values(self, figure: str) -> list[float | None]:
        return [getattr(sample, figure) for sample in self.samples]

    def spread(self, figure: str) -> figures.Spread | None:
        return figures.spread(self.values(figure))

    def errors(self) -> int:
        return sum(sample.errors for sample in self.samples)


class Result(NamedTuple):
    """What an experiment has shown of the servers that could be run."""
    experiment: Experiment
    series: dict[str, Series]


class Processes(NamedTuple):
    """What prong's processes take."""
    faults: float  # minor page faults of a child that answers one small request
    idle_private: float  # KiB that an idle child has of its own and has written to; the median
    growth: float  # KiB by which the parent has grown over many connections


def cores(placement: str) -> tuple[set[int], set[int]]:
    """Those of the server and those of the loader. ValueError if there are too few."""
    own = sorted(os.sched_getaffinity(0))
    if placement == FREE:
        return set(own), set(own)
    if len(own) < 2:
        raise ValueError("to pin server and loader takes two cores, and here is one: give --free")
    return {own[0]}, {own[-1]}


def measure(experiment: Experiment, rounds: int, seconds: int, say: Say) -> Result:
    """Runs the experiment; `say` is told what it is at."""
    server_cores, loader_cores = cores(experiment.placement)
    with scratch_directory({experiment.load.size}) as scratch, contextlib.ExitStack() as stack:
        running = start(experiment, scratch, server_cores, stack, say)
        memory = {}
        for name, server in running.items():
            say(f"{experiment.name()}: {name} warms up")
            memory[name] = _warm_up(server, experiment.load, loader_cores)
        series = {name: Series([], memory[name]) for name in running}
        for number in range(rounds):
            for name, server in running.items():
                say(f"{experiment.name()}: round {number + 1} of {rounds}, {name}")
                series[name].samples.append(
                    _sample(server, experiment.load, seconds, loader_cores))
        return Result(experiment, series)


def start(experiment: Experiment | Breakdown, scratch: str, server_cores: set[int],
          stack: contextlib.ExitStack, say: Say) -> dict[str, RunningServer]:
    """Those of its servers that can be run, until the stack ends; `scratch` has their root."""
    running = {}
    for name in experiment.servers:
        if servers.is_usable(name):
            say(f"{experiment.load.describe()}: {name} starts")
            running[name] = stack.enter_context(
                servers.running(name, scratch, experiment.load.size, server_cores))
    return running


def inspect(say: Say) -> Processes:
    """What prong's processes take, by connections one after the other and by idle ones."""
    server_cores, _ = cores(FREE)
    with scratch_directory({KIB}) as scratch:
        with servers.running("prong", scratch, KIB, server_cores) as server:
            say("page faults and memory of prong's processes")
            _connect_often(server)
            before, faults = _anonymous(server.pid), procfs.minor_faults_of_children(server.pid)
            _connect_often(server)
            faults = (procfs.minor_faults_of_children(server.pid) - faults) / _CONNECTIONS
            growth = _anonymous(server.pid) - before
        with servers.running("prong" + IDLE, scratch, KIB, server_cores) as server:
            private = figures.spread([servers.rollup(pid)["Private_Dirty"] / KIB
                                      for pid in server.idle_children()])
    return Processes(faults, private.median, growth / KIB)


@contextlib.contextmanager
def scratch_directory(sizes: set[int]):
    """A directory that all may read, with a root in it."""
    with tempfile.TemporaryDirectory(prefix="prong-bench.") as scratch:
        os.chmod(scratch, 0o755)
        servers.make_files(f"{scratch}/root", sizes)
        yield scratch


def _warm_up(server: RunningServer, wanted: load.Load, loader_cores: set[int]) -> int:
    """Lets caches and pools fill; the memory that the server has meanwhile."""
    loader = threading.Thread(target=load.run, args=(server.url, wanted, 1, loader_cores))
    loader.start()
    time.sleep(0.7)
    memory = server.memory()
    loader.join()
    return memory


def _sample(server: RunningServer, wanted: load.Load, seconds: int,
            loader_cores: set[int]) -> Sample:
    before = server.cpu_microseconds()
    run = load.run(server.url, wanted, seconds, loader_cores)
    after = server.cpu_microseconds()
    known = before is not None and run.responses > 0
    return Sample(run.rate, (after - before) / run.responses if known else None, run.median,
                  run.p99, run.errors)


def _connect_often(server: RunningServer) -> None:
    """So many connections of one request each, one after the other."""
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    request = f"GET /{servers.file_name(KIB)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    for _ in range(_CONNECTIONS):
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(request.encode("ascii"))
            while client.recv(1 << 16):
                pass
    end = time.monotonic() + 10
    while procfs.children(server.pid) and time.monotonic() < end:
        time.sleep(0.01)


def _anonymous(pid: int) -> int:
    return servers.rollup(pid)["Anonymous"]
