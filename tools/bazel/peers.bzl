"""Other parsers of HTTP, with which //fuzz:differential_fuzz compares prong's.

They are Debian's libraries, of which picohttpparser is within a shared one, of H2O.
Where $PEER_SOURCES names a directory of what fuzz/oss-fuzz/clone_libraries clones,
they are built of that instead.
"""

_BUILD = """load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARIES = """
cc_library(
    name = "http_parser",
    srcs = ["libhttp_parser.a"],
)

cc_library(
    name = "picohttpparser",
    linkopts = ["-lh2o-evloop"],
)
"""

_SOURCES = """
cc_library(
    name = "http_parser",
    srcs = ["http-parser/http_parser.c"],
    hdrs = ["http-parser/http_parser.h"],
    copts = ["-DHTTP_PARSER_STRICT=0"],  # as in Debian's library
    includes = ["http-parser"],
)

cc_library(
    name = "picohttpparser",
    srcs = [
        "picohttpparser/picohttpparser.c",
        "picohttpparser/picohttpparser.h",
    ],
)
"""

def _peers_impl(repository_ctx):
    sources = repository_ctx.os.environ.get("PEER_SOURCES")
    if sources:
        repository_ctx.symlink(sources + "/http-parser", "http-parser")
        repository_ctx.symlink(sources + "/h2o/deps/picohttpparser", "picohttpparser")
        repository_ctx.file("BUILD", _BUILD + _SOURCES)
        return
    multiarch = repository_ctx.execute(["gcc", "-print-multiarch"]).stdout.strip()
    libdir = repository_ctx.path("/usr/lib/" + multiarch)
    for name in ["libhttp_parser.a", "libh2o-evloop.so"]:
        if not libdir.get_child(name).exists:
            fail("{} is missing: run tools/bootstrap --test".format(libdir.get_child(name)))
    repository_ctx.symlink(libdir.get_child("libhttp_parser.a"), "libhttp_parser.a")
    repository_ctx.file("BUILD", _BUILD + _LIBRARIES)

peers = repository_rule(
    implementation = _peers_impl,
    doc = "//:http_parser and //:picohttpparser, libraries in C.",
    environ = ["PEER_SOURCES"],
)
