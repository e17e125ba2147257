"""Mutations: patches in this directory, each headed by what is wrong with it, the guarantees of
SECURITY.md that it breaks, the law of laws.py if it breaks one, and the test that has to fail,
with the configuration in which it does if not in all.

    Mutation: a child keeps the listening socket
    Guarantee: Authority
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
DIRECTORY = pathlib.Path("tests/mutations")

_HEADER = re.compile(r"Mutation: (?P<says>[^\n]+)\nGuarantee: (?P<guarantees>\w+(?:, \w+)*)\n"
                     r"(?:Law: (?P<law>\w+)\n)?"
                     r"Test: (?P<config>--config=\w+ )?(?P<label>//[\w/]+:\w+_test)\n\n(?=--- a/)")


class Mutation(NamedTuple):
    """A patch."""
    name: str
    says: str  # what is wrong with the code, as a sentence without its end
    guarantees: tuple[str, ...]  # by their names in SECURITY.md, the first above all
    law: str | None  # its key in laws.py
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


def parse(name: str, text: str) -> Mutation:
    """The mutation in the patch `text`."""
    header = _HEADER.match(text)
    if not header:
        raise patch.PlantError(
            f"{name}.patch does not begin with the lines 'Mutation: ...', 'Guarantee: NAME', "
            "perhaps 'Law: ...', and 'Test: //PACKAGE:NAME_test', an empty line and '--- a/FILE'")
    return Mutation(name, header["says"], tuple(header["guarantees"].split(", ")), header["law"],
                    (header["config"] or "") + header["label"], text)


def read_all(root: str | pathlib.Path) -> list[Mutation]:
    """The mutations of the workspace at `root`, by name."""
    paths = sorted((pathlib.Path(root) / DIRECTORY).glob("*.patch"))
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in paths]
