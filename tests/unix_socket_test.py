"""--unix_socket: the file, who may connect, and what is there already."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import tempfile
import unittest

from tests import deadline
from tests import server as server_module
from tests.http_client import Connection
from tests.server import Exit, Server
from tests.server_test_case import ServerTestCase

FLAG_ERROR, ENVIRONMENT_ERROR = 1, 2  # exit statuses, design 4.2

# That of a unix socket's path, unix(7), without the NUL.
LONGEST = 107


class UnixSocketTestCase(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        # The path of a test's own directory may be longer than that of a socket can be.
        short = tempfile.TemporaryDirectory(dir="/tmp", prefix="prong.")
        self.addCleanup(short.cleanup)
        self.directory = short.name
        self.path = os.path.join(self.directory, "socket")

    def listen(self, *flags: str, **how) -> Server:
        server = self.start(f"--unix_socket={self.path}", *flags, **how)
        self.assertEqual(server.address, self.path)
        return server

    def run_to_end(self, path: str, *flags: str, **how) -> Exit:
        return server_module.run(f"--unix_socket={path}", f"--root={self.root}", *flags, **how)

    def assert_refused(self, result: Exit, status: int, *mentions: str) -> None:
        """`mentions` are to be found in the only line that is printed."""
        self.assertEqual((result.status, result.stdout), (status, ""), result)
        (line,) = result.stderr
        for mention in mentions:
            self.assertIn(mention, line)

    def mode(self) -> int:
        return stat.S_IMODE(os.stat(self.path).st_mode)

    def is_served(self) -> bool:
        with Connection(self.path) as connection:
            return connection.get("/file").body == b"content"


class ServingTest(UnixSocketTestCase):

    def test_curl_is_served(self):
        self.listen()
        done = subprocess.run(
            ["/usr/bin/curl", "--silent", "--unix-socket", self.path, "http://localhost/file"],
            capture_output=True, timeout=deadline.SECONDS, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, b"content"))

    def test_no_port_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            server = Server(f"--unix_socket={self.path}", f"--port={other.getsockname()[1]}",
                            f"--root={self.root}")
            self.addCleanup(server.stop)
            self.assertTrue(self.is_served())

    def test_a_relative_path_is_relative_to_where_the_user_stands(self):
        for how in ({"cwd": self.directory},
                    {"cwd": "/", "variables": {"BUILD_WORKING_DIRECTORY": self.directory}}):
            with self.subTest(how):
                server = self.start("--unix_socket=socket", **how)
                self.assertEqual(server.address, self.path)
                self.assertTrue(self.is_served())
                server.signal(signal.SIGTERM)
                self.assertEqual(server.wait(), 0)


class ModeTest(UnixSocketTestCase):

    def test_the_group_may_connect_unless_a_flag_says_otherwise(self):
        self.listen()
        self.assertEqual(self.mode(), 0o660)

    def test_the_mode_is_that_of_the_flag_whatever_the_umask(self):
        for mask in ("0000", "0077", "0777"):
            for mode in (0o600, 0o666, 0o000):
                with self.subTest(mask=mask, mode=oct(mode)):
                    server = self.listen(
                        f"--unix_socket_mode={mode:03o}",
                        prefix=("/bin/sh", "-c", f'umask {mask} && exec "$@"', "sh"))
                    self.assertEqual(self.mode(), mode)
                    server.signal(signal.SIGTERM)
                    self.assertEqual(server.wait(), 0)

    def test_the_log_is_made_with_the_umask_of_whoever_starts_the_server(self):
        log = os.path.join(self.scratch, "log")
        self.listen(f"--access_log={log}", prefix=("/bin/sh", "-c", 'umask 0 && exec "$@"', "sh"))
        self.assertEqual(stat.S_IMODE(os.stat(log).st_mode), 0o640)

    def test_what_is_no_mode_is_refused(self):
        for mode in ("", "0", "66", "abc", "888", "1777", "rw-rw----", "0o660"):
            with self.subTest(mode):
                result = self.run_to_end(self.path, f"--unix_socket_mode={mode}")
                self.assert_refused(result, FLAG_ERROR, "unix_socket_mode", mode, "0660")
        self.assertFalse(os.path.exists(self.path))


class FileTest(UnixSocketTestCase):

    def test_it_is_gone_when_the_server_has_drained(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.listen()
            server.signal(number)
            self.assertEqual(server.wait(), 0)
            self.assertEqual(os.listdir(self.directory), [])

    def test_it_is_gone_while_the_server_drains_so_that_the_next_can_have_it(self):
        server = self.listen("--idle_timeout=1h", "--drain_timeout=1h")
        with Connection(self.path) as connection:
            connection.send(b"GET /file HTTP/1.1\r\n")
            server.only_child()
            server.signal(signal.SIGTERM)
            deadline.eventually(lambda: not os.path.exists(self.path))
            self.listen()
            connection.send(b"Host: a\r\n\r\n")
            self.assertEqual(connection.read_response().body, b"content")
        self.assertEqual(server.wait(), 0)
        self.assertTrue(self.is_served())

    def test_one_that_an_earlier_server_left_is_replaced(self):
        server = self.listen()
        server.signal(signal.SIGKILL)
        server.wait()
        self.assertTrue(os.path.exists(self.path))
        self.listen()
        self.assertTrue(self.is_served())

    def test_one_that_has_taken_its_place_is_left(self):
        server = self.listen()
        os.unlink(self.path)
        self.listen()
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait(), 0)
        self.assertTrue(self.is_served())

    def test_that_it_was_removed_by_others_is_no_trouble(self):
        server = self.listen()
        os.unlink(self.path)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait(), 0)

    def test_a_child_that_ends_leaves_it(self):
        server = self.listen()
        self.assertTrue(self.is_served())
        server.wait_for_no_child()
        self.assertTrue(self.is_served())


class ErrorsTest(UnixSocketTestCase):

    def test_one_in_use_is_named_and_goes_on_being_served(self):
        self.listen()
        self.assert_refused(self.run_to_end(self.path), ENVIRONMENT_ERROR, f"unix:{self.path}: ",
                            "in use", "another --unix_socket")
        self.assertTrue(self.is_served())

    def test_a_file_that_is_no_socket_is_named_and_left(self):
        for make in (lambda: os.mkdir(self.path), lambda: os.mkfifo(self.path),
                     lambda: os.symlink("elsewhere", self.path),
                     lambda: self.write(self.path, b"precious")):
            make()
            before = os.lstat(self.path)
            self.assert_refused(self.run_to_end(self.path), ENVIRONMENT_ERROR,
                                f"unix:{self.path}: ", "no socket", "remove it")
            self.assertEqual(os.lstat(self.path), before)
            (os.rmdir if stat.S_ISDIR(before.st_mode) else os.unlink)(self.path)

    def test_a_directory_that_is_not_there_is_named(self):
        path = os.path.join(self.directory, "missing", "socket")
        self.assert_refused(self.run_to_end(path), ENVIRONMENT_ERROR, path,
                            "No such file or directory", "--unix_socket")

    def test_a_path_that_is_too_long_is_named_with_the_limit(self):
        longest = os.path.join(self.directory, "x" * (LONGEST - len(self.directory) - 1))
        self.assert_refused(self.run_to_end(longest + "x"), FLAG_ERROR, longest + "x",
                            "--unix_socket", str(LONGEST))
        server = self.start(f"--unix_socket={longest}")
        self.assertEqual(server.address, longest)
        with contextlib.closing(Connection(longest)) as connection:
            self.assertEqual(connection.get("/file").body, b"content")

    def test_a_server_that_fails_to_start_leaves_no_file(self):
        for flags in (["--access_log=/nonexistent/log"], ["--root=/nonexistent"]):
            result = self.run_to_end(self.path, *flags)
            self.assert_refused(result, ENVIRONMENT_ERROR)
        self.assertEqual(os.listdir(self.directory), [])


if __name__ == "__main__":
    unittest.main(buffer=True)
