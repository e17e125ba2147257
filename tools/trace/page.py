"""A history as a page: one HTML file that needs nothing else, for screen, keyboard and paper."""

import pathlib
from html import escape
from typing import Iterator, Sequence

from tools.trace import socket_address, timeline
from tools.trace.history import KINDS, Event, History, Piece, Process
from tools.trace.timeline import Lane, Timeline

_HERE = pathlib.Path(__file__).parent

# More of them are folded away: a page would be long with nothing but calls.
_MANY_CALLS = 400


def render(history: History, url: str, root: str) -> str:
    """The page, of a server that has served `root` at `url`."""
    chart = timeline.lay_out(history)
    children = len(history.children)
    connections = "1 connection" if children == 1 else f"{children} connections"
    last = max(process.end for process in history.processes)
    style = (_HERE / "page.css").read_text(encoding="ascii")
    script = (_HERE / "page.js").read_text(encoding="ascii")
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>System calls of prong: {connections}</title>\n<style>\n{style}</style>\n</head>\n",
        "<body>\n<header>\n<h1>System calls of prong</h1>\n",
        f"<p>{len(history.events)} calls for {connections}, {last * 1000:.1f} ms from the first to"
        f" the last, as <b>strace</b> saw them; each takes longer while it is watched. prong served"
        f" <code>{escape(root)}</code> at <code>{escape(url)}</code>.</p>\n",
        _legend(history), "</header>\n<main>\n",
        '<figure>\n<div id="scroll">\n', *_chart(history, chart), "</div>\n",
        "<figcaption>Time runs to the right; waits are shortened, so that each call has room. A"
        " bar is a descriptor from its opening to its close. A solid arrow is a fork, a dashed one"
        " the parent collecting a child that has ended.",
        '<span class="keys"> <kbd>&larr;</kbd> <kbd>&rarr;</kbd> walk along a process,'
        " <kbd>&uarr;</kbd> <kbd>&darr;</kbd> change to another, <kbd>Home</kbd>"
        " <kbd>End</kbd> go to its ends, <kbd>Enter</kbd> to the list; <kbd>Esc</kbd> hides what is"
        " said of a call.</span></figcaption>\n"
        "</figure>\n",
        *_list(history), "</main>\n",
        '<aside id="detail" aria-live="polite" hidden></aside>\n',
        f"<script>\n{script}</script>\n</body>\n</html>\n",
    ]
    return "".join(parts)


def _legend(history: History) -> str:
    used = {descriptor.kind for process in history.processes for descriptor in process.descriptors}
    items = "".join(f'<li class="{kind}">{_label(kind)}</li>' for kind in KINDS if kind in used)
    return f'<ul class="legend" aria-label="Colours of descriptors">{items}</ul>\n'


def _label(kind: str) -> str:
    return "inherited" if kind == "inherited" else KINDS[kind].removeprefix("the ")


def _chart(history: History, chart: Timeline) -> Iterator[str]:
    kind = "named" if chart.named else "dense"
    yield (f'<svg class="{kind}" width="{chart.width:.0f}" height="{chart.height:.0f}"'
           f' viewBox="0 0 {chart.width:.0f} {chart.height:.0f}" role="group"'
           ' aria-label="Processes over time; arrow keys walk along the calls">\n')
    for x, time in chart.ticks:
        yield (f'<g class="tick"><path d="M{x:.1f} 20V{chart.height:.0f}"/>'
               f'<text x="{x:.1f}" y="12">{time * 1000:.{1 if time else 0}f} ms</text></g>\n')
    for lane in chart.lanes[1:]:
        yield from _arrows(lane, chart)
    for lane in chart.lanes:
        yield from _lane(lane, chart)
    yield "</svg>\n"


def _arrows(lane: Lane, chart: Timeline) -> Iterator[str]:
    """From the fork to the child, and from its end to the call that collected it."""
    parent, process = chart.lanes[0], lane.process
    middle = lane.calls + chart.call_height / 2
    foot = parent.calls + chart.call_height
    size = 5 if chart.named else 3
    if process.forked_by:
        x, to = chart.x(process.begin), chart.begin(process.events[0])
        yield (f'<g class="fork" data-child="{process.which}"><path d="M{x:.1f} {foot:.1f}'
               f'V{middle:.1f}H{to:.1f}"/><path class="head" d="M{to:.1f} {middle:.1f}'
               f'l{-size} {-size * 0.6:.1f}v{size * 1.2:.1f}z"/></g>\n')
    if process.reaped_by:
        x, to = chart.end(process.events[-1]), chart.begin(process.reaped_by) + 1
        yield (f'<g class="reap" data-child="{process.which}"><path d="M{x:.1f} {middle:.1f}'
               f'H{to:.1f}V{foot:.1f}"/><path class="head" d="M{to:.1f} {foot:.1f}'
               f'l{-size * 0.6:.1f} {size}h{size * 1.2:.1f}z"/></g>\n')


