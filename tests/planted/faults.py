"""Planted faults: patches in this directory, each headed by what is wrong, the law that it
breaks, and the test that has to fail, with the configuration in which it does if not in all.

    Fault: a child keeps the listening socket
    Law: 1
    Test: //tests:processes_test

    --- a/server/supervisor.cc
    +++ b/server/supervisor.cc
    ...
"""

import pathlib
import re
from typing import NamedTuple

from tools.plants import patch

# Relative to the root of the workspace.
DIRECTORY = pathlib.Path("tests/planted")

_HEADER = re.compile(r"Fault: (?P<fault>[^\n]+)\nLaw: (?P<law>\w+)\n"
                     r"Test: (?P<config>--config=\w+ )?(?P<label>//\w+:\w+_test)\n\n(?=--- a/)")


class Fault(NamedTuple):
    """A patch."""
    name: str
    fault: str  # what is wrong with the code, as a sentence without its end
    law: str  # its key in laws.py
    test: str  # what `bazel test` takes
    patch: str  # all of the file

    @property
    def label(self) -> str:
        return self.test.split()[-1]

    def files(self) -> list[str]:
        """The files that the patch changes, relative to the root of the workspace."""
        return patch.files(self.patch)

    def path(self) -> pathlib.Path:
        """That of the patch, relative to the root of the workspace."""
        return DIRECTORY / f"{self.name}.patch"


def parse(name: str, text: str) -> Fault:
    """The fault in the patch `text`."""
    header = _HEADER.match(text)
    if not header:
        raise patch.PlantError(
            f"{name}.patch does not begin with the lines 'Fault: ...', 'Law: ...' and "
            "'Test: //PACKAGE:NAME_test', an empty line and '--- a/FILE'")
    test = (header["config"] or "") + header["label"]
    return Fault(name, header["fault"], header["law"], test, text)


def read_all(root: str) -> list[Fault]:
    """The faults of the workspace at `root`, by name."""
    paths = sorted((pathlib.Path(root) / DIRECTORY).glob("*.patch"))
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in paths]
