"""A history has what the traces say, and what follows from them."""

import unittest

from tests import strace
from tests.faults import manual
from tools.trace import history, made_up
from tools.trace.history import Event, Piece
from tools.trace.sentences import SENTENCES


def calls(*lines: str):
    return [strace.parse(f"{place}.5 {line} <0.25>") for place, line in enumerate(lines)]


class HistoryTest(unittest.TestCase):

    def setUp(self):
        self.told = made_up.told(2)

    def only(self, name: str, process) -> Event:
        (event,) = [event for event in process.events if event.name == name]
        return event

    def test_calls_are_numbered_in_the_order_of_time(self):
        self.assertEqual([event.number for event in self.told.events],
                         list(range(1, len(self.told.events) + 1)))
        starts = [event.start for event in self.told.events]
        self.assertEqual(starts, sorted(starts))
        self.assertEqual(starts[0], 0)
        self.assertAlmostEqual(self.told.events[1].end, 0.00011, places=6)

    def test_it_begins_with_the_servers_own(self):
        self.assertEqual(self.told.events[0].name, "close_range")
        self.assertEqual(self.told.left_out, ["execve", "brk"])

    def test_unless_all_is_asked_for(self):
        told = history.tell(made_up.PARENT, made_up.traces(1), everything=True)
        self.assertEqual(told.events[0].name, "execve")
        self.assertEqual(told.left_out, [])

    def test_a_server_that_does_not_begin(self):
        with self.assertRaises(ValueError):
            history.tell(1, {1: calls("brk(NULL) = 0x1")})

    def test_processes(self):
        self.assertEqual([(p.name, p.pid) for p in self.told.processes],
                         [("parent", 100), ("child 1", 101), ("child 2", 102)])
        for child in self.told.children:
            self.assertEqual(child.forked_by.result_text(), str(child.pid))
            self.assertEqual(child.reaped_by.name, "wait4")
            self.assertEqual(child.reaped_by.result_text(), str(child.pid))

    def test_a_child_that_runs_before_the_fork_returns(self):
        first, fork, *_ = calls("close_range(3, 9, 0) = 0", "clone() = 7")
        child = strace.parse("1.6 getppid() = 1 <0.01>")
        told = history.tell(1, {1: [first, fork], 7: [child]})
        self.assertAlmostEqual(told.children[0].begin, 1.1)
        self.assertTrue(all(d.opened == told.children[0].begin
                            for d in told.children[0].descriptors))

    def test_what_a_child_inherits_and_closes(self):
        parent, child = self.told.parent, self.told.children[0]
        fork = child.forked_by.end
        inherited = {(d.number, d.kind) for d in child.descriptors if d.opened == fork}
        self.assertEqual(inherited, {(0, "null"), (1, "inherited"), (2, "error"), (3, "signals"),
                                     (4, "root"), (5, "listening"), (6, "connection")})
        left = {(d.number, d.kind) for d in child.open_descriptors()}
        self.assertEqual(left, {(0, "null"), (1, "inherited"), (2, "error"), (4, "root")})
        # The child's closes are not the parent's.
        listening = [d for d in parent.descriptors if d.kind == "listening"]
        self.assertEqual([d.closed for d in listening],
                         [e.end for e in parent.events if e.text() == "close(5) = 0"])

    def test_a_number_that_is_used_again(self):
        three = [(d.kind, d.closed is None) for d in self.told.children[0].descriptors
                 if d.number == 3]
        self.assertEqual(three, [("signals", False), ("file", False)])

    def test_a_failed_close_closes(self):
        told = history.tell(1, {1: calls("close_range(3, 9, 0) = 0", "socket(AF_INET) = 3",
                                         "close(3) = -1 EIO (Input/output error)")})
        self.assertIsNone(told.parent.find(3))

    def test_a_failed_call_makes_nothing(self):
        told = history.tell(1, {1: calls("close_range(3, 9, 0) = 0",
                                         "socket(AF_INET) = -1 EMFILE (Too many open files)",
                                         "clone() = -1 EAGAIN (Resource unavailable)",
                                         "wait4(-1, 0x7ffe, WNOHANG, NULL) = 0",
                                         "wait4(-1, 0x7ffe, WNOHANG, NULL) = -1 ECHILD (None)",
                                         "exit_group(0) = ?")})
        self.assertEqual(told.events[1].result_text(), "-1 EMFILE")
        self.assertEqual(told.events[1].explanation, "(Too many open files)")
        self.assertIsNone(told.parent.find(3))
        self.assertEqual(told.processes, [told.parent])

    def test_what_was_inherited_is_closed_by_range(self):
        told = history.tell(1, {1: calls(
            "close_range(3, 9, 0) = 0", "socket(AF_INET) = 3", "close_range(3, 9, 0) = 0")})
        self.assertIsNone(told.parent.find(3))
        self.assertIsNotNone(told.parent.find(2))

    def test_descriptors_are_told_from_other_numbers(self):
        child = self.told.children[0]
        self.assertEqual(self.only("sendto", child).arguments[0], [Piece("6", "connection")])
        self.assertEqual(self.only("recvfrom", child).arguments[3], [Piece("0")])
        wait = next(event for event in self.told.events if event.name == "ppoll")
        self.assertEqual([piece for piece in wait.arguments[0] if piece.kind],
                         [Piece("3", "signals"), Piece("5", "listening")])
        self.assertEqual(wait.arguments[1], [Piece("2")])
        self.assertEqual(wait.explanation, "([{fd=5, revents=POLLIN}])")
        accepted = next(event for event in self.told.events if event.name == "accept4")
        self.assertEqual(accepted.result, [Piece("6", "connection")])

    def test_what_a_call_is_about(self):
        child = self.told.children[0]
        self.assertEqual([event.kind for event in child.events],
                         ["listening", "signals", "connection", "file", "connection", "file",
                          "connection", ""])

    def test_sentences_say_what_a_descriptor_is(self):
        closes = [event.sentence for event in self.told.children[0].events
                  if event.name == "close"]
        for sentence, what in zip(closes, ("listening socket", "signals", "file", "connection")):
            self.assertIn(what, sentence)

    def test_sentences_of_calls_that_do_several_things(self):
        told = history.tell(1, {1: calls(
            "close_range(3, 9, 0) = 0", "prctl(PR_SET_PDEATHSIG, SIGKILL) = 0",
            "prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) = 0", "prctl(PR_GET_DUMPABLE) = 0",
            "unheard_of(1) = 0")})
        self.assertEqual([event.sentence for event in told.events[1:]],
                         [SENTENCES["prctl PR_SET_PDEATHSIG"],
                          SENTENCES["prctl PR_SET_NO_NEW_PRIVS"], SENTENCES["prctl"], ""])

    def test_pages(self):
        pages = {event.name: event.page for event in self.told.events}
        self.assertEqual((pages["accept4"], pages["openat2"], pages["wait4"]),
                         ("accept(2)", "openat2(2)", "wait(2)"))

    def test_each_call_that_the_server_makes_has_a_sentence(self):
        """Those of docs/faults.md, which a test compares with what it makes."""
        self.assertEqual(manual.PAGES.keys() - SENTENCES.keys(), set())

    def test_sentences_are_sentences(self):
        for key, sentence in SENTENCES.items():
            with self.subTest(key):
                self.assertRegex(sentence, r"\A[A-Z][^.]*\.\Z")


if __name__ == "__main__":
    unittest.main(buffer=True)
