"""The end of the server, design 4.3 and law 4 of 4.6."""

import os
import signal
import unittest

from tests import deadline, procfs
from tests.connection_states import (BODY_REST, CONTENT, HEAD_REST, LARGE, PATIENT,
                                     ConnectionStatesTestCase)
from tests.http_client import Connection
from tests.server import Server

TERMINATIONS = (signal.SIGTERM, signal.SIGINT)


class SignalsTestCase(ConnectionStatesTestCase):

    def refuses(self, server: Server) -> bool:
        """Whether there is nobody who listens any more."""
        try:
            Connection(server.address).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True
        return False

    def every_child_was_told(self, server: Server) -> bool:
        """Whether SIGTERM is pending for each child that lives, or was taken, by which a socket
        becomes non-blocking; that of a large response is so, too."""
        return all(child.state == "Z" or procfs.is_pending(child.pid, signal.SIGTERM)
                   or procfs.has_non_blocking_socket(child.pid)
                   for child in server.children())


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
                server = self.start(*PATIENT)
                idle, transfer = self.served(server), self.sending(server)
                server.signal(number)
                self.assertEqual(idle.read_to_end(), b"")
                deadline.eventually(lambda: self.refuses(server))
                self.assertTrue(server.is_running())
                self.assertEqual(transfer.count_to_end(), LARGE)
                self.assertEqual(server.wait(), 0)

    def test_each_connection_comes_to_its_end(self):
        """What has begun is answered, what has not is closed, and the server waits for all."""
        server = self.start(*PATIENT)
        connections = self.in_each_state(server)
        server.signal(signal.SIGTERM)
        for state in ("silent", "served", "lingering"):
            self.assertEqual(connections[state].read_to_end(), b"", state)
        # The rest were told too, if not before those.
        deadline.eventually(lambda: self.every_child_was_told(server))
        for state, rest in (("in_head", HEAD_REST), ("in_body", BODY_REST)):
            connections[state].send(rest)
            response = connections[state].read_response()
            self.assertEqual((response.body, response.closes), (CONTENT, True), state)
            self.assertEqual(connections[state].read_to_end(), b"", state)
        self.assertTrue(server.is_running())
        self.assertEqual(connections["sending"].count_to_end(), LARGE)
        self.assertEqual(server.wait(), 0)

    def test_the_drain_timeout_ends_what_does_not_end(self):
        server = self.start(*PATIENT, "--drain_timeout=500ms")
        self.in_each_state(server)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait(within=8), 0)  # the default is 10 s

    def test_a_second_signal_kills_what_does_not_end(self):
        for first in TERMINATIONS:
            for second in TERMINATIONS:
                with self.subTest(first=first.name, second=second.name):
                    server = self.start(*PATIENT)
                    self.sending(server)
                    server.signal(first)
                    deadline.eventually(lambda: self.refuses(server))
                    server.signal(second)
                    self.assertEqual(server.wait(), 0)

    def test_a_signal_that_every_process_gets_drains_too(self):
        """Control-C goes to the whole foreground process group, and so to each child."""
        server = self.start(*PATIENT)
        idle, transfer = self.served(server), self.sending(server)
        server.signal_group(signal.SIGINT)
        self.assertEqual(idle.read_to_end(), b"")
        self.assertEqual(transfer.count_to_end(), LARGE)
        self.assertEqual(server.wait(), 0)

    def test_the_port_is_free_again_at_once(self):
        server = self.start()
        self.served(server)
        server.signal(signal.SIGTERM)
        server.wait()
        again = self.start(f"--port={server.address[1]}")
        self.assertEqual(again.address, server.address)


class DeathOfTheParentTest(SignalsTestCase):

    def test_no_child_outlives_a_parent_that_is_killed(self):
        """PR_SET_PDEATHSIG; a child would serve a client that nobody counts."""
        server = self.start(*PATIENT)
        self.in_each_state(server)
        server.signal(signal.SIGKILL)
        self.assertEqual(server.wait(), -signal.SIGKILL)

    def test_no_child_outlives_a_parent_that_is_killed_under_load(self):
        """A fork that is under way when the parent dies is the race to be closed."""
        for _ in range(20):
            server = self.start(*PATIENT)
            for _ in range(10):
                self.connect(server)
            server.signal(signal.SIGKILL)
            self.assertEqual(server.wait(), -signal.SIGKILL)

    def test_no_child_serves_whose_parent_died_before_the_child_could_ask_to_die_with_it(self):
        """The same race, won: each prctl(2) takes a second."""
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        server = self.start(
            *PATIENT, variables={"ASAN_OPTIONS": sanitizer},
            prefix=("/usr/bin/strace", "-D", "-f", "-qq", "--trace=prctl",
                    f"--output={self.scratch}/trace", "--inject=prctl:delay_enter=1000000"))
        server.may_lose_children = True  # it leaves with its connection open
        self.connect(server)
        server.only_child()
        server.signal(signal.SIGKILL)
        self.assertEqual(server.wait(), -signal.SIGKILL)


if __name__ == "__main__":
    unittest.main(buffer=True)
