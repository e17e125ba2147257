"""A history as text: numbered calls, the parent's in one column, the children's in the next,
written as the document writes them."""

import re
import textwrap
from typing import Iterator, Sequence

from tools.trace import socket_address
from tools.trace.history import Event, History, Piece

MIN_WIDTH = 80

_COLOURS = {"listening": "33", "connection": "94", "file": "32", "root": "36", "signals": "35",
            "error": "90", "log": "90", "null": "90", "inherited": "90"}
_DIM = "2"
_BOLD = "1"

_INDENT = "      "  # of what continues a call, as in the document
_RESULT_WIDTH = 8  # "= 123456"
_GAP = "  "

# Members of structures and flags, between which a line may end.
_BREAKS = re.compile(r"(?<=, )(?=\S)|(?<=\|)(?=[A-Z])")
_BREAKS_OF_A_LIST = re.compile(r"(?<=\}, )")
_STRING = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?P<more>(?:\.\.\.)?)')
# Behind each line of what HTTP has.
_LINE_ENDS = re.compile(r"(?<=\\r\\n)(?=.)")
_LINES_OF_A_STRING = 12
_CHARACTERS = re.compile(r"\\[0-7]{1,3}|\\.|[^\\]")

Line = list[Piece]


def render(history: History, width: int, coloured: bool) -> Iterator[str]:
    """The lines, no wider than `width`, which is at least MIN_WIDTH."""
    width = max(width, MIN_WIDTH)
    digits = len(str(len(history.events)))
    column = (width - digits - 2 * len(_GAP)) // 2
    paint = _paint if coloured else _leave
    margin = " " * digits + _GAP
    if history.left_out:
        calls = " ".join(dict.fromkeys(history.left_out))
        for line in textwrap.wrap(f"Before these, {len(history.left_out)} calls of the C library's:"
                                  f" {calls} (--all shows them).", width):
            yield paint(line, _DIM)
        yield ""
    last = None
    for event in history.events:
        process = event.process
        indent = " " * (column + len(_GAP)) if process.which else ""
        if process is not last and not (process.which == 0 and last):
            yield margin + indent + paint(f"{process.name}, process {process.pid}", _BOLD)
            yield ""
        last = process if process.which or last is None else last
        for place, line in enumerate(call_lines(event, column)):
            start = f"{event.number:>{digits}}" + _GAP if place == 0 else margin
            yield start + indent + "".join(
                paint(piece.text, _COLOURS.get(piece.kind, "")) for piece in line).rstrip()
        for line in textwrap.wrap(event.sentence, column - 2):
            yield margin + indent + "  " + paint(line, _DIM)
        for line in address_lines(event.address):
            yield (margin + indent + "  " + paint(line, _DIM)).rstrip()
        yield ""


def call_lines(event: Event, width: int) -> list[Line]:
    """The call within `width` columns, with the equals sign where those of others are."""
    result = [Piece("= "), *event.result]
    single = [Piece(f"{event.name}(")]
    for place, argument in enumerate(event.arguments):
        single += [Piece(", " if place else ""), *argument]
    single.append(Piece(")"))
    at = width - max(_RESULT_WIDTH, _length(result))
    if _length(single) < at:
        return [_aligned(single, result, at)]

    lines: list[Line] = [[Piece(f"{event.name}(")]]
    for place, argument in enumerate(event.arguments):
        last = place == len(event.arguments) - 1
        end = Piece(")" if last else ",")
        room = width - _length(lines[-1]) - 1
        if _length(argument) + 1 <= room and not (_is_long_string(argument)):
            lines[-1] += [Piece(" " if place else ""), *argument, end]
            continue
        for part in _parts(argument, width - len(_INDENT) - 1):
            lines.append([Piece(_INDENT), *part])
        lines[-1].append(end)
    if _length(lines[-1]) < at:
        lines[-1] = _aligned(lines[-1], result, at)
    else:
        lines.append(_aligned([], result, at))
    return lines


def _aligned(line: Line, result: Line, at: int) -> Line:
    return [*line, Piece(" " * (at - _length(line))), *result]


def _length(line: Sequence[Piece]) -> int:
    return sum(len(piece.text) for piece in line)


def _is_long_string(argument: Sequence[Piece]) -> bool:
    """Whether it has several lines, which are to stand one below the other."""
    return len(argument) == 1 and len(_LINE_ENDS.findall(argument[0].text)) > 1


def _parts(argument: Sequence[Piece], room: int) -> list[Line]:
    """An argument that does not fit into a line, in lines."""
    text = "".join(piece.text for piece in argument)
    if match := _STRING.fullmatch(text):
        return [[Piece(line)] for line in _string_parts(match["text"], match["more"], room)]
    breaks = _BREAKS_OF_A_LIST if text.startswith("[{") else _BREAKS
    words: list[Line] = [[]]  # what no line ends within
    for piece in argument:
        first, *others = breaks.split(piece.text)
        words[-1].append(Piece(first, piece.kind))
        words += [[Piece(other)] for other in others]
    lines: list[Line] = [[]]
    for word in words:
        blank = word[-1].text.endswith(" ")
        if lines[-1] and _length(lines[-1]) + _length(word) - blank > room:
            lines[-1].append(Piece(lines[-1].pop().text.rstrip()))
            lines.append([Piece(" ")])
        lines[-1] += word
    return lines


def _string_parts(text: str, more: str, room: int) -> Iterator[str]:
    """A string as C writes one over several lines; what does not fit is left out."""
    parts = _LINE_ENDS.split(text)
    if len(parts) > _LINES_OF_A_STRING:
        parts, more = parts[:_LINES_OF_A_STRING], "..."
    for part in parts[:-1]:
        yield _string(part, "", room)
    yield _string(parts[-1], more, room)


def _string(text: str, more: str, room: int) -> str:
    if len(text) + len('""') + len(more) <= room:
        return f'"{text}"{more}'
    escapes = _CHARACTERS.findall(text)
    while sum(map(len, escapes)) > room - len('""...'):
        escapes.pop()
    return f'"{"".join(escapes)}"...'


def address_lines(fields: Sequence[socket_address.Field]) -> list[str]:
    """The bytes of a socket address as they are in memory, and what they mean."""
    if not fields:
        return []
    rows = [[field.name for field in fields], [_hex(field.data) for field in fields],
            [field.value for field in fields]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(fields))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"

    def line(row: Sequence[str], bar: str) -> str:
        cells = (f" {cell:<{width}} " for cell, width in zip(row, widths))
        return (bar + bar.join(cells) + bar).rstrip()

    size = sum(len(field.data) for field in fields)
    return ["", line(rows[0], " "), rule, line(rows[1], "|"), rule, line(rows[2], " "),
            f"  {size} bytes. {socket_address.explain(fields)}"]


def _hex(data: bytes) -> str:
    return data.hex(" ") if len(data) <= 8 else data.hex(" ", 2)


def _paint(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if code and text.strip() else text


def _leave(text: str, _: str) -> str:
    return text
