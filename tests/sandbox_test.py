"""What is in force of the sandbox, and what is said of it."""

import os
import re
import signal
import unittest
from typing import Sequence

from tests import deadline, procfs, server, strace
from tests.server_test_case import ServerTestCase

_IN_FORCE = re.compile(r"prong: sandbox: landlock=abi[0-9]+ seccomp=on no_new_privs=on")

_LIMITS = {"Max core file size": "0", "Max open files": "64", "Max file size": str(64 << 30),
           "Max address space": str(256 << 20)}


def limits(pid: int) -> dict[str, str]:
    """The hard limits of a process, by their names in proc(5)."""
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        return {match[1].strip(): match[2] for line in file
                if (match := re.match(r"(.{25}) \S+ +(\S+)", line))}


@unittest.skipUnless(server.is_plain() and not server.memcheck.IS_ON,
                     "a build that is instrumented goes without")
class SandboxTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")

    def test_by_default_all_is_in_force_and_said(self):
        started = self.start()
        self.assertRegex(started.first_lines(2)[1], _IN_FORCE)
        connection = self.connect(started)
        connection.get("/file")
        for pid in (started.pid, started.only_child()):
            said = procfs.status(pid)
            self.assertEqual((said["Seccomp"], said["NoNewPrivs"]), ("2", "1"))
            held = limits(pid)
            self.assertEqual({name: held[name] for name in _LIMITS}, _LIMITS)

    def test_a_child_may_not_have_children_nor_compute_without_end(self):
        started = self.start()
        connection = self.connect(started)
        connection.get("/file")
        held = limits(started.only_child())
        self.assertEqual((held["Max processes"], held["Max cpu time"]), ("0", "600"))

    def test_a_limit_that_is_lower_stays(self):
        started = self.start(prefix=("/usr/bin/prlimit", "--nofile=32:32", "--as=100000000"))
        held = limits(started.pid)
        self.assertEqual((held["Max open files"], held["Max address space"]), ("32", "100000000"))
        self.assertEqual(self.get(started, "/file").body, b"content")

    def test_off_is_off_and_said(self):
        started = self.start("--sandbox=off")
        self.assertEqual(started.first_lines(2)[1],
                         "prong: sandbox: landlock=off seccomp=off no_new_privs=off")
        self.assertEqual(procfs.status(started.pid)["Seccomp"], "0")
        self.assertEqual(self.get(started, "/file").body, b"content")

    def test_best_effort_is_all_there_is(self):
        started = self.start("--sandbox=best_effort")
        self.assertRegex(started.first_lines(2)[1], _IN_FORCE)

    def test_it_works_without_privileges(self):
        prefix = () if os.geteuid() != 0 else (
            "/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
        started = self.start(prefix=prefix)
        self.assertEqual(procfs.status(started.pid)["CapEff"].strip("0"), "")
        self.assertRegex(started.first_lines(2)[1], _IN_FORCE)
        self.assertEqual(self.get(started, "/file").body, b"content")

    def test_the_log_is_opened_again_by_the_parent_and_by_no_child(self):
        """Where the parent may write, a child gives that up: a call more, and a descriptor less."""
        log = os.path.join(self.scratch, "log")
        started = self.start(f"--access_log={log}")
        connection = self.connect(started)
        connection.get("/file")
        child = started.only_child()
        self.assertFalse([file for file in procfs.descriptors(child).values()
                          if "landlock" in file])
        os.rename(log, log + ".1")
        started.signal(signal.SIGHUP)
        deadline.eventually(lambda: os.path.exists(log))
        self.get(started, "/file")
        with open(log, encoding="ascii") as file:
            self.assertIn('"GET /file HTTP/1.1" 200 7', deadline.eventually(file.read))


@unittest.skipUnless(server.is_plain() and not server.memcheck.IS_ON,
                     "a build that is instrumented goes without")
class MissingTest(ServerTestCase):
    """A kernel that lacks something: strace(1) lets the calls fail that ask for it."""

    FAULTS = {
        "landlock": ("landlock_create_ruleset:error=ENOSYS",
                     "landlock: landlock_create_ruleset: Function not implemented",
                     "landlock=off seccomp=on no_new_privs=on"),
        "seccomp": ("seccomp:error=EINVAL", "seccomp: seccomp: Invalid argument",
                    "landlock=abi[0-9]+ seccomp=off no_new_privs=on"),
        "no_new_privs": ("prctl:error=EPERM:when=1", "no_new_privs: prctl: Operation not permitted",
                         "landlock=abi[0-9]+ seccomp=on no_new_privs=off"),
    }

    def strace(self, fault: str) -> Sequence[str]:
        return strace.from_the_start(os.path.join(self.scratch, "trace"), f"--inject={fault}")

    def test_required_refuses_to_start(self):
        for part, (fault, lack, _) in self.FAULTS.items():
            with self.subTest(part):
                done = server.run("--port=0", f"--root={self.root}", prefix=self.strace(fault))
                self.assertEqual(done.status, 2)
                self.assertEqual(len(done.stderr), 1, done.stderr)
                self.assertIn(f"the kernel cannot enforce --sandbox=required: {lack};",
                              done.stderr[0])
                self.assertIn("--sandbox=best_effort", done.stderr[0])

    def test_a_child_that_cannot_confine_itself_serves_nobody(self):
        """Where the parent may write, in a child alone."""
        self.write("file", b"content")
        started = self.start(f"--access_log={os.path.join(self.scratch, 'log')}")
        traces = os.path.join(self.scratch, "traces")
        os.mkdir(traces)
        attached = strace.Attached(started.pid, traces, "--inject=landlock_restrict_self:error=EPERM",
                                   follow=True)
        self.addCleanup(attached.detach)
        with self.assertRaises(OSError):
            self.get(started, "/file")
        self.assertEqual(started.first_lines(3)[2], "prong: a child cannot confine itself: "
                         "landlock_restrict_self: Operation not permitted")

    def test_best_effort_says_what_is_missing(self):
        self.write("file", b"content")
        for part, (fault, lack, in_force) in self.FAULTS.items():
            with self.subTest(part):
                started = self.start("--sandbox=best_effort", prefix=self.strace(fault))
                _, sandbox, missing = started.first_lines(3)
                self.assertRegex(sandbox, f"^prong: sandbox: {in_force}$")
                self.assertEqual(missing, f"prong: sandbox: missing: {lack}")
                self.assertEqual(self.get(started, "/file").body, b"content")


if __name__ == "__main__":
    unittest.main(buffer=True)
