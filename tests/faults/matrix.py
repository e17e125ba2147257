"""The matrix of faults: each system call that the server makes, each error that its manual
page lists, on its first, second and last occurrence.

It is generated: the calls are those that strace(1) sees, the errors those of manual.py.
`bazel test` runs a sample of it; this runs it all, and says what came of it.

Exit status 0 if each fault was borne well, else 1.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import sys
import tempfile
import time
from collections import Counter
from typing import Callable, Iterable, Iterator, NamedTuple, Sequence

from tests import deadline
from tests.faults import manual, short, trial
from tests.strace import Call, Fault

DOCUMENT = "docs/faults.md"

# Not the server's: it is what makes a process the server.
_EXEC = "execve"

# What a failing call returns, where that is no error. The kernel's brk(2) returns the
# break as it is, "C library/kernel differences"; 0 is below whatever was asked for.
_FAILURES = {("brk", "ENOMEM"): "retval=0"}


class Row(NamedTuple):
    """What has one result in the matrix."""
    process: str
    call: str
    errno: str


class Case(NamedTuple):
    """What is run at once."""
    row: Row
    occurrence: int

    def __str__(self) -> str:
        return f"{self.row.process} {self.row.call} {self.row.errno} {self.occurrence}"


class Result(NamedTuple):
    """Of the cases of a row."""
    cases: int
    faults: int
    outcomes: frozenset[str]


class Matrix:
    """What there is to run."""

    def __init__(self, traces: dict[str, Sequence[Sequence[Call]]]):
        """`traces` has the system calls of each process of each kind, without a fault."""
        self._counts = {process: [Counter(call.name for call in trace) for trace in of_process]
                        for process, of_process in traces.items()}

    @classmethod
    def observe(cls) -> "Matrix":
        return cls({process: trial.run(process).traces for process in trial.PROCESSES})

    def calls(self, process: str) -> list[str]:
        names = set().union(*self._counts[process]) - {_EXEC}
        unknown = names - manual.PAGES.keys()
        if unknown:
            raise LookupError(f"tests/faults/manual.py lacks {', '.join(sorted(unknown))}")
        return sorted(names)

    def rows(self) -> Iterator[Row]:
        for process in trial.PROCESSES:
            for call in self.calls(process):
                for errno in manual.PAGES[call].errnos:
                    yield Row(process, call, errno)

    def occurrences(self, row: Row) -> list[int]:
        """The first, the second, and the last of each process that made the call."""
        counts = {counts[row.call] for counts in self._counts[row.process]} - {0}
        return sorted({1, min(2, max(counts))} | counts)

    def cases(self) -> Iterator[Case]:
        for row in self.rows():
            for occurrence in self.occurrences(row):
                yield Case(row, occurrence)

    def unfailing(self) -> list[str]:
        """The calls that cannot fail."""
        return sorted({call for process in trial.PROCESSES for call in self.calls(process)
                       if not manual.PAGES[call].errnos})

    def sample(self) -> Iterator[Case]:
        """Two errors on the first occurrence of each call, and one of them on the last."""
        for process in trial.PROCESSES:
            for call in self.calls(process):
                rows = [Row(process, call, errno) for errno in manual.PAGES[call].errnos[:2]]
                for row in rows:
                    yield Case(row, 1)
                for row in rows[:1]:
                    yield from (Case(row, last) for last in self.occurrences(row)[-1:] if last > 1)


def run(case: Case) -> trial.Outcome:
    """Runs the server until the fault has happened; AssertionError if it was not borne well."""
    process, call, errno = case.row
    injection = _FAILURES.get((call, errno), f"error={errno}")
    occurrence = case.occurrence
    for _ in range(5):
        outcome = trial.run(process, Fault(call, injection, occurrence))
        if outcome.faults:
            return outcome
        # Which call is the last is not the same in every run.
        occurrence = max(sum(made.name == call for made in trace) for trace in outcome.traces)
    raise AssertionError("it does not come to that call")


def run_all(cases: Sequence, runner: Callable, jobs: int) -> Iterator[tuple]:
    """Yields each case as it is done, with its outcome or the AssertionError."""
    def attempt(case):
        try:
            return case, runner(case)
        except AssertionError as error:
            return case, error

    with concurrent.futures.ThreadPoolExecutor(jobs) as executor:
        futures = [executor.submit(attempt, case) for case in cases]
        try:
            for future in concurrent.futures.as_completed(futures):
                yield future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def collect(outcomes: Iterable[tuple[Case, trial.Outcome]]) -> dict[Row, Result]:
    """The results of the rows, of the outcomes of their cases."""
    results: dict[Row, Result] = {}
    for case, outcome in outcomes:
        before = results.get(case.row, Result(0, 0, frozenset()))
        results[case.row] = Result(before.cases + 1, before.faults + outcome.faults,
                                   before.outcomes | outcome.results)
    return results


_INTRODUCTION = f"""\
<!-- Made by `bazel run //tests/faults:matrix -- --write`: change what it is made from. -->

