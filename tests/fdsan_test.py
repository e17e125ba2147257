"""Law 7 of design 4.6 in the real server: what violates the ownership of descriptors ends it.

As the server does not, the kernel is made to: a call that is not made, or that returns
what it must not, see --inject in strace(1). tools/fdsan/fdsan_test.cc has all violations.
"""

import os
import signal
import unittest

from tests import deadline, procfs
from tests import server as server_module
from tests.http_client import Connection
from tests.server import Server
from tests.server_test_case import ServerTestCase


class ConfigurationTest(unittest.TestCase):

    def test_the_server_watches_its_descriptors_in_the_build_that_asks_for_it_alone(self):
        self.assertEqual(server_module.has_fdsan(), os.environ["CONFIG_FDSAN"] == "on")


@unittest.skipUnless(server_module.has_fdsan(), "for --config=fdsan")
class FdsanTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.file = os.fsdecode(self.write("file", b"content"))

    def start_with_fault(self, fault: str, *options: str) -> Server:
        """Starts a server in which the system call of `fault` goes wrong."""
        call = fault.partition(":")[0]
        strace = ("/usr/bin/strace", "--daemonize", "--follow-forks", "--quiet=all",
                  "--output=/dev/null", f"--trace={call}", f"--inject={fault}", *options)
        # The leak sanitizer cannot work in a process that is traced.
        leaks_ignored = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        server = self.start(prefix=strace, variables={"ASAN_OPTIONS": leaks_ignored})
        server.may_lose_children = True
        return server

    def assert_reported(self, server: Server, violation: str, *sites: str) -> None:
        """Waits for the report, and expects it to have the sites in its stacks."""
        lines = deadline.eventually(
            lambda: [line for line in server.lines() if "fdsan" in line] and server.lines())
        self.assertTrue([line for line in lines if violation in line], lines)
        for site in sites:
            self.assertTrue([line for line in lines if line.startswith(f"    prong::{site}")], lines)

    def test_a_descriptor_that_has_an_owner_already(self):
        server = self.start()
        (root,) = [fd for fd, file in procfs.descriptors(server.pid).items() if file == self.root]
        server = self.start_with_fault(f"accept4:retval={root}")
        with Connection(server.address):
            self.assert_reported(server, "was closed by what the linker does not see",
                                 "Supervisor::", "DocumentRoot::")
            self.assertEqual(server.wait(), -signal.SIGABRT)

    def test_a_child_that_begins_to_serve_with_one_too_many(self):
        server = self.start_with_fault("close:retval=0")
        with Connection(server.address):
            self.assert_reported(server, "is open in a child that begins to serve", "Supervisor::")

    def test_a_child_that_ends_with_a_file_open(self):
        server = self.start_with_fault("close:retval=0", f"--trace-path={self.file}")
        self.assertEqual(self.get(server, "/file").body, b"content")
        self.assert_reported(server, f"({self.file}) is open in a child that ends",
                             "ExitChild", "DocumentRoot::")


if __name__ == "__main__":
    unittest.main(buffer=True)
