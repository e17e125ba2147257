"""The document's contract: its system calls in its order, by prong, by http_syscall.c, and of
the other end by http_get."""

import itertools
import os
import re
import shutil
import tempfile
import unittest

from tests import server, strace, traced_server
from tests.seed import contract, deviations, document
from tests.seed.contract import Broken
from tests.subject import Subject
from tests.traced_server import TracedServer

CLIENTS = 2
LARGE = b"x" * 20_000  # more than prong sends together with the head

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_FLAG = re.compile(r"\b[A-Z][A-Z_]{3,}\b")


class Contract:
    """What holds for each program: a subclass runs it, and says what it does otherwise."""
    tables: contract.Tables
    content = document.CONTENT
    traces: contract.Traces

    def setUp(self):
        self.scratch = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(shutil.rmtree, self.scratch)
        self.root = f"{self.scratch}/root"
        os.mkdir(self.root)
        with open(f"{self.root}/{document.FILE}", "wb") as file:
            file.write(self.content)
        self.run_program()

    def test_the_calls_are_the_documents(self):
        self.check(self.traces, self.tables)

    def test_each_deviation_is_one(self):
        """Without it, there would be a call of the document's that is not made."""
        for index, table in enumerate(self.tables):
            for deviation in table:
                if any(deviation.step == other.step
                       for earlier in self.tables[:index] for other in earlier):
                    continue  # another row has its place
                with self.subTest(deviation.step), self.assertRaises(Broken):
                    rest = [[row for row in rows if row is not deviation] for rows in self.tables]
                    self.check(self.traces, rest)

    def test_each_reason_is_of_what_the_document_has_not(self):
        rows = contract.rows(self.tables)
        for match in self.check(self.traces, self.tables):
            row = rows.get(match.step.name)
            for fragment in row.reasons if row else ():
                with self.subTest(f"{match.step.name}: {fragment}"):
                    self.assertIn(fragment, match.call.line)
                    self.assertNotIn(fragment, match.step.text)

    def test_each_other_name_and_flag_is_explained(self):
        rows = contract.rows(self.tables)
        for match in self.check(self.traces, self.tables):
            row = rows.get(match.step.name)
            explained = " ".join((match.step.text, match.step.call, *itertools.chain.from_iterable(
                row.reasons.items() if row else ())))
            flags = set(_FLAG.findall(_STRINGS.sub("", match.call.line))) - {"NULL"}
            for word in {match.call.name} | flags:
                with self.subTest(f"{match.step.name}: {word}"):
                    self.assertRegex(explained, rf"(?i)\b{word}")

    def test_a_call_that_is_missing_is_noticed(self):
        for match in self.check(self.traces, self.tables):
            with self.subTest(match.step.name), self.assertRaises(Broken):
                calls = list(self.traces[match.pid])
                del calls[match.place]
                self.check({**self.traces, match.pid: calls}, self.tables)

    def test_another_order_is_noticed(self):
        matches = self.check(self.traces, self.tables)
        for pid, trace in self.traces.items():
            # When a child is reaped is for the kernel to say.
            own = [match for match in matches
                   if match.pid == pid and match.step is not document.REAP]
            for one, other in zip(own, own[1:]):
                with self.subTest(f"{other.step.name} before {one.step.name}"), \
                        self.assertRaises(Broken):
                    calls = list(trace)
                    calls[one.place], calls[other.place] = calls[other.place], calls[one.place]
                    self.check({**self.traces, pid: calls}, self.tables)


class ServerContract(Contract):
    command: tuple[str, ...]

    def run_program(self):
        with TracedServer(self.command, self.scratch, cwd=self.root) as traced:
            self.assertTrue(traced.listens(), traced.lines())
            self.responses = []
            for _ in range(CLIENTS):
                self.responses.append(traced.get(document.REQUEST))
                traced.wait_for_no_child()
            self.parent = traced.pid
            self.traces = traced.end()

    def check(self, traces: contract.Traces, tables: contract.Tables) -> list[contract.Match]:
        return contract.check(traces, self.parent, CLIENTS, tables)

    def test_the_response_is_the_documents(self):
        for response in self.responses:
            head, _, body = response.partition(b"\r\n\r\n")
            self.assertRegex(head, rb"^HTTP/1\.[01] 200 OK(\r\n|$)")
            self.assertEqual(body, self.content)

    def test_a_child_that_does_something_before_it_leaves_is_noticed(self):
        child = next(pid for pid in self.traces if pid != self.parent)
        calls = [strace.parse("close(0) = 0"), *self.traces[child]]
        with self.assertRaisesRegex(Broken, "before the child closes"):
            self.check({**self.traces, child: calls}, self.tables)

    def test_a_child_too_many_is_noticed(self):
        with self.assertRaisesRegex(Broken, "3 children for 2 clients"):
            self.check({**self.traces, 0: []}, self.tables)


