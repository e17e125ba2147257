"""What a child that serves a client can do if the client comes to run code in it: nothing."""

import os
import re
import socket
import unittest
from typing import NamedTuple

from tests import deadline, procfs, server
from tests.server import Server
from tests.server_test_case import ServerTestCase

BINARY = os.path.abspath("tests/inside/server")

KILLED = "killed"  # by SIGSYS, and said to be
_KILLED = re.compile(r" serving 127\.0\.0\.1 was killed by SIGSYS, for a system call that it may not "
                     r"make, after ")

# What needs a system call that is none of a child's.
CALLS = (
    "openat /etc/passwd", "unlink {root}/file", "rename {root}/file", "chmod {root}/file",
    "mount {root}", "chroot {root}",
    "socket -", "unix_socket -", "connect {socket}", "bind {socket}", "listen {socket}",
    *(f"accept4 {fd}" for fd in range(8)), "accept {socket}",
    "fork -", "clone -", "clone_guess -", "vfork -", "clone3 -", "execve /bin/true",
    "execveat /bin/true", "kill {sibling}", "kill {child}", "kill 0", "kill -1", "kill_parent -",
    "tgkill_parent -", "sigqueue {parent}", "pidfd_open {parent}", "ptrace -",
    "process_vm_readv -", "wait4 -", "setpriority -",
    "setuid -", "setgid -", "capset -", "unshare -", "setns -", "prlimit_parent -", "prctl -",
    "outlive_parent -",
    "bpf -", "io_uring_setup -", "userfaultfd -", "perf_event_open -", "keyctl -",
    "init_module -", "seccomp -", "executable_memory -", "mprotect -", "ioctl -", "x32 -",
)

# What an openat2(2) that resolves paths as it likes is told; EACCES is Landlock's.
FILES = {
    "read /etc/passwd": "EACCES",
    "read {root}/../secret": "EACCES",
    "read_from_root ../secret": "EACCES",
    "read_from_root " + "../" * 64 + "etc/passwd": "EACCES",
    "read_from_root link": "EACCES",
    "read_from_root directory/../../secret": "EACCES",
    "read /proc/self/maps": "EACCES",
    "read /proc/self/mem": "EACCES",
    "read /proc/{parent}/mem": "EACCES",
    "read /proc/{parent}/environ": "EACCES",
    "read /proc/{sibling}/maps": "EACCES",
    "read {log}": "EACCES",
    "list /": "EACCES",
    "list {root}/..": "EACCES",
    "write {root}/file": "EACCES",
    "write {log}": "EACCES",
    "write {other_log}": "EACCES",
    "write /dev/null": "EACCES",
    "create {root}/new": "EACCES",
    "create {logs}/new": "EACCES",
    "truncate {root}/file": "EACCES",
    "truncate {log}": "EACCES",
}

# The same where the log is no file: then there is nothing that a child gives up.
WRITES = ("write {root}/file", "create {root}/new", "truncate {root}/file", "write {other_log}",
          "create {logs}/new")

# What is allowed, so that what is not can be told from what does not work.
ALLOWED = ("nothing -", "read {root}/file", "read_from_root file", "list {root}")


class Outcome(NamedTuple):
    what: str  # what the kernel said to the child, or KILLED
    pid: int


@unittest.skipUnless(server.is_plain() and not server.memcheck.IS_ON,
                     "a build that is instrumented goes without")
class InsideTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.write("directory/file")
        self.write("../secret", b"secret")
        self.write("../logs/other_log", b"of another server\n")
        os.symlink("/etc/passwd", os.path.join(self.root, "link"))
        self.logs = os.path.join(self.scratch, "logs")
        self.log = os.path.join(self.logs, "log")
        self.serve(f"--access_log={self.log}")

    def serve(self, *flags: str) -> None:
        self.server = self.start(*flags, binary=BINARY)
        self.server.may_lose_children = True
        self.sibling = self.connect(self.server)  # of every child that tries something
        self.sibling.get("/file")
        self.sibling_pid = self.server.only_child()

    def attempt(self, words: str) -> Outcome:
        """What comes of an attempt, of which `words` may name what there is here."""
        before = {child.pid for child in self.server.children()}
        with socket.create_connection(self.server.address, deadline.SECONDS) as client:
            (child,) = deadline.eventually(
                lambda: {child.pid for child in self.server.children()} - before)
            words = words.format(
                root=self.root, logs=self.logs, log=self.log, child=child,
                other_log=os.path.join(self.logs, "other_log"), parent=self.server.pid,
                sibling=self.sibling_pid, socket=self.socket_of(child))
            client.sendall(f"TRY {words}\n".encode())
            try:
                said = b"".join(iter(lambda: client.recv(64), b""))
            except ConnectionResetError:
                said = b""
        deadline.eventually(
            lambda: child not in {process.pid for process in self.server.children()})
        return Outcome(said.decode().strip() or self.death_of(child), child)

    @staticmethod
    def socket_of(child: int) -> int:
        return deadline.eventually(lambda: next(
            (fd for fd, file in procfs.descriptors(child).items() if file.startswith("socket:")),
            None))

    def death_of(self, child: int) -> str:
        """How the parent says that it died."""
        line = deadline.eventually(lambda: next(
            (line for line in self.server.lines() if f" child {child} " in line), None))
        return KILLED if _KILLED.search(line) else line

    def assert_unharmed(self) -> None:
        """The parent lives and serves, and so does the sibling."""
        self.assertTrue(self.server.is_running())
        self.assertEqual(self.sibling.get("/file").body, b"content")
        self.assertEqual(self.get(self.server, "/file").body, b"content")

    def test_what_is_allowed_can_be_done(self):
        for words in ALLOWED:
            with self.subTest(words):
                self.assertEqual(self.attempt(words).what, "succeeded")

    def test_a_system_call_that_is_not_a_childs_ends_it(self):
        for words in CALLS:
            with self.subTest(words):
                self.assertEqual(self.attempt(words).what, KILLED)
                self.assertTrue(self.server.is_running())
        self.assert_unharmed()

    def test_no_file_is_opened_but_those_below_the_root(self):
        for words, refusal in FILES.items():
            with self.subTest(words):
                self.assertEqual(self.attempt(words).what, refusal)
        self.assert_unharmed()
        with open(os.path.join(self.logs, "other_log"), "rb") as file:
            self.assertEqual(file.read(), b"of another server\n")

    def test_no_file_is_written_where_the_log_is_none(self):
        self.serve("--access_log=none")
        for words in WRITES:
            with self.subTest(words):
                self.assertEqual(self.attempt(words).what, "EACCES")
        self.assert_unharmed()

    def test_a_limit_is_not_raised_again(self):
        """By root it could be: but of the limits this one alone, and it has no fork to use it."""
        self.assertIn(self.attempt("raise_nproc -").what, ("EPERM", "succeeded"))

    def test_without_the_sandbox_the_attempts_succeed(self):
        """So that it is the sandbox that stops them, and not that they are made wrongly."""
        self.serve("--sandbox=off")
        for words in ("read /etc/passwd", "read {root}/../secret", "read_from_root ../secret",
                      "read_from_root link", "read /proc/self/maps", "list /", "write {root}/file",
                      "create {root}/new", "openat /etc/passwd", "socket -", "unix_socket -",
                      "executable_memory -", "prctl -", "outlive_parent -"):
            with self.subTest(words):
                self.assertEqual(self.attempt(words).what, "succeeded")


if __name__ == "__main__":
    unittest.main(buffer=True)
