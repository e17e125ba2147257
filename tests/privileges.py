"""Running a program to which the modes of files apply, also where the tests run as root."""

import functools
import os
import subprocess
import tempfile
import unittest

# Without these even root needs a file's permission, capabilities(7). A user
# without privileges would not do: it cannot reach a directory below root's home.
_CAPABILITIES = "-dac_override,-dac_read_search"
_SETPRIV = ("/usr/bin/setpriv", f"--bounding-set={_CAPABILITIES}", f"--inh-caps={_CAPABILITIES}",
            "--")


def without_reading_everything() -> tuple[str, ...]:
    """What to put before a command; it ends in an exec of the command.

    Skips the test if there is no way to run without those privileges.
    """
    prefix = _SETPRIV if os.geteuid() == 0 else ()
    if _reads_everything(prefix):
        raise unittest.SkipTest("this user reads files of mode 000 and cannot give that up")
    return prefix


@functools.cache
def _reads_everything(prefix: tuple[str, ...]) -> bool:
    with tempfile.NamedTemporaryFile(dir=os.environ["TEST_TMPDIR"]) as file:
        os.chmod(file.name, 0)
        true = subprocess.run([*prefix, "/bin/true"], capture_output=True, check=False)
        cat = subprocess.run([*prefix, "/bin/cat", file.name], capture_output=True, check=False)
    return true.returncode != 0 or cat.returncode == 0
