"""Two prongs behind a proxy, and one of them ended under load and started again."""

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator, NamedTuple

from tests import procfs
from tools.bench import load, run, servers
from tools.bench.load import Load
from tools.bench.plan import FREE, KIB
from tools.bench.servers import LOGGED, RunningServer
from tools.scaling import proxies
from tools.scaling.proxies import HAPROXY, NEVER, NGINX, UNANSWERED, UNSENT, Counts

_POLL_SECONDS = 0.02
_PATIENCE_SECONDS = 20.0
# How long to wait where nobody says that a server is down, or up again: that is nginx, which
# leaves a server out for two seconds.
_UNTOLD_DOWN_SECONDS, _UNTOLD_UP_SECONDS = 1.0, 2.5

# As all of a proxy's clients have its address, there is no limit for each; and the log has who
# the proxy says that they are.
FLAGS = ("--max_connections_per_client=0", "--trusted_proxy=127.0.0.1")

Say = Callable[[str], None]


class Trial(NamedTuple):
    """What is to be tried."""
    proxy: str
    retries: str  # of proxies; nginx has its own
    signal: signal.Signals
    load: Load
    drained: bool = False  # the proxy is told before

    def end(self) -> str:
        return f"drained, {self.signal.name}" if self.drained else self.signal.name

    def name(self) -> str:
        return f"{self.proxy}, retries: {self.retries}, {self.end()}, {self.load.describe()}"


class Outcome(NamedTuple):
    """What came of it."""
    responses: int  # all that clients got in the whole time
    errors: int  # that they saw: connections refused or broken, statuses from 400 on
    retries: int | None  # by the proxy
    before: float  # responses a second that the proxy passed on, until the end began;
    during: float | None  # from then until the server was started again;
    after: float | None  # and from when the proxy had it back. None if the load was over
    down: float | None  # seconds from then until the proxy knew that the server was down
    back: float | None  # from when the server answered again until the proxy used it
    median: int  # microseconds that a client waited
    p99: int


class Phases(NamedTuple):
    """How long to load the servers before the one is ended, and for the whole trial."""
    before: float = 1.5
    whole: int = 7


class _Sample(NamedTuple):
    time: float
    counts: Counts


_LOADS = (Load(16, KIB, persistent=False), Load(16, KIB, persistent=True))

TRIALS = (
    *(Trial(HAPROXY, retries, number, wanted) for number in (signal.SIGKILL, signal.SIGTERM)
      for wanted in _LOADS for retries in (NEVER, UNSENT, UNANSWERED)),
    *(Trial(HAPROXY, NEVER, signal.SIGTERM, wanted, drained=True) for wanted in _LOADS),
    *(Trial(NGINX, UNANSWERED, number, wanted) for number in (signal.SIGKILL, signal.SIGTERM)
      for wanted in _LOADS),
)


def trials(installed: Callable[[str], bool] = proxies.is_installed) -> list[Trial]:
    """Those that can be made here."""
    return [trial for trial in TRIALS if installed(trial.proxy)]


class Instance:
    """A prong that keeps its port from one run to the next."""

    def __init__(self, name: str, scratch: str, size: int, cores: set[int]):
        self._arguments = (name + LOGGED, scratch, size, cores)
        self._port = None
        self._stack = contextlib.ExitStack()
        self.start()

    def start(self) -> None:
        """Returns when it answers. Unusable if it does not come to."""
        self._stack.close()
        self.running = self._stack.enter_context(servers.running(
            *self._arguments, kind=servers.prong(*FLAGS), port=self._port))
        self._port = self.port()

    def port(self) -> int:
        return self.running.place.port

    def has_ended(self) -> bool:
        """With all of its children."""
        return all(process.state == "Z" for process in procfs.session(self.running.pid))

    def close(self) -> None:
        self._stack.close()


@contextlib.contextmanager
def behind(proxy: str, retries: str,
           size: int = KIB) -> Iterator[tuple[list[Instance], RunningServer]]:
    """Two instances and the proxy in front of them."""
    cores, _ = run.cores(FREE)
    with run.scratch_directory({size}) as scratch, contextlib.ExitStack() as stack:
        instances = [stack.enter_context(contextlib.closing(Instance(name, scratch, size, cores)))
                     for name in ("first", "second")]
        ports = [instance.port() for instance in instances]
        kind = proxies.haproxy(ports, retries) if proxy == HAPROXY else proxies.nginx(ports)
        yield instances, stack.enter_context(
            servers.running(proxy, scratch, size, cores, kind=kind))


def measure(trial: Trial, phases: Phases, say: Say) -> Outcome:
    """Makes the trial once."""
    cores, _ = run.cores(FREE)
    with behind(trial.proxy, trial.retries, trial.load.size) as ((first, _), front), \
            ThreadPoolExecutor(1) as loader:
        say(trial.name())
        start = _sample(trial.proxy, front)
        loading = loader.submit(load.run, front.url, trial.load, phases.whole, cores)
        outcome = _end_and_start(trial, first, front, start, phases)
        clients = loading.result()
        return outcome._replace(responses=round(clients.responses), errors=clients.errors,
                                median=clients.median, p99=clients.p99)


def _end_and_start(trial: Trial, instance: Instance, front: RunningServer, start: _Sample,
                   phases: Phases) -> Outcome:
    """What the proxy shows of it."""
    ends = start.time + phases.whole
    begin = _until(lambda sample: sample.counts.responses > start.counts.responses, trial, front)
    ended = _until(lambda sample: sample.time >= begin.time + phases.before, trial, front)
    if trial.drained:
        proxies.set_state(front, "drain")
        _until(lambda sample: sample.counts.busy == 0, trial, front)
    os.kill(instance.running.pid, trial.signal)
    down = _until(lambda sample: _is_down(sample, ended), trial, front)
    gone = _until(lambda sample: instance.has_ended(), trial, front)
    instance.start()
    started = _sample(trial.proxy, front)
    if trial.drained:
        proxies.set_state(front, "ready")
    back = _until(lambda sample: _is_up(sample, started), trial, front)
    last = _until(lambda sample: sample.time >= ends - phases.whole / 20, trial, front)
    told = back.counts.down is not None
    return Outcome(0, 0, last.counts.retries, _rate(begin, ended), _rate(ended, gone),
                   _rate(back, last), down.time - ended.time if told else None,
                   back.time - started.time if told else None, 0, 0)


def _is_down(sample: _Sample, since: _Sample) -> bool:
    down = sample.counts.down
    return sample.time >= since.time + _UNTOLD_DOWN_SECONDS if down is None else down


def _is_up(sample: _Sample, since: _Sample) -> bool:
    down = sample.counts.down
    return sample.time >= since.time + _UNTOLD_UP_SECONDS if down is None else not down


def _sample(proxy: str, front: RunningServer) -> _Sample:
    counted = proxies.counts(proxy, front)
    return _Sample(time.monotonic(), counted)


def _until(condition: Callable[[_Sample], bool], trial: Trial, front: RunningServer) -> _Sample:
    """The first sample of which it is true."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition(sample := _sample(trial.proxy, front)):
        if sample.time > end:
            raise servers.Unusable(f"{trial.proxy} does not do within {_PATIENCE_SECONDS:.0f}"
                                   f" seconds what is waited for: {sample.counts}")
        time.sleep(_POLL_SECONDS)
    return sample


def _rate(begin: _Sample, end: _Sample) -> float | None:
    """Responses a second between both; None if they are too close for it to mean anything."""
    seconds = end.time - begin.time
    if seconds < 5 * _POLL_SECONDS:
        return None
    return (end.counts.responses - begin.counts.responses) / seconds
