"""Command lines of programs that measure: what is wrong with one is said in one line."""

import argparse
import os
from typing import Callable, NoReturn

_BAD_COMMAND_LINE = 1


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as the server does."""

    def __init__(self, program: str, **how):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
                         **how)
        self._program = program

    def error(self, message: str) -> NoReturn:
        self.exit(_BAD_COMMAND_LINE, f"{self._program}: {message}; --help lists all options\n")


def user_path(argument: str) -> str:
    """Absolute, from where the user stands, which under `bazel run` is not where this runs."""
    return os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd()), argument)


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """Reads one from `lowest` to `highest`."""
    def parse(argument: str) -> int:
        if not argument.isdecimal() or not lowest <= int(argument) <= highest:
            raise argparse.ArgumentTypeError(
                f"{argument!r}: give a number from {lowest} to {highest}")
        return int(argument)
    return parse
