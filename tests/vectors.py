"""The test vectors of tests/vectors/*.txt, read; tests/vectors/README.md is their manual.

The notation is read of every file, the meaning of requests only: what this side of
the tests has to do with is the server, and clients of the parser.
"""

import glob
import os
import re
from typing import NamedTuple

DIRECTORY = "tests/vectors"
_MAX_REPEATS = 1 << 20

_ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", '"': b'"', "\\": b"\\"}
_CLAUSE = re.compile(r"RFC \d+ section [A-Z\d]+(\.\d+)*"
                     r"(, (RFC \d+ section [A-Z\d]+(\.\d+)*|CVE-\d+-\d+))*")
_NAME = re.compile(r"[a-z0-9_]+")
_METHODS = ("GET", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH", "POST", "PUT", "TRACE",
            "unknown")
_ATTACKS = ("traversal", "target-without-slash", "nul", "open-redirect", "response-splitting",
            "smuggling", "version", "range", "log-injection", "slow")
_KINDS = ("request", "chunked-body", "range", "date", "entity-tags", "preconditions",
          "accept-encoding")


class VectorError(Exception):
    """What is wrong with a file, as "FILE:LINE: MESSAGE"."""


class _Wrong(Exception):
    """What is wrong with a line."""


class Entry(NamedTuple):
    """A key and its value: bytes if it was written as strings, else words."""
    key: str
    line: int
    value: bytes | str


class Record(NamedTuple):
    """Entries that belong together."""
    file: str
    entries: list[Entry]

    def error(self, line: int, message: str) -> VectorError:
        return VectorError(f"{self.file}:{line}: {message}")


class Request(NamedTuple):
    """What an accepted request must be parsed to."""
    method: str
    target: str
    authority: bytes
    path: bytes
    names_directory: bool
    query: bytes
    version: str
    fields: list[tuple[bytes, bytes]] | None  # None: only their number is known
    field_count: int
    host: bytes
    chunked: bool
    content_length: int
    expects_continue: bool
    persistent: bool
    rest: bytes


class RequestVector(NamedTuple):
    """Bytes, and a rejection's number, or a request, or neither: they need more."""
    name: str
    place: str
    data: bytes
    rejection: int | None
    request: Request | None


def _read_string(text: str) -> tuple[bytes, str]:
    """The bytes of the string that `text` begins with, and what is behind it."""
    data, rest = b"", text[1:]
    while rest and rest[0] != '"':
        size = 1 if rest[0] != "\\" else 4 if rest.startswith("\\x") else 2
        data += _byte(rest[:size])
        rest = rest[size:]
    if not rest:
        raise _Wrong("unfinished string")
    return data, rest[1:]


def _byte(text: str) -> bytes:
    if text[0] != "\\":
        return text.encode("ascii")
    if text[1:] in _ESCAPES:
        return _ESCAPES[text[1:]]
    if not re.fullmatch(r"\\x[0-9a-fA-F]{2}", text):
        raise _Wrong(f"unknown escape {text}")
    return bytes((int(text[2:], 16),))


def _read_repeat(text: str) -> tuple[bytes, str]:
    wrong = _Wrong('a repeat is not {"BYTES"*COUNT}')
    if not text.startswith('{"'):
        raise wrong
    unit, rest = _read_string(text[1:])
    match = re.match(r"\*([0-9]+)\}", rest)
    if not match or int(match[1]) > _MAX_REPEATS:
        raise wrong
    return unit * int(match[1]), rest[match.end():]


def _read_value(text: str, value: bytes | str | None) -> bytes | str | None:
    """`value` and what is on a further line of it."""
    while text := text.lstrip(" "):
        is_bytes = text[0] in '"{'
        if value is not None and is_bytes != isinstance(value, bytes):
            raise _Wrong("both words and strings")
        if is_bytes:
            more, text = _read_string(text) if text[0] == '"' else _read_repeat(text)
            value = (value or b"") + more
        else:
            word, _, text = text.partition(" ")
            value = word if value is None else f"{value} {word}"
    return value


