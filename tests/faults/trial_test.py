"""What no fault excuses is noticed: strace(1) plants it in the real server, where instead of
failing calls it lies about them, delays them or kills who makes them."""

import unittest
from unittest import mock

from tests import deadline, server
from tests.faults import trial
from tests.faults.traffic import Traffic
from tests.strace import Fault

NEVER_RETURNS = "delay_enter=3600s"
CRASHES = "signal=SEGV"


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class TrialTest(unittest.TestCase):

    def setUp(self):
        """What hangs is given up soon."""
        self.enterContext(mock.patch.object(deadline, "SECONDS", 5.0))
        self.enterContext(mock.patch.object(deadline.eventually, "__defaults__", (5.0,)))

    def assert_noticed(self, message: str, process: str, *fault) -> None:
        with self.assertRaisesRegex(AssertionError, message):
            trial.run(process, Fault(*fault) if fault else None, Traffic.get_files)

    def test_a_fault_that_is_borne_is_not_noticed(self):
        outcome = trial.run(trial.CHILD, Fault("openat2", "error=EMFILE", 1), Traffic.get_files)
        self.assertGreater(outcome.faults, 3)
        self.assertEqual(outcome.results, {"503"})

    def test_wrong_bytes(self):
        """The read did not take place: zeros are sent as if they were the file."""
        self.assert_noticed("not the file's", trial.CHILD, "pread64", "retval=16", 1)

    def test_a_client_that_waits(self):
        self.assert_noticed("waits and waits", trial.CHILD, "recvfrom", NEVER_RETURNS, 1)

    def test_more_clients_that_get_less_than_there_were_faults(self):
        with mock.patch.object(trial, "_count_faults", lambda _: 0):
            self.assert_noticed("0 faults, but", trial.CHILD, "openat2", "error=EMFILE", 1)

    def test_a_leaked_descriptor(self):
        """The parent thinks that it has closed a connection."""
        self.assert_noticed("holds", trial.PARENT, "close", "retval=0", 1)

    def test_a_zombie(self):
        self.assert_noticed("did not happen", trial.PARENT, "wait4", "retval=0", "1+")

    def test_a_child_that_does_not_end(self):
        self.assert_noticed("did not happen", trial.CHILD, "exit_group", NEVER_RETURNS, 1)

    def test_a_child_that_outlives_its_parent(self):
        self.assert_noticed("did not happen", trial.CHILD, "prctl", "retval=0", 1)

    def test_a_child_that_dies(self):
        self.assert_noticed("SIGSEGV", trial.CHILD, "ioctl", CRASHES, 1)

    def test_a_parent_that_dies(self):
        self.assert_noticed("nobody listens", trial.PARENT, "read", CRASHES, 1)

    def test_a_parent_that_does_not_end(self):
        self.assert_noticed("did not happen", trial.PARENT, "exit_group", NEVER_RETURNS, 1)

    def test_a_parent_that_ends_otherwise_than_it_should(self):
        self.assert_noticed("ends with status -11", trial.PARENT, "kill", CRASHES, 1)

    def test_a_start_that_ends_by_a_signal(self):
        self.assert_noticed("ends with status -11", trial.START, "bind", CRASHES, 1)

    def test_a_start_that_says_nothing(self):
        with mock.patch.object(server, "BINARY", "/bin/false"):
            self.assert_noticed(r"ends with status 1 and says \[\]", trial.START)

    def test_a_start_that_keeps_what_it_inherited(self):
        self.assert_noticed("holds .*pipe:", trial.START, "close_range", "retval=0", 1)


if __name__ == "__main__":
    unittest.main(buffer=True)
