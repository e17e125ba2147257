"""A client that sends exactly the bytes it is given and reads strictly.

It knows only the responses that prong may send: HTTP/1.1, delimited by
Content-Length or chunked, without chunk extensions and trailers. Anything else raises
MalformedResponse.
"""

import contextlib
import re
import select
import socket
import struct
from typing import Iterator, NamedTuple

from tests import deadline

_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([ -~]*)")
# RFC 9110 section 5.1 and 5.5, without obs-text.
_FIELD_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ([!-~](?:[ \t!-~]*[!-~])?)")
_CHUNK_SIZE = re.compile(rb"0|[1-9a-f][0-9a-f]{0,7}")
_WITHOUT_CONTENT = (204, 304)
_RECEIVE_SIZE = 1 << 16


class MalformedResponse(AssertionError):
    """The server sent what HTTP does not allow or prong does not use."""


class ConnectionEnded(MalformedResponse):
    """The server closed within a response, or before it."""


class Response(NamedTuple):
    """A response that was read whole."""
    status: int
    reason: str
    fields: dict[str, str]  # by name in lower case
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the response says that it is the connection's last."""
        return self.fields.get("connection") == "close"


def request(target: str | bytes = "/", method: str = "GET", version: str = "HTTP/1.1",
            fields: tuple[str, ...] = ("Host: localhost",)) -> bytes:
    """The head of a request; `fields` are whole lines without their CRLF."""
    raw_target = target if isinstance(target, bytes) else target.encode("ascii")
    lines = b"".join(field.encode("latin-1") + b"\r\n" for field in fields)
    return b"%b %b %b\r\n%b\r\n" % (method.encode(), raw_target, version.encode(), lines)


