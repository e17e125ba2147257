"""The model of the processes, its properties, and spin, which checks them."""

import pathlib
import re
import subprocess
from typing import Dict, Set, Tuple

DIRECTORY = pathlib.Path("docs/model")
MODEL = DIRECTORY / "lifecycle.pml"

_PROPERTY = re.compile(r"((?:^// .*\n)+)^ltl (\w+) \{$", re.MULTILINE)
_UNREACHED = re.compile(r"^unreached in proctype (\w+)\n((?:\t.*\n)+)", re.MULTILINE)
_STATEMENT = re.compile(r'pml:(\d+), state \d+, "(.*)"')


def read_properties() -> Dict[str, str]:
    """What each property says, by name."""
    return {name: " ".join(comment.replace("//", " ").split())
            for comment, name in _PROPERTY.findall(MODEL.read_text(encoding="utf-8"))}


class Report:
    """What was found out about a property; an error if not all there is to find out."""

    def __init__(self, name: str, text: str):
        self.text = text
        self.refuted = bool(re.search(r"^pan:1: (assertion violated|acceptance cycle)", text,
                                      re.MULTILINE))
        self.states = int(re.search(r"(\d+) states, stored", text)[1])
        complete = not re.search("errors: [1-9]|Search not completed|max search depth", text)
        if (f"never claim         \t+ ({name})" not in text
                or "Full statespace search" not in text
                or "(fairness enabled)" not in text
                or self.refuted == complete):
            raise AssertionError(f"{name}: the search was none, or not one of all states:\n{text}")

    def unreached(self) -> Set[Tuple[str, str]]:
        """The processes' statements, as the model has them, that were never executed."""
        source = MODEL.read_text(encoding="utf-8").splitlines()
        return {(process, source[int(line) - 1].strip())
                for process, lines in _UNREACHED.findall(self.text)
                for line, statement in _STATEMENT.findall(lines) if statement != "-end-"}


class Checker:

    def __init__(self, directory: str, model: str, *definitions: str):
        """Makes the program that checks the text `model`, in `directory`."""
        self._directory = directory
        pathlib.Path(directory, MODEL.name).write_text(model, encoding="utf-8")
        self._run("spin", *definitions, "-a", MODEL.name)
        # All states: no partial order reduction. At most so many MiB of memory.
        self._run("cc", "-O1", "-w", "-DNOREDUCE", "-DMEMLIM=1000", "-DNFAIR=3",
                  "-o", "pan", "pan.c")

    def check(self, name: str) -> Report:
        # -f: weak fairness. A process that can act for ever acts at last.
        return Report(name, self._run("./pan", "-a", "-f", "-m100000", "-w20", "-N", name))

    def _run(self, *command: str) -> str:
        outcome = subprocess.run(command, cwd=self._directory, check=False, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if outcome.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit status {outcome.returncode}:\n"
                                 f"{outcome.stdout}")
        return outcome.stdout
