"""What a request costs in system calls and page faults, which do not depend on how fast the
machine is, nor on what else it does. docs/performance.md has what they are to come to."""

import contextlib
import os
import signal
import tempfile
import unittest

from tests import procfs, server
from tests.http_client import Connection
from tests.server_test_case import ServerTestCase
from tests.traced_server import TracedServer

PERSISTENT = ("Host: a",)
LAST = ("Host: a", "Connection: close")

# For a small file, of a request on a persistent connection.
REQUEST = ["recvfrom", "openat2", "newfstatat", "pread64", "sendto", "close"]

# Of a child that answers one request. It waits for the request where that is not there yet.
CHILD = ["close", "close", "prctl", "getppid", "prlimit64", "prlimit64", "recvfrom", "openat2",
         "newfstatat", "pread64", "sendto", "close", "ioctl", "close", "exit_group"]
WAIT = ["recvfrom", "ppoll"]

# Of the parent for such a child: the second accept4 finds no other connection.
PARENT = ["ppoll", "accept4", "clone", "close", "accept4", "ppoll", "read", "wait4"]

# Of the parent where connections wait: for each of them, with what it does for several.
MAX_PARENT_CALLS = 5

# As it is shipped: without optimization there is more code, and more of it is touched.
BINARY = os.path.abspath("tests/shipped_server")

CONNECTIONS = 5
WAITING_CONNECTIONS = 32
FAULT_CONNECTIONS = 200

# Minor, of a child that answers one request for a small file: 11 to 13, and 2 more with a line in
# the access log; and of the parent for it: 2. With a margin, as the kernel maps more or less of a
# file at once.
MAX_FAULTS = 15
MAX_FAULTS_LOGGED = 17
MAX_PARENT_FAULTS = 3


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class SystemCallsTest(unittest.TestCase):

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(scratch.cleanup)
        os.mkdir(f"{scratch.name}/root")
        with open(f"{scratch.name}/root/a.txt", "wb") as file:
            file.write(bytes(1024))
        self.server = TracedServer(
            (BINARY, "--port=0", f"--root={scratch.name}/root", "--access_log=none"),
            scratch.name)
        self.addCleanup(self.server.__exit__)
        self.assertTrue(self.server.listens())

    def get(self, *requests: tuple[str, ...]) -> None:
        """Sends requests with these fields on one connection, each when the one before was
        answered, up to the end of the child."""
        with Connection(self.server.address) as connection:
            for fields in requests:
                self.assertEqual(connection.get("/a.txt", fields=fields).status, 200)
        self.server.wait_for_no_child()

    def end(self) -> tuple[list[str], list[list[str]]]:
        """Ends the server. The names of the calls of the parent, from its first accept4 to its
        last wait4, and those of each child."""
        traces = {pid: [call.name for call in calls] for pid, calls in self.server.end().items()}
        parent = traces.pop(self.server.pid)
        last = len(parent) - parent[::-1].index("wait4")
        return parent[parent.index("accept4"):last], list(traces.values())

    def test_a_request_on_a_persistent_connection(self):
        self.get(*[PERSISTENT] * 4, LAST)
        _, (child,) = self.end()
        # Behind the response is the close of the file. Before the second request is what makes
        # recv wait, once for all.
        ends = [place + 2 for place, name in enumerate(child) if name == "sendto"]
        self.assertEqual([child[ends[1]:ends[2]], child[ends[2]:ends[3]]], [REQUEST, REQUEST])
        self.assertEqual(child[ends[0]:ends[1]], ["setsockopt", *REQUEST])

    def test_a_child_that_answers_one_request(self):
        for _ in range(CONNECTIONS):
            self.get(LAST)
        _, children = self.end()
        place = CHILD.index("recvfrom")
        self.assertEqual(len(children), CONNECTIONS)
        for child in children:
            self.assertIn(child, (CHILD, CHILD[:place] + WAIT + CHILD[place:]))

    def test_what_the_parent_does_for_it(self):
        for _ in range(CONNECTIONS):
            self.get(LAST)
        parent, _ = self.end()
        # How often it waits depends on time: from 100 ms to 100 ms it looks for children whose
        # signal it has missed.
        for name in {*parent, *PARENT} - {"ppoll"}:
            self.assertEqual(parent.count(name), CONNECTIONS * PARENT.count(name), name)

    def test_what_the_parent_does_where_connections_wait(self):
        os.kill(self.server.pid, signal.SIGSTOP)
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Connection(self.server.address))
                       for _ in range(WAITING_CONNECTIONS)]
            for client in clients:
                client.send(b"GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            os.kill(self.server.pid, signal.SIGCONT)
            for client in clients:
                self.assertEqual(client.read_response().status, 200)
        self.server.wait_for_no_child()
        traces = self.server.end()
        parent = traces[self.server.pid]
        first = next(i for i, call in enumerate(parent) if call.name == "accept4")
        last = max(i for i, call in enumerate(parent) if call.name == "wait4")
        # How often it looks for a child that has not ended yet depends on time.
        calls = [call.name for call in parent[first:last + 1]
                 if call.name not in ("ppoll", "wait4") or not call.split()[1].startswith("0")]
        self.assertLessEqual(len(calls) / WAITING_CONNECTIONS, MAX_PARENT_CALLS, calls)


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with has pages, too")
class PageFaultsTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("a.txt", bytes(1024))

    def test_a_child_that_answers_one_request(self):
        of_child, of_parent = self.faults("--access_log=none")
        self.assertLessEqual(of_child, MAX_FAULTS)
        self.assertLessEqual(of_parent, MAX_PARENT_FAULTS)

    def test_a_child_that_writes_to_the_access_log(self):
        for log_format in ("common", "combined", "json"):
            with self.subTest(log_format):
                of_child, _ = self.faults(f"--log_format={log_format}",
                                          f"--access_log={self.scratch}/{log_format}")
                self.assertLessEqual(of_child, MAX_FAULTS_LOGGED)

    def faults(self, *flags: str) -> tuple[float, float]:
        """For each of many connections, the mean: of the child, and of the parent."""
        running = self.start(*flags, binary=BINARY)
        self.connect(running)  # the parent's own, which come once
        of_child = procfs.minor_faults_of_children(running.pid)
        of_parent = procfs.minor_faults(running.pid)
        self.connect(running)
        return ((procfs.minor_faults_of_children(running.pid) - of_child) / FAULT_CONNECTIONS,
                (procfs.minor_faults(running.pid) - of_parent) / FAULT_CONNECTIONS)

    def connect(self, running: server.Server) -> None:
        for _ in range(FAULT_CONNECTIONS):
            self.get(running, "/a.txt", fields=LAST)
        running.wait_for_no_child()


if __name__ == "__main__":
    unittest.main(buffer=True)