class Connection:
    """A connection; every wait on it ends after deadline.SECONDS, or what set_timeout says."""

    def __init__(self, address: tuple[str, int] | str, receive_buffer: int | None = None,
                 source: str | None = None):
        """Connects, to a unix socket if `address` is its path; from the address `source` if it
        matters from which.

        `receive_buffer` is SO_RCVBUF, for a client that is slow to read.
        """
        self._socket = socket.socket(_family(address), socket.SOCK_STREAM)
        self._socket.settimeout(deadline.SECONDS)
        if self._socket.family != socket.AF_UNIX:
            # Each send leaves at once, as a packet of its own.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            if source is not None:
                self._socket.bind((source, 0))
            self._socket.connect(address)
        except OSError:
            self._socket.close()
            raise
        self._received = bytearray()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def set_timeout(self, seconds: float) -> None:
        """Of each wait from now on."""
        self._socket.settimeout(seconds)

    def close(self) -> None:
        self._socket.close()

    def reset(self) -> None:
        """Closes with RST instead of FIN: SO_LINGER of zero seconds, socket(7)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def finish_sending(self) -> None:
        """Sends FIN and goes on reading."""
        self._socket.shutdown(socket.SHUT_WR)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def get(self, target: str | bytes = "/", method: str = "GET", **head) -> Response:
        """Sends a request without a body and reads its response."""
        self.send(request(target, method, **head))
        return self.read_response(method)

    def hears_something(self, within: float) -> bool:
        """Waits up to `within` seconds for a byte or the end of the connection."""
        readable, _, _ = select.select([self._socket], [], [], 0 if self._received else within)
        return bool(self._received or readable)

    def has_response(self) -> bool:
        """Waits for a byte, or for the end of the connection: then False."""
        return bool(self._received) or bool(self._receive())

    def read_response(self, method: str = "GET") -> Response:
        """Reads one response; `method` is that of the request."""
        status, reason = self._read_status_line()
        fields = self._read_fields()
        chunked = _is_chunked(fields)
        length = 0 if chunked else _content_length(fields, status)
        if method == "HEAD":
            body = b""
        else:
            body = b"".join(self.read_chunks()) if chunked else self.read_exactly(length)
        return Response(status, reason, fields, body)

    def read_chunks(self) -> Iterator[bytes]:
        """Reads a chunked body, RFC 9112 section 7.1, and yields the data of each chunk."""
        while True:
            line = self._read_line()
            if not _CHUNK_SIZE.fullmatch(line):
                raise MalformedResponse(f"not the size of a chunk: {line!r}")
            size = int(line, 16)
            if size > 0:
                yield self.read_exactly(size)
            end = self.read_exactly(2)
            if end != b"\r\n":
                raise MalformedResponse(f"behind a chunk: {end!r}")
            if size == 0:
                return

    def read_until_close(self) -> Response:
        """Reads a response to HTTP/1.0 whose body nothing delimits but an orderly end."""
        status, reason = self._read_status_line()
        fields = self._read_fields()
        if {"content-length", "transfer-encoding"} & fields.keys():
            raise MalformedResponse(f"delimited otherwise: {fields}")
        if fields.get("connection") != "close":
            raise MalformedResponse(f"a body without an end: {fields}")
        return Response(status, reason, fields, self.read_to_end())

    def read_head(self) -> Response:
        """Reads the head of a response to GET and leaves the body to be read."""
        return self.read_response("HEAD")

    def read_exactly(self, size: int) -> bytes:
        """Reads `size` bytes; ConnectionEnded if the connection ends before."""
        while len(self._received) < size:
            if not self._receive():
                raise ConnectionEnded(f"{len(self._received)} of {size} bytes, then the end")
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def read_up_to(self, size: int) -> bytes:
        """Reads `size` bytes, or what comes until the connection ends, be it by a reset."""
        with contextlib.suppress(ConnectionError):
            while len(self._received) < size and self._receive():
                pass
        return self.read_exactly(min(size, len(self._received)))

    def read_to_end(self) -> bytes:
        """Reads until the server closes, which must be without a reset."""
        while self._receive():
            pass
        return self.read_exactly(len(self._received))

    def count_to_end(self) -> int:
        """Like read_to_end, for more bytes than should be kept."""
        count = 0
        while self._received or self._receive():
            count += len(self._received)
            self._received.clear()
        return count

    def _receive(self) -> int:
        data = self._socket.recv(_RECEIVE_SIZE)
        self._received += data
        return len(data)

    def _read_line(self) -> bytes:
        while (end := self._received.find(b"\n")) < 0:
            if not self._receive():
                raise ConnectionEnded(f"the connection ended in {bytes(self._received)!r}")
        line = self.read_exactly(end + 1)
        if not line.endswith(b"\r\n"):
            raise MalformedResponse(f"a line without CRLF: {line!r}")
        return line[:-2]

    def _read_status_line(self) -> tuple[int, str]:
        line = self._read_line()
        match = _STATUS_LINE.fullmatch(line)
        if not match:
            raise MalformedResponse(f"not a status line: {line!r}")
        return int(match[1]), match[2].decode("ascii")

    def _read_fields(self) -> dict[str, str]:
        fields = {}
        while line := self._read_line():
            match = _FIELD_LINE.fullmatch(line)
            if not match:
                raise MalformedResponse(f"not a field line: {line!r}")
            name = match[1].decode("ascii").lower()
            if name in fields:
                raise MalformedResponse(f"repeated field: {line!r}")
            fields[name] = match[2].decode("ascii")
        return fields


def _family(address: tuple[str, int] | str) -> socket.AddressFamily:
    if isinstance(address, str):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def _is_chunked(fields: dict[str, str]) -> bool:
    """RFC 9112 section 6.1: chunked is the one coding there is, and not with Content-Length."""
    coding = fields.get("transfer-encoding")
    if coding is not None and (coding != "chunked" or "content-length" in fields):
        raise MalformedResponse(f"framing: {fields}")
    return coding is not None


def _content_length(fields: dict[str, str], status: int) -> int:
    """RFC 9110 section 8.6: none in a 204; prong delimits by it what is not chunked."""
    value = fields.get("content-length")
    if status < 200 or status in _WITHOUT_CONTENT:
        if value is not None and status != 304:
            raise MalformedResponse(f"{status} with Content-Length")
        return 0
    if value is None or not re.fullmatch("0|[1-9][0-9]*", value):
        raise MalformedResponse(f"Content-Length is {value!r}")
    return int(value)
