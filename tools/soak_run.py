"""A soak: many clients for a long time, signals and killed children among them, and then
what must be true of the server afterwards."""

import contextlib
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from typing import NamedTuple

from tests import deadline, procfs, vectors
from tests.server import Server, is_sanitized
from tools import soak_clients

_MAX_CONNECTIONS = 48
_CLIENTS = 64  # more than there may be connections: some are refused
_MIB = 1 << 20
_LOG_LINE = re.compile(r'127\.0\.0\.\d+ - - \[[^]]+\] "[ -~]*" \d{3} \d+')
_REPORT_SECONDS = 10

# What the parent's own memory may grow by between the first minute's end, when its
# tables have the size that they will have, and the end.
_MAX_GROWTH_KIB = 256


class Result(NamedTuple):
    """What a soak has counted; `violations` is empty if all is as it must be."""
    seconds: float
    seed: int
    outcomes: Counter  # "KIND: OUTCOME" of clients
    refusals: dict[int, int]  # by number
    counters: dict[str, int]  # of the server
    kills: int
    hangups: int
    memory_before_kib: int
    memory_after_kib: int
    seconds_to_last_child: float
    violations: list[str]


def memory_kib(pid: int) -> int:
    """What the process has of its own, and shares with its children only until either
    writes to it: Anonymous of smaps_rollup, proc(5). 0 for a sanitizer's build, which
    keeps what is freed."""
    if is_sanitized():
        return 0
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))


class Soak:
    """One run. `seed` fixes what each client draws, though not how they interleave."""

    def __init__(self, seconds: float, seed: int):
        self._seconds = seconds
        self._seed = seed
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._outcomes: Counter = Counter()
        self._violations: list[str] = []
        self._refusals: dict[int, int] = {}
        self._kills = 0
        self._hangups = 0

    def run(self) -> Result:
        scratch = tempfile.mkdtemp(prefix="soak.")
        os.environ["TEST_TMPDIR"] = scratch
        try:
            return self._run(scratch)
        finally:
            shutil.rmtree(scratch)

    def _run(self, scratch: str) -> Result:
        files = self._make_files(os.path.join(scratch, "root"))
        log = os.path.join(scratch, "access.log")
        server = Server(
            "--port=0", f"--root={scratch}/root", f"--access_log={log}",
            f"--header_timeout={soak_clients.HEADER_TIMEOUT_SECONDS}s",
            f"--idle_timeout={soak_clients.IDLE_TIMEOUT_SECONDS}s",
            f"--min_send_rate={soak_clients.MIN_SEND_RATE}", "--connection_timeout=10s",
            f"--max_connections={_MAX_CONNECTIONS}", "--max_connections_per_client=12")
        server.may_lose_children = True
        try:
            descriptors = procfs.descriptors(server.pid)
            clients = self._start_clients(server, files)
            try:
                before = self._make_trouble(server, log)
            finally:
                self._end = min(self._end, time.monotonic())
                for client in clients:
                    client.join()
            return self._judge(server, scratch, descriptors, before)
        finally:
            server.stop()

    @staticmethod
    def _make_files(root: str) -> dict[str, bytes]:
        os.mkdir(root)
        draw = random.Random(0)
        files = {"/index.html": b"<!doctype html><title>soak</title>"}
        for size in (0, 1000, 100_000, 32 * _MIB):
            files[f"/{size}"] = draw.randbytes(size)
        for target, content in files.items():
            with open(root + target, "wb") as file:
                file.write(content)
        return files

    def _start_clients(self, server: Server, files: dict[str, bytes]) -> list[threading.Thread]:
        rejected = [vector for vector in vectors.read_requests() if vector.rejection]
        statuses = vectors.read_statuses()
        clients = []
        for number in range(_CLIENTS):
            mix = soak_clients.Mix(server.address, files, rejected, statuses,
                                   random.Random(f"{self._seed}/{number}"), {})
            clients.append(threading.Thread(target=self._be_clients, args=(mix,)))
            clients[-1].start()
        return clients

    def _be_clients(self, mix: soak_clients.Mix) -> None:
        """One client after the other, until time is up or something is wrong."""
        while time.monotonic() < self._end and not self._violations:
            try:
                outcome = soak_clients.run(mix)
            except soak_clients.Violation as violation:
                outcome = f"VIOLATION: {violation}"
                self._violations.append(str(violation))
            with self._lock:
                self._outcomes[outcome] += 1
            if outcome.endswith(": 503"):
                # Or those that are refused, and come again at once, are most of the soak.
                time.sleep(mix.draw.uniform(0.1, 1))
        with self._lock:
            for number, count in mix.refusals.items():
                self._refusals[number] = self._refusals.get(number, 0) + count

    def _make_trouble(self, server: Server, log: str) -> int:
        """Signals and kills until time is up; returns the parent's memory early on."""
        draw = random.Random(self._seed)
        settled = time.monotonic() + min(60, self._seconds / 4)
        before = None
        report = time.monotonic() + _REPORT_SECONDS
        while time.monotonic() < self._end and not self._violations:
            time.sleep(draw.uniform(0.05, 0.5))
            if draw.random() < 0.5:
                self._kill_a_child(server, draw)
            else:
                self._rotate(server, log)
            if before is None and time.monotonic() > settled:
                before = memory_kib(server.pid)
            if time.monotonic() > report:
                report += _REPORT_SECONDS
                self._report_progress(server)
        return memory_kib(server.pid) if before is None else before

    def _kill_a_child(self, server: Server, draw: random.Random) -> None:
        children = server.children()
        number = draw.choice((signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT))
        with contextlib.suppress(ProcessLookupError):  # it was reaped meanwhile
            if children:
                os.kill(draw.choice(children).pid, number)
                self._kills += 1

    def _rotate(self, server: Server, log: str) -> None:
        """As logrotate(8) does."""
        self._hangups += 1
        os.rename(log, f"{log}.{self._hangups}")
        server.signal(signal.SIGHUP)
        deadline.eventually(lambda: os.path.exists(log))

    def _report_progress(self, server: Server) -> None:
        counters = server.counters()
        left = max(self._end - time.monotonic(), 0)
        print(f"soak: {left:.0f} s to go: " +
              " ".join(f"{name}={value}" for name, value in counters.items()), flush=True)

    def _judge(self, server: Server, scratch: str, descriptors: dict[int, str],
               before: int) -> Result:
        """The laws of processes and descriptors, after the last client has gone."""
        start = time.monotonic()
        server.wait_for_no_child(within=2 * deadline.SECONDS)
        seconds_to_last_child = time.monotonic() - start
        counters = server.counters()
        after = memory_kib(server.pid)
        lines = server.lines()
        result = Result(self._seconds, self._seed, self._outcomes, self._refusals, counters,
                        self._kills, self._hangups, before, after, seconds_to_last_child,
                        self._violations)
        result.violations.extend(violations_of(result, lines))
        if _stable(procfs.descriptors(server.pid)) != _stable(descriptors):
            result.violations.append("law 3: the parent's descriptors are not as before: "
                                     f"{procfs.descriptors(server.pid)}")
        result.violations.extend(bad_log_lines(scratch))
        return result


