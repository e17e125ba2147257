"""Serves a directory under strace(1), and prints which system calls that took, and what each
of them is for: as text, as JSON, or as a page with a timeline.

With --request, so many clients at once send it; without, it is for your own browser to send
one, and Ctrl-C ends it. With --write, it writes docs/seed.md, from a run of its own.

Exit status: 0; 1 for a wrong command line; 2 if the run, or what it names, cannot be had.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from typing import NoReturn

from tools.trace import history, page, recording, seed, text, trace_json

_PROGRAM = "syscalls"
_BAD_COMMAND_LINE = 1
_BAD_ENVIRONMENT = 2
_MAX_CONNECTIONS = 512
_WAIT_SECONDS = 3600.0  # for a browser
_WIDTH = 104  # of text, unless a terminal has another


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as the server does."""

    def error(self, message: str) -> NoReturn:
        self.exit(_BAD_COMMAND_LINE, f"{_PROGRAM}: {message}; --help lists all options\n")


def _connections(argument: str) -> int:
    if not argument.isdecimal() or not 1 <= int(argument) <= _MAX_CONNECTIONS:
        raise argparse.ArgumentTypeError(
            f"{argument!r}: give a number from 1 to {_MAX_CONNECTIONS}")
    return int(argument)


def _path(argument: str) -> str:
    """Absolute, from where the user stands, which under `bazel run` is not where this runs."""
    return os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd()), argument)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="bazel run //tools:syscalls --", description=__doc__,
                     formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--root", metavar="DIR", type=_path, default=_path(""),
                        help="what is served (default: where you stand)")
    parser.add_argument("--request", metavar="LINE",
                        help='what to ask for, such as "GET / HTTP/1.1"; what else a request needs'
                        " is added")
    parser.add_argument("--connections", metavar="N", type=_connections,
                        help="clients at once that send it (default: 1); without --request, how"
                        " many connections to wait for")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text",
                        help="(default: %(default)s)")
    parser.add_argument("--output", metavar="FILE", type=_path,
                        help="where to (default: standard output)")
    parser.add_argument("--all", action="store_true",
                        help="with the calls that the C library makes before the server begins")
    parser.add_argument("--write", action="store_true", help=f"write {seed.DOCUMENT} anew")
    options = parser.parse_args(arguments)
    if options.write and len(arguments) > 1:
        parser.error(f"{seed.DOCUMENT} is of a run of its own: --write takes no other option")
    return options


def _record(options: argparse.Namespace, data: bytes | None) -> recording.Recording:
    with tempfile.TemporaryDirectory(prefix=f"{_PROGRAM}.") as directory:
        with recording.Run(options.root, directory, _MAX_CONNECTIONS) as run:
            if data is None:
                invitation = f"{_PROGRAM}: open {run.url}; Ctrl-C ends the trace"
                run.await_clients(options.connections, _WAIT_SECONDS,
                                  lambda: print(invitation, file=sys.stderr, flush=True))
            else:
                run.speak(data, options.connections or 1)
            return run.end()


def _render(options: argparse.Namespace, recorded: recording.Recording) -> str:
    told = history.tell(recorded.parent, recorded.traces, options.all)
    if options.format == "html":
        return page.render(told, recorded.url, recorded.root)
    if options.format == "json":
        return trace_json.render(told, recorded.url, recorded.root)
    on_terminal = options.output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if on_terminal else _WIDTH
    coloured = on_terminal and not os.environ.get("NO_COLOR")
    return "".join(f"{line}\n" for line in text.render(told, width, coloured))


def _write(path: str, content: str, mode: str = "w") -> None:
    try:
        with open(path, mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(content)
    except OSError as error:
        raise recording.Unusable(
            f"cannot write {path}: {error.strerror}: give a file that can be written") from None


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    try:
        if options.write:
            workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
            _write(os.path.join(workspace, seed.DOCUMENT), seed.render(seed.run()))
            return 0
        try:
            data = None if options.request is None else recording.request(options.request)
        except recording.Unusable as error:
            print(f"{_PROGRAM}: {error}", file=sys.stderr)
            return _BAD_COMMAND_LINE
        if options.output:
            _write(options.output, "", "a")  # before a run that would be for nothing
        rendered = _render(options, _record(options, data))
        if options.output:
            _write(options.output, rendered)
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
            print(rendered, end="", flush=True)
    except recording.Unusable as error:
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return _BAD_ENVIRONMENT
    except BrokenPipeError:  # as of a pager that was left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    # Whatever ends this ends the server too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
