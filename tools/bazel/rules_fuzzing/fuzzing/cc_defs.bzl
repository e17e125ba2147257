"""Fuzz tests in C++, with the interface of the real rules_fuzzing.

A BUILD file written for either works with the other: to change over, replace the
local_repository in WORKSPACE. Here are the parts that prong uses, on nothing but
what Debian packages.

Not here: FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION is never defined, so that the
code that is fuzzed is the code that is shipped.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")
load("//fuzzing/private:binary.bzl", "fuzzing_binary")
load("//fuzzing/private:engine.bzl", _cc_fuzzing_engine = "cc_fuzzing_engine")
load("//fuzzing/private:inputs.bzl", "fuzzing_corpus", "fuzzing_dictionary")
load("//fuzzing/private:launcher.bzl", "fuzzing_launcher", "fuzzing_regression_test")
load("//fuzzing/private:oss_fuzz.bzl", "oss_fuzz_package")

cc_fuzzing_engine = _cc_fuzzing_engine

def cc_fuzz_test(
        name,
        corpus = None,
        dicts = None,
        engine = "@rules_fuzzing//fuzzing:cc_engine",
        size = None,
        tags = None,
        timeout = None,
        **binary_kwargs):
    """Declares a fuzz target, LLVMFuzzerTestOneInput, and all that runs it.

    NAME is an ordinary test, under any compiler: the target gets each seed once. With
    --test_arg=--timeout_secs=SECONDS the engine then fuzzes, if it is one that can.
    The other targets are built on request only:

      NAME_run       fuzzes, see `bazel run NAME_run -- --help`
      NAME_bin       the executable, to give it one input: `bazel run NAME_bin -- FILE`
      NAME_corpus    a directory of the seeds
      NAME_dict      NAME.dict, the dictionaries checked and merged
      NAME_oss_fuzz  NAME_oss_fuzz.tar, for $OUT of an OSS-Fuzz build
      NAME_raw_      the cc_binary, built as the configuration alone says

    Args:
      name: the name of the test.
      corpus: the seeds, files whose base names differ. Without any, the test fails.
      dicts: dictionaries in the format of libFuzzer and AFL.
      engine: the cc_fuzzing_engine.
      size: the size of the test; fuzzing is not bound by it.
      tags: tags of the test, beside "fuzz-test".
      timeout: the timeout of the test.
      **binary_kwargs: attributes of the cc_binary: srcs, deps, ...
    """
    binary_kwargs["deps"] = binary_kwargs.get("deps", []) + [engine]
    binary_kwargs["tags"] = binary_kwargs.get("tags", []) + ["manual"]
    cc_binary(
        name = name + "_raw_",
        **binary_kwargs
    )
    fuzzing_corpus(
        name = name + "_corpus",
        testonly = True,
        srcs = corpus,
        tags = ["manual"],
    )
    if dicts:
        fuzzing_dictionary(
            name = name + "_dict",
            testonly = True,
            dicts = dicts,
            output = name + ".dict",
            tags = ["manual"],
        )
    fuzzing_binary(
        name = name + "_bin",
        testonly = True,
        binary = select({
            "@rules_fuzzing//fuzzing:uninstrumented": name + "_raw_",
            "//conditions:default": None,
        }),
        corpus = name + "_corpus",
        dictionary = name + "_dict" if dicts else None,
        engine = engine,
        instrumented_binary = select({
            "@rules_fuzzing//fuzzing:uninstrumented": None,
            "//conditions:default": name + "_raw_",
        }),
        tags = ["manual"],
    )
    fuzzing_launcher(
        name = name + "_run",
        testonly = True,
        binary = name + "_bin",
        tags = ["manual"],
    )
    fuzzing_regression_test(
        name = name,
        size = size,
        timeout = timeout,
        binary = name + "_bin",
        tags = (tags or []) + ["fuzz-test"],
    )
    oss_fuzz_package(
        name = name + "_oss_fuzz",
        testonly = True,
        base_name = name,
        binary = name + "_bin",
        tags = ["manual"],
    )
