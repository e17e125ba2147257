"""Compares prong with other servers on this machine: rates, processor time, latency, memory.

Each server is started on loopback, and is loaded by wrk in turn with the others, round by
round. What is printed are medians over the rounds and, beside them, ratios: the median of
those of each round, and in parentheses their quartiles. Servers that are not installed are
left out; `tools/bootstrap --bench` installs them.

Without --sizes and --connections, what is measured is what prong has targets for.

Exit status: 0; 1 for a wrong command line; 2 if nothing can be measured here. Targets that are
missed do not make it fail: much depends on the machine.
"""

import argparse
import json
import os
import signal
import sys
from typing import NamedTuple, Sequence

from tools.bench import breakdown, chart, load, parser_times, plan, run, servers, table
from tools.bench.command_line import Parser, number, user_path
from tools.bench.occasion import describe_occasion
from tools.plants.progress import Progress

_PROGRAM = "bench"
_DOCUMENT, _CHART = "docs/performance.md", "docs/performance.svg"
_MARK = "<!-- figures -->\n"
_BAD_ENVIRONMENT = 2
_ROUNDS, _WRITTEN_ROUNDS, _GROWTH_ROUNDS = 5, 9, 3
_PARSER_REPETITIONS = 9
_BREAKDOWN_ROUNDS = 5


def _list(parse, example: str):
    def parse_all(argument: str) -> list:
        try:
            return [parse(item) for item in argument.split(",")]
        except (ValueError, argparse.ArgumentTypeError):
            raise argparse.ArgumentTypeError(f"{argument!r}: give such as {example}") from None
    return parse_all


def _server(name: str) -> str:
    if name not in servers.NAMES:
        raise ValueError(name)
    return name


