#!/usr/bin/env python3
"""Shows that the fuzz targets find bugs: plants each bug of fuzz/planted in a copy of
the workspace, and fuzzes the target that has to find it.

Each target first runs without a bug for a few seconds, as one that always fails would
find everything. A target starts from its seeds and its dictionary, and runs on one
core. "seeds" tells that a seed alone found the bug, which means that the test of the
target does. --write puts what was found into docs/planted_bugs.md, by which
planted bugs and machines are compared; with NAMEs, only their rows are made anew.

Exit status 0 if all were found, else 1.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from fuzz.planted import document, plants
from tools.plants import program
from tools.plants.workspace_copy import WorkspaceCopy

_NOTICED = re.compile(r"property violated: (?P<property>.+)"
                      r"|ERROR: (?P<asan>AddressSanitizer: [\w-]+)"
                      r"|ERROR: (?P<lsan>LeakSanitizer: [\w ]+)"
                      r"|Assertion `(?P<assertion>.+)' failed"
                      r"|ERROR: (?P<engine>libFuzzer: [\w -]+)"
                      r"|runtime error: (?P<ubsan>.+)"
                      r"|what\(\): +(?P<exception>.+)")
_EXECUTIONS = re.compile(r"stat::number_of_executed_units: *(\d+)")
_SEEDS_DONE = re.compile(r"^#\d+\s+INITED", re.MULTILINE)


class Finding(NamedTuple):
    noticed: str  # what failed, or empty
    executions: int
    seconds: float
    by_seed: bool  # before the first mutation


class Copy(WorkspaceCopy):
    """A copy of the workspace, in which fuzz targets are built."""

    def build(self, target, jobs):
        outcome = self.bazel(
            "build", "--config=asan-libfuzzer", f"--jobs={jobs}",
            f"//fuzz:{target}_bin", f"//fuzz:{target}_corpus", f"//fuzz:{target}_dict")
        if outcome.returncode != 0:
            raise plants.PlantError(f"//fuzz:{target} does not build:\n{outcome.stdout[-4000:]}")


def fuzz(copy, target, seconds, options, tick):
    """Fuzzes `target` for so many seconds, or until it fails."""
    built = copy.root / "bazel-bin/fuzz"
    with tempfile.TemporaryDirectory() as scratch:
        corpora = [scratch] + ([] if options.no_seeds else [str(built / f"{target}_corpus")])
        command = [str(built / f"{target}_bin"), f"-max_total_time={seconds}",
                   f"-seed={options.seed}", f"-dict={built / target}.dict",
                   f"-artifact_prefix={scratch}/", "-print_final_stats=1", *corpora]
        # Names of frames are of no use here, and take longer to look up than most bugs to find.
        environment = os.environ | {"ASAN_OPTIONS": "symbolize=0", "UBSAN_OPTIONS": "symbolize=0"}
        start = time.monotonic()
        with open(pathlib.Path(scratch, "log"), "w+", encoding="utf-8", errors="replace") as log:
            with subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process:
                wait(process, start, seconds, tick)
            elapsed = time.monotonic() - start
            log.seek(0)
            return read_log(log.read(), process.returncode, elapsed)


def wait(process, start, seconds, tick):
    """Waits for an engine that stops by itself, or should."""
    grace = 30
    while process.poll() is None:
        elapsed = time.monotonic() - start
        tick(elapsed)
        if elapsed > seconds + grace:
            process.kill()
        time.sleep(0.05)


def read_log(log, status, elapsed):
    """The finding in what libFuzzer wrote."""
    noticed = _NOTICED.search(log)
    executions = _EXECUTIONS.search(log)
    if status == 0:
        reason = ""
    elif noticed:
        reason = next(filter(None, noticed.groups()))
    else:
        raise plants.PlantError(f"the fuzz target ended with status {status}:\n{log[-4000:]}")
    return Finding(reason, int(executions[1]) if executions else 0, elapsed,
                   not _SEEDS_DONE.search(log))


def check_controls(copy, targets, options, progress):
    """Fails if a target fails without a bug."""
    for target in targets:
        progress.show(f"{target} without a bug: building")
        copy.build(target, options.jobs)
        finding = fuzz(copy, target, options.control_seconds, options,
                       lambda elapsed, name=target: progress.show(
                           f"{name} without a bug: {elapsed:.0f} s"))
        if finding.noticed:
            raise plants.PlantError(f"{target} fails without a planted bug: {finding.noticed}")
        progress.row(f"{target}: no failure without a bug in {finding.executions} executions, "
                     f"{finding.seconds:.0f} s")


def check_patches(copy, chosen):
    """Fails at once, rather than in the middle, if a patch is stale."""
    for plant in chosen:
        plants.apply(plant, copy.root)
        copy.restore(plant.files())


def look_for(copy, plant, options, tick):
    """Plants the bug, fuzzes, and takes it out again."""
    try:
        plants.apply(plant, copy.root)
        tick("building")
        copy.build(plant.target, options.jobs)
        return fuzz(copy, plant.target, options.timeout, options,
                    lambda elapsed: tick(f"{elapsed:.0f} s"))
    finally:
        copy.restore(plant.files())


ROW = "{:28} {:20} {:8} {:>11} {:>8}  {}"


def look_for_all(copy, chosen, options, progress):
    """The rows of the plants that were found."""
    progress.row("\n" + ROW.format("planted bug", "target", "found by", "executions", "seconds",
                                   "as"))
    found = []
    for number, plant in enumerate(chosen, 1):
        finding = look_for(copy, plant, options, lambda text, place=number, name=plant.name:
                           progress.show(f"[{place}/{len(chosen)}] {name}: {text}"))
        how = "NOT" if not finding.noticed else "seeds" if finding.by_seed else "fuzzing"
        seconds = f"{finding.seconds:.1f}"
        progress.row(ROW.format(plant.name, plant.target, how, finding.executions, seconds,
                                finding.noticed))
        if finding.noticed:
            found.append(document.Row(plant.bug, plant.name, plant.target, how, finding.noticed,
                                      str(finding.executions), seconds))
    return found


def write_document(path, found, all_plants):
    """Makes the rows of `found` anew, and leaves out those of plants that are gone."""
    rows = {row.name: row for row in document.read(path.read_text(encoding="utf-8"))}
    rows |= {row.name: row for row in found}
    names = {plant.name for plant in all_plants}
    path.write_text(document.write([row for row in rows.values() if row.name in names]),
                    encoding="utf-8")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="bazel run //fuzz:planted_bugs --", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*",
                        help="a planted bug; by default all in fuzz/planted")
    parser.add_argument("--timeout", type=int, default=60,
                        help="seconds for each bug (default: %(default)s)")
    parser.add_argument("--control_seconds", type=int, default=5,
                        help="seconds for each target without a bug (default: %(default)s)")
    parser.add_argument("--no_seeds", action="store_true",
                        help="start from nothing but the dictionary: harder, for comparisons")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the engine's random numbers; 0 for another each time "
                        "(default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="of the builds (default: %(default)s)")
    parser.add_argument("--write", action="store_true",
                        help=f"write {document.PATH}")
    options = parser.parse_args()
    if options.write and options.no_seeds:
        parser.error(f"{document.PATH} tells what is found with seeds")
    return options


def choose(all_plants, names):
    """The plants called `names`, or all."""
    unknown = set(names) - {plant.name for plant in all_plants}
    if unknown:
        raise plants.PlantError(f"no such patch in {plants.DIRECTORY}: {', '.join(unknown)}")
    return [plant for plant in all_plants if plant.name in names or not names]


def run(options, progress):
    """The exit status."""
    workspace = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    all_plants = plants.read_all(workspace)
    chosen = choose(all_plants, options.names)
    with tempfile.TemporaryDirectory(prefix="planted_bugs.") as directory:
        copy = Copy(workspace, pathlib.Path(directory))
        try:
            check_patches(copy, chosen)
            check_controls(copy, sorted({plant.target for plant in chosen}), options, progress)
            found = look_for_all(copy, chosen, options, progress)
        finally:
            progress.show("stopping Bazel")
            copy.shutdown()
    if options.write:
        write_document(workspace / document.PATH, found, all_plants)
    progress.row(f"\n{len(found)} of {len(chosen)} planted bugs found")
    found_names = {row.name for row in found}
    missed = [plant for plant in chosen if plant.name not in found_names]
    for plant in missed:
        progress.row(f"not found within {options.timeout} s: {plant.name}: {plant.bug}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(program.main("planted_bugs", lambda progress: run(parse_options(), progress)))
