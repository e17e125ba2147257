#!/usr/bin/env python3
"""LCOV reports (geninfo(1)): reads, merges and writes them.

As a program, it is both tools that `bazel coverage` asks for: lcov_merger, which
makes one report of what one test left in a directory, and
coverage_report_generator, which makes one of the reports of all tests.

Of a file it keeps how often each line ran (DA) and how often each outcome of each
condition was seen (BRDA); the records of functions are dropped.
"""

import argparse
import collections
import dataclasses
import pathlib


@dataclasses.dataclass
class FileCoverage:
    """What ran of one source file.

    lines: how often, by line number.
    branches: how often, by line number, number of the condition in the line and
      number of its outcome. A condition that was never reached counts as 0.
    """

    lines: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    branches: collections.Counter = dataclasses.field(default_factory=collections.Counter)


def read(text, report):
    """Adds the records of an LCOV report to `report`, by the name of their file."""
    file = None
    for record in text.splitlines():
        key, _, value = record.partition(":")
        if key == "SF":
            file = report.setdefault(value, FileCoverage())
        elif key == "DA":
            line, count = value.split(",")[:2]
            file.lines[int(line)] += int(count)
        elif key == "BRDA":
            line, condition, outcome, count = value.split(",")
            key = (int(line), int(condition), int(outcome))
            file.branches[key] += 0 if count == "-" else int(count)


def write(report):
    """The text of an LCOV report."""
    text = []
    for name, file in sorted(report.items()):
        text.append(f"SF:{name}\n")
        for (line, condition, outcome), count in sorted(file.branches.items()):
            text.append(f"BRDA:{line},{condition},{outcome},{count}\n")
        text.append(f"BRF:{len(file.branches)}\nBRH:{hits(file.branches)}\n")
        for line, count in sorted(file.lines.items()):
            text.append(f"DA:{line},{count}\n")
        text.append(f"LF:{len(file.lines)}\nLH:{hits(file.lines)}\nend_of_record\n")
    return "".join(text)


def hits(counts):
    """How many of the counts are not 0."""
    return sum(1 for count in counts.values() if count)


def percentage(counts):
    """How many of the counts are not 0, of 100; 100 if there are none."""
    return 100 * hits(counts) / len(counts) if counts else 100.0


def total(files):
    """The lines and branches of all files, as if of one."""
    all_files = FileCoverage()
    for number, file in enumerate(files):
        all_files.lines.update({(number, key): n for key, n in file.lines.items()})
        all_files.branches.update({(number, key): n for key, n in file.branches.items()})
    return all_files


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coverage_dir", type=pathlib.Path, help="merge what *.dat in it say")
    parser.add_argument("--reports_file", type=pathlib.Path, help="merge the reports that it lists")
    parser.add_argument("--source_file_manifest", type=pathlib.Path,
                        help="keep only what it lists: the files that were to be instrumented")
    parser.add_argument("--output_file", type=pathlib.Path, required=True)
    # What else Bazel passes is for other languages and other compilers.
    options, _ = parser.parse_known_args()

    if options.coverage_dir:
        sources = sorted(options.coverage_dir.glob("*.dat"))
    else:
        sources = [pathlib.Path(line) for line in options.reports_file.read_text().splitlines()]
    report = {}
    for source in sources:
        read(source.read_text(), report)
    if options.source_file_manifest:
        wanted = set(options.source_file_manifest.read_text().splitlines())
        report = {name: file for name, file in report.items() if name in wanted}
    options.output_file.write_text(write(report))


if __name__ == "__main__":
    main()
