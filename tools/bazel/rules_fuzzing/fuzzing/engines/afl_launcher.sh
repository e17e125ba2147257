#!/usr/bin/env bash
# Starts a fuzz target that is linked with AFL++; see cc_fuzzing_engine.
set -euo pipefail

if ((FUZZER_IS_REGRESSION)); then
  "$FUZZER_BINARY" "$@" "$FUZZER_SEED_CORPUS_DIR"/*
  ((FUZZER_TIMEOUT_SECS > 0)) || exit 0
fi

command -v afl-fuzz >/dev/null || {
  echo "fuzzing: no afl-fuzz here: run tools/bootstrap --test" >&2
  exit 1
}

# Of what AFL++ would have set on the machine first, none is worth a refusal:
# the governor of the CPUs, and a core_pattern that delays reports of crashes.
export AFL_SKIP_CPUFREQ=1
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
# Where all cores are taken, share one.
export AFL_TRY_AFFINITY=1
# What is slow, as all is on a loaded machine, does not hang yet.
export AFL_HANG_TMOUT=25000
# Go on where the last run ended, if there was one.
export AFL_AUTORESUME=1
[[ -t 1 ]] || export AFL_NO_UI=1
# AFL++ refuses other settings than its own; those of .bazelrc are for tests.
unset ASAN_OPTIONS UBSAN_OPTIONS

# AFL++ follows no symbolic links, of which Bazel's sandbox is made.
seeds=$FUZZER_OUTPUT_ROOT/seeds
rm -rf -- "$seeds"
mkdir "$seeds"
cp -L -- "$FUZZER_SEED_CORPUS_DIR"/* "$seeds"

output=$FUZZER_OUTPUT_ROOT/afl
# -c 0: what the target compares goes into inputs (CMPLOG, by trace-cmp).
options=(-i "$seeds" -o "$output" -c 0)
if [[ -n $FUZZER_DICTIONARY_PATH ]]; then
  options+=(-x "$FUZZER_DICTIONARY_PATH")
fi
if ((FUZZER_TIMEOUT_SECS > 0)); then
  options+=(-V "$FUZZER_TIMEOUT_SECS")
fi
status=0
afl-fuzz "${options[@]}" "$@" -- "$FUZZER_BINARY" || status=$?

# Where the other engines leave theirs, for libFuzzer to go on with.
shopt -s nullglob
queue=("$output"/default/queue/id*",src"*)
crashes=("$output"/default/crashes/id* "$output"/default/hangs/id*)
if ((${#queue[@]} > 0)); then
  cp -- "${queue[@]}" "$FUZZER_OUTPUT_CORPUS_DIR"
fi
if ((${#crashes[@]} > 0)); then
  cp -- "${crashes[@]}" "$FUZZER_ARTIFACTS_DIR"
  echo "fuzzing: ${#crashes[@]} inputs crash or hang: $FUZZER_ARTIFACTS_DIR" >&2
  status=1
fi
exit "$status"
