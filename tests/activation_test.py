"""What a service manager passes, sd_listen_fds(3), and is told, sd_notify(3)."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from tests import deadline, memcheck, procfs
from tests import server as server_module
from tests.activated_server import ServiceManager, listening_socket, passing
from tests.http_client import Connection
from tests.server import Server
from tests.server_test_case import ServerTestCase

ENVIRONMENT_ERROR = 2  # exit status, design 4.2

ACTIVATE = "/usr/bin/systemd-socket-activate"


class ActivationTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        # The path of a test's own directory may be longer than that of a socket can be.
        self.directory = tempfile.mkdtemp(dir="/tmp", prefix="prong.")
        self.addCleanup(shutil.rmtree, self.directory)
        self.path = os.path.join(self.directory, "socket")

    def activate(self, file: socket.socket, *flags: str, **how) -> Server:
        return self.start(*flags, prefix=passing(file.fileno()), pass_fds=(file.fileno(),), **how)


class PassedSocketTest(ActivationTestCase):
    """tests/listening_test.py has what is so for each kind of socket."""

    def test_it_is_served_whatever_the_flags_say_of_sockets(self):
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener, \
             socket.create_server(("127.0.0.1", 0)) as other:
            server = Server(f"--root={self.root}", f"--port={other.getsockname()[1]}",
                            "--bind_address=::1", f"--unix_socket={self.path}",
                            prefix=passing(listener.fileno()), pass_fds=(listener.fileno(),))
            self.addCleanup(server.stop)
            self.assertEqual(server.address, listener.getsockname())
            self.assertEqual(self.get(server, "/file").body, b"content")
        self.assertFalse(os.path.exists(self.path))

    def test_an_abstract_socket_is_served_and_named(self):
        with listening_socket(socket.AF_UNIX, f"\0prong/{self.directory}") as listener:
            server = self.activate(listener)
            self.assertEqual(server.address, f"@prong/{self.directory}")
            with Connection(listener.getsockname().decode()) as connection:
                self.assertEqual(connection.get("/file").body, b"content")

    def test_it_goes_on_listening_for_the_next_server(self):
        """The service manager has it open, too, and the file of a unix socket is its own."""
        with listening_socket(socket.AF_UNIX, self.path) as listener:
            for _ in range(2):
                server = self.activate(listener)
                self.assertEqual(self.get(server, "/file").body, b"content")
                server.signal(signal.SIGTERM)
                self.assertEqual(server.wait(), 0)
                self.assertTrue(os.path.exists(self.path))

    def test_a_connection_that_came_before_the_server_is_served(self):
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener:
            with Connection(listener.getsockname()) as early:
                self.activate(listener)
                self.assertEqual(early.get("/file").body, b"content")

    def test_it_need_not_be_non_blocking(self):
        """accept(2) must not wait for a client that has gone."""
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener:
            self.assertTrue(listener.getblocking())
            server = self.activate(listener)
            self.get(server, "/file")
            (fd,) = [fd for fd, file in procfs.descriptors(server.pid).items()
                     if file in procfs.listening_sockets()]
            with open(f"/proc/{server.pid}/fdinfo/{fd}", encoding="ascii") as file:
                flags = next(int(line.split()[1], 8) for line in file if line.startswith("flags:"))
            self.assertTrue(flags & os.O_NONBLOCK)
            self.assertTrue(flags & os.O_CLOEXEC)

    def test_of_what_else_is_inherited_nothing_is_kept(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        os.set_inheritable(write, True)
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener:
            server = self.start(prefix=passing(listener.fileno()),
                                pass_fds=(listener.fileno(), write))
            held = procfs.descriptors(server.pid)
            self.assertFalse([file for fd, file in held.items()
                              if fd > 2 and file.startswith("pipe:")], held)

    def test_what_is_passed_to_another_process_is_ignored(self):
        for pid in ("1", "", "$$$$", "-1", "x"):
            with self.subTest(pid), \
                 listening_socket(socket.AF_INET, "127.0.0.1") as listener:
                server = self.start(prefix=passing(listener.fileno(), pid=f"'{pid}'"),
                                    pass_fds=(listener.fileno(),))
                self.assertNotEqual(server.address, listener.getsockname())
                self.assertEqual(self.get(server, "/file").body, b"content")

    @unittest.skipUnless(os.path.exists(ACTIVATE), "systemd-socket-activate is not here")
    @unittest.skipIf(memcheck.IS_ON, "it executes what is passed to it, as another program")
    def test_systemd_is_understood(self):
        command = [ACTIVATE, f"--listen={self.path}", server_module.BINARY, f"--root={self.root}"]
        with open(os.path.join(self.scratch, "stderr"), "w+b") as stderr, \
             subprocess.Popen(command, stderr=stderr, stdout=subprocess.DEVNULL,
                              start_new_session=True) as process:
            try:
                with deadline.eventually(self.connection) as connection:
                    self.assertEqual(connection.get("/file").body, b"content")
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(deadline.SECONDS), 0)
            finally:
                procfs.kill_session(process.pid)
            said = os.pread(stderr.fileno(), 1 << 16, 0).decode()
        self.assertIn(f"prong: serving {self.root} at unix:{self.path}\n", said)

    def connection(self) -> Connection | None:
        """One to the socket, if it is there and listens by now."""
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            return Connection(self.path)
        return None


class ErrorsTest(ActivationTestCase):

    def assert_refused(self, passed: socket.socket | None, *mentions: str, count: str = "1"):
        """`mentions` are to be found in the only line that is printed."""
        with open(os.devnull, "rb") as null:
            file = null.fileno() if passed is None else passed.fileno()
            os.set_inheritable(file, True)
            result = server_module.run(f"--root={self.root}", "--port=0",
                                       prefix=passing(file, count), pass_fds=(file,))
        self.assertEqual((result.status, result.stdout), (ENVIRONMENT_ERROR, ""), result)
        (line,) = result.stderr
        for mention in mentions:
            self.assertIn(mention, line)

    def test_a_datagram_socket_is_named_with_a_remedy(self):
        for family in (socket.AF_INET, socket.AF_UNIX):
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                self.assert_refused(datagram, "no stream socket", "ListenStream=")

    def test_a_sequential_packet_socket_is_named_with_a_remedy(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sequential:
            sequential.bind(self.path)
            sequential.listen()
            self.assert_refused(sequential, "no stream socket", "ListenStream=")

    def test_a_connection_is_named_with_a_remedy(self):
        with contextlib.ExitStack() as stack:
            ours, theirs = map(stack.enter_context, socket.socketpair())
            self.assert_refused(ours, "does not listen", "Accept=no")
            listener = stack.enter_context(listening_socket(socket.AF_INET, "127.0.0.1"))
            stack.enter_context(socket.create_connection(listener.getsockname()))
            accepted = stack.enter_context(listener.accept()[0])
            self.assert_refused(accepted, "does not listen", "Accept=no")
            self.assertTrue(theirs)

    def test_a_socket_of_another_family_is_named_with_a_remedy(self):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as netlink:
            self.assert_refused(netlink, f"address family {int(socket.AF_NETLINK)}",
                                "ListenStream=")

    def test_what_is_no_socket_is_named(self):
        self.assert_refused(None, "descriptor 3", "Socket operation on non-socket")

    @unittest.skipIf(memcheck.IS_ON, "valgrind opens files of its own")
    def test_what_is_not_there_is_named(self):
        result = server_module.run(
            f"--root={self.root}", "--port=0",
            prefix=("/bin/bash", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&-', "bash"))
        self.assertEqual(result.status, ENVIRONMENT_ERROR)
        (line,) = result.stderr
        self.assertIn("descriptor 3", line)
        self.assertIn("Bad file descriptor", line)

    def test_any_number_but_one_is_named_with_a_remedy(self):
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener:
            for count in ("0", "2", "''", "x", "-1", "1x"):
                with self.subTest(count):
                    self.assert_refused(listener, f"LISTEN_FDS is {count!r}".replace('"', ""),
                                        "ListenStream=", count=count)


class NotificationTest(ActivationTestCase):

    def test_the_service_manager_is_told_when_the_server_serves_and_when_it_stops(self):
        for name in (os.path.join(self.directory, "notify"), f"@prong/{self.directory}"):
            with self.subTest(name), ServiceManager(name) as manager:
                server = self.start(variables=manager.variables)
                self.assertEqual(manager.next_message(), ("READY=1", server.pid))
                # What a client gets, no one is told.
                self.assertEqual(self.get(server, "/file").body, b"content")
                self.assertFalse(manager.has_message())
                server.signal(signal.SIGTERM)
                self.assertEqual(manager.next_message(), ("STOPPING=1", server.pid))
                self.assertEqual(server.wait(), 0)
                self.assertFalse(manager.has_message())

    def test_it_is_told_that_the_server_stops_while_connections_are_open(self):
        with ServiceManager(f"@prong/{self.directory}") as manager:
            server = self.start("--drain_timeout=1h", variables=manager.variables)
            self.assertEqual(manager.next_message()[0], "READY=1")
            with self.connect(server) as connection:
                connection.send(b"GET /file HTTP/1.1\r\n")
                server.only_child()
                server.signal(signal.SIGTERM)
                self.assertEqual(manager.next_message()[0], "STOPPING=1")
                self.assertTrue(server.is_running())

    def test_only_the_parent_can_tell_it_anything(self):
        with ServiceManager(f"@prong/{self.directory}") as manager:
            told, untold = self.start(variables=manager.variables), self.start()
            manager.next_message()
            for server in (told, untold):
                self.connect(server).get("/file")

            def count(server) -> tuple[int, int]:
                """Of parent and child; the file that was sent is open a moment longer."""
                return tuple(len(procfs.descriptors(pid))
                             for pid in (server.pid, server.only_child()))

            deadline.eventually(lambda: count(told)[0] == count(untold)[0] + 1 and
                                count(told)[1] == count(untold)[1])

    def test_a_server_that_cannot_tell_serves_and_says_so(self):
        for name in ("/nonexistent/notify", f"@prong/{self.directory}", "relative", ""):
            with self.subTest(name):
                server = self.start(variables={"NOTIFY_SOCKET": name})
                self.assertEqual(self.get(server, "/file").body, b"content")
                server.signal(signal.SIGTERM)
                self.assertEqual(server.wait(), 0)
                lines = [line for line in server.lines() if "NOTIFY_SOCKET" in line]
                self.assertEqual([line.split(":")[1].split()[:3] for line in lines],
                                 [["cannot", "send", "READY=1"], ["cannot", "send", "STOPPING=1"]])

    def test_a_server_that_cannot_start_is_not_ready(self):
        with ServiceManager(f"@prong/{self.directory}") as manager:
            result = server_module.run("--root=/nonexistent", variables=manager.variables)
            self.assertEqual(result.status, ENVIRONMENT_ERROR)
            self.assertFalse(manager.has_message())


if __name__ == "__main__":
    unittest.main(buffer=True)