# Faults

Each system call that the server makes, failed with each error that its manual page lists, on its
first, its second and its last occurrence in a process: what came of it, in the last run of the
whole matrix. The calls are those that strace(1) sees during the traffic of
[tests/faults/traffic.py](../tests/faults/traffic.py), the errors those of
[tests/faults/manual.py](../tests/faults/manual.py); strace injects one into the static executable.
`bazel test //tests/faults/...` runs a sample: each call, with two errors.

Each case is a run of the server, and in each

- the parent lives, with the descriptors that it had before, no child and no zombie;
- what a client gets is byte for byte right, or ends short of what was announced with the
  connection, or is an error from 403, 404, 408, 500 and 503; no more clients get less than what
  is right than there were faults; none waits longer than {{seconds:.0f}} s;
- afterwards a request is answered right, and SIGTERM ends the server with status 0 while one
  connection is idle and another does not end in time; or SIGKILL ends it, and its children;
- the server says nothing but lines of its own, and of no child that died;
- a server that fails to start says one line, and its exit status is 2.

## Errors

The process is the parent at its start, the parent after that, or a child. A fault of children
happens to each that comes so far, and counts for each; of ppoll and close, to the parent as well.
In the last column is what some client got in place of the right answer: "closed", a connection
that ended short of it; a status; "listing", of a directory whose index was not found; "entry
missing", a listing without an entry that was not found; or what became of a start.

| process | system call | errors | cases | faults | result |
|---|---|---|---:|---:|---|
"""

_START_ENDS = """
Where "{dies}", it is in the C library or in Abseil, before the first system call of the server's
own: there is no memory to run with, or no thread-local storage. It says one line at most.

Left out are execve(2), which is made by who starts the server, and what cannot fail:
{unfailing}.

close(2) closes the descriptor whatever error it returns; strace can inject an error only by not
making the call. So descriptors that it kept open are not counted as leaks, and connections that
it kept open not as hangs.

## Short counts

strace cannot make a call move less than it was asked to: it can only lie about it. Here the kernel
does move less. (`//fuzz:connection_fault_fuzz` has short counts everywhere, by wrapping the calls.)

