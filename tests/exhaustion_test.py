"""Where there is nothing to be had: law 5 of design 4.6.

Most shortages are injected by strace(1), which makes the system call fail instead of
making it. Nothing here measures speed: a machine that is busy only adds to the times, and
takes from the counts, that these tests set a bound to.
"""

import errno
import os
import resource
import signal
import time
import unittest

from tests import deadline, procfs
from tests.http_client import Connection, Response, request
from tests.server import Server, has_fdsan
from tests.server_test_case import ServerTestCase

# The server stays the child of the test, and its own children are not traced.
_STRACE = ("/usr/bin/strace", "-D", "-qq", "--trace=accept4,clone,ppoll")

# The parent's, in server/supervisor.cc and server/report.h.
PAUSE_SECONDS = 0.1
REPORT_INTERVAL_SECONDS = 10

TIMES = 10  # that a call fails

# accept(2): there is no descriptor or no memory for any connection.
SHORTAGES = ("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM")
# The same: it is this connection that is no more, or something has come between.
OF_ONE_CONNECTION = (
    "EAGAIN", "ECONNABORTED", "EINTR", "EPERM", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN",
    "ENONET", "EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH")
# fork(2), which Linux makes of clone.
NO_PROCESS = ("EAGAIN", "ENOMEM")


class TracedServer:
    """A server of which each accept4 and clone is known."""

    def __init__(self, test: ServerTestCase, *injections: str):
        self._trace = f"{test.scratch}/trace{time.monotonic_ns()}"
        # The leak sanitizer is a tracer too, and no process has two.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        self._start = time.monotonic()
        self.server: Server = test.start(
            "--access_log=none", "--idle_timeout=1h", variables={"ASAN_OPTIONS": sanitizer},
            prefix=(*_STRACE, f"--output={self._trace}", *(f"--inject={i}" for i in injections)))

    def seconds(self) -> float:
        return time.monotonic() - self._start

    def count(self, call: str, result: str, end: str = "") -> int:
        """How often `call` has returned what strace prints so; `end` is that of the line."""
        with open(self._trace, encoding="ascii") as file:
            return len([line for line in file if line.startswith(call + "(") and result in line
                        and line.rstrip("\n").endswith(end)])

    def reports(self, call: str) -> list[str]:
        return [line for line in self.server.lines() if line.startswith(f"prong: {call}: ")]


class ExhaustionTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")

    def assert_reported_once(self, traced: TracedServer, call: str, number: int) -> None:
        """Once per interval, that is, and there may have been several if all took so long."""
        reports = traced.reports(call)
        self.assertTrue(reports, traced.server.lines())
        self.assertLessEqual(len(reports), 1 + traced.seconds() / REPORT_INTERVAL_SECONDS, reports)
        for line in reports:
            self.assertIn(os.strerror(number), line)

    def assert_as_before(self, server: Server, before: dict[int, str]) -> None:
        server.wait_for_no_child()
        self.assertEqual(procfs.descriptors(server.pid), before)


class AcceptTest(ExhaustionTestCase):

    def test_a_shortage_is_borne_with_pauses_and_told_once(self):
        for name in SHORTAGES:
            with self.subTest(name):
                traced = TracedServer(self, f"accept4:error={name}:when=1..{TIMES}")
                before = procfs.descriptors(traced.server.pid)
                start = time.monotonic()
                self.assertEqual(self.get(traced.server, "/file").body, b"content")
                self.assertGreaterEqual(time.monotonic() - start, TIMES * PAUSE_SECONDS)
                self.assertEqual(traced.count("accept4", name), TIMES)
                self.assert_reported_once(traced, "accept", getattr(errno, name))
                self.assertEqual(traced.server.counters()["accepted"], 1)
                self.assert_as_before(traced.server, before)

    def test_a_connection_that_is_gone_is_no_shortage(self):
        for name in OF_ONE_CONNECTION:
            with self.subTest(name):
                traced = TracedServer(self, f"accept4:error={name}:when=1..{TIMES}")
                before = procfs.descriptors(traced.server.pid)
                self.assertEqual(self.get(traced.server, "/file").body, b"content")
                # A last EAGAIN, which nobody injected, says that no connection waits.
                self.assertEqual(traced.count("accept4", name, "(INJECTED)"), TIMES)
                self.assertEqual(traced.reports("accept"), [])
                self.assert_as_before(traced.server, before)


