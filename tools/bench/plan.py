"""What is measured, and what prong shall come to against others."""

from typing import NamedTuple, Sequence, TypeVar

from tools.bench.load import Load
from tools.bench.servers import IDLE, KINDS, LOGGED, NAMES, PRIORITIZED, UNCONFINED

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

SIZES = (0, KIB, 100 * KIB, 10 * MIB, GIB)
CONNECTIONS = (1, 16, 64, 256, 512)

# Where server and loader run: each on a core of its own, or both wherever the kernel puts them.
PINNED, FREE = "pinned", "free"


class Experiment(NamedTuple):
    """Servers under the same load, in turn."""
    load: Load
    servers: tuple[str, ...]  # of servers.KINDS
    placement: str = PINNED

    def name(self) -> str:
        return f"{self.load.describe()}, {self.placement}"


class Target(NamedTuple):
    """What the ratio of a figure of one server to that of another shall be."""
    load: Load
    figure: str  # of run.Sample
    server: str
    against: str
    bound: float
    at_least: bool  # else at most
    placements: tuple[str, ...] = (PINNED,)

    def is_met(self, ratio: float) -> bool:
        return ratio >= self.bound if self.at_least else ratio <= self.bound


class Limit(NamedTuple):
    """What a figure of prong's processes may be at most."""
    figure: str  # of run.Processes
    meaning: str
    bound: float
    unit: str


class Breakdown(NamedTuple):
    """Servers of which it is to be shown where the time of a response goes."""
    load: Load
    servers: tuple[str, ...]  # of servers.KINDS


_Planned = TypeVar("_Planned", Experiment, Breakdown)


def _reconnecting(connections: int, size: int = KIB) -> Load:
    return Load(connections, size, persistent=False)


def _persistent(connections: int, size: int = KIB) -> Load:
    return Load(connections, size, persistent=True)


_BOTH = (PINNED, FREE)
_RECONNECTING_PEERS = ("bare limit", "nginx", "apache2", "lighttpd", "busybox", "mini-httpd")
_PERSISTENT_PEERS = ("nginx", "apache2", "lighttpd")

EXPERIMENTS = (
    Experiment(_reconnecting(16), ("prong", *_RECONNECTING_PEERS, "prong" + LOGGED,
                                   "prong" + UNCONFINED)),
    Experiment(_reconnecting(16), ("prong", "prong" + IDLE)),
    Experiment(_reconnecting(1), ("prong", *_RECONNECTING_PEERS)),
    Experiment(_persistent(16), ("prong", *_PERSISTENT_PEERS)),
    Experiment(_persistent(64), ("prong", *_PERSISTENT_PEERS, "prong" + PRIORITIZED)),
    Experiment(_persistent(256), ("prong", *_PERSISTENT_PEERS, "prong" + PRIORITIZED)),
    Experiment(_persistent(16, 100 * KIB), ("prong", "nginx")),
    Experiment(_persistent(16, 10 * MIB), ("prong", "nginx")),
    Experiment(_persistent(1, GIB), ("prong", "nginx")),
    Experiment(_reconnecting(16), ("prong", *_RECONNECTING_PEERS, "prong" + LOGGED), FREE),
    Experiment(_persistent(16), ("prong", *_PERSISTENT_PEERS), FREE),
)

# What else the chart of all numbers of connections needs.
GROWTH = (
    *(Experiment(_reconnecting(n), ("prong", *_RECONNECTING_PEERS)) for n in (64, 256, 512)),
    *(Experiment(_persistent(n), ("prong", *_PERSISTENT_PEERS)) for n in (1, 512)),
)

