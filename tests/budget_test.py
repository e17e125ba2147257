"""What a request costs in system calls and page faults, which do not depend on how fast the
machine is, nor on what else it does. docs/performance.md has what they are to come to."""

import os
import tempfile
import unittest

from tests import procfs, server
from tests.http_client import Connection
from tests.server_test_case import ServerTestCase
from tests.traced_server import TracedServer

PERSISTENT = ("Host: a",)
LAST = ("Host: a", "Connection: close")

# For a small file, of a request on a persistent connection.
REQUEST = ["ppoll", "recvfrom", "rt_sigpending", "openat2", "newfstatat", "pread64", "sendto",
           "close"]

# Of a child that answers one request. It waits for the request where that is not there yet.
CHILD = ["close", "close", "prctl", "getppid", "prlimit64", "prlimit64", "recvfrom", "openat2",
         "newfstatat", "pread64", "sendto", "close", "ioctl", "close", "exit_group"]
WAIT = ["recvfrom", "ppoll"]

# Of the parent for such a child. Under load one wait is for several clients and signals.
PARENT = ["ppoll", "accept4", "clone", "close", "ppoll", "read", "wait4"]

CONNECTIONS = 5
FAULT_CONNECTIONS = 200

# Minor, of a child that answers one request for a small file: 38, and a margin, as the kernel maps
# more or less of a file at once.
MAX_FAULTS = 44


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
            (server.BINARY, "--port=0", f"--root={scratch.name}/root", "--access_log=none"),
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
        self.get(PERSISTENT, PERSISTENT, PERSISTENT, LAST)
        _, (child,) = self.end()
        # Behind the response is the close of the file.
        ends = [place + 2 for place, name in enumerate(child) if name == "sendto"]
        self.assertEqual([child[ends[0]:ends[1]], child[ends[1]:ends[2]]], [REQUEST, REQUEST])

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


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with has pages, too")
class PageFaultsTest(ServerTestCase):

    def test_a_child_that_answers_one_request(self):
        self.write("a.txt", bytes(1024))
        running = self.start("--access_log=none")
        self.faults(running)  # the parent's own, which come once
        self.assertLessEqual(self.faults(running), MAX_FAULTS)

    def faults(self, running: server.Server) -> float:
        """Of each of many children, the mean."""
        before = procfs.minor_faults_of_children(running.pid)
        for _ in range(FAULT_CONNECTIONS):
            self.get(running, "/a.txt", fields=LAST)
        running.wait_for_no_child()
        return (procfs.minor_faults_of_children(running.pid) - before) / FAULT_CONNECTIONS


if __name__ == "__main__":
    unittest.main(buffer=True)
