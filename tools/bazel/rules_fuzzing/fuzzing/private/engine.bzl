"""Fuzzing engines: what calls a fuzz target."""

FuzzingEngineInfo = provider(
    doc = "How an engine is started.",
    fields = {
        "display_name": "The engine's name for people.",
        "launcher": "A file: the script that starts a fuzz target built with the engine.",
    },
)

def _cc_fuzzing_engine_impl(ctx):
    return [
        ctx.attr.library[DefaultInfo],
        ctx.attr.library[CcInfo],
        FuzzingEngineInfo(
            display_name = ctx.attr.display_name,
            launcher = ctx.file.launcher,
        ),
    ]

cc_fuzzing_engine = rule(
    implementation = _cc_fuzzing_engine_impl,
    attrs = {
        "display_name": attr.string(
            doc = "The engine's name for people.",
            mandatory = True,
        ),
        "launcher": attr.label(
            doc = """The script that starts a fuzz target, told how by the environment:

              FUZZER_BINARY             the fuzz target
              FUZZER_SEED_CORPUS_DIR    a directory of seeds
              FUZZER_DICTIONARY_PATH    a dictionary, or empty
              FUZZER_OUTPUT_CORPUS_DIR  where new inputs go
              FUZZER_ARTIFACTS_DIR      where crashes go
              FUZZER_TIMEOUT_SECS       how long to fuzz; 0 for no limit
              FUZZER_IS_REGRESSION      1 to run the seeds, and to fuzz only if there is a
                                        limit of time, else 0

            Its arguments are for the engine.""",
            allow_single_file = [".sh"],
            mandatory = True,
        ),
        "library": attr.label(
            doc = "The cc_library that holds main() and calls LLVMFuzzerTestOneInput.",
            mandatory = True,
            providers = [CcInfo],
        ),
    },
    doc = "A fuzzing engine, for the flag @rules_fuzzing//fuzzing:cc_engine.",
    provides = [CcInfo, FuzzingEngineInfo],
)