TARGETS = (
    Target(_reconnecting(16), "rate", "prong", "bare limit", 0.90, True, _BOTH),
    Target(_reconnecting(16), "cpu", "prong", "bare limit", 1.15, False, _BOTH),
    Target(_reconnecting(16), "rate", "prong" + LOGGED, "bare limit", 0.85, True, _BOTH),
    Target(_reconnecting(16), "rate", "prong", "busybox", 1.6, True, _BOTH),
    Target(_reconnecting(16), "rate", "prong", "mini-httpd", 3.0, True, _BOTH),
    Target(_reconnecting(16), "rate", "prong", "apache2", 0.45, True, _BOTH),
    Target(_reconnecting(16), "rate", "prong", "nginx", 0.22, True, _BOTH),
    Target(_reconnecting(16), "rate", "prong", "prong" + UNCONFINED, 0.95, True),
    Target(_reconnecting(16), "rate", "prong" + IDLE, "prong", 0.95, True),
    Target(_reconnecting(1), "median", "prong", "bare limit", 1.1, False),
    Target(_persistent(16), "rate", "prong", "nginx", 1.1, True, _BOTH),
    Target(_persistent(64), "rate", "prong", "nginx", 1.0, True),
    Target(_persistent(256), "rate", "prong", "nginx", 0.85, True),
    Target(_persistent(16), "rate", "prong", "apache2", 2.5, True, _BOTH),
    Target(_persistent(64), "p99", "prong", "nginx", 1.0, False),
    Target(_persistent(64), "p99", "prong" + PRIORITIZED, "nginx", 1.0, False),
    Target(_persistent(16, 100 * KIB), "rate", "prong", "nginx", 1.1, True),
    Target(_persistent(16, 10 * MIB), "rate", "prong", "nginx", 1.1, True),
    Target(_persistent(1, GIB), "rate", "prong", "nginx", 1.0, True),
)

LIMITS = (
    Limit("faults", "minor page faults of a child that answers one small request", 15, ""),
    Limit("idle_private", "private memory of an idle child, that it has written to", 32, "KiB"),
    Limit("growth", "growth of the parent over 2000 connections, after as many", 0, "KiB"),
)

BREAKDOWNS = (
    Breakdown(_reconnecting(16), ("bare limit", "prong", "prong" + LOGGED, "prong" + UNCONFINED)),
    Breakdown(_persistent(16), ("nginx", "prong")),
    Breakdown(_persistent(16, 100 * KIB), ("nginx", "prong")),
)


def default(logged: bool, unconfined: bool, servers: Sequence[str],
            placements: Sequence[str]) -> list[Experiment]:
    """What the targets are about, as far as it is of these servers and placements."""
    return [_restricted(experiment, logged, unconfined, servers) for experiment in EXPERIMENTS
            if experiment.placement in placements]


def breakdowns(logged: bool, unconfined: bool, servers: Sequence[str]) -> list[Breakdown]:
    return [_restricted(breakdown, logged, unconfined, servers) for breakdown in BREAKDOWNS]


def growth(servers: Sequence[str]) -> list[Experiment]:
    return [_restricted(experiment, True, True, servers) for experiment in GROWTH]


def matrix(sizes: Sequence[int], connections: Sequence[int], logged: bool, unconfined: bool,
           servers: Sequence[str], placements: Sequence[str]) -> list[Experiment]:
    """All servers at each size and each number of connections, both ways."""
    experiments = []
    for load in [Load(n, size, persistent) for persistent in (False, True) for size in sizes
                 for n in connections]:
        able = [name for name in NAMES if name in servers
                and (KINDS[name].persists or not load.persistent)
                and load.size <= KINDS[name].max_size]
        able += [name + LOGGED for name in able if logged and name + LOGGED in KINDS]
        able += ["prong" + UNCONFINED] if unconfined and "prong" in servers else []
        experiments += [Experiment(load, tuple(able), placement) for placement in placements]
    return [experiment for experiment in experiments if experiment.servers]


def _restricted(planned: _Planned, logged: bool, unconfined: bool,
                servers: Sequence[str]) -> _Planned:
    return planned._replace(servers=tuple(
        name for name in planned.servers
        if name.partition(",")[0] in servers
        and (logged or not name.endswith(LOGGED))
        and (unconfined or not name.endswith(UNCONFINED))))
