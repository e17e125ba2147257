"""The end of the server, design 4.3 and law 4 of 4.6."""

import signal
import unittest

from tests import deadline
from tests.http_client import Connection, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

LARGE = 64 << 20  # more than any socket buffer takes

# Flags with which a client that does not read would keep its child for an hour.
PATIENT = ("--drain_timeout=1h", "--min_send_rate=1")

TERMINATIONS = (signal.SIGTERM, signal.SIGINT)


class SignalsTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.write("large", size=LARGE)

    def idle(self, server: Server) -> Connection:
        """A persistent connection between two requests."""
        connection = self.connect(server)
        self.assertEqual(connection.get("/file").body, b"content")
        return connection

    def transfer(self, server: Server) -> Connection:
        """A response that is far from its end; its body is to be read."""
        connection = self.connect(server, receive_buffer=1 << 16)
        connection.send(request("/large"))
        self.assertEqual(connection.read_head().status, 200)
        return connection

    def refuses(self, server: Server) -> bool:
        """Whether there is nobody who listens any more."""
        try:
            Connection(server.address).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True
        return False


class DrainTest(SignalsTestCase):

    def test_a_server_without_connections_ends_at_once(self):
        for number in TERMINATIONS:
            with self.subTest(number.name):
                server = self.start(*PATIENT)
                server.signal(number)
                self.assertEqual(server.wait(), 0)

    def test_a_transfer_is_finished_and_an_idle_connection_closed(self):
        for number in TERMINATIONS:
            with self.subTest(number.name):
                server = self.start(*PATIENT, "--idle_timeout=1h")
                idle, transfer = self.idle(server), self.transfer(server)
                server.signal(number)
                self.assertEqual(idle.read_to_end(), b"")
                deadline.eventually(lambda: self.refuses(server))
                self.assertTrue(server.is_running())
                self.assertEqual(transfer.count_to_end(), LARGE)
                self.assertEqual(server.wait(), 0)

    def test_a_connection_that_has_not_sent_anything_is_closed(self):
        server = self.start(*PATIENT, "--header_timeout=1h")
        silent = self.connect(server)
        server.only_child()
        server.signal(signal.SIGTERM)
        self.assertEqual(silent.read_to_end(), b"")
        self.assertEqual(server.wait(), 0)

    def test_a_request_that_has_begun_is_answered(self):
        server = self.start(*PATIENT, "--header_timeout=1h")
        connection = self.idle(server)
        head = request("/file")
        connection.send(head[:-1])
        idle = self.idle(server)
        server.signal(signal.SIGTERM)
        self.assertEqual(idle.read_to_end(), b"")
        connection.send(head[-1:])
        self.assertEqual(connection.read_response().body, b"content")
        self.assertEqual(connection.read_to_end(), b"")
        self.assertEqual(server.wait(), 0)

    def test_the_drain_timeout_ends_what_does_not_end(self):
        server = self.start("--drain_timeout=500ms", "--min_send_rate=1")
        self.transfer(server)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait(within=8), 0)  # the default is 10 s

    def test_a_second_signal_kills_what_does_not_end(self):
        for first in TERMINATIONS:
            for second in TERMINATIONS:
                with self.subTest(first=first.name, second=second.name):
                    server = self.start(*PATIENT)
                    self.transfer(server)
                    server.signal(first)
                    deadline.eventually(lambda: self.refuses(server))
                    server.signal(second)
                    self.assertEqual(server.wait(), 0)

    def test_a_signal_that_every_process_gets_drains_too(self):
        """Control-C goes to the whole foreground process group, and so to each child."""
        server = self.start(*PATIENT, "--idle_timeout=1h")
        idle, transfer = self.idle(server), self.transfer(server)
        server.signal_group(signal.SIGINT)
        self.assertEqual(idle.read_to_end(), b"")
        self.assertEqual(transfer.count_to_end(), LARGE)
        self.assertEqual(server.wait(), 0)

    def test_the_port_is_free_again_at_once(self):
        server = self.start()
        self.idle(server)
        server.signal(signal.SIGTERM)
        server.wait()
        again = self.start(f"--port={server.address[1]}")
        self.assertEqual(again.address, server.address)


class DeathOfTheParentTest(SignalsTestCase):

    def test_no_child_outlives_a_parent_that_is_killed(self):
        """PR_SET_PDEATHSIG; a child would serve a client that nobody counts."""
        server = self.start(*PATIENT, "--header_timeout=1h", "--idle_timeout=1h")
        self.idle(server)
        self.transfer(server)
        self.connect(server)
        deadline.eventually(lambda: len(server.children()) == 3)
        server.signal(signal.SIGKILL)
        self.assertEqual(server.wait(), -signal.SIGKILL)

    def test_no_child_outlives_a_parent_that_is_killed_under_load(self):
        """A fork that is under way when the parent dies is the race to be closed."""
        for _ in range(20):
            server = self.start(*PATIENT, "--header_timeout=1h")
            for _ in range(10):
                self.connect(server)
            server.signal(signal.SIGKILL)
            self.assertEqual(server.wait(), -signal.SIGKILL)


if __name__ == "__main__":
    unittest.main(buffer=True)
