"""What a program that takes minutes says meanwhile."""

import shutil
import sys


class Progress:
    """A line that is overwritten, on a terminal only; and rows that stay."""

    def __init__(self):
        self._shows = sys.stdout.isatty()

    def show(self, text):
        if self._shows:
            print(f"\r\x1b[K{text[:shutil.get_terminal_size().columns - 1]}", end="", flush=True)

    def row(self, text):
        self.show("")
        print(text, flush=True)