class _RecordParser:
    """Collects the records of a file from its lines."""

    def __init__(self, file: str):
        self.records = []
        self._file = file
        self._in_record = False

    def add_line(self, number: int, line: str) -> None:
        if not all(" " <= c <= "~" for c in line):
            raise _Wrong("a byte is not printable ASCII: write it as \\xHH")
        if line.startswith("#"):
            return
        if not line:
            self._in_record = False
        elif line.startswith(" "):
            self._continue_entry(line)
        else:
            self._begin_entry(number, line)

    def _begin_entry(self, number: int, line: str) -> None:
        key, colon, value = line.partition(": ")
        if not colon:
            raise _Wrong("not KEY: VALUE")
        if not self._in_record:
            self.records.append(Record(self._file, []))
        self._in_record = True
        self.records[-1].entries.append(Entry(key, number, _read_value(value, None)))

    def _continue_entry(self, line: str) -> None:
        if not self._in_record:
            raise _Wrong("nothing to continue")
        entries = self.records[-1].entries
        entries[-1] = entries[-1]._replace(value=_read_value(line, entries[-1].value))


def parse_records(file: str, content: bytes) -> list[Record]:
    """The records of `content`, which is all of the file called `file`."""
    parser = _RecordParser(file)
    for number, line in enumerate(content.decode("latin-1").split("\n"), 1):
        try:
            parser.add_line(number, line)
        except _Wrong as wrong:
            raise VectorError(f"{file}:{number}: {wrong}") from None
    return parser.records


class _Reader:
    """Takes a record apart by its keys."""

    def __init__(self, record: Record):
        self._record = record
        self._asked_for = set()

    def fail(self, key: str, what: str) -> VectorError:
        """An error on the line of `key`, or that of the record if it has none."""
        lines = [entry.line for entry in self._record.entries if entry.key == key]
        return self._record.error(*(lines or [self._record.entries[0].line])[:1], f"{key} {what}")

    def has(self, key: str) -> bool:
        return any(entry.key == key for entry in self._record.entries)

    def all(self, key: str, kind: type) -> list:
        self._asked_for.add(key)
        values = [entry.value for entry in self._record.entries if entry.key == key]
        if not all(isinstance(value, kind) for value in values):
            raise self.fail(key, "is not a string" if kind is bytes else "is not a word")
        return values

    def only(self, key: str, otherwise=None, kind: type = str):
        if otherwise is not None and not self.has(key):
            return otherwise
        values = self.all(key, kind)
        if len(values) != 1:
            raise self.fail(key, "is repeated" if values else "is missing")
        return values[0]

    def bytes(self, key: str, otherwise: bytes | None = None) -> bytes:
        return self.only(key, otherwise, bytes)

    def number(self, key: str) -> int:
        text = self.only(key)
        if not re.fullmatch(r"[0-9]+", text):
            raise self.fail(key, "is not a number")
        return int(text)

    def choice(self, key: str, words: tuple[str, ...], otherwise: str | None = None) -> str:
        word = self.only(key, otherwise)
        if word != otherwise and word not in words:
            raise self.fail(key, f"is none of {', '.join(words)}")
        return word

    def finish(self) -> None:
        for entry in self._record.entries:
            if entry.key not in self._asked_for:
                raise self.fail(entry.key, "has no place here")


def _fields(reader: _Reader) -> list[tuple[bytes, bytes]]:
    texts = reader.all("field", bytes)
    if not all(b": " in text for text in texts):
        raise reader.fail("field", 'is not "NAME: VALUE"')
    return [tuple(text.split(b": ", 1)) for text in texts] or [(b"Host", b"h")]


