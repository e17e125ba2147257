"""The traffic during which system calls fail, and what its clients make of the answers.

A client knows the right answers byte by byte. Where a fault has hit the server, it puts
up with less: the connection ends short of what was announced, or an honest error says
that the server could not do it. It never puts up with bytes that are wrong, with bytes
too many, or with a server that lets it wait.
"""

import contextlib
import os
import random
import resource
import signal
from typing import Callable, Iterator, NamedTuple

from tests import deadline, procfs
from tests.http_client import Connection, ConnectionEnded, MalformedResponse, Response, request
from tests.subject import Subject

MAX_CONNECTIONS = 6
# No timeout hides that the server waits for what does not come.
FLAGS = (f"--max_connections={MAX_CONNECTIONS}", "--max_connections_per_client=0",
         "--idle_timeout=30m", "--header_timeout=1h", "--drain_timeout=300ms",
         "--min_send_rate=100000", "--directory_listing")

# What may come of a request but the right answer or one of the _HONEST_ERRORS: the
# connection ends short of it.
CLOSED = "closed"
# The same of a listing: an entry that could not be found when it was looked at.
ENTRY_MISSING = "entry missing"
# The same of the index of a directory.
LISTED = "listing"

_HONEST_ERRORS = {
    403: b"<h1>403 Forbidden</h1>",
    404: b"<h1>404 Not Found</h1>",
    408: b"<h1>408 Request Timeout</h1>",
    500: b"<h1>500 Internal Server Error</h1>",
    503: b"<h1>503 Service Unavailable</h1>",
}


class Misbehaviour(AssertionError):
    """What no fault excuses."""


class Answer(NamedTuple):
    """The right answer to a request."""
    status: int
    contains: bytes = b""  # the body, if it is a file's; else something that is in the page
    is_file: bool = False
    method: str = "GET"
    without_entries: bytes | None = None  # of a listing: what it is if no entry is there
    is_index: bool = False  # for want of which the directory is listed


