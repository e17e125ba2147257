#!/usr/bin/env python3
"""Each server that is installed starts, answers, and leaves nothing behind."""

import os
import tempfile
import unittest
import urllib.request

from tests import procfs
from tools.bench import servers
from tools.bench.servers import IDLE, KINDS, LOGGED, Place

_SIZE = 1024


class ServersTest(unittest.TestCase):

    def setUp(self):
        # Not where tests write, as nobody, as whom servers run, may not search there.
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        os.chmod(self.scratch, 0o755)
        servers.make_files(f"{self.scratch}/root", {_SIZE})

    def check(self, name: str) -> None:
        with servers.running(name, self.scratch, _SIZE, os.sched_getaffinity(0)) as server:
            pid = server.pid
            with urllib.request.urlopen(server.url, timeout=20) as response:
                self.assertEqual(response.read(), bytes(_SIZE))
            self.assertGreater(server.memory(), 0)
            self.assertNotEqual(server.cpu_microseconds(), 0)
        self.assertEqual([process for process in procfs.session(pid) if process.state != "Z"], [])
        self.assertEqual(os.listdir(self.scratch), ["root"])

    def test_each_serves_with_and_without_a_log(self):
        for name, kind in KINDS.items():
            with self.subTest(name):
                if not servers.is_usable(name) or kind.idle_children:
                    continue
                self.check(name)

    def test_one_that_does_not_start_says_why(self):
        with self.assertRaisesRegex(servers.Unusable, "prong does not come to serve: .*--root"):
            os.rename(f"{self.scratch}/root", f"{self.scratch}/other")
            self.check("prong")


class ConfigurationTest(unittest.TestCase):

    TEXT = "root @ROOT@ # kept\nlog off;   #unlogged\nlog @DIRECTORY@/log;  #logged\nport @PORT@\n"

    def test_what_is_named_and_what_depends_on_the_log(self):
        place = Place("/r", "/d", 80, logged=True, size=0)
        self.assertEqual(servers.configuration(self.TEXT, place),
                         "root /r # kept\nlog /d/log;\nport 80\n")
        self.assertEqual(servers.configuration(self.TEXT, place._replace(logged=False)),
                         "root /r # kept\nlog off;\nport 80\n")

    def test_each_kind_but_the_limit_can_log(self):
        for name in servers.NAMES:
            self.assertEqual(name + LOGGED in KINDS, name != "bare limit")
        self.assertEqual(KINDS["prong" + IDLE].idle_children, 1000)


if __name__ == "__main__":
    unittest.main()
