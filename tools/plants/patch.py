"""Patches that plant something to be noticed in a copy of the workspace."""

import pathlib
import re
import shutil
import subprocess
import tempfile

_PATCHED_FILE = re.compile(r"^--- a/(\S+)", re.MULTILINE)


class PlantError(Exception):
    """A patch that cannot be used; the message says which, why, and what to do."""


def files(text):
    """The files that the patch changes, relative to the root of the workspace."""
    return _PATCHED_FILE.findall(text)


def apply(path, text, root):
    """Applies the patch `text`, which is that of the file `path`, to the copy at `root`."""
    # No fuzz: lines around a change that are not what they were may mean another one.
    outcome = subprocess.run(
        ["patch", "--strip=1", "--fuzz=0", "--batch", "--forward", "--reject-file=-",
         "--no-backup-if-mismatch"],
        cwd=root, input=text, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if outcome.returncode != 0:
        raise PlantError(f"{path} is stale: it does not apply to {', '.join(files(text))} any "
                         "more. Make the change again there, and the patch from it. patch says:\n"
                         f"{outcome.stdout}")


def check(path, text, workspace):
    """Fails if the patch does not apply to the workspace, which is left alone."""
    with tempfile.TemporaryDirectory() as root:
        for file in files(text):
            copy = pathlib.Path(root, file)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(pathlib.Path(workspace, file), copy)
        apply(path, text, root)
