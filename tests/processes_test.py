"""A process for each connection, and what it holds: laws 1 to 3 of design 4.6."""

import contextlib
import os
import signal
import time
import unittest

from tests import deadline, memcheck, procfs
from tests import server as server_module
from tests.connection_states import PATIENT, ConnectionStatesTestCase
from tests.http_client import Connection, request
from tests.server import Server

# Connections, fewer of them where each forks many times as long.
SEQUENTIAL = 100 if memcheck.IS_ON else 1_000 if server_module.is_sanitized() else 10_000
PARALLEL = 20 if memcheck.IS_ON else 200


class AuthorityTest(ConnectionStatesTestCase):
    """Law 1: what a serving child could do if a client took it over."""

    def assert_holds_only(self, pid: int, *more: str) -> None:
        """Descriptors 0 to 2, the document root, one connected socket, and `more`.

        A file is closed after its last byte was sent, and that is what a test waits for.
        """
        deadline.eventually(lambda: len(procfs.descriptors(pid)) <= 5 + len(more))
        held = procfs.descriptors(pid)
        self.assertEqual([held.pop(0), held.pop(1)], ["/dev/null"] * 2)
        self.assertEqual(os.path.dirname(held.pop(2)), os.environ["TEST_TMPDIR"])
        sockets = [file for file in held.values() if file.startswith("socket:")]
        others = [file for file in held.values() if not file.startswith("socket:")]
        self.assertEqual(sorted(others), sorted((self.root, *more)))
        self.assertEqual(len(sockets), 1, held)
        self.assertNotIn(sockets[0], procfs.listening_sockets())

    def test_a_child_holds_its_connection_and_the_root(self):
        server = self.start("--access_log=none")
        self.served(server)
        self.assert_holds_only(server.only_child())

    def test_a_child_holds_no_more_in_any_state_but_the_file_that_it_sends(self):
        for enter in (self.silent, self.in_head, self.in_body, self.sending):
            with self.subTest(enter.__name__):
                server = self.start(*PATIENT)
                enter(server)
                more = [os.fsdecode(self.large)] if enter == self.sending else []
                self.assert_holds_only(server.only_child(), *more)
                server.signal(signal.SIGKILL)
                server.wait()

    def test_a_child_that_waits_for_a_client_that_it_refused_holds_no_more(self):
        server = self.start()
        child = deadline.eventually(lambda: self.stopped_as_it_lingers(server))
        self.assert_holds_only(child)
        os.kill(child, signal.SIGCONT)

    def stopped_as_it_lingers(self, server: Server) -> int | None:
        """A child that has not come to the end of its two seconds, and will not; None if it had."""
        with self.lingering(server):
            for child in server.children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGSTOP)
            deadline.eventually(lambda: all(child.state in "TZ" for child in server.children()))
            return next((child.pid for child in server.children() if child.state == "T"), None)

    def test_a_child_holds_the_log_if_there_is_one(self):
        log = os.path.join(self.scratch, "access.log")
        server = self.start(f"--access_log={log}")
        self.served(server)
        self.assert_holds_only(server.only_child(), log)

    def test_a_child_holds_no_connection_but_its_own(self):
        server = self.start()
        for _ in range(3):
            self.served(server)
        children = [child.pid for child in server.children()]
        sockets = {file for child in children for file in procfs.descriptors(child).values()
                   if file.startswith("socket:")}
        self.assertEqual((len(children), len(sockets)), (3, 3))
        for child in children:
            self.assert_holds_only(child)

    def test_a_child_closes_the_files_that_it_served(self):
        server = self.start()
        connection = self.served(server)
        for target in ("/file", "/missing", "/", "/file/below"):
            connection.get(target)
            connection.get(target, "HEAD")
        self.assert_holds_only(server.only_child())

    def test_nothing_is_inherited_from_who_started_the_server(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        os.set_inheritable(write, True)
        server = self.start(pass_fds=(write,))
        self.served(server)
        self.assert_holds_only(server.only_child())

    def test_a_child_cannot_gain_privileges(self):
        server = self.start()
        self.served(server)
        with open(f"/proc/{server.only_child()}/status", encoding="ascii") as file:
            self.assertIn("NoNewPrivs:\t1", file.read().splitlines())


class LoadTest(ConnectionStatesTestCase):
    """Laws 2 and 3: after any load the parent is as it was before."""

    def setUp(self):
        super().setUp()
        self.server = self.start("--access_log=none", "--max_connections_per_client=0")
        self.served(self.server).close()
        self.server.wait_for_no_child()
        self.before = procfs.descriptors(self.server.pid)
        self.addCleanup(self.assert_as_before)

    def assert_as_before(self) -> None:
        self.served(self.server).close()  # so all that came before it were accepted
        self.server.wait_for_no_child()
        self.assertEqual(procfs.descriptors(self.server.pid), self.before)

    def test_each_connection_is_a_process_of_its_own(self):
        connections = [self.served(self.server) for _ in range(3)]
        children = {child.pid for child in self.server.children()}
        self.assertEqual(len(children), 3)
        for connection in connections:
            connection.get("/file")
        self.assertEqual({child.pid for child in self.server.children()}, children)
        for connection in connections:
            connection.close()

    def test_sequential_connections_leave_nothing(self):
        head = request("/file", fields=("Host: a", "Connection: close"))
        for _ in range(SEQUENTIAL):
            with Connection(self.server.address) as connection:
                connection.send(head)
                self.assertEqual(connection.read_response().body, b"content")

    def test_parallel_connections_leave_nothing(self):
        connections = [self.served(self.server) for _ in range(PARALLEL)]
        self.assertEqual(len(self.server.children()), PARALLEL)
        for connection in connections:
            connection.send(request("/file"))
        for connection in connections:
            self.assertEqual(connection.read_response().body, b"content")
            connection.close()

    def test_connections_that_come_all_at_once_leave_nothing(self):
        connections = [self.connect(self.server) for _ in range(PARALLEL)]
        for connection in connections:
            connection.send(request("/file"))
        for connection in reversed(connections):
            self.assertEqual(connection.read_response().body, b"content")
            connection.close()

    def test_children_that_end_at_the_same_time_are_reaped_within_a_second(self):
        """Though one SIGCHLD tells of all. The best of ten: the machine may be busy otherwise."""
        self.assertTrue(any(self.seconds_to_reap(20) < 1 for _ in range(10)))

    def seconds_to_reap(self, count: int) -> float:
        connections = [self.served(self.server) for _ in range(count)]
        self.server.signal(signal.SIGSTOP)
        for connection in connections:
            connection.close()
        deadline.eventually(lambda: {child.state for child in self.server.children()} == {"Z"})
        self.server.signal(signal.SIGCONT)
        start = time.monotonic()
        self.server.wait_for_no_child()
        return time.monotonic() - start

    def test_connections_that_are_reset_leave_nothing(self):
        for _ in range(PARALLEL):
            connection = self.connect(self.server)
            connection.send(request("/file"))
            connection.reset()

    def test_connections_that_are_refused_leave_nothing(self):
        server = self.start("--max_connections=1")
        self.served(server)
        before = procfs.descriptors(server.pid)
        for _ in range(50):
            with Connection(server.address) as refused:
                self.assertEqual(refused.read_response().status, 503)
                self.assertEqual(refused.read_to_end(), b"")
        self.assertEqual(procfs.descriptors(server.pid), before)

    def test_a_log_that_is_opened_again_leaves_nothing(self):
        server = self.start(f"--access_log={self.scratch}/access.log")
        before = sorted(procfs.descriptors(server.pid).values())
        for _ in range(50):
            server.signal(signal.SIGHUP)
            server.counters()  # answers later than the hangup
        self.assertEqual(sorted(procfs.descriptors(server.pid).values()), before)


class MaxConnectionsTest(ConnectionStatesTestCase):

    def assert_refused(self, server: Server, source: str | None = None) -> None:
        with Connection(server.address, source=source) as refused:
            response = refused.read_response()  # without a request
            self.assertEqual((response.status, response.closes), (503, True))
            self.assertEqual(refused.read_to_end(), b"")

    def refusals(self, server: Server) -> list[str]:
        return [line for line in server.lines() if "refused a connection" in line]

    def test_one_connection_too_many_is_503_at_once(self):
        server = self.start("--max_connections=4", "--max_connections_per_client=0")
        connections = [self.served(server) for _ in range(4)]
        for _ in range(3):
            self.assert_refused(server)
        self.assertEqual(len(server.children()), 4)
        for connection in connections:
            self.assertEqual(connection.get("/file").body, b"content")
        self.assertEqual(server.counters()["refused_max_connections"], 3)
        (line,) = self.refusals(server)  # one for all, see server/report.h
        self.assertIn("127.0.0.1", line)
        self.assertIn("--max_connections=4", line)

    def test_one_connection_too_many_of_a_client_is_503_and_others_are_served(self):
        server = self.start("--max_connections=4", "--max_connections_per_client=2")
        connections = [self.served(server, "127.0.0.2") for _ in range(2)]
        for _ in range(3):
            self.assert_refused(server, "127.0.0.2")
        connections += [self.served(server, "127.0.0.3") for _ in range(2)]
        self.assert_refused(server, "127.0.0.4")
        for connection in connections:
            self.assertEqual(connection.get("/file").body, b"content")
        counters = server.counters()
        self.assertEqual(counters["refused_max_connections_per_client"], 3)
        self.assertEqual(counters["refused_max_connections"], 1)
        (line,) = self.refusals(server)
        self.assertIn("127.0.0.2", line)
        self.assertIn("--max_connections_per_client=2", line)

    def test_a_client_may_have_a_quarter_of_all_connections_unless_a_flag_says_otherwise(self):
        server = self.start("--max_connections=12")
        for _ in range(3):
            self.served(server)
        self.assert_refused(server)

    def test_a_client_may_have_one_connection_of_few(self):
        server = self.start("--max_connections=3")
        self.served(server)
        self.assert_refused(server)

    def test_service_resumes_when_a_connection_ends(self):
        for flags in (("--max_connections=1",),
                      ("--max_connections=9", "--max_connections_per_client=1")):
            server = self.start(*flags)
            for _ in range(5):
                with self.subTest(flags), self.served(server):
                    self.assertEqual(len(server.children()), 1)
                server.wait_for_no_child()

    def test_connections_that_end_at_the_same_time_make_room_at_once(self):
        """One SIGCHLD may tell of several ends; none of them may count as a connection."""
        server = self.start("--max_connections=20", "--max_connections_per_client=0",
                            "--idle_timeout=1h")
        for _ in range(5):
            connections = [self.served(server) for _ in range(20)]
            server.signal(signal.SIGSTOP)
            for connection in connections:
                connection.close()
            deadline.eventually(lambda: {child.state for child in server.children()} == {"Z"})
            server.signal(signal.SIGCONT)
            for connection in [self.served(server) for _ in range(20)]:
                connection.close()
            server.wait_for_no_child()
        self.assertEqual(self.refusals(server), [])


class CountersTest(ConnectionStatesTestCase):
    """SIGUSR1: what has become of every connection that was accepted."""

    def test_the_counters_of_a_server_that_did_nothing_are_zero(self):
        self.assertEqual(set(self.start().counters().values()), {0})

    def test_each_connection_is_counted_once(self):
        server = self.start("--max_connections=3", "--max_connections_per_client=2")
        server.may_lose_children = True
        self.served(server).close()
        server.wait_for_no_child()
        killed = self.served(server)
        os.kill(server.only_child(), signal.SIGKILL)
        self.assertEqual(killed.read_to_end(), b"")
        server.wait_for_no_child()
        for _ in range(2):
            self.served(server)
        with Connection(server.address) as refused:
            self.assertEqual(refused.read_response().status, 503)
        self.assertEqual(server.counters(), {
            "accepted": 5, "active": 2, "peak": 2, "refused_max_connections": 0,
            "refused_max_connections_per_client": 1, "refused_fork": 0, "crashed": 1,
            "reaped": 2})


class DeathOfAChildTest(ConnectionStatesTestCase):
    """Design 4.3: told to the operator, and of no concern to others."""

    def test_a_child_that_a_signal_kills_is_reported_and_the_server_goes_on(self):
        # The sanitizers would catch these and exit.
        options = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0:handle_sigbus=0"
        server = self.start("--idle_timeout=1h", variables={"ASAN_OPTIONS": options})
        server.may_lose_children = True
        other = self.served(server)
        # valgrind takes a fault that another process sends for one of its own, and may go on.
        faults = () if memcheck.IS_ON else (signal.SIGSEGV, signal.SIGBUS)
        for number in (signal.SIGKILL, signal.SIGABRT, *faults):
            spared = {child.pid for child in server.children()}
            with self.subTest(signal=number.name), self.served(server):
                (child,) = {child.pid for child in server.children()} - spared
                os.kill(child, number)
                self.assert_reported(server, f"child {child} ", number.name, "127.0.0.1")
                self.assertEqual({child.pid for child in server.children()}, spared)
        self.assertEqual(other.get("/file").body, b"content")

    def assert_reported(self, server: Server, *words: str) -> None:
        """Waits for a line on standard error that has all of `words`."""
        deadline.eventually(lambda: [line for line in server.lines()
                                     if all(word in line for word in words)], within=10)

    def test_a_client_that_resets_while_it_is_sent_a_file_kills_nothing(self):
        self.write("large", size=64 << 20)
        server = self.start()
        other = self.served(server)
        for _ in range(20):
            connection = self.connect(server, receive_buffer=4096)
            connection.send(request("/large") * 3)
            connection.read_head()
            connection.reset()
        deadline.eventually(lambda: len(server.children()) == 1)
        self.assertEqual(other.get("/file").body, b"content")


if __name__ == "__main__":
    unittest.main(buffer=True)
