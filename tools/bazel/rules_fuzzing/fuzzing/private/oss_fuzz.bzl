"""Packages of fuzz tests for OSS-Fuzz."""

load("//fuzzing/private:binary.bzl", "FuzzingBinaryInfo")

def _oss_fuzz_package_impl(ctx):
    info = ctx.attr.binary[FuzzingBinaryInfo]
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    arguments = ctx.actions.args()
    arguments.add("--output", archive)
    arguments.add("--name", ctx.attr.base_name)
    arguments.add("--binary", info.binary)
    arguments.add("--corpus", info.corpus.path)
    inputs = [info.binary, info.corpus]
    if info.dictionary:
        arguments.add("--dictionary", info.dictionary)
        inputs.append(info.dictionary)
    ctx.actions.run(
        arguments = [arguments],
        executable = ctx.executable._package,
        inputs = inputs,
        mnemonic = "OssFuzzPackage",
        outputs = [archive],
    )
    return [DefaultInfo(
        files = depset([archive]),
        runfiles = ctx.runfiles(files = [archive]),
    )]

oss_fuzz_package = rule(
    implementation = _oss_fuzz_package_impl,
    attrs = {
        "base_name": attr.string(
            doc = "The name that OSS-Fuzz gives the fuzz test.",
            mandatory = True,
        ),
        "binary": attr.label(
            doc = "The fuzzing_binary.",
            mandatory = True,
            providers = [FuzzingBinaryInfo],
        ),
        "_package": attr.label(
            cfg = "exec",
            default = "//fuzzing/tools:package",
            executable = True,
        ),
    },
    doc = """A tar of what OSS-Fuzz expects in $OUT for a fuzz test: BASE_NAME, the executable;
BASE_NAME_seed_corpus.zip; BASE_NAME.dict. Data files of the executable are not in it.""",
)
