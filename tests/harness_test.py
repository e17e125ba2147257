"""The harness notices what the tests rely on it to notice: each case is a planted fault."""

import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import unittest

from tests import deadline, memcheck, procfs
from tests.http_client import Connection, MalformedResponse
from tests.server import Server
from tests.server_test_case import ServerTestCase

# What valgrind writes of a child at its end.
MEMCHECK = """\
==7== Use of uninitialised value of size 8
==7==    at 0x1: prong::Respond() (response.cc:1)
==7== 
==7== FILE DESCRIPTORS: 5 open (3 std) at exit.
==7== Open AF_INET socket 6: 127.0.0.1:1 <-> 127.0.0.1:2
==7==    at 0x1: accept4 (accept4.c:31)
==7== 
==7== Open file descriptor 4: /srv
==7==    at 0x1: open (open64.c:41)
==7==    by 0x1: prong::DocumentRoot::Open(prong::DocumentRootOptions const&) (document_root.cc:86)
==7== 
==7== 
"""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

MALFORMED = {
    "nothing": b"",
    "version": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab",
    "status": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nab",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nab",
    "bare LF": HEAD + b"X: y\n\r\nab",
    "bare CR": HEAD + b"X: y\rz\r\n\r\nab",
    "control character": HEAD + b"X: \x1b\r\n\r\nab",
    "space before the colon": HEAD + b"X : y\r\n\r\nab",
    "no colon": HEAD + b"X\r\n\r\nab",
    "repeated": HEAD + b"content-length: 2\r\n\r\nab",
    "head without an end": HEAD,
    "short body": HEAD + b"\r\na",
    "no length": b"HTTP/1.1 200 OK\r\n\r\n",
    "length with a sign": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
    "chunks and a length": HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    "chunk without a size": CHUNKED + b"\r\n\r\n",
    "chunk size in upper case": CHUNKED + b"A\r\n0123456789\r\n0\r\n\r\n",
    "chunk size with a zero": CHUNKED + b"02\r\nab\r\n0\r\n\r\n",
    "chunk extension": CHUNKED + b"2;x\r\nab\r\n0\r\n\r\n",
    "chunk that is longer": CHUNKED + b"2\r\nabc\r\n0\r\n\r\n",
    "chunk that is cut": CHUNKED + b"2\r\na",
    "chunk without its end": CHUNKED + b"2\r\nab",
    "no last chunk": CHUNKED + b"2\r\nab\r\n",
    "last chunk without its end": CHUNKED + b"2\r\nab\r\n0\r\n",
    "trailer": CHUNKED + b"0\r\nX: y\r\n\r\n",
    "length in a 204": b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
}


class HttpClientTest(unittest.TestCase):

    def receive(self, data: bytes) -> Connection:
        """A connection whose other end has sent `data` and closed."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            connection = Connection(listener.getsockname())
            self.addCleanup(connection.close)
            with listener.accept()[0] as accepted:
                accepted.sendall(data)
        return connection

    def test_a_response_is_read_and_no_more(self):
        connection = self.receive(HEAD + b"Connection: close\r\n\r\nabc")
        response = connection.read_response()
        self.assertEqual((response.status, response.reason, response.body), (200, "OK", b"ab"))
        self.assertTrue(response.closes)
        self.assertEqual(connection.read_to_end(), b"c")

    def test_chunks_are_read_and_no_more(self):
        connection = self.receive(CHUNKED + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\nd")
        self.assertEqual(connection.read_response().body, b"abc")
        self.assertEqual(connection.read_to_end(), b"d")

    def test_a_body_that_ends_with_the_connection_is_read_only_if_it_says_so(self):
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
        self.assertEqual(self.receive(head + b"\r\nabc").read_until_close().body, b"abc")
        for data in (HEAD + b"\r\nab", CHUNKED + b"0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nab",
                     head + b"Content-Length: 2\r\n\r\nab"):
            with self.assertRaises(MalformedResponse):
                self.receive(data).read_until_close()

    def test_a_malformed_response_is_noticed(self):
        for name, data in MALFORMED.items():
            with self.subTest(name), self.assertRaises(MalformedResponse):
                self.receive(data).read_response()


class ServerTest(ServerTestCase):

    def test_a_child_that_died_is_noticed(self):
        server = Server("--port=0", f"--root={self.root}")
        with Connection(server.address):
            os.kill(server.only_child(), signal.SIGKILL)
            server.wait_for_no_child()
        with self.assertRaisesRegex(AssertionError, "SIGKILL"):
            server.stop()

    def test_a_parent_that_died_is_noticed(self):
        server = Server("--port=0", f"--root={self.root}")
        server.signal(signal.SIGKILL)
        deadline.eventually(lambda: not server.is_running())
        with self.assertRaisesRegex(AssertionError, "exit status -9"):
            server.stop()

    def test_a_server_that_does_not_get_ready_is_noticed(self):
        with self.assertRaisesRegex(AssertionError, "no ready line but"):
            Server("--port=0", f"--root={self.root}/missing")

    def test_what_happens_too_late_is_noticed(self):
        with self.assertRaisesRegex(AssertionError, "did not happen"):
            deadline.eventually(lambda: False, within=0.01)


class MemcheckTest(unittest.TestCase):

    def test_all_is_noticed_but_what_every_child_has_open(self):
        with tempfile.TemporaryDirectory() as directory:
            pathlib.Path(directory, "7").write_text(MEMCHECK, encoding="ascii")
            noticed = [line.splitlines()[0] for line in memcheck.reports(directory)]
        self.assertEqual(noticed, ["process 7: Use of uninitialised value of size 8",
                                   "process 7: Open AF_INET socket 6: 127.0.0.1:1 <-> 127.0.0.1:2"])

    def test_its_own_descriptors_are_told_from_others(self):
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = {0: "/dev/null", 6: "/tmp/memcheck.x/7", 7: "/tmp/x", limit - 1: "pipe:[1]"}
        left = {0: "/dev/null", 7: "/tmp/x"} if memcheck.IS_ON else files
        self.assertEqual(memcheck.without_own(files, os.getpid()), left)


class ProcfsTest(unittest.TestCase):

    def test_a_zombie_is_a_child(self):
        with subprocess.Popen(["/bin/true"]) as process:
            deadline.eventually(lambda: ("Z", process.pid) in [
                (child.state, child.pid) for child in procfs.children(os.getpid())])

    def test_an_orphan_is_of_its_session(self):
        leader = subprocess.Popen(["/bin/sh", "-c", "/bin/sleep 60 & echo $!"],
                                  stdout=subprocess.PIPE, start_new_session=True)
        with leader:
            orphan = int(leader.stdout.readline())
            self.addCleanup(os.kill, orphan, signal.SIGKILL)
            leader.wait()
            self.assertIn(orphan, [process.pid for process in procfs.session(leader.pid)])

    def test_listening_sockets_are_told_from_others(self):
        with socket.create_server(("127.0.0.1", 0)) as listener, \
                Connection(listener.getsockname()):
            files = procfs.descriptors(os.getpid())
            self.assertIn(files[listener.fileno()], procfs.listening_sockets())
            sockets = {file for file in files.values() if file.startswith("socket:")}
            self.assertEqual(len(sockets & procfs.listening_sockets()), 1)
            self.assertGreater(len(sockets), 1)


if __name__ == "__main__":
    unittest.main(buffer=True)
