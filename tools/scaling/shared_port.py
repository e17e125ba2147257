"""One instance of prong against two that share a port."""

import contextlib
from typing import Callable, NamedTuple, Sequence

from tools.bench import figures, load, run, servers
from tools.bench.load import Load
from tools.bench.plan import FREE, KIB

ONE, TWO = "one instance", "two that share the port"

LOADS = (Load(16, KIB, persistent=False), Load(64, KIB, persistent=False),
         Load(16, KIB, persistent=True), Load(64, KIB, persistent=True))

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


def measure(loads: Sequence[Load], rounds: int, seconds: int, say: Say) -> list[Result]:
    """Both in turn, under each load; loader and servers wherever the kernel puts them."""
    cores, _ = run.cores(FREE)
    sharing = servers.prong("--reuse_port")
    with run.scratch_directory({wanted.size for wanted in loads}) as scratch, \
            contextlib.ExitStack() as stack:
        def start(name: str, port: int | None = None) -> servers.RunningServer:
            return stack.enter_context(
                servers.running(name, scratch, KIB, cores, kind=sharing, port=port))

        alone, first = start("alone"), start("first")
        start("second", first.place.port)
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
