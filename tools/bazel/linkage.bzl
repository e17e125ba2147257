"""How the server is linked, and what stands for it in tests.

One file without an interpreter: a fork copies few mappings, and no symbol is resolved again
in each child. It is relocated once, at the start of the parent, to an address that no client
can know; Debian's compilers make objects for that unless told otherwise.
"""

# As `linkopts`. Sanitizers' runtimes and valgrind ask for --define=linkage=dynamic.
SERVER_LINKOPTS = select({
    "//tools/bazel:linked_dynamically": [],
    "//conditions:default": ["-static-pie"],
})