def _request(reader: _Reader) -> Request:
    method = reader.choice("accept", _METHODS)
    target = reader.choice("target", ("origin", "absolute", "authority", "asterisk"), "origin")
    authority, path = reader.bytes("authority", b""), reader.bytes("path", b"")
    is_root = target in ("origin", "absolute") and not path
    names = reader.choice("names", ("directory", "file"), "directory" if is_root else "file")
    query = reader.bytes("query", b"")
    version = reader.choice("version", ("1.0", "1.1"), "1.1")
    fields = None if reader.has("fields") else _fields(reader)
    field_count = reader.number("fields") if fields is None else len(fields)
    host = reader.bytes("host", b"h")
    body = reader.only("body", "none")
    content_length = 0 if body in ("none", "chunked") else reader.number("body")
    return Request(method, target, authority, path, names == "directory", query, version, fields,
                   field_count, host, body == "chunked", content_length,
                   reader.choice("expect", ("continue",), "no") == "continue",
                   reader.choice("persistent", ("yes", "no"), "yes") == "yes",
                   reader.bytes("rest", b""))


class _Collector:
    """Gathers vectors, of which no two have the same name or the same input."""

    def __init__(self, rejections: set[int]):
        self.requests = []
        self.count = 0
        self._rejections = rejections
        self._first_uses = {}

    def add(self, record: Record) -> None:
        first = record.entries[0]
        if first.key != "name":
            raise record.error(first.line, "the record does not begin with name")
        reader = _Reader(record)
        name, place = reader.only("name"), f"{record.file}:{first.line}"
        if not _NAME.fullmatch(name):
            raise reader.fail("name", "is not of a-z, 0-9 and _")
        if not _CLAUSE.fullmatch(reader.only("clause")):
            raise reader.fail("clause", "is not a list of RFC sections")
        reader.choice("attack", _ATTACKS, "")
        if not any(reader.has(kind) for kind in _KINDS):
            raise reader.fail("name", "is of a record that says nothing to parse")
        if reader.has("request"):
            self._add_request(reader, name, place)
        self._check_first_use(reader, "name", name, place)
        self.count += 1

    def _check_first_use(self, reader: _Reader, key: str, value: bytes | str, place: str) -> None:
        first = self._first_uses.setdefault((key, value), place)
        if first != place:
            raise reader.fail(key, f"is the same at {first}")

    def _add_request(self, reader: _Reader, name: str, place: str) -> None:
        data, rejection, request = reader.bytes("request"), None, None
        if reader.has("reject"):
            rejection = reader.number("reject")
            if rejection not in self._rejections:
                raise reader.fail("reject", "is not the number of a rejection")
        elif reader.has("needs"):
            reader.choice("needs", ("more",))
        else:
            request = _request(reader)
        self._check_first_use(reader, "request", data, place)
        self.requests.append(RequestVector(name, place, data, rejection, request))
        reader.finish()


def parse_requests(file: str, content: bytes, rejections: set[int]) -> list[RequestVector]:
    """The request vectors of one file; `rejections` are the numbers that there are."""
    collector = _Collector(rejections)
    for record in parse_records(file, content):
        collector.add(record)
    return collector.requests


def read_requests(directory: str = DIRECTORY) -> list[RequestVector]:
    """The request vectors of all files."""
    collector = _Collector(set(read_statuses()))
    for path in sorted(glob.glob(os.path.join(directory, "*.txt"))):
        with open(path, "rb") as file:
            for record in parse_records(os.path.basename(path), file.read()):
                collector.add(record)
    if not collector.count:
        raise VectorError(f"{directory}: no vectors there")
    return collector.requests


def read_statuses(path: str = "docs/refusals.md") -> dict[int, int]:
    """The status of each rejection, by its number."""
    with open(path, encoding="utf-8") as file:
        rows = re.findall(r"^\| (\d+) \| (\d+) \|", file.read(), re.MULTILINE)
    return {int(number): int(status) for number, status in rows}
