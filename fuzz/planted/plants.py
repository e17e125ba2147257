"""Planted bugs: patches in this directory, each headed by what it breaks and who sees it.

    Bug: a path is percent-decoded twice
    Target: request_target_fuzz

    --- a/parser/request_target.cc
    +++ b/parser/request_target.cc
    ...
"""

import pathlib
import re
import subprocess
from typing import NamedTuple

# Relative to the root of the workspace.
DIRECTORY = pathlib.Path("fuzz/planted")

_HEADER = re.compile(r"Bug: (?P<bug>[^\n]+)\nTarget: (?P<target>\w+_fuzz)\n\n(?=--- a/)")
_PATCHED_FILE = re.compile(r"^--- a/(\S+)", re.MULTILINE)


class PlantError(Exception):
    """A patch that cannot be used; the message says which, why, and what to do."""


class Plant(NamedTuple):
    name: str
    bug: str  # what is wrong with the code, as the end of a sentence
    target: str  # the fuzz target that has to find it, in //fuzz
    patch: str  # all of the file

    def files(self):
        """The files that the patch changes, relative to the root of the workspace."""
        return _PATCHED_FILE.findall(self.patch)


def parse(name, text):
    """The plant in the patch `text`."""
    header = _HEADER.match(text)
    if not header:
        raise PlantError(f"{name}.patch does not begin with the lines 'Bug: ...' and "
                         "'Target: NAME_fuzz', an empty line and '--- a/FILE'")
    return Plant(name, header["bug"], header["target"], text)


def read_all(root):
    """The plants of the workspace at `root`, by name."""
    paths = sorted((pathlib.Path(root) / DIRECTORY).glob("*.patch"))
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in paths]


def apply(plant, root):
    """Plants the bug in the copy of the workspace at `root`."""
    # No fuzz: lines around a change that are not what they were may mean another bug.
    outcome = subprocess.run(
        ["patch", "--strip=1", "--fuzz=0", "--batch", "--forward", "--reject-file=-",
         "--no-backup-if-mismatch"],
        cwd=root, input=plant.patch, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if outcome.returncode != 0:
        raise PlantError(f"{DIRECTORY / plant.name}.patch is stale: it does not apply to "
                         f"{', '.join(plant.files())} any more. Make the change again there, "
                         f"and the patch from it. patch says:\n{outcome.stdout}")
