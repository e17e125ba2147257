"""docs/syscalls.md against strace(1): no call that is not allowed, none allowed that is not made."""

import functools
import os
import re
import tempfile
import unittest
from typing import NamedTuple

from tests import deadline, server
from tests.faults import traffic
from tests.faults.traffic import Traffic
from tests.strace import Call
from tests.traced_server import TracedServer, Traces

DOCUMENT = os.path.join("docs", "syscalls.md")

# How strace calls what the document calls otherwise.
_NAMES = {"SIOCINQ": "FIONREAD", "SIOCOUTQ": "TIOCOUTQ", "SO_RCVTIMEO": "SO_RCVTIMEO_OLD"}

# Made only where the vDSO cannot do without, vdso(7).
_NOT_MADE_HERE = {"clock_gettime"}

_ROW = re.compile(r"\| `(?P<call>[a-z0-9_]+)` \| (?P<parent>[a-z ]*) \| (?P<child>[a-z]*) \| "
                  r"(?P<only_if>[^|]*) \| [^|]+ \|")


class Rule(NamedTuple):
    """A row of the document."""
    call: str
    parent: str  # empty, "yes" or "with the key"
    child: str  # empty or "yes"
    only_if: str

    def allows(self, call: Call) -> bool:
        names = re.findall("[A-Z_]{3,}", self.only_if)
        if "has no PROT_EXEC" in self.only_if:
            return call.name == self.call and "PROT_EXEC" not in call.line
        return call.name == self.call and all(
            re.search(rf"\b({name}|{_NAMES.get(name, name)})\b", call.line) for name in names)


@functools.cache
def rules() -> list[Rule]:
    with open(DOCUMENT, encoding="ascii") as file:
        rows = map(_ROW.fullmatch, file.read().splitlines())
    return [Rule(**row.groupdict()) for row in rows if row]


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class SystemCallsTest(unittest.TestCase):

    of_parent: list[Call] = []
    of_children: list[Call] = []

    @classmethod
    def setUpClass(cls):
        cls.serve_files()
        cls.remove_socket()

    @classmethod
    def add(cls, server_pid: int, traces: Traces) -> None:
        parent = traces.pop(server_pid)
        start = next(i for i, call in enumerate(parent) if call.name == "seccomp")
        cls.of_parent += parent[start + 1:]
        cls.of_children += [call for calls in traces.values() for call in calls]

    @classmethod
    def remove_socket(cls):
        """What only a server on a unix socket does."""
        with tempfile.TemporaryDirectory() as scratch:  # with a short name
            os.mkdir(os.path.join(scratch, "root"))
            command = (server.BINARY, f"--unix_socket={scratch}/socket", f"--root={scratch}/root")
            with TracedServer(command, scratch) as traced:
                deadline.eventually(lambda: traced.says("serving"))
                cls.add(traced.pid, traced.end())

    @classmethod
    def serve_files(cls):
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as scratch:
            root, log = os.path.join(scratch, "root"), os.path.join(scratch, "log")
            traffic.write_root(root)
            with open(os.path.join(scratch, "404.html"), "wb") as page:  # for which a child wants memory
                page.write(b"<h1>404 Not Found</h1>".ljust(64 << 10))
            command = (server.BINARY, "--port=0", f"--root={root}", f"--access_log={log}",
                       f"--error_pages={scratch}", *traffic.FLAGS)
            with TracedServer(command, scratch) as traced:
                assert traced.listens()
                clients = Traffic(traced)
                clients.exercise_everything()
                clients.drain()
                cls.add(traced.pid, traced.end())

    def test_no_other_call_is_made(self):
        """Nor by the parent one that is a child's, such as recv(2)."""
        for calls, allowed in ((self.of_parent, [rule for rule in rules() if rule.parent]),
                               (self.of_children, [rule for rule in rules() if rule.child])):
            self.assertEqual([call.line for call in calls
                              if not any(rule.allows(call) for rule in allowed)], [])

    def test_no_call_is_allowed_that_is_not_made(self):
        for rule in rules():
            with self.subTest(rule):
                if rule.call in _NOT_MADE_HERE:
                    continue
                makers = ((self.of_parent if rule.parent else [])
                          + (self.of_children if rule.child else []))
                self.assertTrue(any(rule.allows(call) for call in makers))

    def test_the_document_has_rows(self):
        self.assertGreater(len(rules()), 30)
        self.assertEqual({rule.call for rule in rules() if not rule.child} & {"clone", "accept4"},
                         {"clone", "accept4"})


if __name__ == "__main__":
    unittest.main(buffer=True)
