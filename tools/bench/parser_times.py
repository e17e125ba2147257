"""The parser alone, by Google Benchmark: //parser:request_parser_benchmark."""

import json
import os
import subprocess
from typing import NamedTuple

PROGRAM = os.path.join("parser", "request_parser_benchmark")

_NAMES = {
    "request": "WholeRequest/Browser",
    "http_parser": "HttpParser/Browser",
    "request_line": "RequestLine",
    "first": "InFreshChild/request:1/",
    "hundredth": "InFreshChild/request:100/",
}


class Times(NamedTuple):
    """Medians, in nanoseconds."""
    request: float  # of a browser, 700 bytes with 12 fields
    http_parser: float  # libhttp-parser, for the same one
    request_line: float  # by RE2
    first: float  # request that a child parses, beside
    hundredth: float

    def advantage(self) -> float:
        """How many times as long libhttp-parser takes."""
        return self.http_parser / self.request


def measure(repetitions: int) -> Times:
    """Runs the benchmark; how often each but the children, which have a number of their own."""
    done = subprocess.run(
        [PROGRAM, f"--benchmark_filter=^({'|'.join(_NAMES.values())})",
         f"--benchmark_repetitions={repetitions}", "--benchmark_report_aggregates_only=true",
         "--benchmark_min_time=0.2", "--benchmark_format=json"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return parse(done.stdout)


def parse(text: str) -> Times:
    """The medians of a report. ValueError if one is not there, or in another unit."""
    medians = {entry["run_name"]: entry for entry in json.loads(text)["benchmarks"]
               if entry.get("aggregate_name") == "median" and entry["time_unit"] == "ns"}
    times = {}
    for field, name in _NAMES.items():
        found = [entry for run_name, entry in medians.items()
                 if run_name == name or name.endswith("/") and run_name.startswith(name)]
        if len(found) != 1:
            raise ValueError(f"{PROGRAM} reports no median of {name} in nanoseconds")
        # What a child tells is a time of its own, real_time; else other work is left out.
        times[field] = found[0]["real_time" if name.endswith("/") else "cpu_time"]
    return Times(**times)
