#!/bin/sh
echo "bazel coverage: not available in this workspace" >&2
exit 1
