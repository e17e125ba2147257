"""The checks that OSS-Fuzz makes of what was built for it.

They are those of its program of this name, with its thresholds, and what else is
expected of a fuzz test there: seeds, options, speed, a report of coverage.
"""

import concurrent.futures
import configparser
import functools
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import zipfile
from typing import NamedTuple

# Calls into the runtimes of sanitizers in a fuzz test that has the sanitizer, at
# least, and in one that has not, at most. Most are of the runtimes themselves.
CALLS_WITH = {"address": 1000, "undefined": 168}
CALLS_WITHOUT = {"address": 0, "undefined": 200}
RUNTIME = {"address": "__asan", "undefined": "__ubsan"}
# What only code that was compiled with the sanitizer calls.
REPORT = {"address": "__asan_report_(load|store)", "undefined": "__ubsan_handle_(?!cfi)"}
LEAST_EDGES = 100

# Far below what ClusterFuzz complains of; by processor time, as other programs may
# run at the same time.
LEAST_RUNS_PER_SECOND = 100
FUZZING_SECONDS = 5

# Of a C and C++ program, in OSS-Fuzz's image for running.
RUNNER_LIBRARIES = re.compile(
    r"(ld-linux-x86-64|linux-vdso|libc|libdl|libgcc_s|libm|libpthread|libresolv|librt"
    r"|libstdc\+\+)\.so")

FUZZER_ARGUMENTS = ["-rss_limit_mb=2560", "-timeout=25"]


class BadBuild(Exception):
    """What OSS-Fuzz would complain of."""


class Build(NamedTuple):
    """How fuzz tests were built: OSS-Fuzz's names, and whether with Debian's libc++."""
    sanitizer: str
    engine: str
    libcxx: bool = False


def run(command, **options):
    """A finished process, with what it wrote to either output as text."""
    return subprocess.run([str(part) for part in command], check=False, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **options)


def require(holds, complaint, process=None):
    if not holds:
        raise BadBuild(complaint + (":\n" + process.stdout[-3000:] if process else ""))


def fuzz_targets(directory):
    """What OSS-Fuzz takes for a fuzz target: an executable that holds its function."""
    return [file for file in sorted(directory.iterdir())
            if os.access(file, os.X_OK) and b"LLVMFuzzerTestOneInput" in file.read_bytes()]


def unpacked_seeds(target, scratch):
    """The directory of the target's seeds."""
    archive = target.with_name(target.name + "_seed_corpus.zip")
    require(archive.is_file(), f"no {archive.name}")
    seeds = scratch / "seeds"
    seeds.mkdir()
    with zipfile.ZipFile(archive) as file:
        file.extractall(seeds)
    require(any(seeds.iterdir()), f"{archive.name} is empty")
    return seeds


def check_sanitizer(target, sanitizer):
    code = run(["objdump", "--disassemble", "--demangle", target]).stdout
    call = r"callq?\s+[0-9a-f]+\s+<"
    for name, runtime in RUNTIME.items():
        calls = len(re.findall(call + runtime, code))
        if name == sanitizer:
            require(calls >= CALLS_WITH[name], f"{calls} calls of {runtime}: not sanitized")
            require(re.search(call + REPORT[name], code), "not compiled with the sanitizer")
        else:
            require(calls <= CALLS_WITHOUT[name], f"{calls} calls of {runtime}: sanitized too")


def check_libraries(target, libcxx):
    for line in run(["ldd", target]).stdout.splitlines():
        name = pathlib.Path(line.split()[0]).name
        # OSS-Fuzz's image has libc++ as an archive only; Debian's is shared.
        known = RUNNER_LIBRARIES.match(name) or (
            libcxx and name.startswith(("libc++", "libunwind")))
        require(known and "not found" not in line, f"needs {name}")


def libfuzzer_options(target):
    """The arguments and the variables that the target's options stand for."""
    options = configparser.ConfigParser()
    require(options.read(target.with_name(target.name + ".options")), "no options")
    unknown = set(options.sections()) - {"libfuzzer", "asan", "ubsan"}
    require(not unknown, f"unknown sections of options: {', '.join(sorted(unknown))}")
    arguments = [f"-{name}={value}" for name, value in options["libfuzzer"].items()]
    variables = {f"{sanitizer.upper()}_OPTIONS":
                 ":".join(f"{name}={value}" for name, value in options[sanitizer].items())
                 for sanitizer in ("asan", "ubsan") if sanitizer in options}
    return arguments, variables


