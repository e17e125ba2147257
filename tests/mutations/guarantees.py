"""The guarantees of SECURITY.md, each an item of its list: "1. **Name**: One sentence."."""

import pathlib
import re
from typing import NamedTuple

# Relative to the root of the workspace.
PATH = pathlib.Path("SECURITY.md")

_ITEM = re.compile(r"^(?P<number>\d+)\. \*\*(?P<name>\w+)\*\*: (?P<says>.+?)\n(?=\n|\d+\. )",
                   re.MULTILINE | re.DOTALL)


class Guarantee(NamedTuple):
    """An item, without its line breaks."""
    number: int
    name: str
    says: str

    @property
    def title(self) -> str:
        """As the heading of a section of its own."""
        return f"{self.number}. {self.name}"


def parse(text: str) -> list[Guarantee]:
    return [Guarantee(int(item["number"]), item["name"], " ".join(item["says"].split()))
            for item in _ITEM.finditer(text)]


def read_all(root: str | pathlib.Path) -> list[Guarantee]:
    """Those of the workspace at `root`, in their order."""
    return parse((pathlib.Path(root) / PATH).read_text(encoding="utf-8"))
