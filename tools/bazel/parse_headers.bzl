"""Compiles each header on its own, so that it includes what it needs.

Bazel's feature parse_headers does this from version 5 on; the toolchain of 4.2.3
has no header parsing action. Use:

    bazel build --aspects=//tools/bazel:parse_headers.bzl%parse_headers \\
        --output_groups=+parse_headers //...
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _parse_headers_impl(target, ctx):
    # Only prong's own headers: other repositories answer for theirs.
    if CcInfo not in target or target.label.workspace_name:
        return [OutputGroupInfo(parse_headers = depset())]

    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        cc_toolchain = toolchain,
        ctx = ctx,
        requested_features = ctx.features,
        # Needs variables that only a compilation of the library itself has.
        unsupported_features = ctx.disabled_features + ["layering_check"],
    )
    context = target[CcInfo].compilation_context
    variables = cc_common.create_compile_variables(
        cc_toolchain = toolchain,
        feature_configuration = features,
        include_directories = context.includes,
        preprocessor_defines = context.defines,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts,
    )
    compile = cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.cpp_compile,
        feature_configuration = features,
        variables = variables,
    )
    compiler = cc_common.get_tool_for_action(
        action_name = ACTION_NAMES.cpp_compile,
        feature_configuration = features,
    )

    checked = []
    for header in context.direct_public_headers:
        stamp = ctx.actions.declare_file(header.basename + ".parsed")
        ctx.actions.run_shell(
            arguments = [stamp.path, compiler] + compile + ["-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++-header", header.path],
            command = "stamp=$1; shift; \"$@\" && touch \"$stamp\"",
            inputs = depset(transitive = [context.headers, toolchain.all_files]),
            mnemonic = "ParseHeader",
            outputs = [stamp],
            progress_message = "Compiling header {} on its own".format(header.short_path),
        )
        checked.append(stamp)
    return [OutputGroupInfo(parse_headers = depset(checked))]

parse_headers = aspect(
    implementation = _parse_headers_impl,
    attrs = {"_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain")},
    fragments = ["cpp"],
    incompatible_use_toolchain_transition = True,
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
