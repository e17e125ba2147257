#!/usr/bin/env bash
# Starts a fuzz target that is linked with libFuzzer; see cc_fuzzing_engine.
set -euo pipefail

# Without names of frames a report is of little use, and the sanitizers look for
# llvm-symbolizer only, not for Debian's llvm-symbolizer-16.
if symbolizer=$(command -v llvm-symbolizer-16); then
  export ASAN_SYMBOLIZER_PATH="${ASAN_SYMBOLIZER_PATH:-$symbolizer}"
  export UBSAN_SYMBOLIZER_PATH="${UBSAN_SYMBOLIZER_PATH:-$symbolizer}"
fi

if ((FUZZER_IS_REGRESSION)); then
  "$FUZZER_BINARY" -artifact_prefix="$FUZZER_ARTIFACTS_DIR/" "$@" "$FUZZER_SEED_CORPUS_DIR"/*
  ((FUZZER_TIMEOUT_SECS > 0)) || exit 0
fi

# By default 256 MB that are freed wait for somebody who uses them still: long after
# the input that freed them, and in the way of caches.
export ASAN_OPTIONS="quarantine_size_mb=16:${ASAN_OPTIONS-}"

options=(-artifact_prefix="$FUZZER_ARTIFACTS_DIR/")
if [[ -n $FUZZER_DICTIONARY_PATH ]]; then
  options+=(-dict="$FUZZER_DICTIONARY_PATH")
fi
if ((FUZZER_TIMEOUT_SECS > 0)); then
  options+=(-max_total_time="$FUZZER_TIMEOUT_SECS")
fi
# libFuzzer writes to the first directory and only reads the others.
exec "$FUZZER_BINARY" "${options[@]}" "$@" "$FUZZER_OUTPUT_CORPUS_DIR" "$FUZZER_SEED_CORPUS_DIR"
