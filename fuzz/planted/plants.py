"""Planted bugs: patches in this directory, each headed by what it breaks and who sees it.

    Bug: a path is percent-decoded twice
    Target: request_target_fuzz

    --- a/parser/request_target.cc
    +++ b/parser/request_target.cc
    ...
"""

import pathlib
import re
from typing import NamedTuple

from tools.plants import patch
from tools.plants.patch import PlantError

# Relative to the root of the workspace.
DIRECTORY = pathlib.Path("fuzz/planted")

_HEADER = re.compile(r"Bug: (?P<bug>[^\n]+)\nTarget: (?P<target>\w+_fuzz)\n\n(?=--- a/)")


class Plant(NamedTuple):
    name: str
    bug: str  # what is wrong with the code, as the end of a sentence
    target: str  # the fuzz target that has to find it, in //fuzz
    patch: str  # all of the file

    def files(self):
        """The files that the patch changes, relative to the root of the workspace."""
        return patch.files(self.patch)

    def path(self):
        """That of the patch, relative to the root of the workspace."""
        return DIRECTORY / f"{self.name}.patch"


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
    patch.apply(plant.path(), plant.patch, root)
