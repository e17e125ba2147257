"""What the linker put into the optimized server: by object file, as its map says."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
from typing import NamedTuple

# " .text.f  0x1000  0x1b path/lib.a(member.o)": a long name has a line of its own.
_CONTRIBUTION = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)
_ARCHIVE_MEMBER = re.compile(r"(.+\.a)\((.+)\)")


class Contribution(NamedTuple):
    """A section of an object that became a part of the executable."""
    section: str
    address: int
    size: int  # bytes
    file: str  # the object, or the archive that has it
    member: str  # the object in its archive, or nothing


def parse(text: str) -> list[Contribution]:
    """Reads a map of ld.bfd's; without what has no bytes or no place in memory."""
    text = text[text.index("\nLinker script and memory map\n"):]
    contributions = []
    for section, address, size, file in _CONTRIBUTION.findall(text):
        archive = _ARCHIVE_MEMBER.fullmatch(file)
        contributions.append(Contribution(section, int(address, 16), int(size, 16),
                                          *(archive.groups() if archive else (file, ""))))
    return [entry for entry in contributions if entry.size and entry.address]


def _bazel(*arguments: str) -> str:
    return subprocess.run(["bazel", *arguments], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout


def build() -> pathlib.Path:
    """Builds the optimized server; the executable. The working directory is the workspace."""
    subprocess.run(["bazel", "build", "--noshow_progress", "--show_result=0",
                    "--ui_event_filters=-info", "-c", "opt", "//server"], check=True)
    return pathlib.Path(_bazel("info", "-c", "opt", "bazel-bin").strip(), "server/server")


def of_server() -> list[Contribution]:
    """Links the server that was built once more, for the map; files with their real paths."""
    graph = json.loads(_bazel("aquery", "-c", "opt", "--output=jsonproto",
                              'mnemonic("CppLink", //server:server)'))
    (action,) = graph["actions"]
    # The file of parameters has the others once more.
    arguments = [argument for argument in action["arguments"] if not argument.startswith("@")]
    directory = _bazel("info", "-c", "opt", "execution_root").strip()
    with tempfile.TemporaryDirectory() as scratch:
        linker_map = pathlib.Path(scratch, "map")
        arguments[arguments.index("-o") + 1] = f"{scratch}/server"
        subprocess.run([*arguments, f"-Wl,-Map={linker_map}"], cwd=directory, check=True)
        contributions = parse(linker_map.read_text(encoding="utf-8"))
    return [entry._replace(file=entry.file if entry.file.startswith("bazel-out/")
                           else os.path.realpath(os.path.join(directory, entry.file)))
            for entry in contributions]
