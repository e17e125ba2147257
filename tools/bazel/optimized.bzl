"""A program built with -c opt, as it is shipped, whatever else is built how."""

def _opt_impl(_settings, _attr):
    return {"//command_line_option:compilation_mode": "opt"}

_opt = transition(
    implementation = _opt_impl,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def _optimized_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        is_executable = True,
        output = program,
        target_file = ctx.executable.binary,
    )
    return [DefaultInfo(executable = program)]

optimized = rule(
    implementation = _optimized_impl,
    attrs = {
        "binary": attr.label(
            cfg = _opt,
            doc = "The program, which needs no files when it runs.",
            executable = True,
            mandatory = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = "A program of another target, under this one's name.",
    executable = True,
)
