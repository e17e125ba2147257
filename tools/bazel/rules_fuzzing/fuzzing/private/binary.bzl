"""The executable of a fuzz test, with all below it instrumented."""

load("//fuzzing/private:engine.bzl", "FuzzingEngineInfo")
load("//fuzzing/private:instrumentation.bzl", "ENGINE_OPTIONS", "SANITIZER_OPTIONS")

FuzzingBinaryInfo = provider(
    doc = "A fuzz test and what it is run with.",
    fields = {
        "binary": "A file: the executable.",
        "corpus": "A directory: the seeds.",
        "dictionary": "A file: the dictionary, or None.",
        "engine": "The FuzzingEngineInfo of its engine.",
    },
)

_INSTRUMENTATION = "@rules_fuzzing//fuzzing:cc_engine_instrumentation"
_SANITIZER = "@rules_fuzzing//fuzzing:cc_engine_sanitizer"

# Each list of options, by the name that it has in instrumentation.bzl.
_OPTION_LISTS = {
    "conlyopts": "//command_line_option:conlyopt",
    "copts": "//command_line_option:copt",
    "cxxopts": "//command_line_option:cxxopt",
    "linkopts": "//command_line_option:linkopt",
}

def _instrument_impl(settings, _attr):
    engine = ENGINE_OPTIONS[settings[_INSTRUMENTATION]]
    sanitizer = SANITIZER_OPTIONS[settings[_SANITIZER]]
    return {
        option: settings[option] + getattr(engine, name) + getattr(sanitizer, name)
        for name, option in _OPTION_LISTS.items()
    }

_instrument = transition(
    implementation = _instrument_impl,
    inputs = [_INSTRUMENTATION, _SANITIZER] + _OPTION_LISTS.values(),
    outputs = _OPTION_LISTS.values(),
)

def _fuzzing_binary_impl(ctx):
    if ctx.attr.binary:
        binary = ctx.attr.binary[DefaultInfo]
    else:
        # A list, as a transition is applied to the attribute.
        binary = ctx.attr.instrumented_binary[0][DefaultInfo]
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        is_executable = True,
        output = executable,
        target_file = binary.files_to_run.executable,
    )
    inputs = [ctx.file.corpus] + ([ctx.file.dictionary] if ctx.file.dictionary else [])
    return [
        DefaultInfo(
            executable = executable,
            runfiles = ctx.runfiles(files = inputs).merge(binary.default_runfiles),
        ),
        FuzzingBinaryInfo(
            binary = executable,
            corpus = ctx.file.corpus,
            dictionary = ctx.file.dictionary,
            engine = ctx.attr.engine[FuzzingEngineInfo],
        ),
        coverage_common.instrumented_files_info(
            ctx,
            dependency_attributes = ["binary", "instrumented_binary"],
        ),
    ]

fuzzing_binary = rule(
    implementation = _fuzzing_binary_impl,
    attrs = {
        "binary": attr.label(
            cfg = "target",
            doc = "The executable, where no instrumentation is asked for.",
            executable = True,
        ),
        "corpus": attr.label(
            allow_single_file = True,
            doc = "The directory of seeds.",
            mandatory = True,
        ),
        "dictionary": attr.label(
            allow_single_file = True,
            doc = "The dictionary.",
        ),
        "engine": attr.label(
            doc = "The engine that the executable is linked with.",
            mandatory = True,
            providers = [FuzzingEngineInfo],
        ),
        "instrumented_binary": attr.label(
            cfg = _instrument,
            doc = "The executable, where instrumentation is asked for.",
            executable = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = """An executable built as the flags of @rules_fuzzing//fuzzing say, which add to the
options of the configuration for it and for all that it depends on.

Of binary and instrumented_binary one is given. Were the transition applied where
it changes nothing, Bazel 4.2.3 would build everything for two configurations that
have one output directory, and call that a conflict.""",
    executable = True,
    provides = [FuzzingBinaryInfo],
)
