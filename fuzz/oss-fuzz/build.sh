#!/bin/bash -eu
# Builds prong's fuzz tests in the image of OSS-Fuzz or ClusterFuzzLite, into $OUT;
# tools/check_oss_fuzz runs it elsewhere. The environment says how to build: $CC,
# $CXXFLAGS, $SANITIZER, $LIB_FUZZING_ENGINE and so on.

cd "$SRC/prong"

flags=(
  --config=unhardened
  --linkopt=-fuse-ld=lld
  # The image's clang is newer than the one whose warnings prong is free of, and
  # Abseil and RE2 are older.
  --per_file_copt=.@-w
)
# Sources in place of Debian's packages; see clone_libraries.
for override in \
  com_google_absl=abseil-cpp \
  com_googlesource_code_re2=re2 \
  bazel_skylib=bazel-skylib \
  platforms=platforms; do
  if [[ -d $SRC/${override#*=} ]]; then
    flags+=("--override_repository=${override%=*}=$SRC/${override#*=}")
  fi
done
if [[ -d $SRC/h2o ]]; then
  flags+=("--repo_env=PEER_SOURCES=$SRC")
else
  # Debian's needs shared libraries, which the image for running lacks.
  export BAZEL_FUZZ_TEST_EXCLUDE_TAG='no-oss-fuzz|peers'
fi

export BAZEL_EXTRA_BUILD_FLAGS="${flags[*]}"
bazel_build_fuzz_tests

for corpus in "$OUT"/*_seed_corpus.zip; do
  cp fuzz/oss-fuzz/fuzz.options "${corpus%_seed_corpus.zip}.options"
done