def _lane(lane: Lane, chart: Timeline) -> Iterator[str]:
    process = lane.process
    begin = chart.x(process.begin)
    middle = lane.calls + chart.call_height / 2
    yield (f'<g class="lane" data-top="{lane.top:.1f}" data-bottom="{lane.bottom:.1f}"'
           f' data-child="{process.which}">\n')
    yield (f'<text class="name" x="{begin - 8:.1f}" y="{middle + 4:.1f}">'
           f"{process.name if chart.named or not process.which else process.which}</text>")
    if chart.named:
        yield (f'<text class="pid" x="{begin - 8:.1f}" y="{middle + 18:.1f}">'
               f"process {process.pid}</text>")
    yield (f'<path class="life" d="M{chart.begin(process.events[0]):.1f} {middle:.1f}'
           f'H{chart.end(process.events[-1]):.1f}"/>\n')
    yield from _bars(lane, chart)
    for event in process.events:
        x = chart.begin(event)
        width = chart.end(event) - x
        name = ""
        if chart.named:
            at = f"{x + min(width, 7) / 2:.1f} {lane.calls - 3:.1f}"
            name = f'<text transform="translate({at}) rotate(-60)">{event.name}</text>'
        bars = " ".join(_bar_id(process, descriptor) for descriptor in event.descriptors)
        kind = f" {event.kind}" if event.kind else ""
        wait = " wait" if event.name == "ppoll" else ""
        yield (f'<a class="call{kind}{wait}" id="c{event.number}" href="#e{event.number}"'
               f' data-bars="{bars}" data-x="{x:.1f}" aria-label="{escape(_spoken(event))}">'
               f'<rect x="{x:.1f}" y="{lane.calls:.1f}" width="{width:.1f}"'
               f' height="{chart.call_height:.1f}" rx="1"/>{name}</a>\n')
    yield "</g>\n"


def _spoken(event: Event) -> str:
    return f"{event.number}, {event.process.name}: {event.text()[:120]}. {event.sentence}"


def _bar_id(process: Process, descriptor) -> str:
    return f"b{process.which}-{process.descriptors.index(descriptor)}"


def _bars(lane: Lane, chart: Timeline) -> Iterator[str]:
    process = lane.process
    height = chart.row_height - (2 if chart.named else 0.5)
    for descriptor in process.descriptors:
        begin, end = chart.span(process, descriptor)
        y = lane.rows[descriptor.number]
        closed = process.end if descriptor.closed is None else descriptor.closed
        label = f"{descriptor.number} {_label(descriptor.kind)}"
        shown = ""
        if chart.named and end - begin > 12:
            text = label if end - begin > len(label) * 5.6 + 8 else str(descriptor.number)
            shown = f'<text x="{begin + 4:.1f}" y="{y + height - 1.8:.1f}">{text}</text>'
        yield (f'<g class="bar {descriptor.kind}" id="{_bar_id(process, descriptor)}"><title>'
               f"{process.name}: {label}, {descriptor.opened * 1000:.2f} to {closed * 1000:.2f} ms"
               f'</title><rect x="{begin:.1f}" y="{y:.1f}" width="{end - begin:.1f}"'
               f' height="{height:.1f}" rx="{1.5 if chart.named else 0}"/>{shown}</g>\n')


def _list(history: History) -> Iterator[str]:
    opened = " open" if len(history.events) <= _MANY_CALLS else ""
    yield (f"<details{opened}>\n<summary><h2>The calls, one by one</h2></summary>\n<table>\n"
           "<thead><tr><th>no.</th><th>ms</th><th>parent</th><th>child</th></tr></thead>\n"
           "<tbody>\n")
    for event in history.events:
        process = event.process
        who = f'<p class="who">child {process.which}, process {process.pid}</p>' \
            if process.which and event is process.events[0] else ""
        cell = f'<td class="what">{who}{_detail(event)}</td>'
        cells = f"<td></td>{cell}" if process.which else f"{cell}<td></td>"
        yield (f'<tr id="e{event.number}" data-who="{process.name}" data-page="{event.page}"'
               f' data-took="{_took(event)}"><td>{event.number}</td>'
               f"<td>{event.start * 1000:.2f}</td>{cells}</tr>\n")
    yield "</tbody>\n</table>\n"
    if history.left_out:
        calls = " ".join(dict.fromkeys(history.left_out))
        yield (f"<p>Before these, {len(history.left_out)} calls of the C library's:"
               f" <code>{calls}</code>.</p>\n")
    yield "</details>\n"


def _took(event: Event) -> str:
    if event.call.seconds is None:
        return "does not return"
    microseconds = event.call.seconds * 1e6
    return f"{microseconds / 1000:.1f} ms" if microseconds >= 1000 else f"{microseconds:.0f} us"


def _detail(event: Event) -> str:
    arguments = ", ".join(_pieces(argument) for argument in event.arguments)
    explained = f' <span class="more">{escape(event.explanation)}</span>' \
        if event.explanation else ""
    return (f'<code class="line"><b>{event.name}</b>({arguments}) <span class="result">='
            f" {_pieces(event.result)}</span>{explained}</code>"
            f'<p class="sentence">{escape(event.sentence)}</p>{_address(event.address)}')


def _pieces(pieces: Sequence[Piece]) -> str:
    # Long names may break where a person would break them.
    return "".join(
        f'<span class="fd {piece.kind}" title="{_label(piece.kind)}">{escape(piece.text)}</span>'
        if piece.kind else escape(piece.text).replace("|", "|<wbr>").replace("\\n", "\\n<wbr>")
        for piece in pieces)


def _address(fields: Sequence[socket_address.Field]) -> str:
    """The bytes as they are in memory."""
    if not fields:
        return ""
    cells = "".join(
        f"<div><dt>{field.name}</dt><dd><code>{_bytes(field.data)}</code></dd>"
        f"<dd>{escape(field.value) or '&nbsp;'}</dd></div>" for field in fields)
    return f'<dl class="bytes">{cells}</dl><p class="sentence">{socket_address.explain(fields)}</p>'


def _bytes(data: bytes) -> str:
    return "".join(f"<i>{byte:02x}</i>" for byte in data)
