"""docs/faults.md is of the server that is built; a sample of its cases, law 6 of design 4.6."""

import errno
import os
import unittest
from collections import Counter

from tests import deadline, server
from tests.faults import manual, matrix, short, trial
from tests.faults.matrix import Case, Matrix, Row
from tests.strace import Call


def trace(*names: str) -> list[Call]:
    return [Call(name, f"{name}() = 0", False) for name in names]


def made_of(start=(), parent=(), child=((),)) -> Matrix:
    """A matrix for processes that made calls of these names."""
    return Matrix({trial.START: [trace(*start)], trial.PARENT: [trace(*parent)],
                   trial.CHILD: [trace(*names) for names in child]})


class MatrixTest(unittest.TestCase):

    def test_each_error_of_each_call_has_a_row(self):
        self.assertEqual(set(made_of(start=("execve", "kill"), child=(("kill",),)).rows()), {
            Row(process, "kill", error) for process in (trial.START, trial.CHILD)
            for error in ("EINVAL", "EPERM", "ESRCH")})

    def test_a_call_without_a_page_is_named(self):
        with self.assertRaisesRegex(LookupError, "manual.py lacks unheard_of"):
            list(made_of(parent=("kill", "unheard_of")).rows())

    def test_the_first_second_and_last_occurrence_of_each_process_are_cases(self):
        for counts, occurrences in (((1,), [1]), ((2,), [1, 2]), ((0, 5), [1, 2, 5]),
                                    ((1, 3, 7), [1, 2, 3, 7])):
            with self.subTest(counts):
                cases = made_of(child=[("kill",) * count for count in counts]).cases()
                self.assertEqual([case.occurrence for case in cases if case.row.errno == "EPERM"],
                                 occurrences)

    def test_a_call_that_cannot_fail_has_no_case(self):
        calls = made_of(parent=("getpid", "exit_group"))
        self.assertEqual(list(calls.cases()), [])
        self.assertEqual(calls.unfailing(), ["exit_group", "getpid"])

    def test_the_sample_has_each_call_of_each_process(self):
        self.assertEqual(list(made_of(start=("brk",), child=(("kill", "kill"),)).sample()),
                         [Case(Row(trial.START, "brk", "ENOMEM"), 1),
                          Case(Row(trial.CHILD, "kill", "ESRCH"), 1),
                          Case(Row(trial.CHILD, "kill", "EINVAL"), 1),
                          Case(Row(trial.CHILD, "kill", "ESRCH"), 2)])

    def test_each_error_has_a_number(self):
        for call, page in manual.PAGES.items():
            for name in page.errnos:
                self.assertTrue(hasattr(errno, name), f"{call}: {name}")


class DocumentTest(unittest.TestCase):

    ROWS = {Row(trial.START, "bind", "EADDRINUSE"): frozenset({trial.REFUSES}),
            Row(trial.CHILD, "sendto", "EPIPE"): frozenset({"closed", "503"}),
            Row(trial.CHILD, "sendto", "EINTR"): frozenset(),
            Row(trial.CHILD, "sendto", "EAGAIN"): frozenset()}

    def document(self) -> str:
        results = matrix.collect(
            (Case(row, occurrence), trial.Outcome(10, outcomes, ()))
            for row, outcomes in self.ROWS.items() for occurrence in (1, 2))
        return matrix.document(results, {short.WAYS[0]: trial.Outcome(0, frozenset(), ())},
                               ["getpid"], 15)

    def test_errors_with_the_same_result_share_a_line(self):
        lines = self.document().splitlines()
        self.assertIn("| child | `sendto`, send(2) | EAGAIN EINTR | 4 | 40 | right |", lines)
        self.assertIn("| child | `sendto`, send(2) | EPIPE | 2 | 20 | 503, closed |", lines)
        self.assertIn("| child | `recvfrom`, recv(2) | a head that comes in pieces | right |",
                      lines)

    def test_the_rows_are_read_back(self):
        self.assertEqual(matrix.rows_of(self.document()), set(self.ROWS))


class ShortTest(unittest.TestCase):

    def test_short_counts_are_told_from_others(self):
        for line, is_short in {
                'sendto(7, "HTTP"..., 16597, MSG_NOSIGNAL, NULL, 0) = 4963': True,
                'sendto(7, "HTTP"..., 214, MSG_NOSIGNAL|MSG_MORE, NULL, 0) = 214': False,
                'sendto(7, "HTTP"..., 214, 0, NULL, 0) = -1 EAGAIN (Resource)': False,
                "sendfile(7, 3, [0] => [3922432], 6291456) = 3922432": True,
                "sendfile(7, 3, [3922432] => [6291456], 2369024) = 2369024": False,
                "sendfile(7, 3, [3922432], 2369024) = 0": False,
                'recvfrom(7, "G", 81928, 0, NULL, NULL)  = 1': True,
                'recvfrom(7, "GET /"..., 81928, 0, NULL, NULL) = 51': False,
                'recvfrom(7, "", 81928, 0, NULL, NULL)   = 0': False,
                'pread64(3, "{\\334o"..., 16384, 0) = 8192 (DELAYED)': True,
                'write(5, "127.0.0.1 - - [24/Nov/2026:15:39"..., 67) = 10': True,
                'write(5, "127.0.0.1 - - [24/Nov/2026:15:39"..., 67) = 67': False,
        }.items():
            with self.subTest(line):
                self.assertEqual(short.is_short(Call(line.partition("(")[0], line, False)),
                                 is_short)


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class FaultsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.matrix = Matrix.observe()
        with open(matrix.DOCUMENT, encoding="ascii") as file:
            cls.document = file.read()

    def test_the_document_has_the_rows_of_this_server(self):
        documented = matrix.rows_of(self.document)
        rows = set(self.matrix.rows())
        missing = Counter(row[:2] for row in rows - documented)
        stale = Counter(row[:2] for row in documented - rows)
        self.assertFalse(missing or stale,
                         f"{matrix.DOCUMENT} lacks {missing} and should not have {stale}:"
                         " bazel run //tests/faults:matrix -- --write")

    def test_the_document_has_the_text_around_its_tables(self):
        def around(text: str) -> list[str]:
            return [line for line in text.splitlines()
                    if not line.startswith(tuple(f"| {process} " for process in trial.PROCESSES))]

        made = matrix.document({}, {}, self.matrix.unfailing(), deadline.SECONDS)
        self.assertEqual(around(self.document), around(made))

    def test_the_document_has_each_way_to_a_short_count(self):
        for way in short.WAYS:
            self.assertRegex(self.document,
                             rf"\| {way.process} \| `{way.call}`, [^|]+ \| {way.why} \|")

    def test_two_errors_of_each_call_are_borne(self):
        self.assert_borne(list(self.matrix.sample()), matrix.run)

    def test_short_counts_are_borne(self):
        self.assert_borne(short.WAYS, short.run)

    def assert_borne(self, cases, runner) -> None:
        for case, outcome in matrix.run_all(cases, runner, jobs=os.cpu_count()):
            with self.subTest(str(case)):
                if isinstance(outcome, AssertionError):
                    raise outcome


if __name__ == "__main__":
    unittest.main(buffer=True)