def _size(text: str) -> int:
    size = load.parse_size(text)
    if not 0 <= size <= plan.GIB:
        raise ValueError(text)
    return size


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(_PROGRAM, prog="bazel run -c opt //tools:bench --", description=__doc__)
    parser.add_argument("--rounds", type=number(1, 1000),
                        help=f"of each experiment (default: {_ROUNDS}; with --write,"
                        f" {_WRITTEN_ROUNDS})")
    parser.add_argument("--seconds", type=number(1, 60), default=1,
                        help="that a server is loaded in a round (default: %(default)s)")
    parser.add_argument("--servers", metavar="NAMES", default=list(servers.NAMES),
                        type=_list(_server, ",".join(servers.NAMES)),
                        help=f"of {', '.join(servers.NAMES)} (default: all)")
    parser.add_argument("--sizes", metavar="SIZES", type=_list(_size, "0,1KiB,100KiB,10MiB,1GiB"),
                        help="of files; with --connections, the matrix of both")
    parser.add_argument("--connections", metavar="NUMBERS",
                        type=_list(number(1, 512), "1,16,64,256,512"))
    placement = parser.add_mutually_exclusive_group()
    placement.add_argument("--pinned", action="store_const", const=[plan.PINNED],
                           dest="placements",
                           help="server and loader on a core of its own each (default)")
    placement.add_argument("--free", action="store_const", const=[plan.FREE], dest="placements",
                           help="both wherever the kernel puts them")
    parser.add_argument("--access_log", choices=("on", "off"), default="on",
                        help="on: servers that write one, too (default: %(default)s)")
    parser.add_argument("--sandbox", choices=("off", "required"), default="off",
                        help="off: prong without its sandbox, too (default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", type=user_path, help="all that was measured, too")
    parser.add_argument("--chart", metavar="FILE", type=user_path,
                        help="rates by number of connections, as SVG")
    parser.add_argument("--write", action="store_true",
                        help=f"write {_DOCUMENT} and {_CHART} anew: pinned and free,"
                        f" {_WRITTEN_ROUNDS} rounds; ten minutes")
    parser.add_argument("--compilation_mode", default="opt", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write and options.compilation_mode != "opt":
        parser.error("what is written is of the optimized server: bazel run -c opt")
    if options.write and (options.sizes or options.connections or options.placements):
        parser.error("--write takes no --sizes, --connections, --pinned and --free")
    return options


def _variants(options: argparse.Namespace) -> tuple[bool, bool]:
    """Whether servers with an access log are wanted too, and prong without its sandbox."""
    return options.access_log == "on", options.sandbox == "off"


def _experiments(options: argparse.Namespace) -> list[tuple[plan.Experiment, int]]:
    """What is to be measured, and in how many rounds."""
    rounds = options.rounds or (_WRITTEN_ROUNDS if options.write else _ROUNDS)
    logged, unconfined = _variants(options)
    if options.sizes or options.connections:
        chosen = plan.matrix(options.sizes or [plan.KIB], options.connections or [16], logged,
                             unconfined, options.servers, options.placements or [plan.PINNED])
    else:
        placements = (plan.PINNED, plan.FREE) if options.write \
            else options.placements or [plan.PINNED]
        chosen = plan.default(logged, unconfined, options.servers, placements)
    counted = [(experiment, rounds) for experiment in chosen]
    if options.write:
        counted += [(experiment, min(rounds, _GROWTH_ROUNDS))
                    for experiment in plan.growth(options.servers)]
    return counted


class Measured(NamedTuple):
    """All that there is to tell; of prong's processes, parser and time only if that was asked
    for."""
    results: list[run.Result]
    processes: run.Processes | None = None
    parser: parser_times.Times | None = None
    breakdowns: Sequence[breakdown.Times] = ()


def _measure(options: argparse.Namespace, progress: Progress) -> Measured:
    results = _results(options, progress)
    if "prong" not in options.servers or options.sizes or options.connections:
        return Measured(results)
    processes = run.inspect(progress.show)
    progress.show("the parser alone")
    return Measured(results, processes, parser_times.measure(_PARSER_REPETITIONS),
                    _breakdowns(options, progress))


def _results(options: argparse.Namespace, progress: Progress) -> list[run.Result]:
    results = []
    for experiment, rounds in _experiments(options):
        missing = [name for name in experiment.servers if not servers.is_usable(name)]
        result = run.measure(experiment, rounds, options.seconds, progress.show)
        if result.series:
            progress.row(_section(result))
            results.append(result)
        if missing:
            progress.row(f"not installed, or for root to run, left out: {', '.join(missing)}\n")
    return results


def _breakdowns(options: argparse.Namespace, progress: Progress) -> list[breakdown.Times]:
    if not breakdown.is_possible():
        progress.row(f"no {breakdown.PROGRAM} that may sample a core, as it may for root; left"
                     " out: where the time goes\n")
        return []
    times = []
    for planned in plan.breakdowns(*_variants(options), options.servers):
        times.append(breakdown.measure(planned, _BREAKDOWN_ROUNDS, progress.show))
        progress.row(_breakdown_section(times[-1]))
    return times


def _section(result: run.Result) -> str:
    name = result.experiment.name()
    return f"### {name[0].upper()}{name[1:]}\n\n{table.of_result(result)}"


def _breakdown_section(times: breakdown.Times) -> str:
    return (f"### Where the time goes: {times.breakdown.load.describe()}, {plan.PINNED}\n\n"
            f"{table.of_breakdown(times)}")


def _summary(measured: Measured) -> str:
    text = table.of_targets(plan.TARGETS, measured.results)
    if measured.processes:
        text += f"\n{table.of_limits(plan.LIMITS, measured.processes)}"
    if measured.parser:
        text += f"\n{table.of_parser(measured.parser)}"
    return text


def _write(path: str, content: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def _write_document(occasion: str, measured: Measured) -> None:
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    path = os.path.join(workspace, _DOCUMENT)
    with open(path, encoding="utf-8") as file:
        prose = file.read().partition(_MARK)[0]
    figures = [occasion + "\n" + _summary(measured),
               *map(_breakdown_section, measured.breakdowns), *map(_section, measured.results)]
    _write(path, prose + _MARK + "\n" + "\n".join(figures))
    _write(os.path.join(workspace, _CHART), chart.render(chart.panels(measured.results)))


def _as_json(occasion: str, measured: Measured) -> str:
    return json.dumps({
        "occasion": occasion,
        "experiments": [{
            **result.experiment.load._asdict(),
            "placement": result.experiment.placement,
            "servers": {name: {"memory": series.memory,
                               "rounds": [sample._asdict() for sample in series.samples]}
                        for name, series in result.series.items()},
        } for result in measured.results],
        "processes": measured.processes and measured.processes._asdict(),
        "parser": measured.parser and measured.parser._asdict(),
        "breakdowns": [{
            **times.breakdown.load._asdict(),
            "microseconds": times.microseconds,
        } for times in measured.breakdowns],
    }, indent=1) + "\n"


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    progress = Progress()
    if not os.access(load.PROGRAM, os.X_OK):
        print(f"{_PROGRAM}: there is no {load.PROGRAM}: install it by `tools/bootstrap --bench`",
              file=sys.stderr)
        return _BAD_ENVIRONMENT
    if options.compilation_mode != "opt":
        progress.row("this is not the optimized server: bazel run -c opt //tools:bench\n")
    occasion = describe_occasion("//tools:bench", arguments, os.getloadavg()[0])
    try:
        measured = _measure(options, progress)
    except (servers.Unusable, ValueError) as error:
        progress.show("")
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return _BAD_ENVIRONMENT
    progress.row(_summary(measured))
    if options.json:
        _write(options.json, _as_json(occasion, measured))
    if options.chart:
        _write(options.chart, chart.render(chart.panels(measured.results)))
    if options.write:
        _write_document(occasion, measured)
    return 0


if __name__ == "__main__":
    # Whatever ends this ends the servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
