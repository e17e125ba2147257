"""What starts a fuzz test: to fuzz, or to run its seeds as a test."""

load("//fuzzing/private:binary.bzl", "FuzzingBinaryInfo")

# The files are named relative to the runfiles directory of the workspace.
_SCRIPT = """#!/usr/bin/env bash
cd "${{RUNFILES_DIR:-$0.runfiles}}/{workspace}" || exit
export FUZZER_BINARY='./{binary}'
export FUZZER_SEED_CORPUS_DIR='{corpus}'
export FUZZER_DICTIONARY_PATH='{dictionary}'
exec '{launch}' --target='{target}' --engine_name='{engine_name}' --engine_launcher='{engine_launcher}' {arguments} "$@"
"""

def _launcher(ctx, arguments):
    info = ctx.attr.binary[FuzzingBinaryInfo]
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        content = _SCRIPT.format(
            arguments = arguments,
            binary = info.binary.short_path,
            corpus = info.corpus.short_path,
            dictionary = info.dictionary.short_path if info.dictionary else "",
            engine_launcher = info.engine.launcher.short_path,
            engine_name = info.engine.display_name,
            launch = ctx.file._launch.short_path,
            target = ctx.attr.binary.label,
            workspace = ctx.workspace_name,
        ),
        is_executable = True,
        output = script,
    )
    runfiles = ctx.runfiles(files = [ctx.file._launch, info.engine.launcher])
    return [
        DefaultInfo(
            executable = script,
            runfiles = runfiles.merge(ctx.attr.binary[DefaultInfo].default_runfiles),
        ),
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["binary"]),
    ]

_ATTRS = {
    "binary": attr.label(
        doc = "The fuzzing_binary.",
        mandatory = True,
        providers = [FuzzingBinaryInfo],
    ),
    "_launch": attr.label(
        allow_single_file = True,
        default = "//fuzzing/tools:launch.sh",
    ),
}

def _fuzzing_launcher_impl(ctx):
    return _launcher(ctx, "")

fuzzing_launcher = rule(
    implementation = _fuzzing_launcher_impl,
    attrs = _ATTRS,
    doc = "Fuzzes; //fuzzing/tools:launch.sh describes the command line.",
    executable = True,
)

def _fuzzing_regression_test_impl(ctx):
    return _launcher(ctx, "--regression --fuzzing_output_root=\"$TEST_TMPDIR\"")

fuzzing_regression_test = rule(
    implementation = _fuzzing_regression_test_impl,
    attrs = dict(
        _ATTRS,
        # By this name Bazel finds it, and without it `bazel coverage` fails. It has
        # nothing to merge: Bazel 4.2.3 collects C++ coverage for its own rules only.
        _lcov_merger = attr.label(
            cfg = "exec",
            default = "@bazel_tools//tools/test:lcov_merger",
            executable = True,
        ),
    ),
    doc = "Runs every seed once; with --test_arg=--timeout_secs=SECONDS, it then fuzzes.",
    test = True,
)
