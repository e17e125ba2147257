"""docs/mutations.md: which test failed at which mutation."""

import pathlib
import re
from typing import NamedTuple, Sequence

from tests.mutations.guarantees import Guarantee
from tests.mutations.laws import LAWS, Law
from tests.mutations.mutation import DIRECTORY, Mutation

# Relative to the root of the workspace.
PATH = pathlib.Path("docs/mutations.md")

_HEAD = """\
<!-- Made by `bazel run //tests:mutations -- --write` from tests/mutations: change that. -->

# Mutations

Changes that break a guarantee of [SECURITY.md](../SECURITY.md), made in a copy, one at a time, to
show that a test fails at each. A row has the mutation, the test that has to fail, which of its
cases was the first that did, and when that was last seen. A mutation that breaks more than one
guarantee is with the first; [assurance.md](assurance.md) has it with each.
"""

_TABLE = """
| mutation | test | first case to fail | seen |
|---|---|---|---|
"""

_LAWS = """
## Laws

What the guarantees about processes and descriptors mean, to the last number, and the mutations that
break that.
"""

_ROW = re.compile(r"^\| \[(?P<says>.+)\]\(\.\./tests/mutations/(?P<name>\w+)\.patch\)"
                  r" \| `(?P<test>[^`]+)` \| `(?P<case>[^`]+)` \| (?P<seen>[\d-]+) \|$",
                  re.MULTILINE)


class Sighting(NamedTuple):
    """A test that failed as it must."""
    says: str
    name: str  # of the patch
    test: str
    case: str  # the first that failed
    seen: str  # a date

    def is_of(self, mutation: Mutation) -> bool:
        return self[:3] == (mutation.says, mutation.name, mutation.test)


def write(guarantees: Sequence[Guarantee], mutations: Sequence[Mutation],
          sightings: Sequence[Sighting]) -> str:
    """The document, with those of the sightings that are of a mutation as it is."""
    return (_HEAD + "".join(_section(guarantee, mutations, sightings) for guarantee in guarantees)
            + _LAWS + "".join(_law(key, law, mutations) for key, law in LAWS.items()))


def _section(guarantee: Guarantee, mutations: Sequence[Mutation],
             sightings: Sequence[Sighting]) -> str:
    rows = [sighting for mutation in mutations if mutation.guarantees[0] == guarantee.name
            for sighting in sightings if sighting.is_of(mutation)]
    return (f"\n## {guarantee.title}\n\n{guarantee.says}\n"
            + (_TABLE + "".join(map(_row, rows)) if rows else ""))


def _row(sighting: Sighting) -> str:
    return (f"| [{sighting.says}](../{DIRECTORY}/{sighting.name}.patch) | `{sighting.test}` "
            f"| `{sighting.case}` | {sighting.seen} |\n")


def _law(key: str, law: Law, mutations: Sequence[Mutation]) -> str:
    number = f"{key}. " if key.isdigit() else ""
    of_law = [f"[{mutation.name}](../{mutation.path()})" for mutation in mutations
              if mutation.law == key]
    return (f"\n### {number}{law.title}\n\n{law.says}\n"
            + (f"\nTests: {law.elsewhere}\n" if law.elsewhere else "")
            + (f"\nMutations: {', '.join(of_law)}.\n" if of_law else ""))


def read(text: str) -> list[Sighting]:
    """The sightings in a document that was written."""
    return [Sighting(**match.groupdict()) for match in _ROW.finditer(text)]
