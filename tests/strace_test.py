"""What strace(1) prints is read as it is meant."""

import os
import tempfile
import unittest

from tests import strace
from tests.strace import Call


def split(line: str) -> tuple[list[str], str]:
    return strace.parse(line).split()


class ParseTest(unittest.TestCase):

    def test_a_call(self):
        self.assertEqual(strace.parse("listen(5, 511)        = 0"),
                         Call("listen", "listen(5, 511)        = 0", False, None, None))

    def test_times(self):
        self.assertEqual(strace.parse("1795548096.701872 listen(5, 511) = 0 <0.000041>"),
                         Call("listen", "listen(5, 511) = 0", False, 1795548096.701872, 0.000041))
        self.assertEqual(strace.parse("1.000002 exit_group(0) = ?"),
                         Call("exit_group", "exit_group(0) = ?", False, 1.000002, None))

    def test_what_was_tampered_with(self):
        for line, tampered in {
                "close(5) = -1 EIO (Input/output error) (INJECTED)": True,
                "2.5 close(5) = -1 EIO (Input/output error) (INJECTED) <0.000009>": True,
                "close(5) = 0 (DELAYED)": True,
                "close(5) = -1 EIO (Input/output error)": False,
        }.items():
            with self.subTest(line):
                self.assertIs(strace.parse(line).tampered, tampered)

    def test_what_is_no_call(self):
        for line in ("--- SIGCHLD {si_signo=SIGCHLD} ---", "+++ exited with 0 +++", "",
                     "1.5 +++ killed by SIGKILL +++"):
            with self.subTest(line):
                self.assertIsNone(strace.parse(line))

    def test_a_file(self):
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as directory:
            path = os.path.join(directory, "trace")
            with open(path, "w", encoding="ascii") as file:
                file.write("getpid() = 7\n--- SIGTERM {si_pid=1} ---\nexit_group(0) = ?\n")
            self.assertEqual([call.name for call in strace.calls(path)], ["getpid", "exit_group"])


class SplitTest(unittest.TestCase):

    def test_arguments_and_result(self):
        for line, expected in {
                "getpid()              = 18565": ([], "18565"),
                "exit_group(0)         = ?": (["0"], "?"),
                "close(7) = -1 EBADF (Bad file descriptor)":
                    (["7"], "-1 EBADF (Bad file descriptor)"),
                'bind(5, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16)'
                " = 0":
                    (["5", '{sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}',
                      "16"], "0"),
                r'write(2, "a \"b, c) = 1\\", 9) = 9': (["2", r'"a \"b, c) = 1\\"', "9"], "9"),
                'write(2, "abc"..., 900) = 900': (["2", '"abc"...', "900"], "900"),
                'execve("/a", ["/a", "-b"], 0x7ffe /* 37 vars, (all) */) = 0':
                    (['"/a"', '["/a", "-b"]', "0x7ffe /* 37 vars, (all) */"], "0"),
                "ppoll([{fd=3, events=POLLIN}], 1, NULL, NULL, 8) = 1 ([{fd=3, revents=POLLIN}])":
                    (["[{fd=3, events=POLLIN}]", "1", "NULL", "NULL", "8"],
                     "1 ([{fd=3, revents=POLLIN}])"),
        }.items():
            with self.subTest(line):
                self.assertEqual(split(line), expected)

    def test_a_call_that_death_interrupted(self):
        self.assertEqual(split("ppoll([{fd=3, events=POLLIN}], 1, NULL <unfinished ...>"),
                         (["[{fd=3, events=POLLIN}]", "1", "NULL"], "?"))
        self.assertEqual(split("recvfrom(6,  <unfinished ...>"), (["6"], "?"))
        self.assertEqual(split("getpid( <unfinished ...>"), ([], "?"))


if __name__ == "__main__":
    unittest.main(buffer=True)
