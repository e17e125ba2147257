"""docs/planted_bugs.md: which planted bug was found by what, and how soon."""

import pathlib
import re
from typing import NamedTuple

# Relative to the root of the workspace.
PATH = pathlib.Path("docs/planted_bugs.md")

_HEAD = """\
<!-- Made by `bazel run //fuzz:planted_bugs -- --write` from fuzz/planted: change that. -->

# Planted bugs

Bugs that are put into a copy of prong on purpose, one at a time, to show that fuzzing finds them.
Each row: what is wrong, the fuzz target that has to notice, whether a seed alone was enough or
inputs had to be made, what it noticed first, and how long that took on one core from the start of
the target, with its seeds run smallest first.

| bug | target | found by | noticed | executions | seconds |
|---|---|---|---|---:|---:|
"""
_ROW = re.compile(r"^\| \[(?P<bug>.+)\]\(\.\./fuzz/planted/(?P<name>\w+)\.patch\)"
                  r" \| `(?P<target>\w+)` \| (?P<found_by>\w+) \| (?P<noticed>.+)"
                  r" \| (?P<executions>\d+) \| (?P<seconds>[\d.]+) \|$", re.MULTILINE)


class Row(NamedTuple):
    """All but the last two do not depend on the machine."""
    bug: str
    name: str  # of the patch
    target: str
    found_by: str  # "seeds" or "fuzzing"
    noticed: str
    executions: str
    seconds: str


def write(rows):
    """The document with `rows`."""
    return _HEAD + "".join(map(_line, sorted(rows, key=lambda row: (row.target, row.name))))


def _line(row):
    noticed = row.noticed.replace("|", "\\|")  # which would end its cell
    return (f"| [{row.bug}](../fuzz/planted/{row.name}.patch) | `{row.target}` | {row.found_by} "
            f"| {noticed} | {row.executions} | {row.seconds} |\n")


def read(text):
    """The rows of a document that was written."""
    rows = [Row(**match.groupdict()) for match in _ROW.finditer(text)]
    return [row._replace(noticed=row.noticed.replace("\\|", "|")) for row in rows]
