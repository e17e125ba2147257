"""The configuration of HAProxy: what HAProxy says of it, and that it fits prong."""

import os
import re
import subprocess
import unittest

PROGRAM = "/usr/sbin/haproxy"
CONFIGURATION = "deploy/haproxy/haproxy.cfg"

# Of prong, without flags.
MAX_CONNECTIONS, HEADER_TIMEOUT, IDLE_TIMEOUT = 512, 10, 5


def settings() -> str:
    """The configuration without its comments."""
    with open(CONFIGURATION, encoding="ascii") as file:
        return re.sub(r"^ *#.*\n", "", file.read(), flags=re.MULTILINE)


class ConfigurationTest(unittest.TestCase):

    def number(self, pattern: str) -> int:
        """Which the only line of that form has."""
        found = re.findall(rf"^ +{pattern}$", settings(), re.MULTILINE)
        self.assertEqual(len(found), 1, pattern)
        return int(found[0])

    @unittest.skipUnless(os.access(PROGRAM, os.X_OK), "HAProxy is not installed")
    def test_haproxy_has_nothing_against_it(self):
        done = subprocess.run([PROGRAM, "-c", "-f", CONFIGURATION], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_prong_would_refuse_waits(self):
        """With room for health checks."""
        self.assertLess(self.number(r"default-server maxconn (\d+)"), MAX_CONNECTIONS)

    def test_idle_connections_end_here_first(self):
        self.assertLess(self.number(r"timeout http-keep-alive (\d+)s"), IDLE_TIMEOUT)

    def test_a_request_has_the_time_that_prong_gives_it(self):
        self.assertEqual(self.number(r"timeout http-request (\d+)s"), HEADER_TIMEOUT)

    def test_connections_are_not_shared_by_clients(self):
        self.assertIn("    http-reuse never\n", settings())

    def test_prong_is_told_of_the_client_and_of_nobody_else(self):
        """What the client has written is deleted, whatever comes after."""
        lines = [line.strip() for line in settings().splitlines()]
        self.assertLess(lines.index("frontend clients"),
                        lines.index("http-request del-header X-Forwarded-For"))
        self.assertIn("http-request del-header Forwarded", lines)
        self.assertIn("option forwardfor", lines)


if __name__ == "__main__":
    unittest.main()