@unittest.skipIf(has_fdsan(), "fdsan numbers descriptors higher, so that a limit means another")
class DescriptorsTest(ExhaustionTestCase):
    """A shortage that is no pretence: the parent may not have one descriptor more."""

    def setUp(self):
        super().setUp()
        self.traced = TracedServer(self)
        self.server = self.traced.server
        self.before = procfs.descriptors(self.server.pid)
        self.served = self.connect(self.server)
        self.assertEqual(self.served.get("/file").body, b"content")
        self.limit = resource.prlimit(self.server.pid, resource.RLIMIT_NOFILE)
        self.set_limit(len(self.before))

    def set_limit(self, number: int) -> None:
        resource.prlimit(self.server.pid, resource.RLIMIT_NOFILE, (number, self.limit[1]))

    def waiting(self) -> Connection:
        """A connection that the server cannot accept now, though it has tried."""
        connection = self.connect(self.server)
        connection.send(request("/file"))
        failures = self.traced.count("accept4", "EMFILE")
        deadline.eventually(lambda: self.traced.count("accept4", "EMFILE") > failures)
        return connection

    def test_connections_wait_until_it_ends(self):
        start = time.monotonic()
        waiting = [self.waiting() for _ in range(3)]
        deadline.eventually(lambda: self.traced.count("accept4", "EMFILE") >= TIMES)
        tries = self.traced.count("accept4", "EMFILE")
        self.assertLessEqual(tries, 1 + (time.monotonic() - start) / PAUSE_SECONDS, "it spins")
        for connection in waiting:
            self.assertFalse(connection.hears_something(within=0))
        self.set_limit(self.limit[0])
        for connection in waiting:
            self.assertEqual(connection.read_response().body, b"content")
            connection.close()
        self.assert_reported_once(self.traced, "accept", errno.EMFILE)
        self.assertEqual(self.server.counters()["accepted"], 4)
        self.served.close()
        self.assert_as_before(self.server, self.before)

    def test_a_connection_that_is_open_is_served_and_reaped_meanwhile(self):
        waiting = self.waiting()
        self.assertEqual(self.served.get("/file").body, b"content")
        self.served.close()
        self.server.wait_for_no_child()
        self.assertFalse(waiting.hears_something(within=0))

    def test_the_server_drains_meanwhile(self):
        self.waiting()
        self.server.signal(signal.SIGTERM)
        self.assertEqual(self.served.read_to_end(), b"")
        self.assertEqual(self.server.wait(), 0)


class WaitTest(ExhaustionTestCase):

    def test_no_memory_to_wait_with_is_borne_with_pauses_and_told_once(self):
        # Each second call is the pause.
        traced = TracedServer(self, f"ppoll:error=ENOMEM:when=1..{2 * TIMES}+2")
        before = procfs.descriptors(traced.server.pid)
        self.assertEqual(self.get(traced.server, "/file").body, b"content")
        self.assertEqual(traced.count("ppoll", "ENOMEM"), TIMES)
        self.assertGreaterEqual(traced.seconds(), TIMES * PAUSE_SECONDS)
        self.assert_reported_once(traced, "ppoll", errno.ENOMEM)
        self.assert_as_before(traced.server, before)


class ForkTest(ExhaustionTestCase):

    def refused(self, server: Server) -> Response:
        """The answer to a request that was there when the server came to accept."""
        with Connection(server.address) as connection:
            connection.send(request("/file"))
            return connection.read_response()

    def test_a_client_for_whom_there_is_no_process_is_503(self):
        for name in NO_PROCESS:
            with self.subTest(name):
                traced = TracedServer(self, f"clone:error={name}:when=2..{TIMES + 1}")
                server = traced.server
                before = procfs.descriptors(server.pid)
                served = self.connect(server)
                self.assertEqual(served.get("/file").body, b"content")
                start = time.monotonic()
                for _ in range(TIMES):
                    response = self.refused(server)
                    self.assertEqual((response.status, response.closes), (503, True))
                self.assertEqual(self.get(server, "/file").body, b"content")
                self.assertGreaterEqual(time.monotonic() - start, TIMES * PAUSE_SECONDS)
                self.assertEqual(traced.count("clone", name), TIMES)
                self.assert_reported_once(traced, "fork", getattr(errno, name))
                counters = server.counters()
                self.assertEqual(
                    (counters["accepted"], counters["refused_fork"], counters["peak"]),
                    (TIMES + 2, TIMES, 2))
                self.assertEqual(served.get("/file").body, b"content")
                served.close()
                self.assert_as_before(server, before)


if __name__ == "__main__":
    unittest.main(buffer=True)
