#!/usr/bin/env python3
"""Makes the table of server/media_type.cc of files in the form of /etc/mime.types.

media_types_table.py FILE...: a row of C++ for each extension, in their order; of an
extension that several lines have, the first counts. Exit status 1 if a line is not of
that form.
"""

import re
import sys

_TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"
_EXTENSION = r"[!#-\[\]-~]+"  # what needs no backslash in C++
_LINE = re.compile(rf"({_TOKEN}/{_TOKEN})((?:\s+{_EXTENSION})*)\s*")


def read(name: str) -> dict[str, str]:
    """Media type by extension, in lower case."""
    types = {}
    with open(name, encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            line = line.partition("#")[0].rstrip()
            if not line:
                continue
            match = _LINE.fullmatch(line)
            if not match:
                sys.exit(f"{name}:{number}: not a media type and its extensions: {line}")
            for extension in match[2].split():
                types.setdefault(extension.lower(), match[1])
    return types


def write(types: dict[str, str]) -> None:
    """Each string has a NUL behind it, and is in the text once."""
    offsets, size = {}, 0

    def add(string: str) -> int:
        nonlocal size
        if string not in offsets:
            offsets[string], size = size, size + len(string) + 1
        return offsets[string]

    rows = [f"    {{{add(extension)}, {add(media_type)}}},"
            for extension, media_type in sorted(types.items())]
    print("constexpr char kText[] =")
    print(*(f'    "{string}\\0"' for string in offsets), sep="\n", end=";\n\n")
    print("constexpr Row kRows[] = {", *rows, "};", sep="\n")


def main() -> None:
    types = {}
    for name in sys.argv[1:]:
        types = {**read(name), **types}
    for extension, media_type in types.items():
        if media_type.startswith("text/"):
            types[extension] = f"{media_type}; charset=utf-8"
    write(types)


if __name__ == "__main__":
    main()
