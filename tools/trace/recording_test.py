"""A run of the real server leaves its trace, and nothing else."""

import os
import signal
import socket
import tempfile
import threading
import unittest
from unittest import mock

from tests import deadline, procfs, server, strace
from tools.trace import history, recording


def alive(leader: int) -> list[procfs.Process]:
    """Of a session; who is dead and an orphan is its reaper's matter."""
    return [process for process in procfs.session(leader) if process.state != "Z"]


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class RecordingTest(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(scratch.cleanup)
        self.root = os.path.join(scratch.name, "root")
        self.directory = os.path.join(scratch.name, "run")
        os.mkdir(self.root)
        os.mkdir(self.directory)
        with open(os.path.join(self.root, "flag"), "wb") as file:
            file.write(b"FLAG")

    def run_server(self) -> recording.Run:
        return self.enterContext(recording.Run(self.root, self.directory))

    def test_a_request(self):
        run = self.run_server()
        (answer,) = run.speak(recording.request("GET /flag HTTP/1.1"), 1)
        self.assertRegex(answer, rb"(?s)\AHTTP/1.1 200 .*\r\n\r\nFLAG\Z")
        recorded = run.end()
        self.assertEqual((recorded.root, recorded.url), (self.root, run.url))
        told = history.tell(recorded.parent, recorded.traces)
        (child,) = told.children
        self.assertEqual(child.events[-1].name, "exit_group")
        self.assertIsNotNone(child.reaped_by)
        sent = next(event for event in child.events if event.name == "sendto")
        self.assertIn("FLAG", sent.text())
        self.assertEqual(alive(recorded.parent), [])

    def test_connections_are_open_at_once(self):
        run = self.run_server()
        answers = run.speak(recording.request("GET /flag HTTP/1.0"), 60)
        self.assertEqual([answer[-4:] for answer in answers], [b"FLAG"] * 60)
        recorded = run.end()
        children = history.tell(recorded.parent, recorded.traces).children
        self.assertEqual(len(children), 60)
        self.assertLess(max(child.forked_by.start for child in children),
                        min(child.end for child in children))
        self.assertTrue(all(child.reaped_by for child in children))

    def test_a_client_of_ones_own(self):
        run = self.run_server()
        waiting = threading.Thread(target=run.await_clients, args=(1, deadline.SECONDS))
        waiting.start()
        self.addCleanup(waiting.join)
        with socket.create_connection(run.address, deadline.SECONDS) as client:
            client.sendall(b"GET /flag HTTP/1.0\r\n\r\n")
            self.assertTrue(client.recv(1 << 16))
        waiting.join(deadline.SECONDS)
        self.assertFalse(waiting.is_alive())
        self.assertEqual(len(run.end().traces), 2)

    def test_a_client_that_does_not_come(self):
        run = self.run_server()
        run.await_clients(1, 0.01)
        self.assertEqual(len(run.end().traces), 1)

    def test_a_client_that_stays(self):
        """SIGTERM ends its connection."""
        run = self.run_server()
        with socket.create_connection(run.address, deadline.SECONDS):
            deadline.eventually(run._server.children)
            self.assertEqual(len(run.end().traces), 2)

    def test_nothing_is_left_if_a_run_is_given_up(self):
        with self.assertRaises(KeyboardInterrupt):
            with recording.Run(self.root, self.directory) as run:
                leader = run._server.pid
                raise KeyboardInterrupt
        self.assertEqual(alive(leader), [])

    def test_what_is_missing_is_named(self):
        with mock.patch.object(strace, "PATH", "/nowhere/strace"):
            self.assert_unusable("no /nowhere/strace: install it", self.root)
        self.assert_unusable("--root=/nowhere is no directory", "/nowhere")

    def test_a_server_that_does_not_start(self):
        with mock.patch.object(server, "BINARY", "/bin/false"):
            self.assert_unusable("does not start under strace: it says nothing", self.root)

    def test_a_server_that_does_not_answer(self):
        run = self.run_server()
        os.kill(run._server.pid, signal.SIGKILL)
        deadline.eventually(lambda: run._server.status() is not None)
        with self.assertRaisesRegex(recording.Unusable, "does not get an answer"):
            run.speak(b"GET / HTTP/1.0\r\n\r\n", 1)

    def assert_unusable(self, words: str, root: str) -> None:
        with tempfile.TemporaryDirectory(dir=self.directory) as directory:
            with self.assertRaisesRegex(recording.Unusable, words) as caught:
                recording.Run(root, directory)
        self.assertNotIn("\n", str(caught.exception))


class RequestTest(unittest.TestCase):

    def test_what_a_request_needs_is_added(self):
        self.assertEqual(recording.request("GET / HTTP/1.0"), b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(recording.request("HEAD /a?b HTTP/1.1"),
                         b"HEAD /a?b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")

    def test_what_is_no_request_line(self):
        for line in ("", "GET", "GET /", "GET / flag HTTP/1.0", "GET  / HTTP/1.0",
                     "GET / HTTP/1.0\r\n", "GET / http/1.0", "G(T / HTTP/1.0",
                     "GET /\u00e9 HTTP/1.0", "GET / HTTP/1.10"):
            with self.subTest(line):
                with self.assertRaisesRegex(recording.Unusable, "is no request line: give") as it:
                    recording.request(line)
                self.assertNotIn("\n", str(it.exception))


if __name__ == "__main__":
    unittest.main(buffer=True)