NOT_WITH_FDSAN = unittest.skipIf(
    server.has_fdsan(), "fdsan gives descriptors other numbers than the calls gave")


@unittest.skipUnless(server.is_plain(), "a server that is instrumented forks in another way")
class ProngTest(ServerContract, unittest.TestCase):
    command = (server.BINARY, "--bind_address=0.0.0.0", "--port=0", "--root=.",
               "--access_log=none")
    tables = (deviations.PRONG, deviations.SERVERS)


class ProngLargeFileTest(ProngTest):
    content = LARGE
    tables = (deviations.PRONG_LARGE_FILE, *ProngTest.tables)


class HttpSyscallTest(ServerContract, unittest.TestCase):
    command = (os.path.abspath("tests/seed/http_syscall"), "0")
    tables = (deviations.HTTP_SYSCALL, deviations.SERVERS)


@NOT_WITH_FDSAN
class HttpGetTest(Contract, unittest.TestCase):
    """A client of the student's server."""
    tables = (deviations.HTTP_GET,)

    def run_program(self):
        with Subject(HttpSyscallTest.command, self.scratch, cwd=self.root) as student:
            self.assertTrue(student.listens(), student.lines())
            url = f"http://127.0.0.1:{student.address[1]}/{document.FILE}"
            os.mkdir(f"{self.scratch}/traces")
            self.output, self.traces = traced_server.run(
                (os.path.abspath("tools/http_get/http_get"), "--http=1.0", url),
                f"{self.scratch}/traces")

    def check(self, traces: contract.Traces, tables: contract.Tables) -> list[contract.Match]:
        (pid,) = traces
        return contract.follow(traces, pid, document.ASK, tables)

    def test_the_output_is_the_file(self):
        self.assertEqual(self.output, self.content)


class DocumentTest(unittest.TestCase):

    def test_each_call_is_as_the_text_has_it(self):
        held = 0
        for step in document.STEPS:
            if step.process == document.CLIENT or not re.search(r"\) *= *[0-9]", step.text):
                continue  # no call, or that of the other end
            call = step.call
            for name, number in (("listen_fd", "3"), ("conn_fd", "4"), ("file_fd", "5")):
                call = call.replace(f"<{name}>", number)
            text = step.text.replace("bind/connect", "bind")
            with self.subTest(step.name):
                self.assertIn(re.sub(r"\s", "", call), re.sub(r"\s", "", text))
            held += 1
        self.assertEqual(held, 8)


class TablesTest(unittest.TestCase):
    TABLES = {name: table for name, table in vars(deviations).items()
              if name.isupper() and name != "ADDITIONS"}

    def test_each_row_is_about_a_step(self):
        names = {step.name for step in document.STEPS}
        for name, table in self.TABLES.items():
            steps = [deviation.step for deviation in table]
            self.assertLessEqual(set(steps), names, name)
            self.assertEqual(len(steps), len(set(steps)), name)

    def test_each_row_has_reasons_in_sentences(self):
        for table in self.TABLES.values():
            for deviation in table:
                self.assertTrue(deviation.reasons)
                for reason in deviation.reasons.values():
                    self.assertRegex(reason, r"\A\S.+[^.]\.\Z")

    def test_each_table_is_some_servers(self):
        used = [table for case in (ProngLargeFileTest, HttpSyscallTest, HttpGetTest)
                for table in case.tables]
        self.assertTrue(all(any(table is other for other in used)
                            for table in self.TABLES.values()))


if __name__ == "__main__":
    unittest.main(buffer=True)