def processor_seconds():
    """What the processes took that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def check_instrumentation(target):
    """The number of edges of the control flow that the engine sees."""
    sections = run(["objdump", "--section-headers", target]).stdout
    # A byte for each edge, where libFuzzer reads, or a word, where AFL++ does.
    size = re.search(r" __sancov_(cntrs|guards) +([0-9a-f]+)", sections)
    require(size, "not instrumented")
    edges = int(size[2], base=16) // (4 if size[1] == "guards" else 1)
    require(edges >= LEAST_EDGES, f"hardly instrumented: {edges} edges")
    return edges


def check_libfuzzer(target, seeds, scratch):
    options, variables = libfuzzer_options(target)
    arguments = FUZZER_ARGUMENTS + options
    engine = functools.partial(run, cwd=scratch, env=dict(os.environ, **variables))
    start = engine([target, "-seed=1337", "-runs=4", *arguments])
    require("Done 4 runs" in start.stdout, "does not start", start)

    replay = engine([target, "-runs=0", *arguments, seeds])
    require(replay.returncode == 0, "crashes on its seeds", replay)

    dictionary = target.with_name(target.name + ".dict")
    if dictionary.is_file():
        arguments.append(f"-dict={dictionary}")
    before = processor_seconds()
    fuzz = engine([target, f"-max_total_time={FUZZING_SECONDS}", "-print_final_stats=1",
                   *arguments, seeds])
    seconds = processor_seconds() - before
    require(fuzz.returncode == 0, "fails while fuzzing", fuzz)
    runs = int(re.search(r"stat::number_of_executed_units: +(\d+)", fuzz.stdout)[1])
    require(runs >= LEAST_RUNS_PER_SECOND * seconds, f"slow: {runs} inputs in {seconds:.1f} s")
    return f"{runs / seconds:.0f} inputs a second"


def check_afl(target, seeds, scratch):
    variables = dict(os.environ, AFL_NO_UI="1", AFL_NO_AFFINITY="1", AFL_SKIP_CPUFREQ="1",
                     AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1", AFL_FORKSRV_INIT_TMOUT="30000")
    # AFL++ has its own, and refuses others.
    variables.pop("ASAN_OPTIONS", None)
    variables.pop("UBSAN_OPTIONS", None)
    dictionary = target.with_name(target.name + ".dict")
    arguments = ["-x", dictionary] if dictionary.is_file() else []
    fuzz = run(["afl-fuzz", "-i", seeds, "-o", scratch / "afl", "-V", FUZZING_SECONDS, *arguments,
                "--", target], env=variables)
    require("All set and ready to roll" in fuzz.stdout and fuzz.returncode == 0,
            "afl-fuzz fails", fuzz)
    stats = dict(re.findall(r"^(\w+) *: (.*)$", (scratch / "afl/default/fuzzer_stats").read_text(),
                            re.MULTILINE))
    require(int(stats["saved_crashes"]) == 0, "crashes while fuzzing", fuzz)
    return f"{float(stats['execs_per_sec']):.0f} inputs a second"


def check_coverage(target, seeds, scratch):
    profile = scratch / "profile"
    replay = run([target, "-runs=0", *FUZZER_ARGUMENTS, seeds], cwd=scratch,
                 env=dict(os.environ, LLVM_PROFILE_FILE=f"{profile}.raw"))
    require(replay.returncode == 0, "crashes on its seeds", replay)
    merge = run(["llvm-profdata-16", "merge", "-o", profile, f"{profile}.raw"])
    require(merge.returncode == 0, "leaves no profile", merge)
    report = run(["llvm-cov-16", "report", f"-instr-profile={profile}", target])
    require(re.search(r"^\S*parser/\S+\.cc ", report.stdout, re.MULTILINE),
            "the parser is not in the coverage report", report)
    total = report.stdout.strip().splitlines()[-1].split()
    return f"{total[-4]} of lines, {total[-1]} of branches"


def check(target, build):
    """Returns what is worth saying of a fuzz test that is as it should be."""
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        seeds = unpacked_seeds(target, scratch)
        check_libraries(target, build.libcxx)
        if build.sanitizer == "coverage":
            return check_coverage(target, seeds, scratch)
        check_sanitizer(target, build.sanitizer)
        edges = check_instrumentation(target)
        fuzz = check_afl if build.engine == "afl" else check_libfuzzer
        return f"{edges} edges, {fuzz(target, seeds, scratch)}"


def verdict(target, build):
    """What to print of a fuzz test, and whether it is as it should be."""
    try:
        return check(target, build), True
    except BadBuild as error:
        return f"BAD: {error}", False


def check_all(directory, build):
    """Checks, and prints a line of, each fuzz test; returns how many are bad."""
    targets = fuzz_targets(directory)
    require(targets, f"no fuzz targets in {directory}")
    # Processes, as the processor time of children is counted by process.
    with concurrent.futures.ProcessPoolExecutor() as pool:
        verdicts = pool.map(verdict, targets, [build] * len(targets))
        bad = 0
        for target, (text, good) in zip(targets, verdicts):
            print(f"check_oss_fuzz: {build.sanitizer}, {build.engine}: {target.name}: {text}",
                  flush=True)
            bad += not good
        return bad