def _content(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


# The largest that is read and sent is "medium"; "large" goes by sendfile(2), and is more
# than a socket holds for a client that does not read.
FILES = {"index.html": b"<!DOCTYPE html>\n", "small": _content(1, 1000),
         "medium": _content(2, 16384), "large": _content(3, 6 << 20)}
DIRECTORY = "directory"
LINK = "link"  # symbolic, and not followed
LISTING = Answer(
    200, b'[\n{"name":"entry","href":"entry","type":"file",'
    b'"mtime":"Thu, 01 Jan 1970 00:00:00 GMT","size":5}\n]\n', without_entries=b"[\n]\n")

SHORTEST_HEAD = len("GET / HTTP/1.1\r\nHost: a\r\n\r\n")

_SENDING = (17, 40)  # pread64 and sendfile, of x86-64

_LAST = ("Connection: close",)
_TINY = 4096  # bytes of SO_RCVBUF


def _answer(name: str) -> Answer:
    return Answer(200, FILES[name], True)


INDEX, SMALL, MEDIUM, LARGE = map(_answer, FILES)
INDEX = INDEX._replace(is_index=True)


def write_root(root: str) -> None:
    """Makes the document root."""
    os.makedirs(os.path.join(root, DIRECTORY))
    for name, content in FILES.items():
        with open(os.path.join(root, name), "wb") as file:
            file.write(content)
    os.symlink("small", os.path.join(root, LINK))
    entry = os.path.join(root, DIRECTORY, "entry")
    with open(entry, "wb") as file:
        file.write(b"entry")
    os.utime(entry, (0, 0))


class Client:
    """A connection whose answers are judged; once it has ended, nothing more happens."""

    def __init__(self, address: tuple[str, int], receive_buffer: int | None = None,
                 awaits_ends: bool = True):
        """Without `awaits_ends`, the server may leave open what it should close."""
        self.deviations: set[str] = set()  # from the right answers
        self.has_ended = False
        self._awaits_ends = awaits_ends
        try:
            self._connection = Connection(address, receive_buffer)
        except ConnectionError:
            raise Misbehaviour("nobody listens") from None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()

    def ask(self, target: str, answer: Answer, fields: tuple[str, ...] = ()) -> None:
        self.send(_head(target, answer, fields))
        self.expect(answer)

    def send(self, data: bytes) -> None:
        self._unless_ended(lambda: self._connection.send(data))

    def expect(self, *answers: Answer) -> None:
        """Reads an answer to each request that was sent."""
        for answer in answers:
            self._unless_ended(lambda right=answer: self._read(right))

    def expect_end(self) -> None:
        """Reads to the end of the connection, before which nothing may come."""
        self._unless_ended(self._read_end)

    def hears_something(self) -> bool:
        return self._connection.hears_something(within=0)

    def reset(self) -> None:
        self._connection.reset()

    def _unless_ended(self, action: Callable[[], None]) -> None:
        if self.has_ended:
            return
        try:
            action()
        except (ConnectionError, ConnectionEnded):
            self.deviations.add(CLOSED)
            self.has_ended = True
        except TimeoutError:
            raise Misbehaviour("a client waits and waits") from None
        except MalformedResponse as error:
            raise Misbehaviour(str(error)) from None

    def _read(self, answer: Answer) -> None:
        head = self._connection.read_head()
        if head.status != answer.status:
            answer = self._error_instead_of(answer, head.status)
        if answer.is_index and "transfer-encoding" in head.fields:
            self._read_listing_page()
        elif answer.without_entries is not None:
            self._read_listing(answer, head)
        else:
            self._read_sized(answer, head)
        if head.closes:
            self._read_end()

    def _read_listing(self, answer: Answer, head: Response) -> None:
        if "transfer-encoding" not in head.fields:
            raise Misbehaviour("a listing that is not chunked")
        right = (answer.contains, answer.without_entries)
        body = b""
        for chunk in self._connection.read_chunks():
            body += chunk
            if not any(listing.startswith(body) for listing in right):
                raise Misbehaviour(f"a listing that begins with {body!r}")
        if body not in right:
            raise Misbehaviour(f"a listing that is {body!r}")
        if body != answer.contains:
            self.deviations.add(ENTRY_MISSING)

    def _read_listing_page(self) -> None:
        page = b"".join(self._connection.read_chunks())
        if not (page.startswith(b"<!DOCTYPE html>") and page.endswith(b"</html>\n")):
            raise Misbehaviour(f"a listing that is {page!r}")
        self.deviations.add(LISTED)

    def _read_sized(self, answer: Answer, head: Response) -> None:
        size = int(head.fields.get("content-length", 0))
        if answer.is_file and size != len(answer.contains):
            raise Misbehaviour(f"Content-Length: {size} instead of {len(answer.contains)}")
        if answer.method != "HEAD":
            self._read_body(answer, size)
        elif head.closes and not answer.is_file and self._connection.has_response():
            # The server may not have read so far as to know that the method is HEAD.
            self._read_body(answer, size)

    def _error_instead_of(self, answer: Answer, status: int) -> Answer:
        if status not in _HONEST_ERRORS:
            raise Misbehaviour(f"{status} instead of {answer.status}")
        self.deviations.add(str(status))
        return Answer(status, _HONEST_ERRORS[status], method=answer.method)

    def _read_body(self, answer: Answer, size: int) -> None:
        body = self._connection.read_up_to(size)
        if answer.is_file and not answer.contains.startswith(body):
            raise Misbehaviour("bytes that are not the file's")
        if len(body) < size:
            raise ConnectionEnded()
        if not answer.is_file and answer.contains not in body:
            raise Misbehaviour(f"a page for {answer.status} that is {body!r}")

    def _read_end(self) -> None:
        more = self._connection.read_to_end() if self._awaits_ends else b""
        if more:
            raise Misbehaviour(f"more than was asked for: {more[:80]!r}")
        self.has_ended = True


def _head(target: str, answer: Answer, fields: tuple[str, ...] = ()) -> bytes:
    return request(target, answer.method, fields=("Host: a", *fields))


class Traffic:
    """What the clients of one server do, and how they fared."""

    def __init__(self, server: Subject, awaits_ends: bool = True):
        """Without `awaits_ends`, an injected error of close(2) may keep connections open."""
        self._server = server
        self._awaits_ends = awaits_ends
        self._clients: list[Client] = []

    def deviations(self) -> list[frozenset[str]]:
        """Of each client that did not get all of its right answers, what it got instead."""
        return [frozenset(client.deviations) for client in self._clients if client.deviations]

    def exercise_child(self) -> None:
        """What brings a child to make its calls, and the parent to accept, fork and reap."""
        for conversation in (
                self.get_files, self._no_files, self._listing, self._persistence, self._pipelining, self._bodies,
                self._refusal, self.send_in_pieces, lambda: self.read_slowly("large"),
                self._vanishing, self._termination_of_a_child):
            conversation()

    def exercise_slow_child(self) -> None:
        """The same, with what takes seconds."""
        self.exercise_child()
        self._slowness()

    def exercise_parent(self) -> None:
        """What brings the parent to make all of its calls."""
        self.exercise_child()
        for conversation in (self._limit, self._rotate_log, self._counters):
            conversation()

    def exercise_everything(self) -> None:
        """What brings both to make all of their calls."""
        self.exercise_parent()
        self._slowness()

    def probe(self) -> None:
        """A request that nothing excuses from being answered right."""
        with Client(self._server.address, awaits_ends=self._awaits_ends) as client:
            client.ask("/small", SMALL, _LAST)
        if client.deviations:
            raise Misbehaviour(f"afterwards, a client gets {client.deviations}")

    @contextlib.contextmanager
    def idle(self) -> Iterator[None]:
        """A connection that is open meanwhile."""
        with self._client() as client:
            client.ask("/small", SMALL)
            yield

    def drain(self) -> None:
        """SIGTERM while a connection is idle, and another will not end in time."""
        with self._client() as idle, Client(self._server.address, _TINY) as transfer:
            idle.ask("/small", SMALL)
            transfer.send(_head("/large", LARGE))
            deadline.eventually(transfer.hears_something)
            self._server.signal(signal.SIGTERM)
            idle.expect_end()
            self._server.wait()
            self._expect_cut(transfer)

    def get_files(self) -> None:
        for target, answer in (("/", INDEX), ("/small", SMALL), ("/medium", MEDIUM),
                               ("/large", LARGE), ("/small", SMALL._replace(method="HEAD"))):
            with self._client() as client:
                client.ask(target, answer, _LAST)

    def send_in_pieces(self) -> None:
        """A head that comes so slowly that each recv(2) gets a part of it."""
        head = _head("/small", SMALL, _LAST)
        self._server.wait_for_no_child()
        with self._client() as client:
            for piece in (head[:1], head[1:20], head[20:-1], head[-1:]):
                client.send(piece)
                self._until_its_child_waits(client)
            client.expect(SMALL)

    def read_slowly(self, name: str, count: int = 1) -> None:
        """Asks for more than a socket takes, and reads when the server can send no more."""
        answer = _answer(name)
        self._server.wait_for_no_child()
        with self._client(_TINY) as client:
            client.send(_head(f"/{name}", answer) * (count - 1) +
                        _head(f"/{name}", answer, _LAST))
            self._until_its_child_waits(client)
            client.expect(*(answer,) * count)

    def read_what_shrinks(self, name: str) -> None:
        """A file that loses its second half when it was opened and, if all goes well, not read."""
        path = os.path.join(self._server.root, name)
        answer = _answer(name)
        with self._client() as client:
            client.send(_head(f"/{name}", answer, _LAST))
            deadline.eventually(lambda: self._is_about_to_send(path) or client.hears_something())
            os.truncate(path, len(answer.contains) // 2)
            client.expect(answer)

    def fill_log(self) -> None:
        """The log may grow by less than a line."""
        with self._limit_of_files(os.path.getsize(self._server.log) + 10), self._client() as client:
            client.ask("/small", SMALL)
            client.ask("/small", SMALL, _LAST)

    def fill_stderr(self) -> None:
        """Standard error may grow by less than a line."""
        limit = os.path.getsize(self._server.stderr) + 10
        with self._limit_of_files(limit):
            self._server.signal(signal.SIGUSR1)
            deadline.eventually(lambda: os.path.getsize(self._server.stderr) == limit)

    @contextlib.contextmanager
    def _limit_of_files(self, size: int) -> Iterator[None]:
        before = resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (size, before[1]))
        yield
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, before)

    def _is_about_to_send(self, path: str) -> bool:
        """Whether a child has it open, and has come to the call that is delayed: behind
        fstat(2), which the size in its answer is from."""
        with contextlib.suppress(OSError):  # it has ended, see proc(5)
            return any(path in procfs.descriptors(child.pid).values() and
                       procfs.system_call(child.pid) in _SENDING
                       for child in self._server.children())
        return False

    def _client(self, receive_buffer: int | None = None) -> Client:
        client = Client(self._server.address, receive_buffer, self._awaits_ends)
        self._clients.append(client)
        return client

    def _expect_cut(self, transfer: Client) -> None:
        """That is what is right for a client that reads nothing."""
        transfer.expect(LARGE)
        if not transfer.deviations:
            raise Misbehaviour("a transfer that takes too long was not ended")
        if transfer.deviations != {CLOSED}:  # a fault hit it before
            self._clients.append(transfer)

    def _no_files(self) -> None:
        for target, answer in (("/missing", Answer(404, _HONEST_ERRORS[404])),
                               (f"/{DIRECTORY}", Answer(308, b"<h1>308 Permanent Redirect</h1>")),
                               (f"/{LINK}", Answer(403, _HONEST_ERRORS[403]))):
            with self._client() as client:
                client.ask(target, answer, _LAST)

    def _listing(self) -> None:
        with self._client() as client:
            client.ask(f"/{DIRECTORY}/", LISTING, ("Accept: application/json",))
            client.ask("/small", SMALL, _LAST)

    def _persistence(self) -> None:
        with self._client() as client:
            client.ask("/small", SMALL)
            client.ask("/", INDEX)
            client.ask("/small", SMALL._replace(method="HEAD"))
            client.ask("/small", SMALL, _LAST)

    def _pipelining(self) -> None:
        with self._client() as client:
            client.send(_head("/small", SMALL) + _head("/medium", MEDIUM) +
                        _head("/", INDEX, _LAST))
            client.expect(SMALL, MEDIUM, INDEX)

    def _bodies(self) -> None:
        refused = Answer(405, b"<h1>405 Method Not Allowed</h1>", method="POST")
        with self._client() as client:
            client.send(_head("/small", refused, ("Content-Length: 30000",)))
            client.send(bytes(15000))
            client.send(bytes(15000))
            client.expect(refused)
            client.send(_head("/small", refused, ("Transfer-Encoding: chunked",)))
            client.send(b"5\r\nhello\r\n0\r\n\r\n")
            client.expect(refused)
            client.ask("/small", SMALL, _LAST)

    def _refusal(self) -> None:
        with self._client() as client:
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + bytes(1000))
            client.expect(Answer(400, b"<h1>400 Bad Request</h1>"))

    def _until_its_child_waits(self, client: Client) -> None:
        """Returns when the only child there is can do no more, or is no more."""
        def waits() -> bool:
            was_there = client.hears_something()
            children = self._server.children()
            # It sleeps only where it waits for its client.
            return children[0].state == "S" if children else was_there

        deadline.eventually(waits)

    def _slowness(self) -> None:
        """A client below the minimum rate is given up after five seconds."""
        with Client(self._server.address, _TINY) as transfer:
            transfer.send(_head("/large", LARGE))
            deadline.eventually(transfer.hears_something)
            self._server.wait_for_no_child()
            self._expect_cut(transfer)

    def _vanishing(self) -> None:
        for data in (b"", b"GET /sm", _head("/large", LARGE)):
            with self._client(_TINY) as client:
                client.send(data)
                client.reset()

    def _termination_of_a_child(self) -> None:
        self._server.wait_for_no_child()
        with self._client() as client:
            client.ask("/small", SMALL)
            for child in self._server.children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGTERM)
            client.expect_end()

    def _limit(self) -> None:
        """One connection too many, unless another has ended before its client."""
        self._server.wait_for_no_child()
        with contextlib.ExitStack() as stack:
            others = [stack.enter_context(self._client()) for _ in range(MAX_CONNECTIONS)]
            for client in others:
                client.ask("/small", SMALL)
            with self._client() as client:
                deadline.eventually(lambda: any(
                    each.has_ended or each.hears_something() for each in (client, *others)))
                if client.hears_something():
                    client.expect(Answer(503, _HONEST_ERRORS[503]))

    def _rotate_log(self) -> None:
        log = self._server.log
        os.rename(log, f"{log}.1")
        self._server.signal(signal.SIGHUP)
        deadline.eventually(lambda: os.path.exists(log) or self._server.says("cannot write"))
        if not os.path.exists(log):
            os.rename(f"{log}.1", log)

    def _counters(self) -> None:
        """A line that could not be written is lost: it is asked for again then."""
        for _ in range(3):
            self._server.signal(signal.SIGUSR1)
            with contextlib.suppress(AssertionError):
                deadline.eventually(lambda: self._server.says("counters: "), within=2)
                return
        raise Misbehaviour("the counters are not reported")
