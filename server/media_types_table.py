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


def main() -> None:
    types = {}
    for name in sys.argv[1:]:
        types = {**read(name), **types}
    for extension, media_type in sorted(types.items()):
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        print(f'{{"{extension}", "{media_type}{charset}"}},')


if __name__ == "__main__":
    main()
