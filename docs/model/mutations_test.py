"""Each mutation of the model breaks the properties that it says, and no other one."""

import os
import re
import subprocess
import tempfile
import unittest
from concurrent import futures
from typing import Dict, NamedTuple, Set, Tuple

from docs.model import checker
from docs.model.checker import DIRECTORY, MODEL, Checker

_HEADER = re.compile(r"Bug: (?P<bug>[^\n]+)\nBreaks: (?P<breaks>[\w ]+)\n\n(?=--- a/)")


class Mutation(NamedTuple):
    bug: str
    breaks: Tuple[str, ...]
    patch: str

    def model(self) -> str:
        """The model with the bug."""
        # No fuzz: lines around a change that are not what they were may mean another bug.
        outcome = subprocess.run(
            ["patch", "--follow-symlinks", "--fuzz=0", "--batch", "--forward", "--reject-file=-", "--output=-",
             MODEL], input=self.patch, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if outcome.returncode != 0:
            raise AssertionError(f"the patch is stale: {outcome.stderr}")
        return outcome.stdout


def read_mutations() -> Dict[str, Mutation]:
    mutations = {}
    for path in sorted((DIRECTORY / "mutations").glob("*.patch")):
        text = path.read_text(encoding="utf-8")
        header = _HEADER.match(text)
        if not header:
            raise AssertionError(f"{path} does not begin with the lines 'Bug: ...' and "
                                 "'Breaks: PROPERTY ...', an empty line and '--- a/FILE'")
        mutations[path.stem] = Mutation(header["bug"], tuple(header["breaks"].split()), text)
    return mutations


def broken_by(mutation: Mutation) -> Set[str]:
    """The properties that the model with the bug has not."""
    with tempfile.TemporaryDirectory() as directory:
        model = mutation.model()
        # Where less happens first, for speed.
        check = Checker(directory, model, "-DMAX_CONNECTIONS=1", "-DOTHER_SIGNALS=0").check
        broken = {name for name in checker.read_properties() if check(name).refuted}
        if broken < set(mutation.breaks):
            check = Checker(directory, model).check
            broken |= {name for name in mutation.breaks if check(name).refuted}
        return broken


class MutationsTest(unittest.TestCase):

    def test_each_breaks_what_it_says_and_nothing_else(self):
        mutations = read_mutations()
        with futures.ThreadPoolExecutor(os.cpu_count()) as executor:
            broken = dict(zip(mutations, executor.map(broken_by, mutations.values())))
        self.assertEqual(broken, {name: set(mutation.breaks)
                                  for name, mutation in mutations.items()})

    def test_each_property_is_broken(self):
        broken = {name for mutation in read_mutations().values() for name in mutation.breaks}
        self.assertEqual(broken, checker.read_properties().keys())


class DocumentTest(unittest.TestCase):

    def test_its_tables_are_what_the_files_say(self):
        rows = [f"| `{name}` | {says} |" for name, says in checker.read_properties().items()]
        for name, mutation in read_mutations().items():
            broken = ", ".join(f"`{each}`" for each in mutation.breaks)
            rows.append(f"| `{name}` | {mutation.bug} | {broken} |")
        document = (DIRECTORY / "README.md").read_text(encoding="utf-8")
        self.assertEqual([line for line in document.splitlines() if line.startswith("| `")], rows,
                         "the rows shall be:\n" + "\n".join(rows))


if __name__ == "__main__":
    unittest.main()
