"""A history as JSON: what text and the page are made of, for other programs.

    {"root": ..., "url": ...,
     "processes": [{"name": "parent", "pid": ..., "forked_by": null, "reaped_by": null,
                    "descriptors": [{"number": 3, "kind": "root", "opened_us": ...,
                                     "closed_us": ... or null: when the process ended}]}],
     "calls": [{"number": 1, "process": "parent", "name": ..., "arguments": [...],
                "result": ..., "explanation": ..., "start_us": ..., "took_us": ... or null: it
                does not return, "sentence": ..., "page": "accept(2)", "kind": ... or null,
                "address": [{"name": "sin_port", "bytes": "1f90", "value": "8080"}]}]}

`forked_by` and `reaped_by` are numbers of calls. Times are from the first call. A `kind` is a
key of history.KINDS.
"""

import json

from tools.trace.history import Event, History, Process


def _us(seconds: float) -> int:
    return round(seconds * 1e6)


def _process(process: Process) -> dict:
    return {
        "name": process.name, "pid": process.pid,
        "forked_by": process.forked_by and process.forked_by.number,
        "reaped_by": process.reaped_by and process.reaped_by.number,
        "descriptors": [
            {"number": descriptor.number, "kind": descriptor.kind,
             "opened_us": _us(descriptor.opened),
             "closed_us": None if descriptor.closed is None else _us(descriptor.closed)}
            for descriptor in process.descriptors],
    }


def _call(event: Event) -> dict:
    return {
        "number": event.number, "process": event.process.name, "name": event.name,
        "arguments": event.argument_texts(), "result": event.result_text(),
        "explanation": event.explanation, "start_us": _us(event.start),
        "took_us": None if event.call.seconds is None else _us(event.call.seconds),
        "sentence": event.sentence, "page": event.page, "kind": event.kind or None,
        "address": [{"name": field.name, "bytes": field.data.hex(), "value": field.value}
                    for field in event.address],
    }


def render(history: History, url: str, root: str) -> str:
    """The history of a server that has served `root` at `url`."""
    return json.dumps({
        "root": root, "url": url,
        "processes": [_process(process) for process in history.processes],
        "calls": [_call(event) for event in history.events],
    }, indent=1) + "\n"
