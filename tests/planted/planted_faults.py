#!/usr/bin/env python3
"""Shows that the tests of the laws can fail: plants each fault of tests/planted in a copy
of the workspace, and runs the test that has to fail.

Each test first runs without a fault, as one that always fails would notice everything.
--write puts what was seen into docs/laws.md; with NAMEs, only their rows are made anew.

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
from typing import Sequence

from tests.planted import faults, laws
from tests.planted.faults import Fault
from tests.planted.laws import Sighting
from tools.plants import patch, program
from tools.plants.progress import Progress
from tools.plants.workspace_copy import WorkspaceCopy

# The name of a case that failed, as unittest and as GoogleTest print it.
_FAILED_CASE = re.compile(r"^(?:FAIL|ERROR): \w+ \(__main__\.(?P<unittest>[\w.]+)\)"
                          r"|^\[  FAILED  \] (?P<googletest>[\w.]+)", re.MULTILINE)

_ROW = "{:6} {:34} {:44} {:>8}  {}"

# Exit statuses of `bazel test`.
_PASSED, _FAILED = 0, 3


class Copy(WorkspaceCopy):
    """A copy of the workspace, in which tests run."""

    def run_test(self, test: str) -> str:
        """Runs `test` until a case fails; that case, or "" if it passed."""
        fail_fast = ("--test_arg=--failfast" if "//tests:" in test else
                     "--test_env=GTEST_FAIL_FAST=1")
        outcome = self.bazel("test", "--test_output=errors", "--cache_test_results=no", fail_fast,
                             *test.split())
        if outcome.returncode not in (_PASSED, _FAILED):
            raise patch.PlantError(f"{test} does not build:\n{outcome.stdout[-4000:]}")
        if outcome.returncode == _PASSED:
            return ""
        case = _FAILED_CASE.search(outcome.stdout)
        if not case:
            raise patch.PlantError(f"{test} failed, though no case of it:\n"
                                   f"{outcome.stdout[-4000:]}")
        return case["unittest"] or case["googletest"]


def check_patches(copy: Copy, chosen: Sequence[Fault]) -> None:
    """Fails at once, rather than in the middle, if a patch is stale."""
    for fault in chosen:
        patch.check(fault.path(), fault.patch, copy.root)


def check_controls(copy: Copy, tests: Sequence[str], progress: Progress) -> None:
    """Fails if a test fails without a fault."""
    for test in tests:
        progress.show(f"{test} without a fault")
        start = time.monotonic()
        case = copy.run_test(test)
        if case:
            raise patch.PlantError(f"{test} fails without a planted fault: {case}")
        progress.row(f"{test}: passed without a fault, {time.monotonic() - start:.0f} s")


def look_for(copy: Copy, fault: Fault) -> str:
    """Plants the fault, runs the test, and takes the fault out again."""
    try:
        patch.apply(fault.path(), fault.patch, copy.root)
        return copy.run_test(fault.test)
    finally:
        copy.restore(fault.files())


def look_for_all(copy: Copy, chosen: Sequence[Fault], progress: Progress) -> list[Sighting]:
    """Of those of which the test failed."""
    progress.row("\n" + _ROW.format("law", "planted fault", "test", "seconds", "failed"))
    sightings = []
    for number, fault in enumerate(chosen, 1):
        progress.show(f"[{number}/{len(chosen)}] {fault.name}: {fault.test}")
        start = time.monotonic()
        case = look_for(copy, fault)
        seconds = f"{time.monotonic() - start:.0f}"
        progress.row(_ROW.format(fault.law, fault.name, fault.test, seconds, case or "NOT"))
        if case:
            today = datetime.date.today().isoformat()
            sightings.append(Sighting(fault.fault, fault.name, fault.test, case, today))
    return sightings


def write_document(path: pathlib.Path, all_faults: Sequence[Fault],
                   sightings: Sequence[Sighting]) -> None:
    """Makes the rows of `sightings` anew."""
    earlier = laws.read(path.read_text(encoding="utf-8")) if path.exists() else []
    by_name = {sighting.name: sighting for sighting in (*earlier, *sightings)}
    path.write_text(laws.write(all_faults, list(by_name.values())), encoding="utf-8")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bazel run //tests:planted_faults --", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*",
                        help="a planted fault; by default all in tests/planted")
    parser.add_argument("--write", action="store_true", help=f"write {laws.PATH}")
    return parser.parse_args()


def choose(all_faults: Sequence[Fault], names: Sequence[str]) -> list[Fault]:
    """The faults called `names`, or all; in the order of the laws."""
    unknown = set(names) - {fault.name for fault in all_faults}
    if unknown:
        raise patch.PlantError(f"no such patch in {faults.DIRECTORY}: {', '.join(unknown)}")
    order = list(laws.LAWS)
    return sorted((fault for fault in all_faults if fault.name in names or not names),
                  key=lambda fault: order.index(fault.law))


def run(options: argparse.Namespace, progress: Progress) -> int:
    """The exit status."""
    workspace = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    all_faults = faults.read_all(workspace)
    chosen = choose(all_faults, options.names)
    with tempfile.TemporaryDirectory(prefix="planted_faults.") as directory:
        copy = Copy(workspace, pathlib.Path(directory))
        try:
            check_patches(copy, chosen)
            check_controls(copy, sorted({fault.test for fault in chosen}), progress)
            sightings = look_for_all(copy, chosen, progress)
        finally:
            progress.show("stopping Bazel")
            copy.shutdown()
    if options.write:
        write_document(workspace / laws.PATH, all_faults, sightings)
    progress.row(f"\n{len(sightings)} of {len(chosen)} planted faults made their test fail")
    return 0 if len(sightings) == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(program.main("planted_faults", lambda progress: run(parse_options(), progress)))
