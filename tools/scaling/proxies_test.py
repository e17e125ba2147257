#!/usr/bin/env python3
"""The configurations of deploy/ as they run here, and what proxies count."""

import pathlib
import unittest

from tools.bench.servers import Place
from tools.scaling import proxies
from tools.scaling.proxies import NEVER, UNANSWERED, UNSENT, Counts

PLACE = Place("/r", "/d", 8000, logged=False, size=0)
HAPROXY_CFG = pathlib.Path("deploy/haproxy/haproxy.cfg").read_text(encoding="ascii")
PRONG_CONF = pathlib.Path("deploy/nginx/prong.conf").read_text(encoding="ascii")

STAT = """\
# pxname,svname,scur,wretr,wredis,status,hrsp_2xx,hrsp_5xx,
clients,FRONTEND,3,,,OPEN,700,4,
prongs,one,2,1,20,{status},300,0,
prongs,two,1,0,0,UP,400,0,
prongs,BACKEND,3,1,20,UP,700,4,

"""

STUB_STATUS = """\
HTTP/1.1 200 OK
Content-Type: text/plain

Active connections: 2
server accepts handled requests
 16 15 31
Reading: 0 Writing: 2 Waiting: 0
"""


class ConfigurationTest(unittest.TestCase):

    def changed(self, before: str, after: str) -> list[str]:
        """The lines of `after` that are not in `before`."""
        known = before.splitlines()
        return [line.strip() for line in after.splitlines() if line not in known]

    def test_haproxy_has_what_is_deployed_but_for_where_it_runs(self):
        text = proxies.haproxy_configuration(HAPROXY_CFG, PLACE, (8001, 8002), UNANSWERED)
        self.assertEqual(self.changed(HAPROXY_CFG, text), [
            "stats socket /d/status mode 660 level admin", "bind 127.0.0.1:8000",
            "server one 127.0.0.1:8001", "server two 127.0.0.1:8002"])
        self.assertEqual(self.changed(text, HAPROXY_CFG)[:3],
                         ["user haproxy", "group haproxy", "chroot /var/lib/haproxy"])

    def test_haproxy_tries_again_what_it_is_to(self):
        def lines(retries: str) -> list[str]:
            text = proxies.haproxy_configuration(HAPROXY_CFG, PLACE, (1, 2), retries)
            return [line.strip() for line in text.splitlines()
                    if line.startswith(("    retr", "    option redispatch"))]

        self.assertEqual(lines(NEVER), ["retries 0"])
        self.assertEqual(lines(UNSENT), ["retries 3", "option redispatch 1"])
        self.assertEqual(lines(UNANSWERED), ["retries 3", "option redispatch 1",
                                             "retry-on conn-failure empty-response"])

    def test_nginx_has_the_site_that_is_deployed_but_for_where_it_runs(self):
        text = proxies.nginx_configuration(PRONG_CONF, PLACE, (8001, 8002))
        self.assertEqual(self.changed(text, PRONG_CONF), [
            "server 127.0.0.1:8081 max_fails=1 fail_timeout=2s;",
            "server 127.0.0.1:8082 max_fails=1 fail_timeout=2s;", "listen 80;"])
        self.assertIn("    listen 127.0.0.1:8000;\n", text)
        self.assertNotIn("@", text)

    def test_another_text_than_was_expected(self):
        for text in ("b", "a a"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "'a' is there . times"):
                proxies.replaced(text, {"a": "c"})


class CountsTest(unittest.TestCase):

    def test_of_haproxy(self):
        for status, down in (("UP", False), ("UP 1/2", False), ("DOWN", True), ("DOWN 1/2", True),
                             ("DRAIN", True), ("MAINT", True)):
            with self.subTest(status):
                self.assertEqual(proxies.parse_haproxy(STAT.format(status=status)),
                                 Counts(responses=700, down=down, retries=21, busy=2))

    def test_of_nginx(self):
        self.assertEqual(proxies.parse_nginx(STUB_STATUS), Counts(responses=31))


if __name__ == "__main__":
    unittest.main()
