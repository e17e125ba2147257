"""A headless Chromium, which talks to nobody but the server that it is sent to."""

import contextlib
import os
import subprocess
from typing import Iterator, Sequence

from tests import deadline, procfs

PATH = "/usr/bin/chromium"

# Flags without which it does not run headless, as root, and without talking to anybody else.
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--disable-dev-shm-usage", "--no-proxy-server", "--hide-scrollbars")


def is_installed() -> bool:
    return os.path.exists(PATH)


def browse(url: str, home: str, *arguments: str, window: tuple[int, int]) -> str:
    """Runs it once, with a profile in `home` and a window of so many pixels; its output.

    AssertionError if it fails.
    """
    return _run(url, home, arguments, window).stdout.decode("utf-8")


def console(url: str, home: str, *arguments: str, window: tuple[int, int]) -> list[str]:
    """The same; what it wrote to its console meanwhile, as where a policy forbids something."""
    done = _run(url, home, ("--enable-logging=stderr", *arguments), window)
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    return [line for line in lines if ":CONSOLE" in line]


@contextlib.contextmanager
def watching(url: str, home: str) -> Iterator[None]:
    """Shows the page for as long as the block takes: for one that tells its server what it sees."""
    with subprocess.Popen(
            [PATH, *_FLAGS, "--autoplay-policy=no-user-gesture-required",
             "--remote-debugging-port=0", f"--user-data-dir={home}/profile", url],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "HOME": home}) as process:
        try:
            yield
        finally:
            procfs.kill_session(process.pid)


def _run(url: str, home: str, arguments: Sequence[str],
         window: tuple[int, int]) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [PATH, *_FLAGS, f"--window-size={window[0]},{window[1]}",
         f"--user-data-dir={home}/profile", *arguments, url],
        capture_output=True, check=False, timeout=2 * deadline.SECONDS,
        env={**os.environ, "HOME": home})
    if done.returncode != 0:
        raise AssertionError(f"{done}")
    return done