| process | system call | cause | result |
|---|---|---|---|
"""


def document(results: dict[Row, Result], shorts: dict[short.Way, trial.Outcome],
             unfailing: Sequence[str], seconds: float) -> str:
    """docs/faults.md."""
    text = _INTRODUCTION.format(seconds=seconds)
    for (process, call, outcomes), rows in _grouped(results).items():
        counted = [results[row] for row in rows]
        errors = " ".join(row.errno for row in rows)
        text += (f"| {process} | `{call}`, {manual.PAGES[call].name} | {errors} "
                 f"| {sum(result.cases for result in counted)} "
                 f"| {sum(result.faults for result in counted)} | {_sentence(outcomes)} |\n")
    text += _START_ENDS.format(
        dies=trial.DIES, unfailing=", ".join(manual.PAGES[call].name for call in unfailing))
    for way, outcome in shorts.items():
        text += (f"| {way.process} | `{way.call}`, {manual.PAGES[way.call].name} | {way.why} "
                 f"| {_sentence(outcome.results)} |\n")
    return text


def _grouped(results: dict[Row, Result]) -> dict[tuple[str, str, frozenset[str]], list[Row]]:
    """Rows that differ in the error alone, in the order of the processes and calls."""
    groups: dict[tuple[str, str, frozenset[str]], list[Row]] = {}
    order = sorted(results, key=lambda row: (trial.PROCESSES.index(row.process), *row[1:]))
    for row in order:
        groups.setdefault((row.process, row.call, results[row].outcomes), []).append(row)
    return dict(sorted(groups.items(), key=lambda group: (
        trial.PROCESSES.index(group[0][0]), group[0][1], _sentence(group[0][2]))))


def _sentence(outcomes: frozenset[str]) -> str:
    return ", ".join(sorted(outcomes)) or "right"


_LINE = re.compile(r"\| (\w+) \| `(\w+)`, [^|]+ \| ([A-Z0-9 ]+) \| [0-9]+ \| [0-9]+ \| [^|]+ \|")


def rows_of(text: str) -> set[Row]:
    """The rows of errors in a document."""
    return {Row(match[1], match[2], errno)
            for match in map(_LINE.fullmatch, text.splitlines()) if match
            for errno in match[3].split()}


class Progress:
    """A line that is overwritten on a terminal, and elsewhere a line now and then."""

    _INTERVAL_SECONDS = 30

    def __init__(self, total: int):
        self._total = total
        self._start = self._shown = time.monotonic()
        self._is_terminal = sys.stdout.isatty()

    def show(self, done: int, failures: int) -> None:
        now = time.monotonic()
        text = f"{done} of {self._total} cases, {failures} failed, {now - self._start:.0f} s"
        if self._is_terminal:
            print(f"\r\x1b[K{text}", end="", flush=True)
        elif now > self._shown + self._INTERVAL_SECONDS or done == self._total:
            print(text, flush=True)
            self._shown = now

    def row(self, text: str) -> None:
        print(f"\r\x1b[K{text}" if self._is_terminal else text, flush=True)


def attempt_all(cases: Sequence, runner: Callable, jobs: int, progress: Progress,
                done: int = 0) -> tuple[list[tuple], int]:
    """The cases that were borne well, with their outcomes; and the number of the others."""
    passed, failures = [], 0
    for case, outcome in run_all(cases, runner, jobs):
        if isinstance(outcome, AssertionError):
            failures += 1
            notes = getattr(outcome, "__notes__", ())
            progress.row("\n".join([f"FAILED: {case}: {outcome}", *notes]))
        else:
            passed.append((case, outcome))
        progress.show(done + len(passed) + failures, failures)
    return passed, failures


def run_matrix(words: Sequence[str], jobs: int) -> tuple[str, int]:
    """The document, and how many cases failed, of those that have all `words`."""
    def chosen(things: Iterable) -> list:
        return [thing for thing in things if set(words) <= set(str(thing).split())]

    matrix = Matrix.observe()
    cases, ways = chosen(matrix.cases()), chosen(short.WAYS)
    progress = Progress(len(cases) + len(ways))
    outcomes, failures = attempt_all(cases, run, jobs, progress)
    shorts, more_failures = attempt_all(ways, short.run, jobs, progress, len(cases))
    shorts.sort(key=lambda done: ways.index(done[0]))
    text = document(collect(outcomes), dict(shorts), matrix.unfailing(), deadline.SECONDS)
    return text, failures + more_failures


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bazel run //tests/faults:matrix --", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD",
                        help="run only those cases, such as `child sendto EPIPE 1` or "
                        "`child sendto short`, that have each WORD")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT} anew")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="servers at a time (default: %(default)s)")
    options = parser.parse_args()
    if options.write and options.words:
        parser.error(f"{DOCUMENT} is of all cases: --write takes no WORD")
    return options


def main() -> int:
    options = parse_options()
    with tempfile.TemporaryDirectory(prefix="faults.") as directory:
        os.environ["TEST_TMPDIR"] = directory
        text, failures = run_matrix(options.words, options.jobs)
    if not options.write:
        print(text)
    elif not failures:
        path = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."), DOCUMENT)
        path.write_text(text, encoding="ascii")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
