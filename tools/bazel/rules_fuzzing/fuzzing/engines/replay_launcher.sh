#!/usr/bin/env bash
# Starts a fuzz target that is linked with replay_main; see cc_fuzzing_engine.
set -euo pipefail

if ! ((FUZZER_IS_REGRESSION)); then
  echo "The replay engine makes no inputs of its own: it runs the seeds. To fuzz, add --config=asan-libfuzzer." >&2
fi
exec "$FUZZER_BINARY" "$@" "$FUZZER_SEED_CORPUS_DIR"
