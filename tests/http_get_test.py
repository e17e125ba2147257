"""tools/http_get: what it asks for, what it makes of answers, and how it says what is wrong."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import threading
import unittest
from typing import Iterator, NamedTuple, Sequence

from tests import deadline
from tests.server_test_case import ServerTestCase

BINARY = os.path.abspath("tools/http_get/http_get")

# Exit statuses, as --help has them.
SUCCESS, COMMAND_LINE, ENVIRONMENT, REDIRECTION, CLIENT_ERROR, SERVER_ERROR, RESPONSE, TIMED_OUT = \
    range(8)

_STRACE = ("/usr/bin/strace", "-D", "-qq", "--trace=sendto")

OK = b"HTTP/1.1 200 OK\r\n"


class Result(NamedTuple):
    status: int
    output: bytes
    error: bytes


def http_get(*arguments: str, prefix: Sequence[str] = (), **how) -> Result:
    """Runs it by `prefix`, which must exec it; `how` as subprocess.run takes it."""
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    done = subprocess.run([*prefix, BINARY, *arguments], stdin=subprocess.DEVNULL,
                          timeout=deadline.SECONDS, check=False, **how)
    return Result(done.returncode, done.stdout, done.stderr)


class Peer:
    """A server that has one answer for the one client that it serves."""

    def __init__(self, answer: bytes, closes: bool = True, waits: bool = True,
                 host: str = "127.0.0.1"):
        """It waits for the request, answers, and closes or waits for the client to close."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self._listener.settimeout(deadline.SECONDS)
        port = self._listener.getsockname()[1]
        self.authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.url = f"http://{self.authority}/"
        self.request = b""
        self._answer = answer
        self._closes = closes
        self._waits = waits
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "Peer":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(TimeoutError), self._listener.accept()[0] as client:
            client.settimeout(deadline.SECONDS)
            while self._waits and b"\r\n\r\n" not in self.request and (received := client.recv(1 << 16)):
                self.request += received
            with contextlib.suppress(ConnectionError):
                client.sendall(self._answer)
                if not self._closes:
                    client.recv(1)  # until the client closes


class HttpGetTestCase(ServerTestCase):

    def answered(self, answer: bytes, *flags: str, closes: bool = True, **how) -> Result:
        """What comes of an answer to the only request."""
        with Peer(answer, closes) as peer:
            self.url = peer.url
            return http_get(*flags, peer.url, **how)

    def assert_fails(self, result: Result, status: int, *mentions: str) -> None:
        """There is one line, and nothing in it that controls a terminal."""
        self.assertEqual(result.status, status, result)
        self.assertRegex(result.error, rb"\Ahttp_get: [ -~]+\n\Z")
        for mention in mentions:
            self.assertIn(mention.encode(), result.error)


class RequestTest(HttpGetTestCase):

    def test_http_1_0_is_asked_for_as_the_document_has_it(self):
        with Peer(b"HTTP/1.0 200 OK\r\n\r\nFLAG") as peer:
            self.assertEqual(http_get("--http=1.0", peer.url + "flag"), (SUCCESS, b"FLAG", b""))
        self.assertEqual(peer.request, b"GET /flag HTTP/1.0\r\n\r\n")

    def test_http_1_1_names_the_host_and_lets_the_connection_end(self):
        for host in ("127.0.0.1", "::1"):
            with self.subTest(host), Peer(OK + b"\r\n", host=host) as peer:
                self.assertEqual(http_get(peer.url + "a?b#c").status, SUCCESS)
            lines = peer.request.decode().split("\r\n")
            self.assertEqual(lines[0], "GET /a?b HTTP/1.1")
            self.assertIn(f"Host: {peer.authority}", lines)
            self.assertIn("Connection: close", lines)

    def test_a_name_is_resolved(self):
        with Peer(OK + b"Content-Length: 4\r\n\r\nflag") as peer:
            url = peer.url.replace("127.0.0.1", "localhost")
            self.assertEqual(http_get(url), (SUCCESS, b"flag", b""))
        self.assertIn(b"Host: localhost:", peer.request)

    def test_head(self):
        for version in ("1.0", "1.1"):
            with Peer(OK + b"Content-Length: 4\r\n\r\n", closes=False) as peer:
                result = http_get("--head", f"--http={version}", peer.url)
            self.assertEqual(result, (SUCCESS, OK + b"Content-Length: 4\r\n\r\n", b""))
            self.assertTrue(peer.request.startswith(f"HEAD / HTTP/{version}\r\n".encode()))


