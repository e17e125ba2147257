"""Clients for tools/soak: honest, slow, malicious, and those that vanish.

Each kind is a function of a Mix; it returns what became of its connection in a word or
two, and raises Violation for what no client may see. A connection that ends before its
response does is "cut": its child may have been killed, and the soak knows how often.
"""

import random
import time
from typing import Callable, NamedTuple

from tests import vectors
from tests.http_client import Connection, MalformedResponse, Response, request

# What the server of a soak is started with. Short enough that slow clients are cut many
# times a minute, long enough that honest ones are not on a machine that is busy.
HEADER_TIMEOUT_SECONDS = 5
IDLE_TIMEOUT_SECONDS = 2
MIN_SEND_RATE = 200_000  # bytes per second
GRACE_SECONDS = 5  # of server/send_response.cc

# How much later than promised a slow client may be cut, on a machine that is busy.
_PATIENCE_SECONDS = 30

# Of a child that is killed, the kernel goes on to send what it has queued.
NOT_CUT = "not cut"

_CLOSE = ("Host: localhost", "Connection: close")
_LATE = (408, 503)  # what an honest client may be told of a server that has too much to do


class Violation(Exception):
    """What the server must never do to a client."""


class Mix(NamedTuple):
    """What a client draws from."""
    address: tuple[str, int]
    files: dict[str, bytes]  # by target; the longest is too long for any socket buffer
    rejected: list[vectors.RequestVector]
    statuses: dict[int, int]  # of rejections, by number
    draw: random.Random
    refusals: dict[int, int]  # of rejections, by number: counted here

    def connect(self, **how) -> Connection:
        """A connection from one of several addresses of the loopback device."""
        return Connection(self.address, source=f"127.0.0.{self.draw.randint(2, 9)}", **how)

    def largest(self) -> str:
        return max(self.files, key=lambda target: len(self.files[target]))


def _check(response: Response, content: bytes) -> None:
    if response.status == 200 and response.body != content:
        raise Violation(f"{len(response.body)} bytes that are not those of the file")
    if response.status not in (200, *_LATE):
        raise Violation(f"an honest request was answered {response.status}")


def one_request(mix: Mix) -> str:
    target = mix.draw.choice(list(mix.files))
    with mix.connect() as connection:
        response = connection.get(target, fields=_CLOSE)
        _check(response, mix.files[target])
        if response.status == 200 and connection.read_to_end() != b"":
            raise Violation("bytes behind the last response")
        return str(response.status)


def many_requests(mix: Mix) -> str:
    with mix.connect() as connection:
        for _ in range(mix.draw.randint(2, 20)):
            target = mix.draw.choice(list(mix.files))
            response = connection.get(target)
            _check(response, mix.files[target])
            if response.closes:
                break
        return str(response.status)


def pipelined_requests(mix: Mix) -> str:
    targets = [mix.draw.choice(list(mix.files)) for _ in range(mix.draw.randint(2, 8))]
    with mix.connect() as connection:
        connection.send(b"".join(request(target) for target in targets))
        for target in targets:
            response = connection.read_response()
            _check(response, mix.files[target])
            if response.closes:
                break
        return str(response.status)


def missing_file(mix: Mix) -> str:
    with mix.connect() as connection:
        status = connection.get("/missing", fields=_CLOSE).status
        if status not in (404, *_LATE):
            raise Violation(f"what is not there was answered {status}")
        return str(status)


def trickle(mix: Mix) -> str:
    """A head that never ends, byte by byte: cut at an absolute time."""
    with mix.connect() as connection:
        end = time.monotonic() + HEADER_TIMEOUT_SECONDS + _PATIENCE_SECONDS
        connection.send(b"GET / HTTP/1.1\r\nX: ")
        while not connection.hears_something(within=0.2):
            if time.monotonic() > end:
                raise Violation("a trickle was not cut")
            connection.send(b"x")
        status = connection.read_response().status
        if status not in _LATE:
            raise Violation(f"a trickle was answered {status}")
        return str(status)


def slow_reader(mix: Mix) -> str:
    """A client that takes a hundredth of what it must: cut by the minimum rate."""
    target = mix.largest()
    with mix.connect(receive_buffer=4096) as connection:
        end = time.monotonic() + GRACE_SECONDS + _PATIENCE_SECONDS
        connection.send(request(target, fields=_CLOSE))
        if connection.read_head().status in _LATE:
            return "503"
        received = 0
        while received < len(mix.files[target]):
            if time.monotonic() > end:
                return NOT_CUT
            try:
                received += len(connection.read_exactly(MIN_SEND_RATE // 1000))
            except ConnectionResetError:
                return "reset as slow"
            time.sleep(0.1)
        raise Violation("a slow reader was sent everything")


def idle(mix: Mix) -> str:
    with mix.connect() as connection:
        if connection.get("/index.html").status in _LATE:
            return "503"
        if not connection.hears_something(within=IDLE_TIMEOUT_SECONDS + _PATIENCE_SECONDS):
            raise Violation("an idle connection was not closed")
        if connection.read_to_end() != b"":
            raise Violation("bytes that nobody asked for")
        return "closed as idle"


def malicious(mix: Mix) -> str:
    """A vector that the parser rejects: answered as the table of refusals says."""
    vector = mix.draw.choice(mix.rejected)
    with mix.connect() as connection:
        connection.send(vector.data)
        response = connection.read_response()
        if response.status == 503:
            return "503"
        if response.status != mix.statuses[vector.rejection]:
            raise Violation(f"{vector.name} was answered {response.status}")
        mix.refusals[vector.rejection] = mix.refusals.get(vector.rejection, 0) + 1
        return str(response.status)


def vanish(mix: Mix) -> str:
    """A client that is gone at any point of the conversation, with FIN or with RST."""
    connection = mix.connect(receive_buffer=4096)
    head = request(mix.largest())
    if mix.draw.random() < 0.8:
        connection.send(head[:mix.draw.randint(0, len(head))])
    if mix.draw.random() < 0.3:
        connection.hears_something(within=0.1)
    if mix.draw.random() < 0.5:
        connection.reset()
    else:
        connection.close()
    return "vanished"


# Each kind with how often it is drawn. The slow ones hold their connection for seconds.
KINDS: dict[Callable[[Mix], str], int] = {
    one_request: 30,
    many_requests: 15,
    pipelined_requests: 10,
    missing_file: 5,
    malicious: 30,
    vanish: 20,
    trickle: 2,
    slow_reader: 2,
    idle: 2,
}


def run(mix: Mix) -> str:
    """A client of a random kind from start to end: its kind and what became of it."""
    kind, = mix.draw.choices(list(KINDS), KINDS.values())
    try:
        outcome = kind(mix)
    except (MalformedResponse, ConnectionError) as error:
        # Its child was killed, or it was refused before it had sent its request: the
        # soak compares how often. What did arrive must have been well-formed.
        if "then the end" not in str(error) and "ended in" not in str(error) and \
                isinstance(error, MalformedResponse):
            raise Violation(str(error)) from error
        outcome = "cut"
    except TimeoutError as error:
        raise Violation("no answer and no end") from error
    return f"{kind.__name__}: {outcome}"
