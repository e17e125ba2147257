"""The compiler's options for each value of the flags of //fuzzing."""

load("@rules_fuzzing_oss_fuzz//:options.bzl", "OSS_FUZZ_OPTIONS")

def _options(copts = [], linkopts = []):
    return struct(conlyopts = [], copts = copts, cxxopts = [], linkopts = linkopts)

# By the value of //fuzzing:cc_engine_instrumentation. The engines' own libraries
# are linked by the engines.
ENGINE_OPTIONS = {
    # What AFL++'s runtime takes from an unmodified clang. Debian builds AFL++'s own
    # pass for clang 14. trace-cmp shows it what is compared: see afl_launcher.sh.
    "afl": _options(copts = ["-fsanitize-coverage=trace-pc-guard,trace-cmp"]),
    "libfuzzer": _options(copts = ["-fsanitize=fuzzer-no-link"]),
    "none": _options(),
    "oss-fuzz": OSS_FUZZ_OPTIONS,
}

# By the value of //fuzzing:cc_engine_sanitizer. Bazel links with clang, not
# clang++, which leaves out the part of UBSan that knows C++ unless told.
SANITIZER_OPTIONS = {
    "asan": _options(
        copts = ["-fsanitize=address"],
        linkopts = ["-fsanitize=address"],
    ),
    "asan-ubsan": _options(
        copts = ["-fsanitize=address,undefined"],
        linkopts = ["-fsanitize=address,undefined", "-fsanitize-link-c++-runtime"],
    ),
    "none": _options(),
    "ubsan": _options(
        copts = ["-fsanitize=undefined"],
        linkopts = ["-fsanitize=undefined", "-fsanitize-link-c++-runtime"],
    ),
}
