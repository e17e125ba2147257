"""Tests written in Python.

The py_test of Bazel 4.2.3 runs an interpreter called `python`, which Debian 12
does not have; these run Debian's /usr/bin/python3 and use its standard library.
"""

def python_test(name, src, deps = [], data = [], size = "small", tags = [], env = {}):
    """A test that is one Python file; it fails if the exit status is not 0.

    Args:
      name: name of the test.
      src: the file to run.
      deps: filegroups of the modules that it imports, each by its path from the
        root of the workspace.
      data: what else it needs when it runs; found by its path, too.
      size: as of any test.
      tags: as of any test.
      env: as of any test.
    """
    native.sh_test(
        name = name,
        size = size,
        srcs = ["//tools/bazel:python3.sh"],
        args = ["$(location %s)" % src],
        data = [src] + deps + data,
        env = env,
        tags = tags,
    )
