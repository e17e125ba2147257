#!/usr/bin/env bash
# Makes the directories that a fuzz test writes to, and starts its engine.
set -euo pipefail

usage() {
  cat <<'END'
Usage: bazel run [--config=asan-libfuzzer] NAME_run -- [FLAG...] [-ENGINE_FLAG...]

Fuzzes, from the seeds and from what earlier runs found, which is kept in
OUTPUT_ROOT/NAME/corpus. Inputs that crash go to OUTPUT_ROOT/NAME/artifacts.

  --timeout_secs=SECONDS       stop after so long; 0, the default, for never
  --fuzzing_output_root=ROOT   by default /tmp/fuzzing
  --clean                      first forget what earlier runs found
  --regression                 run the seeds, and fuzz only if --timeout_secs is given
  --help                       this text

Flags with one dash, and all that follows a --, are for the engine, say libFuzzer:
-max_total_time=60 -print_final_stats=1
END
}

fail() {
  echo "fuzzing: $1; see --help" >&2
  exit 1
}

target=''
engine_name=''
engine_launcher=''
output_root=/tmp/fuzzing
clean=false
FUZZER_TIMEOUT_SECS=0
FUZZER_IS_REGRESSION=0
engine_flags=()
while (($#)); do
  case $1 in
    # From the rule.
    --target=*) target=${1#*=} ;;
    --engine_name=*) engine_name=${1#*=} ;;
    --engine_launcher=*) engine_launcher=${1#*=} ;;
    # From the user.
    --timeout_secs=*) FUZZER_TIMEOUT_SECS=${1#*=} ;;
    --fuzzing_output_root=*) output_root=${1#*=} ;;
    --clean) clean=true ;;
    --regression) FUZZER_IS_REGRESSION=1 ;;
    --help) usage; exit 0 ;;
    --) shift; engine_flags+=("$@"); break ;;
    --*) fail "unknown flag $1" ;;
    -*) engine_flags+=("$1") ;;
    *) fail "unexpected argument $1" ;;
  esac
  shift
done
[[ $FUZZER_TIMEOUT_SECS =~ ^[0-9]{1,9}$ ]] || fail "--timeout_secs=$FUZZER_TIMEOUT_SECS is not a number of seconds"
[[ -n $output_root ]] || fail "--fuzzing_output_root is empty"

# Relative to where the user stands, not to the runfiles.
[[ $output_root == /* ]] || output_root=${BUILD_WORKING_DIRECTORY:-$PWD}/$output_root
name=${target##*:}
output=$output_root/${name%_bin}

# The default is in a directory that everyone may write to: what another user
# prepared there is neither trusted nor removed.
mkdir -p "$output_root"
[[ -O $output_root ]] || fail "$output_root belongs to another user: choose a --fuzzing_output_root"
if $clean; then
  rm -rf -- "$output"
fi
export FUZZER_OUTPUT_ROOT=$output
export FUZZER_OUTPUT_CORPUS_DIR=$output/corpus
# A test leaves a crash where Bazel keeps it.
export FUZZER_ARTIFACTS_DIR=${TEST_UNDECLARED_OUTPUTS_DIR:-$output}/artifacts
export FUZZER_TIMEOUT_SECS FUZZER_IS_REGRESSION
mkdir -p "$FUZZER_OUTPUT_CORPUS_DIR" "$FUZZER_ARTIFACTS_DIR"

if ! ((FUZZER_IS_REGRESSION)); then
  cat >&2 <<END
Fuzz test:  ${target%_bin}, engine $engine_name
New inputs: $FUZZER_OUTPUT_CORPUS_DIR
Crashes:    $FUZZER_ARTIFACTS_DIR
            To repeat one: bazel run, with the same --config, $target -- FILE
END
fi
exec "$engine_launcher" "${engine_flags[@]}"
