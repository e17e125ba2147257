"""The command line and the environment: one line that says what is wrong, and an exit."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from tests import deadline, server
from tests.activated_server import listening_socket, passing
from tests.privileges import without_reading_everything
from tests.server import Server
from tests.server_test_case import ServerTestCase

FLAG_ERROR, ENVIRONMENT_ERROR = 1, 2  # exit statuses, design 4.2

FLAGS = ("port", "bind_address", "unix_socket", "unix_socket_mode", "root", "backlog", "reuse_port",
         "max_connections", "max_connections_per_client", "header_timeout", "idle_timeout", "connection_timeout",
         "min_send_rate", "max_requests_per_connection", "drain_timeout", "dotfiles",
         "follow_symlinks", "directory_listing", "allow_root_directory", "spa_fallback",
         "cache_control", "cors_origin", "header", "error_pages", "sandbox", "user", "access_log",
         "log_format", "trusted_proxy", "allow", "deny")

# Of TEST-NET-2, RFC 5737: an address that no machine has.
FOREIGN_ADDRESS = "198.51.100.1"

MALFORMED = {
    "port": ("abc", "", "65536", "-1", "80x", "99999999999999999999"),
    "bind_address": ("nonsense", "", "127.0.0.1:80", "[::1]", "256.0.0.1", "localhost"),
    "unix_socket_mode": ("abc", "", "0", "888", "1777"),
    "backlog": ("abc", "", "-1", "2147483648"),
    "reuse_port": ("maybe",),
    "max_connections": ("abc", "0", "-1"),
    "max_connections_per_client": ("abc", "-1", "1000000001"),
    "header_timeout": ("abc", "", "-1s", "0", "10", "inf"),
    "idle_timeout": ("abc", "-1s", "0", "inf"),
    "connection_timeout": ("abc", "-1s", "0", "inf", "25h"),
    "min_send_rate": ("abc", "0", "-1"),
    "max_requests_per_connection": ("abc", "0", "-1"),
    "drain_timeout": ("abc", "-1s", "inf"),
    "dotfiles": ("maybe",),
    "follow_symlinks": ("maybe",),
    "directory_listing": ("maybe",),
    "spa_fallback": ("maybe",),
    "allow_root_directory": ("maybe",),
    "cache_control": (" max-age=60", "x" * 4097),
    "cors_origin": ("example.org", "https://example.org/", "https://a.example,https://b.example"),
    "header": ("X", "X: ", "X Y: z", "Content-Length: 5", "transfer-encoding: chunked",
               "Cache-Control: no-store"),
    "trusted_proxy": ("proxy", "", "10.0.0.0/33", "10.0.0.1,", "[::1]"),
    "allow": ("all", "", "10.0.0.1/8", "10.0.0.0/8, ::1", "::/129"),
    "deny": ("all", "", "2001:db8::1/32", "10.0.0.0-10.0.0.9", "10.0.0.0/255.0.0.0"),
    "sandbox": ("on", "", "REQUIRED"),
    "log_format": ("clf", "", "JSON", "common,json"),
}


class FlagErrorsTest(ServerTestCase):
    """Design 4.2: what, the value, and what to do; never a stack trace."""

    def assert_refused(self, arguments: tuple[str, ...], status: int, *mentions: str,
                       prefix: tuple[str, ...] = ()) -> None:
        """`mentions` are to be found in the only line that is printed."""
        result = server.run(*arguments, prefix=prefix)
        self.assertEqual(result.status, status, result)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr), 1, result.stderr)
        for mention in mentions:
            self.assertIn(mention, result.stderr[0])

    def test_a_malformed_value_is_named_with_its_flag(self):
        for flag, values in MALFORMED.items():
            for value in values:
                with self.subTest(flag=flag, value=value):
                    arguments = (f"--root={self.root}", "--port=0", f"--{flag}={value}")
                    self.assert_refused(arguments, FLAG_ERROR, flag, value)

    def test_no_value_breaks_its_line_or_that_of_the_error(self):
        """Response splitting, CWE-113, from the command line."""
        for flag, value, shown in (
                ("header", "X: y\r\nSet-Cookie: z=1", r"X: y\x0D\x0ASet-Cookie: z=1"),
                ("header", "X: y\nZ: 1", r"X: y\x0AZ: 1"), ("header", "X: \x1b[2J", r"X: \x1B[2J"),
                ("cache_control", "no-store\r\nX: y", r"no-store\x0D\x0AX: y"),
                ("cors_origin", "https://a.example\r\nX: y", r"https://a.example\x0D\x0AX: y")):
            with self.subTest(flag=flag, value=value):
                self.assert_refused((f"--{flag}={value}",), FLAG_ERROR, flag, shown)

    def test_an_unknown_flag_is_named(self):
        self.assert_refused(("--prot=80",), FLAG_ERROR, "prot")

    def test_an_argument_that_is_no_flag_is_named(self):
        self.assert_refused(("--port=0", "site"), FLAG_ERROR, "site", "--root=DIRECTORY")
        self.assert_refused(("--port=0", "--", "--root=x"), FLAG_ERROR)

    def test_a_root_that_cannot_be_served_is_named(self):
        file = os.fsdecode(self.write("file"))
        for root in (file, os.path.join(self.root, "missing"), os.path.join(file, "below")):
            with self.subTest(root=root):
                self.assert_refused(("--port=0", f"--root={root}"), ENVIRONMENT_ERROR, root)

    def test_a_root_without_permission_is_named(self):
        for mode in (0o000, 0o300, 0o400):  # none, not readable, not searchable
            root = tempfile.mkdtemp(dir=self.scratch)
            self.addCleanup(os.chmod, root, 0o700)
            with self.subTest(mode=oct(mode)):
                os.chmod(root, mode)
                self.assert_refused(("--port=0", f"--root={root}"), ENVIRONMENT_ERROR, root,
                                    prefix=without_reading_everything())

    def test_the_root_of_the_file_system_is_refused_by_every_name(self):
        link = os.path.join(self.scratch, "link")
        os.symlink("/", link)
        for root in ("/", "//", "/proc/..", link):
            with self.subTest(root=root):
                self.assert_refused(("--port=0", f"--root={root}"), FLAG_ERROR, f"--root={root}",
                                    "--allow_root_directory")

    def test_an_error_page_that_cannot_be_used_is_named(self):
        pages = os.path.join(self.scratch, "pages")
        for page, content, mode in (("500.html", b"x", 0), ("404.html", b"x" * 65537, 0o644),
                                    ("403.html", b"", 0o644), (None, None, None)):
            with self.subTest(page=page):
                os.mkdir(pages)
                path = pages if page is None else os.path.join(pages, page)
                if page is not None:
                    with open(path, "wb") as file:
                        file.write(content)
                    os.chmod(path, mode)
                self.assert_refused(("--port=0", f"--root={self.root}", f"--error_pages={pages}"),
                                    ENVIRONMENT_ERROR, f"--error_pages={path}: ",
                                    prefix=without_reading_everything())
                shutil.rmtree(pages)

    def test_a_port_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            self.assert_refused((f"--port={port}", f"--root={self.root}"), ENVIRONMENT_ERROR,
                                str(port))

    def test_a_port_that_is_not_shared_by_both_is_named(self):
        shared, own = "--reuse_port", "--noreuse_port"
        for first, second in ((own, own), (own, shared), (shared, own)):
            with self.subTest(first=first, second=second):
                port = self.start(first).address[1]
                self.assert_refused((f"--port={port}", second, f"--root={self.root}"),
                                    ENVIRONMENT_ERROR, f"127.0.0.1:{port}: Address already in use")

    def test_only_a_port_that_is_bound_here_can_be_shared(self):
        path = os.path.join(self.scratch, "socket")
        self.assert_refused((f"--unix_socket={path}", "--reuse_port", f"--root={self.root}"),
                            FLAG_ERROR, f"--unix_socket={path}", "--reuse_port")
        self.assertFalse(os.path.exists(path))
        with listening_socket(socket.AF_INET, "127.0.0.1") as passed:
            result = server.run("--reuse_port", f"--root={self.root}",
                                prefix=passing(passed.fileno()), pass_fds=(passed.fileno(),))
        self.assertEqual((result.status, len(result.stderr)), (FLAG_ERROR, 1), result)
        self.assertIn("passed by --reuse_port", result.stderr[0])

    def test_an_address_of_another_machine_is_named(self):
        self.assert_refused((f"--bind_address={FOREIGN_ADDRESS}", "--port=0",
                             f"--root={self.root}"), ENVIRONMENT_ERROR, FOREIGN_ADDRESS)

    def test_an_access_log_that_cannot_be_opened_is_named(self):
        path = os.path.join(self.scratch, "missing", "log")
        self.assert_refused(("--port=0", f"--root={self.root}", f"--access_log={path}"),
                            ENVIRONMENT_ERROR, path)


class StartTest(ServerTestCase):
    """What the server does with good flags."""

    def start_only(self, *flags: str, **how) -> Server:
        """Starts with these flags and no others."""
        started = Server(*flags, **how)
        self.addCleanup(started.stop)
        return started

    def test_the_ready_line_comes_first_and_has_the_real_port(self):
        started = self.start()
        self.assertNotEqual(started.address[1], 0)
        self.assertEqual(started.root, self.root)
        self.assertEqual(self.get(started, "/missing").status, 404)

    def test_the_default_address_is_loopback_only(self):
        self.assertEqual(self.start().address[0], "127.0.0.1")

    def test_what_other_machines_can_reach_is_said(self):
        self.write("a.txt")
        self.write("b/c.txt")
        self.write(".hidden")
        for flags, words in (
                (("--bind_address=0.0.0.0",), "2 entries at the top, directory listing off, "
                                              "dotfiles off"),
                (("--bind_address=0.0.0.0", "--directory_listing", "--dotfiles"),
                 "3 entries at the top, directory listing on, dotfiles on")):
            with self.subTest(flags=flags):
                started = self.start(*flags)
                self.assertEqual(
                    started.first_lines(3)[2],
                    f"prong: warning: other machines can reach {started.url()} and what is in "
                    f"{self.root}: {words}")

    def test_of_loopback_there_is_no_warning(self):
        started = self.start()
        self.get(started, "/")  # it serves, so that it has said all
        self.assertFalse([line for line in started.lines() if "warning" in line])

    def test_an_ipv6_address_is_served_and_printed_in_brackets(self):
        started = self.start("--bind_address=::1")
        self.assertIn(f"at http://[::1]:{started.address[1]}/", started.lines()[0])
        self.assertEqual(self.get(started, "/missing").status, 404)

    def test_without_a_root_the_current_directory_is_served(self):
        self.write("here.txt", b"here")
        started = self.start_only("--port=0", cwd=self.root)
        self.assertEqual(self.get(started, "/here.txt").body, b"here")

    def test_bazel_run_serves_where_the_user_stands(self):
        self.write("here.txt", b"here")
        started = self.start_only("--port=0", cwd="/",
                                  variables={"BUILD_WORKING_DIRECTORY": self.root})
        self.assertEqual(self.get(started, "/here.txt").body, b"here")

    def test_a_relative_root_is_relative_to_where_the_user_stands(self):
        self.write("site/here.txt", b"here")
        for how in ({"cwd": self.root},
                    {"cwd": "/", "variables": {"BUILD_WORKING_DIRECTORY": self.root}}):
            with self.subTest(how=how):
                started = self.start_only("--port=0", "--root=site", **how)
                self.assertEqual(self.get(started, "/here.txt").body, b"here")

    def test_a_root_that_ends_in_a_slash_or_has_dots_is_served(self):
        self.write("site/here.txt", b"here")
        for root in ("site/", "./site", "site/../site", "."):
            with self.subTest(root=root):
                started = self.start_only("--port=0", f"--root={root}", cwd=self.root)
                target = "/site/here.txt" if root == "." else "/here.txt"
                self.assertEqual(self.get(started, target).body, b"here")

    def test_the_readme_has_every_flag_with_an_example_that_is_taken(self):
        """What is wrong then is the root, and not the command line."""
        with open("README.md", encoding="utf-8") as file:
            rows = re.findall(r"^\| `--(\w+)` \|.*\| `--(\w+)(=[^`]*)?` \|$", file.read(),
                              re.MULTILINE)
        self.assertEqual(sorted(name for name, _, _ in rows), sorted(FLAGS))
        root = "--root=" + os.path.join(self.scratch, "missing")
        for name, example, value in rows:
            with self.subTest(name):
                self.assertEqual(name, example)
                result = server.run(root, f"--{example}{value}".replace('"', ""),
                                    *([root] if name == "root" else []))
                self.assertEqual(result.status, ENVIRONMENT_ERROR, result)

    def test_help_shows_every_flag(self):
        done = subprocess.run([server.BINARY, "--help"], capture_output=True, text=True,
                              timeout=deadline.SECONDS, check=False)
        shown = set(re.findall(r"--([a-z_]+) \(", done.stdout + done.stderr))
        self.assertLessEqual(set(FLAGS), shown)


if __name__ == "__main__":
    unittest.main(buffer=True)