class ProngTest(HttpGetTestCase):

    def test_files_arrive_byte_for_byte(self):
        server = self.start()
        for size in (0, 1, 16_384, 16_385, 8 << 20):
            content = os.urandom(size)
            self.write("file", content)
            for version in ("1.0", "1.1"):
                with self.subTest(size=size, version=version):
                    result = http_get(f"--http={version}", server.url("/file"))
                    self.assertEqual(result.status, SUCCESS, result.error)
                    self.assertTrue(result.output == content)

    def test_over_ipv6(self):
        self.write("file", b"content")
        server = self.start("--bind_address=::1")
        self.assertEqual(http_get(server.url("/file")), (SUCCESS, b"content", b""))

    def test_what_it_refuses_is_told(self):
        os.mkdir(os.path.join(self.root, "directory"))
        server = self.start()
        self.assert_fails(http_get(server.url("/missing")), CLIENT_ERROR, "404 Not Found")
        self.assert_fails(http_get(server.url("/directory")), REDIRECTION, "308", "/directory/")
        self.assert_fails(http_get(server.url("/%2e%2e/up")), CLIENT_ERROR, "400 Bad Request")


class ResponseTest(HttpGetTestCase):

    def test_a_body_ends_as_the_response_says(self):
        chunks = b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nfl\r\n2\r\nag\r\n0\r\nc: d\r\n\r\n"
        for answer in (b"Content-Length: 4\r\n\r\nflag", chunks):
            for closes in (False, True):
                with self.subTest(answer, closes=closes):
                    result = self.answered(OK + answer + b"more", closes=closes)
                    self.assertEqual(result, (SUCCESS, b"flag", b""))
        self.assertEqual(self.answered(OK + b"\r\nflag"), (SUCCESS, b"flag", b""))

    def test_an_interim_response_is_passed(self):
        result = self.answered(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"\r\nflag")
        self.assertEqual(result, (SUCCESS, b"flag", b""))

    def test_the_exit_status_is_that_of_the_class(self):
        for code, status in ((200, SUCCESS), (204, SUCCESS), (299, SUCCESS), (300, REDIRECTION),
                             (304, REDIRECTION), (400, CLIENT_ERROR), (499, CLIENT_ERROR),
                             (500, SERVER_ERROR), (599, SERVER_ERROR)):
            with self.subTest(code):
                result = self.answered(b"HTTP/1.1 %d Reason\r\nContent-Length: 0\r\n\r\n" % code)
                self.assertEqual(result.status, status)
                if status != SUCCESS:
                    self.assert_fails(result, status, self.url, f"{code} Reason")

    def test_of_an_error_nothing_is_written(self):
        for flags in ((), ("--head",)):
            result = self.answered(b"HTTP/1.1 404 Not Found\r\n\r\n<h1>Not Found</h1>", *flags)
            self.assert_fails(result, CLIENT_ERROR)
            self.assertEqual(result.output, b"")

    def test_what_a_server_says_does_not_control_the_terminal(self):
        result = self.answered(b"HTTP/1.1 302 \x9b2J\xff\\\r\nLocation: /\x9b2J\r\n\r\n")
        self.assert_fails(result, REDIRECTION, r"302 \x9b2J\xff\x5c", r"/\x9b2J")

    def test_what_is_no_response_is_refused(self):
        for answer in (b"FLAG\r\n", b"HTTP/2.0 200 OK\r\n\r\n", OK[:-2] + b"\n\nflag",
                       OK + b"a: b\r\n c\r\n\r\n", OK + b"a: \x1b[2J\r\n\r\n",
                       OK + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nflag",
                       OK + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                       OK + b"Transfer-Encoding: chunked\r\n\r\nz\r\n",
                       OK + b"a: b\r\n" * 101 + b"\r\n",
                       b"HTTP/1.1 200 " + b"x" * 8192 + b"\r\n\r\n",
                       b"HTTP/1.1 100 Continue\r\n\r\n" * 11 + OK + b"\r\n"):
            with self.subTest(answer[:40]):
                result = self.answered(answer, closes=False)
                self.assert_fails(result, RESPONSE, self.url, "malformed response", "--verbose")
                self.assertEqual(result.output, b"")

    def test_a_response_without_its_end_is_told(self):
        for answer, written in ((b"", b""), (OK, b""), (OK + b"Content-Length: 5\r\n\r\nflag", b"flag"),
                                (OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nflag\r\n", b"flag")):
            with self.subTest(answer):
                result = self.answered(answer)
                self.assert_fails(result, RESPONSE, self.url, "incomplete response")
                self.assertEqual(result.output, written)


class FailureTest(HttpGetTestCase):

    def test_a_command_line_that_is_wrong_is_told(self):
        url = "http://127.0.0.1:1/"
        for arguments, mention in (((), "0 URLs"), ((url, url), "2 URLs"),
                                   (("https://127.0.0.1/",), "http://"), (("127.0.0.1",), "http://"),
                                   (("http://127.0.0.1:1/a b",), "%20"),
                                   (("http://127.0.0.1:1/\r\nX: y",), r"\r\nX: y"),
                                   (("http://[::1/",), "brackets"), (("--http=2", url), "1.1"),
                                   (("--timeout=0", url), "timeout"), (("--hed", url), "hed")):
            with self.subTest(arguments):
                self.assert_fails(http_get(*arguments), COMMAND_LINE, mention)

    def test_a_server_that_is_not_there_is_told(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))  # and does not listen
            port = bound.getsockname()[1]
            self.assert_fails(http_get(f"http://127.0.0.1:{port}/"), ENVIRONMENT,
                              f"connect to 127.0.0.1:{port}", "Connection refused")

    def test_a_name_that_cannot_be_is_told(self):
        """Longer than a label of a name may be, so that nobody is asked for it."""
        name = "x" * 64
        self.assert_fails(http_get(f"http://{name}/"), ENVIRONMENT, f"resolve {name}")

    def test_a_connection_that_breaks_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            thread = threading.Thread(target=self._reset_one, args=(listener,))
            thread.start()
            result = http_get(url)
            thread.join()
        self.assert_fails(result, ENVIRONMENT, url, "Connection reset by peer")

    def _reset_one(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        client.recv(1)
        client.close()  # with the rest of the request unread, which makes it a reset

    def test_a_server_that_does_not_wait_for_the_request_is_heard(self):
        """As one that refuses a connection and closes it; strace(1) makes the send fail for it."""
        for error, result in (("EPIPE", (SUCCESS, b"flag", b"")),
                              ("ECONNRESET", (SUCCESS, b"flag", b"")), ("ENOBUFS", None)):
            with self.subTest(error), Peer(OK + b"\r\nflag", waits=False) as peer:
                failing = self.get_failing(f"sendto:error={error}", peer.url)
                if result:
                    self.assertEqual(failing, result)
                else:
                    self.assert_fails(failing, ENVIRONMENT, "No buffer space available")

    def get_failing(self, injection: str, url: str) -> Result:
        # The leak sanitizer is a tracer too, and no process has two.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return http_get(url, prefix=(*_STRACE, f"--output={self.scratch}/trace",
                                     f"--inject={injection}"),
                        env={**os.environ, "ASAN_OPTIONS": sanitizer})

    def test_output_that_cannot_be_written_is_told(self):
        with open("/dev/full", "wb") as full:
            for flags in ((), ("--head",)):
                result = self.answered(OK + b"Content-Length: 4\r\n\r\nflag", *flags, stdout=full)
                self.assert_fails(result, ENVIRONMENT, "No space left on device")

    def test_what_takes_too_long_is_given_up(self):
        for answer in (b"", OK, OK + b"Content-Length: 9\r\n\r\nflag", OK + b"\r\nflag"):
            with self.subTest(answer):
                result = self.answered(answer, "--timeout=300ms", closes=False)
                self.assert_fails(result, TIMED_OUT, self.url, "300ms", "--timeout")

    def test_it_is_given_up_although_whoever_started_it_blocks_the_signal(self):
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        self.addCleanup(signal.pthread_sigmask, signal.SIG_SETMASK, blocked)
        result = self.answered(OK, "--timeout=300ms", closes=False)
        self.assert_fails(result, TIMED_OUT)

    def test_an_answer_that_nobody_takes_is_given_up(self):
        """The timeout is for all of it, standard output included."""
        read, write = os.pipe()
        with open(read, "rb"), open(write, "wb") as output:
            result = self.answered(OK + b"\r\n" + b"x" * (1 << 20), "--timeout=300ms",
                                   stdout=output)
        self.assert_fails(result, TIMED_OUT)

    def test_help_tells_the_exit_statuses(self):
        self.assertRegex(http_get("--help").output.decode(),
                         "(?s)Exit status: 0 if.*\n *3  it is somewhere else.*\n *7  --timeout")


