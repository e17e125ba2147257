#!/usr/bin/env python3
"""Shows that the tests of the guarantees can fail: makes each change of tests/mutations in a
copy of the workspace, builds that, and runs the test that has to fail.

Each test first runs without a mutation, as one that always fails would notice everything.
--write puts what was seen into docs/mutations.md; with NAMEs, only their rows are made anew.

Exit status 0 if each test failed as it must, else 1.
"""

import argparse
import datetime
import os
import pathlib
import re
import sys
import tempfile
import time
from typing import Iterator, Sequence

from tests.mutations import document, guarantees, mutation
from tests.mutations.document import Sighting
from tests.mutations.mutation import Mutation
from tools.plants import patch, program
from tools.plants.progress import Progress
from tools.plants.workspace_copy import WorkspaceCopy

# The name of a case that failed, as unittest and as GoogleTest print it.
_FAILED_CASE = re.compile(r"^(?:FAIL|ERROR): \w+ \(__main__\.(?P<unittest>[\w.]+)\)"
                          r"|^\[  FAILED  \] (?P<googletest>[\w./]+)", re.MULTILINE)

# Where a test ended without saying so, as by a signal: what it was about to try.
_LAST_CASE = re.compile(r"^\[ RUN      \] ([\w./]+)", re.MULTILINE)

_ROW = "{:12} {:36} {:38} {:>8}  {}"

# Exit statuses of `bazel test`.
_PASSED, _FAILED = 0, 3


class Copy(WorkspaceCopy):
    """A copy of the workspace, in which tests run."""

    def run_test(self, test: str) -> str:
        """Runs `test` until a case fails; that case, or "" if it passed."""
        fail_fast = ("--test_arg=--failfast" if "//tests" in test else
                     "--test_env=GTEST_FAIL_FAST=1")
        outcome = self.bazel("test", "--test_output=errors", "--cache_test_results=no", fail_fast,
                             *test.split())
        if outcome.returncode not in (_PASSED, _FAILED):
            raise patch.PlantError(f"{test} does not build:\n{outcome.stdout[-4000:]}")
        return "" if outcome.returncode == _PASSED else _failed_case(test, outcome.stdout)


def _failed_case(test: str, output: str) -> str:
    if case := _FAILED_CASE.search(output):
        return case["unittest"] or case["googletest"]
    if begun := _LAST_CASE.findall(output):
        return begun[-1]
    raise patch.PlantError(f"{test} failed, though no case of it:\n{output[-4000:]}")


def check_patches(copy: Copy, chosen: Sequence[Mutation]) -> None:
    """Fails at once, rather than in the middle, if a patch is stale."""
    for one in chosen:
        patch.check(one.path(), one.patch, copy.root)


def check_controls(copy: Copy, tests: Sequence[str], progress: Progress) -> None:
    """Fails if a test fails without a mutation."""
    for number, test in enumerate(tests, 1):
        progress.show(f"[{number}/{len(tests)}] {test} without a mutation")
        start = time.monotonic()
        case = copy.run_test(test)
        if case:
            raise patch.PlantError(f"{test} fails without a mutation: {case}")
        progress.row(f"{test}: passed without a mutation, {time.monotonic() - start:.0f} s")


def look_for(copy: Copy, one: Mutation) -> str:
    """Makes the change, runs the test, and takes the change back."""
    try:
        patch.apply(one.path(), one.patch, copy.root)
        return copy.run_test(one.test)
    finally:
        copy.restore(one.files())


def look_for_all(copy: Copy, chosen: Sequence[Mutation], progress: Progress) -> Iterator[Sighting]:
    """Those at which the test failed, each as soon as it is seen."""
    progress.row("\n" + _ROW.format("guarantee", "mutation", "test", "seconds", "failed"))
    for number, one in enumerate(chosen, 1):
        progress.show(f"[{number}/{len(chosen)}] {one.name}: {one.test}")
        start = time.monotonic()
        case = look_for(copy, one)
        seconds = f"{time.monotonic() - start:.0f}"
        progress.row(_ROW.format(one.guarantees[0], one.name, one.test, seconds,
                                 case or "NOT CAUGHT"))
        if case:
            today = datetime.date.today().isoformat()
            yield Sighting(one.says, one.name, one.test, case, today)


def write_document(workspace: pathlib.Path, sightings: Sequence[Sighting]) -> None:
    """Makes the rows of `sightings` anew."""
    path = workspace / document.PATH
    earlier = document.read(path.read_text(encoding="utf-8")) if path.exists() else []
    by_name = {sighting.name: sighting for sighting in (*earlier, *sightings)}
    path.write_text(document.write(guarantees.read_all(workspace), mutation.read_all(workspace),
                                   list(by_name.values())), encoding="utf-8")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bazel run //tests:mutations --", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*",
                        help="a mutation; by default all in tests/mutations")
    parser.add_argument("--write", action="store_true", help=f"write {document.PATH}")
    return parser.parse_args()


def choose(mutations: Sequence[Mutation], names: Sequence[str]) -> list[Mutation]:
    """The mutations called `names`, or all; those of a test, whose build is much the same,
    together."""
    unknown = set(names) - {one.name for one in mutations}
    if unknown:
        raise patch.PlantError(f"no such patch in {mutation.DIRECTORY}: {', '.join(unknown)}")
    return sorted((one for one in mutations if one.name in names or not names),
                  key=lambda one: one.test)


def run(options: argparse.Namespace, progress: Progress) -> int:
    """The exit status."""
    workspace = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    chosen = choose(mutation.read_all(workspace), options.names)
    sightings = []
    with tempfile.TemporaryDirectory(prefix="mutations.") as directory:
        copy = Copy(workspace, pathlib.Path(directory))
        try:
            check_patches(copy, chosen)
            check_controls(copy, sorted({one.test for one in chosen}), progress)
            for sighting in look_for_all(copy, chosen, progress):
                sightings.append(sighting)
                if options.write:
                    write_document(workspace, [sighting])
        finally:
            progress.show("stopping Bazel")
            copy.shutdown()
    progress.row(f"\n{len(sightings)} of {len(chosen)} mutations were caught")
    return 0 if len(sightings) == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(program.main("mutations", lambda progress: run(parse_options(), progress)))
