"""tools/syscalls.py as a user runs it."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from tests import deadline, server

PROGRAM = os.path.abspath("tools/syscalls.py")
COMMAND = ("/usr/bin/python3", "-B", "-P", PROGRAM)
REQUEST = "--request=GET /flag HTTP/1.1"


class SyscallsTestCase(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        self.root = os.path.join(self.scratch, "root")
        os.mkdir(self.root)
        with open(os.path.join(self.root, "flag"), "wb") as file:
            file.write(b"FLAG")

    def environment(self, **variables: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items()
                     if k not in ("NO_COLOR", "BUILD_WORKING_DIRECTORY")}
        return {**inherited, "TMPDIR": self.scratch, **variables}

    def run_program(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*COMMAND, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env=self.environment(**variables), timeout=2 * deadline.SECONDS, check=False)

    def output(self, *arguments: str, **variables: str) -> str:
        done = self.run_program(f"--root={self.root}", REQUEST, *arguments, **variables)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class SyscallsTest(SyscallsTestCase):

    def test_text(self):
        text = self.output()
        for words in ("socket(AF_INET,", "child 1, process", "recvfrom(6,", '"FLAG"',
                      "Assigns an address to the listening socket."):
            self.assertIn(words, text)
        self.assertNotIn("execve(", text)
        self.assertNotIn("\x1b", text)

    def test_all(self):
        self.assertIn("execve(", self.output("--all"))

    def test_json(self):
        told = json.loads(self.output("--format=json", "--connections=2"))
        self.assertEqual(told["root"], self.root)
        self.assertEqual([process["name"] for process in told["processes"]],
                         ["parent", "child 1", "child 2"])
        calls = {call["number"]: call for call in told["calls"]}
        for child in told["processes"][1:]:
            self.assertEqual(calls[child["forked_by"]]["result"], str(child["pid"]))
            self.assertEqual(calls[child["reaped_by"]]["name"], "wait4")
        (bound,) = [call for call in told["calls"] if call["name"] == "getsockname"]
        port = next(field for field in bound["address"] if field["name"] == "sin_port")
        self.assertEqual(int(port["bytes"], 16), int(port["value"]))
        self.assertIn(f":{port['value']}/", told["url"])
        (last,) = [call for call in told["calls"]
                   if call["name"] == "exit_group" and call["process"] == "parent"]
        self.assertIsNone(last["took_us"])

    def test_html_into_a_file_from_where_the_user_stands(self):
        self.assertEqual(self.output("--format=html", "--output=page.html",
                                     BUILD_WORKING_DIRECTORY=self.scratch), "")
        with open(os.path.join(self.scratch, "page.html"), encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("<!DOCTYPE html>"))

    def test_colour_on_a_terminal_unless_it_is_unwanted(self):
        for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
            with self.subTest(variables):
                text = self.on_terminal(**variables)
                self.assertIn("recvfrom(", text)
                self.assertEqual("\x1b[" in text, coloured)

    def on_terminal(self, **variables: str) -> str:
        controller, terminal = pty.openpty()
        with open(controller, "rb", buffering=0) as output:
            with open(terminal, "wb", buffering=0) as stdout:
                process = subprocess.Popen([*COMMAND, f"--root={self.root}", REQUEST],
                                           stdin=subprocess.DEVNULL, stdout=stdout,
                                           env=self.environment(**variables))
            chunks = []
            try:
                while chunk := output.read(1 << 16):
                    chunks.append(chunk)
            except OSError:  # EIO: the other end is closed, pty(7)
                pass
        self.assertEqual(process.wait(deadline.SECONDS), 0)
        return b"".join(chunks).decode()

    def test_a_browser_of_ones_own_until_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process, address = self.start()
                with socket.create_connection(address, deadline.SECONDS) as client:
                    client.sendall(b"GET /flag HTTP/1.0\r\n\r\n")
                    self.assertTrue(client.recv(1 << 16).startswith(b"HTTP/1.1 200"))
                    process.send_signal(number)
                    output, _ = process.communicate(timeout=deadline.SECONDS)
                self.assertEqual(process.returncode, 0)
                self.assertIn(b"recvfrom(", output)

    def test_a_number_of_clients(self):
        process, address = self.start("--connections=1")
        with socket.create_connection(address, deadline.SECONDS) as client:
            client.sendall(b"GET /flag HTTP/1.0\r\n\r\n")
            while client.recv(1 << 16):
                pass
        output, _ = process.communicate(timeout=deadline.SECONDS)
        self.assertEqual(process.returncode, 0)
        self.assertIn(b"child 1", output)

    def start(self, *arguments: str):
        """Without a request; returns where it listens, too."""
        process = subprocess.Popen(
            [*COMMAND, f"--root={self.root}", *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        line = process.stderr.readline().decode()
        match = re.fullmatch(r"syscalls: open http://(127.0.0.1):([0-9]+)/; .*\n", line)
        self.assertTrue(match, line)
        return process, (match[1], int(match[2]))


class BadInputTest(SyscallsTestCase):

    def assert_refused(self, status: int, words: str, *arguments: str) -> None:
        done = self.run_program(*arguments)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, rf"\Asyscalls: .*{words}.*\n\Z")

    def test_a_request_line(self):
        self.assert_refused(1, "--request='GET / flag HTTP/1.0' is no request line: give",
                            "--request=GET / flag HTTP/1.0")

    def test_options(self):
        for number in ("0", "513", "-1", "x"):
            self.assert_refused(1, f"'{number}': give a number from 1 to 512",
                                f"--connections={number}")
        self.assert_refused(1, "invalid choice: 'xml'", "--format=xml")
        self.assert_refused(1, "unrecognized arguments: --nonsense", "--nonsense")
        self.assert_refused(1, "--write takes no other option", "--write", "--all")

    def test_a_root(self):
        self.assert_refused(2, "--root=/nowhere is no directory: give", "--root=/nowhere", REQUEST)

    def test_an_output(self):
        self.assert_refused(2, "cannot write /nowhere/page: No such file or directory: give",
                            f"--root={self.root}", REQUEST, "--output=/nowhere/page")

    def test_a_file_is_whole_until_there_is_another(self):
        path = os.path.join(self.scratch, "page")
        with open(path, "w", encoding="ascii") as file:
            file.write("before")
        self.assert_refused(2, "is no directory", "--root=/nowhere", REQUEST, f"--output={path}")
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), "before")


if __name__ == "__main__":
    unittest.main(buffer=True)
