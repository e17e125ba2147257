#!/bin/sh
# Runs a Python program of this workspace: the file named first, with the other
# arguments. `import` finds modules from the root of the workspace, and from
# there only (-P); nothing is written beside the sources (-B).
export PYTHONPATH="$PWD"
exec /usr/bin/python3 -B -P "$@"
