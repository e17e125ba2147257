"""Debian's static libraries under the labels of their upstream Bazel builds.

Each pkg-config module becomes a cc_library of its archive that depends on the
modules it requires, so that archives are linked once and in order. Headers stay
in /usr/include, where the compiler finds them.
"""

# Parts of the C library, not of a package's own.
_LIBC = ["-ldl", "-lm", "-lpthread", "-lrt"]

def _value(text, keyword):
    """The value of a keyword of a .pc file, or the empty string (see pc(5))."""
    for line in text.splitlines():
        if line.startswith(keyword + ":"):
            return line[len(keyword) + 1:].strip()
    return ""

def _required_modules(text):
    # "absl_base = 20220623, absl_config = 20220623" or "gtest = 1.12.1"
    return [
        requirement.strip().split(" ")[0]
        for requirement in _value(text, "Requires").split(",")
        if requirement
    ]

def _library(repository_ctx, libdir, module, text):
    archives = []
    linkopts = []
    for flag in _value(text, "Libs").split(" "):
        archive = "lib{}.a".format(flag[len("-l"):])
        if flag.startswith("-l") and flag not in _LIBC and libdir.get_child(archive).exists:
            repository_ctx.symlink(libdir.get_child(archive), "pkgconfig/" + archive)
            archives.append(archive)
        elif flag and not flag.startswith("-L"):
            linkopts.append(flag)
    return """
cc_library(
    name = "{module}",
    srcs = {archives},
    linkopts = {linkopts},
    deps = {deps},
)
""".format(
        archives = archives,
        deps = _required_modules(text),
        linkopts = linkopts,
        module = module,
    )

def _debian_libraries_impl(repository_ctx):
    multiarch = repository_ctx.execute(["gcc", "-print-multiarch"]).stdout.strip()
    libdir = repository_ctx.path("/usr/lib/" + multiarch)

    libraries = {}
    pending = repository_ctx.attr.targets.values()
    for _ in range(1000):  # Starlark has no unbounded loop; no library has as many modules.
        pending = [module for module in pending if module not in libraries]
        if not pending:
            break
        module = pending[0]
        file = libdir.get_child("pkgconfig").get_child(module + ".pc")
        if not file.exists:
            fail("{} is missing: run tools/bootstrap (for tests, tools/bootstrap --test)".format(file))
        text = repository_ctx.read(file)
        libraries[module] = _library(repository_ctx, libdir, module, text)
        pending += _required_modules(text)

    visibility = "package(default_visibility = [\"//visibility:public\"])\n"
    load_rules = "load(\"@rules_cc//cc:defs.bzl\", \"cc_library\")\n\n"
    repository_ctx.file("pkgconfig/BUILD", load_rules + visibility + "".join(libraries.values()))
    builds = {}
    for target, module in repository_ctx.attr.targets.items():
        package, name = target.split(":")
        builds[package] = builds.get(package, visibility) + """
alias(
    name = "{}",
    actual = "//pkgconfig:{}",
)
""".format(name, module)
    for package, text in builds.items():
        repository_ctx.file(package + "/BUILD" if package else "BUILD", text)

debian_libraries = repository_rule(
    implementation = _debian_libraries_impl,
    attrs = {
        "targets": attr.string_dict(
            doc = "Upstream target, as PACKAGE:NAME, to the name of its pkg-config module.",
            mandatory = True,
        ),
    },
    doc = "Debian's libraries named by their pkg-config modules, with upstream's labels as aliases.",
)