class VerboseTest(HttpGetTestCase):
    ANSWER = OK + b"X: \x9b2J\r\nContent-Length: 9\r\n\r\nfl\x1b[2J\nag"

    def test_the_bytes_are_shown_as_they_are(self):
        result = self.answered(self.ANSWER, "--verbose", "--http=1.0")
        self.assertEqual(result, (
            SUCCESS, b"fl\x1b[2J\nag",
            b"> GET / HTTP/1.0\r\n> \r\n"
            b"< HTTP/1.1 200 OK\r\n< X: \x9b2J\r\n< Content-Length: 9\r\n< \r\n"
            b"< fl\x1b[2J\n< ag\n"))

    def test_on_a_terminal_they_are_escaped(self):
        with self.terminal() as (ours, theirs):
            result = self.answered(self.ANSWER, "--verbose", "--http=1.0", stderr=theirs)
            self.assertEqual((result.status, result.output), (SUCCESS, b"fl\x1b[2J\nag"))
            shown = self.read_to(ours, b"< ag\r\n")
        self.assertEqual(shown.replace(b"\r\n", b"\n"), (
            rb"""> GET / HTTP/1.0\r\n
> \r\n
< HTTP/1.1 200 OK\r\n
< X: \x9b2J\r\n
< Content-Length: 9\r\n
< \r\n
< fl\x1b[2J\n
< ag
"""))

    def test_they_are_shown_of_what_is_refused_or_incomplete(self):
        for rest in (b"bad\r\n", b"bad\0", b"good: but"):
            result = self.answered(OK + rest, "--verbose")
            self.assertEqual(result.status, RESPONSE)
            self.assertIn(b"< " + rest.rstrip(b"\n") + b"\nhttp_get: ", result.error)

    def read_to(self, terminal: int, end: bytes) -> bytes:
        """What was written to a terminal, which arrives when it pleases the kernel."""
        os.set_blocking(terminal, False)
        shown = b""

        def has_ended() -> bool:
            nonlocal shown
            with contextlib.suppress(BlockingIOError):
                shown += os.read(terminal, 1 << 16)
            return shown.endswith(end)

        deadline.eventually(has_ended)
        return shown

    @contextlib.contextmanager
    def terminal(self) -> Iterator[tuple[int, int]]:
        ours, theirs = pty.openpty()
        with open(ours, "rb", buffering=0), open(theirs, "wb", buffering=0):
            yield ours, theirs


if __name__ == "__main__":
    unittest.main(buffer=True)
