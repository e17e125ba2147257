"""The server under valgrind's memcheck: --config=valgrind.

It sees what the address sanitizer does not: a byte that nobody has written, when something
depends on it or it is sent. It also lists the descriptors that are open at the end of each
process.
"""

import os
import pathlib
import re
import tempfile
from typing import Sequence

IS_ON = "SERVER_UNDER_MEMCHECK" in os.environ

_PRELOADED = os.path.abspath("tools/valgrind/openat2.so")
_SUPPRESSIONS = [os.path.abspath(f"tools/valgrind/{of}.supp") for of in ("re2", "valgrind")]

# What each line of valgrind's begins with: the process.
_PREFIX = re.compile(r"^==\d+== ?", re.MULTILINE)
# Opened before the fork, for every child.
_OPEN_IN_EACH_CHILD = re.compile(r"prong::(DocumentRoot|AccessLog)::\w*[oO]pen\(")

# Of its own descriptors all but one, for reports, are the last below the limit.
_OWN_DESCRIPTORS = 12
_DIRECTORY = "memcheck."


def report_directory() -> tempfile.TemporaryDirectory:
    """For the reports of one server."""
    return tempfile.TemporaryDirectory(prefix=_DIRECTORY, dir=os.environ["TEST_TMPDIR"])


def prefix(directory: str) -> Sequence[str]:
    """What to put before the command of a server, to have reports written to `directory`."""
    if not IS_ON:
        return ()
    # Its temporary files are named by the process; in sandboxes processes have the same numbers.
    return ("/usr/bin/env", f"LD_PRELOAD={_PRELOADED}", f"TMPDIR={os.environ['TEST_TMPDIR']}",
            "/usr/bin/valgrind", "--quiet",
            "--vgdb=no", *(f"--suppressions={path}" for path in _SUPPRESSIONS),
            f"--log-file={directory}/%p",
            "--error-exitcode=99", "--track-fds=yes", "--leak-check=full",
            "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite")


def reports(directory: str) -> list[str]:
    """What is wrong, by process; a descriptor that every child has open is not."""
    paragraphs = []
    for path in pathlib.Path(directory).iterdir():
        text = _PREFIX.sub("", path.read_text(encoding="utf-8"))
        text = re.sub(r"^FILE DESCRIPTORS: .*\n", "", text, flags=re.MULTILINE)
        paragraphs += [f"process {path.name}: {paragraph}" for paragraph in text.split("\n\n")
                       if paragraph.strip() and not _OPEN_IN_EACH_CHILD.search(paragraph)]
    return paragraphs


def without_own(descriptors: dict[int, str], pid: int) -> dict[int, str]:
    """What is left of the open descriptors of `pid` without those of valgrind itself."""
    if not IS_ON:
        return descriptors
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        limit = int(re.search(r"^Max open files +(\d+)", file.read(), re.MULTILINE)[1])
    return {fd: file for fd, file in descriptors.items()
            if fd < limit - _OWN_DESCRIPTORS and f"/{_DIRECTORY}" not in file}
