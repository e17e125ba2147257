"""Measures several instances of prong on this machine.

shared_port: one instance against two that share a port by --reuse_port, in turn, round by
round. What is printed are medians over the rounds and the median of the ratios of each round,
with their quartiles in parentheses. And what clients see if one of two ends, with no proxy.

failover: two instances behind the proxies of deploy/, of which one is ended under load, by
SIGKILL or by SIGTERM, and started again: what clients saw of it, and how long it took the proxy
to see it. Proxies that are not installed are left out; `tools/bootstrap --bench` installs them.

Exit status: 0; 1 for a wrong command line; 2 if nothing can be measured here.
"""

import argparse
import os
import signal
import sys
from typing import Sequence

from tools.bench import load, servers
from tools.bench.command_line import Parser, number, user_path
from tools.bench.occasion import describe_occasion
from tools.plants.progress import Progress
from tools.scaling import failover, proxies, report, shared_port

_PROGRAM = "scaling"
_DOCUMENT = "docs/scaling.md"
_MARK, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
_BAD_ENVIRONMENT = 2
_PARTS = _SHARED_PORT, _FAILOVER = "shared_port", "failover"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(_PROGRAM, prog="bazel run -c opt //tools:scaling --", description=__doc__)
    parser.add_argument("--part", choices=_PARTS, help="measure that only")
    parser.add_argument("--rounds", type=number(1, 1000), default=7,
                        help="of shared_port (default: %(default)s)")
    parser.add_argument("--seconds", type=number(1, 60), default=1,
                        help="that a server is loaded in such a round (default: %(default)s)")
    parser.add_argument("--failures", type=number(1, 1000), default=1,
                        help="of each kind (default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", type=user_path,
                        help="all that was measured, too")
    parser.add_argument("--write", action="store_true",
                        help=f"write the figures into {_DOCUMENT}; four minutes")
    parser.add_argument("--compilation_mode", default="opt", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write and options.compilation_mode != "opt":
        parser.error("what is written is of the optimized server: bazel run -c opt")
    if options.write and options.part:
        parser.error("--write takes no --part")
    return options


def _measure_failover(failures: int, progress: Progress) -> report.Outcomes:
    for proxy in proxies.PROGRAMS:
        if not proxies.is_installed(proxy):
            progress.row(f"not installed, left out: {proxy}\n")
    rounds = {trial: [] for trial in failover.trials()}
    for _ in range(failures):
        for trial, outcomes in rounds.items():
            outcomes.append(failover.measure(trial, failover.Phases(), progress.show))
    return list(rounds.items())


def write_figures(document: str, figures: str) -> str:
    """`document` with these in the place of its own, which are between two marks."""
    before, mark, rest = document.partition(_MARK)
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"{_DOCUMENT} has no place for figures")
    return f"{before}{mark}\n{figures}\n{end}{after}"


def _write(path: str, content: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    progress = Progress()
    if not os.access(load.PROGRAM, os.X_OK):
        print(f"{_PROGRAM}: there is no {load.PROGRAM}: install it by `tools/bootstrap --bench`",
              file=sys.stderr)
        return _BAD_ENVIRONMENT
    if options.compilation_mode != "opt":
        progress.row("this is not the optimized server: bazel run -c opt //tools:scaling\n")
    occasion = describe_occasion("//tools:scaling", arguments, os.getloadavg()[0])
    results, endings, outcomes, tables = [], [], [], []
    try:
        if options.part != _FAILOVER:
            results = shared_port.measure(shared_port.LOADS, options.rounds, options.seconds,
                                          progress.show)
            tables.append("### One instance, and two that share a port\n\n"
                          + report.of_shared_port(results))
            progress.row(tables[-1])
            endings = shared_port.measure_endings(options.failures, progress.show)
            tables.append("### One of two that share a port ends\n\n"
                          + report.of_endings(endings))
            progress.row(tables[-1])
        if options.part != _SHARED_PORT:
            outcomes = _measure_failover(options.failures, progress)
            tables.append("### One of two instances behind a proxy ends\n\n"
                          + report.of_failover(outcomes))
            progress.row(tables[-1])
    except (servers.Unusable, ValueError) as error:
        progress.show("")
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return _BAD_ENVIRONMENT
    if options.json:
        _write(options.json, report.as_json(occasion, results, endings, outcomes))
    if options.write:
        path = os.path.join(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."), _DOCUMENT)
        with open(path, encoding="utf-8") as file:
            document = file.read()
        _write(path, write_figures(document, "\n".join([occasion, *tables])))
    return 0


if __name__ == "__main__":
    # Whatever ends this ends the servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
