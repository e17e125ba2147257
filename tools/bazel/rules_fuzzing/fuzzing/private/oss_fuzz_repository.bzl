"""The engine and the options that OSS-Fuzz's environment asks for.

OSS-Fuzz tells a build by variables of the environment which compiler, sanitizer and
engine to use, and expects of Bazel projects that --@rules_fuzzing//fuzzing:cc_engine
can be @rules_fuzzing_oss_fuzz//:oss_fuzz_engine.
"""

_BUILD = """load("@rules_cc//cc:defs.bzl", "cc_library")
load("@rules_fuzzing//fuzzing:cc_defs.bzl", "cc_fuzzing_engine")

cc_fuzzing_engine(
    name = "oss_fuzz_engine",
    display_name = "OSS-Fuzz",
    launcher = "launcher.sh",
    library = ":library",
    visibility = ["//visibility:public"],
)

cc_library(
    name = "library",
    srcs = {archives},
    linkopts = {linkopts},
)
"""

_OPTIONS = """OSS_FUZZ_OPTIONS = struct(
    conlyopts = {conlyopts},
    copts = [],
    cxxopts = {cxxopts},
    linkopts = {linkopts},
)
"""

_LAUNCHER = """#!/bin/sh
echo "fuzzing: what is built for OSS-Fuzz is packed by NAME_oss_fuzz and run there" >&2
exit 1
"""

# The code that is fuzzed is the code that is shipped.
_NOT_TAKEN = ["-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"]

def _flags(environment, name):
    value = environment.get("FUZZING_" + name, environment.get(name, ""))
    return [flag for flag in value.split(" ") if flag and flag not in _NOT_TAKEN]

def _engine(repository_ctx, value):
    """The archives and the linker's options that $LIB_FUZZING_ENGINE stands for."""
    if value.endswith(".a"):
        repository_ctx.symlink(value, "engine.a")
        return ["engine.a"], []
    if value and not value.startswith("-"):
        fail("LIB_FUZZING_ENGINE={} is neither an archive nor an option".format(value))
    return [], ([value] if value else [])

def _oss_fuzz_repository_impl(repository_ctx):
    environment = repository_ctx.os.environ
    conlyopts = _flags(environment, "CFLAGS")
    cxxopts = _flags(environment, "CXXFLAGS")

    # Sanitizers and coverage are options of the linker, too. Bazel links with clang,
    # not clang++, which leaves out the part of UBSan that knows C++ unless told.
    linkopts = list(cxxopts)
    if environment.get("SANITIZER") == "undefined":
        linkopts.append("-fsanitize-link-c++-runtime")

    archives, engine_linkopts = _engine(repository_ctx, environment.get("LIB_FUZZING_ENGINE", ""))
    repository_ctx.file("launcher.sh", _LAUNCHER)
    repository_ctx.file("BUILD", _BUILD.format(archives = archives, linkopts = engine_linkopts))
    repository_ctx.file("options.bzl", _OPTIONS.format(
        conlyopts = conlyopts,
        cxxopts = cxxopts,
        linkopts = linkopts,
    ))

oss_fuzz_repository = repository_rule(
    implementation = _oss_fuzz_repository_impl,
    doc = """//:oss_fuzz_engine, the engine that $LIB_FUZZING_ENGINE names, and //:options.bzl,
the options of $CFLAGS and $CXXFLAGS, or $FUZZING_CFLAGS and $FUZZING_CXXFLAGS if set.""",
    environ = [
        "CFLAGS",
        "CXXFLAGS",
        "FUZZING_CFLAGS",
        "FUZZING_CXXFLAGS",
        "LIB_FUZZING_ENGINE",
        "SANITIZER",
    ],
)
