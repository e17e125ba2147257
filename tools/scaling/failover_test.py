#!/usr/bin/env python3
"""Each proxy that is installed, as it is deployed, in front of two prongs."""

import os
import signal
import unittest

from tests import deadline
from tests.http_client import Connection, Response
from tools.bench import load, servers
from tools.bench.load import Load
from tools.bench.plan import KIB
from tools.scaling import failover, proxies
from tools.scaling.failover import Phases, Trial
from tools.scaling.proxies import HAPROXY, NGINX, UNANSWERED, UNSENT

TARGET = f"/{servers.file_name(KIB)}"

# Of a test, as what waits for servers to answer asks from 127.0.0.1.
CLIENT = "127.0.0.9"


def get(front: servers.RunningServer, *fields: str) -> Response:
    with Connection(("127.0.0.1", front.place.port), source=CLIENT) as client:
        return client.get(TARGET, fields=("Host: a", *fields))


def requests(instance: failover.Instance) -> int:
    """How many the server has logged as those of CLIENT."""
    path = os.path.join(instance.running.place.directory, "access.log")
    with open(path, encoding="ascii") as file:
        return sum(line.startswith(f"{CLIENT} ") for line in file)


class BehindAProxyTest(unittest.TestCase):

    def with_each(self, check) -> None:
        """Has the proxies checked that are installed, each with two servers of its own."""
        for proxy in proxies.PROGRAMS:
            with self.subTest(proxy):
                if not proxies.is_installed(proxy):
                    self.skipTest(f"{proxy} is not installed")
                with failover.behind(proxy, UNANSWERED) as (instances, front):
                    check(proxy, instances, front)

    def test_the_log_has_the_client_whoever_it_says_that_it_is(self):
        self.with_each(self.check_log)

    def check_log(self, proxy: str, instances: list[failover.Instance],
                  front: servers.RunningServer) -> None:
        for _ in range(4):
            answer = get(front, "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.2")
            self.assertEqual((answer.status, answer.body), (200, bytes(KIB)), proxy)
        deadline.eventually(lambda: sum(map(requests, instances)) == 4)
        # Both were asked.
        self.assertTrue(all(map(requests, instances)))

    def test_no_client_sees_that_a_server_is_killed(self):
        self.with_each(self.check_kill)

    def check_kill(self, proxy: str, instances: list[failover.Instance],
                   front: servers.RunningServer) -> None:
        def await_down(down: bool) -> None:
            if proxy == HAPROXY:
                deadline.eventually(lambda: proxies.counts(HAPROXY, front).down == down)

        def check_answers() -> None:
            for _ in range(20):
                self.assertEqual(get(front).status, 200)

        first = instances[0]
        os.kill(first.running.pid, signal.SIGKILL)
        check_answers()
        await_down(True)
        check_answers()
        deadline.eventually(first.has_ended)
        first.start()
        await_down(False)
        check_answers()

    def test_a_server_that_is_drained_is_not_asked(self):
        if not proxies.is_installed(HAPROXY):
            self.skipTest("HAProxy is not installed")
        with failover.behind(HAPROXY, UNSENT) as (instances, front):
            proxies.set_state(front, "drain")
            for _ in range(4):
                self.assertEqual(get(front).status, 200)
            deadline.eventually(lambda: requests(instances[1]) == 4)
            self.assertEqual(requests(instances[0]), 0)
            proxies.set_state(front, "ready")
            deadline.eventually(lambda: get(front) and requests(instances[0]))
            with self.assertRaisesRegex(servers.Unusable, "does not take"):
                proxies.set_state(front, "ended")


@unittest.skipUnless(os.access(load.PROGRAM, os.X_OK), "wrk is not installed")
class MeasureTest(unittest.TestCase):

    def test_a_server_that_ends_and_comes_back_under_load(self):
        for proxy in (HAPROXY, NGINX):
            with self.subTest(proxy):
                if not proxies.is_installed(proxy):
                    self.skipTest(f"{proxy} is not installed")
                trial = Trial(proxy, UNANSWERED, signal.SIGKILL, Load(2, KIB, persistent=True))
                outcome = failover.measure(trial, Phases(before=0.3, whole=2), lambda text: None)
                self.assertGreater(outcome.responses, 0)
                self.assertGreater(outcome.before, 0)
                if proxy == HAPROXY:
                    self.assertGreater(outcome.down, 0)
                    self.assertGreater(outcome.back, 0)
                else:
                    self.assertIsNone(outcome.down)


class TrialsTest(unittest.TestCase):

    def test_what_is_not_installed_is_left_out(self):
        self.assertEqual({trial.proxy for trial in failover.trials(lambda proxy: proxy == NGINX)},
                         {NGINX})
        self.assertEqual(failover.trials(lambda proxy: False), [])
        self.assertEqual(failover.trials(lambda proxy: True), list(failover.TRIALS))


if __name__ == "__main__":
    unittest.main()
