"""One instance of prong against two that share a port, and two of which one ends."""

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator, NamedTuple, Sequence

from tools.bench import figures, load, run, servers
from tools.bench.load import Load
from tools.bench.plan import FREE, KIB

ONE, TWO = "one instance", "two that share the port"

LOADS = (Load(16, KIB, persistent=False), Load(64, KIB, persistent=False),
         Load(16, KIB, persistent=True), Load(64, KIB, persistent=True))

# Under which one of two ends.
ENDING_LOADS = (Load(16, KIB, persistent=False), Load(16, KIB, persistent=True))
_ENDING_SECONDS = 3

Say = Callable[[str], None]


class Result(NamedTuple):
    """What both came to under a load, in each round."""
    load: Load
    runs: dict[str, list[load.Run]]

    def values(self, name: str, figure: str) -> list[float]:
        return [getattr(one, figure) for one in self.runs[name]]

    def spread(self, name: str, figure: str) -> figures.Spread:
        return figures.spread(self.values(name, figure))

    def ratio(self, figure: str) -> figures.Spread | None:
        """Of two to one."""
        return figures.ratio(self.values(TWO, figure), self.values(ONE, figure))


class Ending(NamedTuple):
    """What clients got, each time, when one of two ended, with nothing between it and them."""
    load: Load
    signal: signal.Signals
    runs: list[load.Run]


def measure(loads: Sequence[Load], rounds: int, seconds: int, say: Say) -> list[Result]:
    """Both in turn, under each load; loader and servers wherever the kernel puts them."""
    cores, _ = run.cores(FREE)
    with run.scratch_directory({wanted.size for wanted in loads}) as scratch, \
            _running("alone", scratch) as alone, _pair(scratch) as (first, _):
        results = []
        for wanted in loads:
            for server in (alone, first):
                say(f"{wanted.describe()}: warming up")
                load.run(server.url, wanted, 1, cores)
            runs = {ONE: [], TWO: []}
            for number in range(rounds):
                for name, server in ((ONE, alone), (TWO, first)):
                    say(f"{wanted.describe()}: round {number + 1} of {rounds}, {name}")
                    runs[name].append(load.run(server.url, wanted, seconds, cores))
            results.append(Result(wanted, runs))
        return results


def measure_endings(times: int, say: Say) -> list[Ending]:
    """One of two ends, by each signal and under each load, so many times."""
    endings = [Ending(wanted, number, []) for number in (signal.SIGKILL, signal.SIGTERM)
               for wanted in ENDING_LOADS]
    for _ in range(times):
        for ending in endings:
            say(f"{ending.load.describe()}: one of two ends by {ending.signal.name}")
            ending.runs.append(_end_one(ending.load, ending.signal))
    return endings


def _end_one(wanted: Load, number: signal.Signals) -> load.Run:
    """Of two, after a third of the time."""
    cores, _ = run.cores(FREE)
    with run.scratch_directory({wanted.size}) as scratch, _pair(scratch) as (first, _), \
            ThreadPoolExecutor(1) as loader:
        loading = loader.submit(load.run, first.url, wanted, _ENDING_SECONDS, cores)
        time.sleep(_ENDING_SECONDS / 3)
        os.kill(first.pid, number)
        return loading.result()


@contextlib.contextmanager
def _pair(scratch: str) -> Iterator[tuple[servers.RunningServer, servers.RunningServer]]:
    """Two that share a port."""
    with _running("first", scratch) as first, \
            _running("second", scratch, first.place.port) as second:
        yield first, second


def _running(name: str, scratch: str, port: int | None = None
             ) -> contextlib.AbstractContextManager[servers.RunningServer]:
    cores, _ = run.cores(FREE)
    return servers.running(name, scratch, KIB, cores, kind=servers.prong("--reuse_port"),
                           port=port)