def _stable(descriptors: dict[int, str]) -> list[str]:
    """What descriptors refer to, without the log, which was opened again."""
    return sorted(file for file in descriptors.values() if "access.log" not in file)


def violations_of(result: Result, lines: list[str]) -> list[str]:
    """What the figures of a soak, and what the server said, have against it."""
    counters = result.counters
    crashes = [line for line in lines if line.startswith("prong: child ")]
    refused = sum(value for name, value in counters.items() if name.startswith("refused_"))
    cut = sum(count for outcome, count in result.outcomes.items() if outcome.endswith(": cut"))
    not_cut = sum(count for outcome, count in result.outcomes.items()
                  if outcome.endswith(f": {soak_clients.NOT_CUT}"))
    growth = result.memory_after_kib - result.memory_before_kib
    wrong = {
        "law 2: a child is left": counters["active"] != 0,
        "a connection was accepted and neither refused nor served":
            counters["accepted"] != refused + counters["reaped"],
        "there were more children than --max_connections": counters["peak"] > _MAX_CONNECTIONS,
        "more children crashed than were killed": counters["crashed"] > result.kills,
        "a crash was not reported, or more than once": counters["crashed"] != len(crashes),
        "more connections were cut than children were killed and clients refused":
            cut > result.kills + refused,
        "more slow readers were not cut than children were killed": not_cut > result.kills,
        f"the parent's memory grew by {growth} KiB": growth > _MAX_GROWTH_KIB,
    }
    return [violation for violation, is_so in wrong.items() if is_so]


def bad_log_lines(scratch: str) -> list[str]:
    """Whatever clients sent, a line of the log is one line of printable ASCII."""
    for name in sorted(os.listdir(scratch)):
        if name.startswith("access.log"):
            with open(os.path.join(scratch, name), encoding="latin-1", newline="\n") as file:
                for line in file:
                    if not _LOG_LINE.fullmatch(line.rstrip("\n")):
                        return [f"a line of the log is malformed: {line!r}"]
    return []


def table(result: Result) -> str:
    """The figures, as docs/soak.md has them."""
    rows = [("seconds", f"{result.seconds:.0f}"), ("seed", result.seed),
            ("connections of clients", sum(result.outcomes.values())),
            *result.counters.items(),
            ("children killed", result.kills), ("logs rotated (SIGHUP)", result.hangups),
            ("seconds from the last client to the last child",
             f"{result.seconds_to_last_child:.2f}"),
            ("parent's memory, settled", f"{result.memory_before_kib} KiB"),
            ("parent's memory, at the end", f"{result.memory_after_kib} KiB"),
            ("violations", len(result.violations))]
    text = "| figure | |\n|---|---|\n"
    text += "".join(f"| {name} | {value} |\n" for name, value in rows)
    text += "\n| client: what became of it | times |\n|---|---|\n"
    text += "".join(f"| {outcome} | {count} |\n" for outcome, count in
                    sorted(result.outcomes.items()))
    text += "\n| refusal | times |\n|---|---|\n"
    text += "".join(f"| {number} | {count} |\n" for number, count in
                    sorted(result.refusals.items()))
    return text


def run(seconds: float, seed: int) -> Result:
    result = Soak(seconds, seed).run()
    for violation in result.violations:
        print(f"soak: VIOLATION: {violation}", file=sys.stderr)
    return result
