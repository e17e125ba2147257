#!/usr/bin/env python3
"""Writes the line counts of docs/review.md: `bazel run //docs:review`.

What is counted is what a reader reads: lines that are neither blank, nor comment, nor #include, nor
the guard of a header. Tests, benchmarks and what is for tests only are not counted.
"""

import os
import pathlib
import re

from tools.lines_of_code import lines_of_code

PATH = pathlib.Path("docs/review.md")

DIRECTORIES = ("parser", "server")

# What the code of both directories stays below.
BUDGET = 6000

_FOR_TESTS = re.compile(r".*_(test|benchmark)|test_.*|testing|response_properties")

_DIRECTIVE = re.compile(
    r"^#(include .*|(ifndef|define) PRONG_\w+_H_|endif  // PRONG_\w+_H_)$", re.MULTILINE)

# "| [server/wait](../server/wait.cc) | 59 | ..."
_ROW = re.compile(r"^\| \[(?P<noun>[\w/]+)\]\(\.\./(?P=noun)\.\w+\) \| (?P<lines>\d+) \|",
                  re.MULTILINE)

_SUM = re.compile(r"^\| \*\*together\*\* \| (?P<lines>\d+) \|", re.MULTILINE)

_TOTAL = re.compile(r"(?<=all of it is )\d+(?= lines)")


def count(text: str) -> int:
    """The lines of a source file that count."""
    return lines_of_code(_DIRECTIVE.sub("", text))


def counts(workspace: pathlib.Path) -> dict[str, int]:
    """Of each noun, "server/wait" for server/wait.h and server/wait.cc, the lines that count."""
    found: dict[str, int] = {}
    for directory in DIRECTORIES:
        for path in sorted((workspace / directory).glob("*")):
            if path.suffix in (".cc", ".h") and not _FOR_TESTS.fullmatch(path.stem):
                noun = f"{directory}/{path.stem}"
                found[noun] = found.get(noun, 0) + count(path.read_text(encoding="utf-8"))
    return found


def nouns(text: str) -> list[str]:
    """Those that the document has, in its order."""
    return [row["noun"] for row in _ROW.finditer(text)]


def written_counts(text: str) -> dict[str, int]:
    """What the document says."""
    return {row["noun"]: int(row["lines"]) for row in _ROW.finditer(text)}


def with_counts(text: str, found: dict[str, int]) -> str:
    """The document with the counts that were found: of each row, each part and all."""

    def row(match: re.Match[str]) -> str:
        return match[0].replace(f"| {match['lines']} |", f"| {found.get(match['noun'], 0)} |")

    parts = re.split(r"(?=^## )", _ROW.sub(row, text), flags=re.MULTILINE)
    summed = [_SUM.sub(f"| **together** | {sum(written_counts(part).values())} |", part)
              for part in parts]
    return _TOTAL.sub(str(sum(found.values())), "".join(summed))


def main() -> None:
    workspace = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    path = workspace / PATH
    path.write_text(with_counts(path.read_text(encoding="utf-8"), counts(workspace)),
                    encoding="utf-8")


if __name__ == "__main__":
    main()
