"""The access log: a line for each request, of printable ASCII whatever a client sent."""

import calendar
import os
import re
import resource
import signal
import threading
import time
import unittest

from tests import deadline
from tests.http_client import Connection, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

# The Common Log Format, with the time in UTC and no identity known.
LINE = re.compile(r'(?P<client>[0-9a-f.:]+) - - \[(?P<time>[^\]]+)\] '
                  r'"(?P<request>(?:[ !#-\[\]-~]|\\x[0-9A-F]{2})*)" '
                  r'(?P<status>[0-9]{3}) (?P<size>[0-9]+)')

# What is sent as the first line of a request, and how it is logged.
ESCAPED = {
    b'GET /"quoted" HTTP/1.1': r"GET /\x22quoted\x22 HTTP/1.1",
    b"GET /back\\slash HTTP/1.1": r"GET /back\x5Cslash HTTP/1.1",
    b"GET /\x1b[31mred HTTP/1.1": r"GET /\x1B[31mred HTTP/1.1",
    b"GET /\x07 HTTP/1.1": r"GET /\x07 HTTP/1.1",
    b"GET /\x9b2J HTTP/1.1": r"GET /\x9B2J HTTP/1.1",
    b"GET /\xc3\xa9 HTTP/1.1": r"GET /\xC3\xA9 HTTP/1.1",
    b"GET /\0 HTTP/1.1": r"GET /\x00 HTTP/1.1",
    b"GET /%0a127.0.0.1%1b HTTP/1.1": "GET /%0a127.0.0.1%1b HTTP/1.1",
    b"GET /?q=%22\"\\x41 HTTP/1.1": r"GET /?q=%22\x22\x5Cx41 HTTP/1.1",
    b"\x7f": r"\x7F",
    b"\x16\x03\x01\x02\x00\x01": r"\x16\x03\x01\x02\x00\x01",
}


class AccessLogTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.path = os.path.join(self.scratch, "access.log")

    def log(self) -> list[str]:
        with open(self.path, encoding="ascii", newline="\n") as file:
            return file.read().split("\n")[:-1]

    def logged(self, count: int) -> list[re.Match]:
        """The lines of the log, of which there must come to be `count`, parsed."""
        lines = deadline.eventually(lambda: len(self.log()) >= count and self.log())
        self.assertEqual(len(lines), count, lines)
        matches = [LINE.fullmatch(line) for line in lines]
        self.assertNotIn(None, matches, lines)
        return matches

    def start_logging(self, *flags: str) -> Server:
        return self.start(f"--access_log={self.path}", *flags)

    def test_a_line_says_who_when_what_and_how_it_ended(self):
        self.get(self.start_logging(), "/file?a=b", fields=("Host: a", "User-Agent: x"))
        (line,) = self.logged(1)
        self.assertEqual(line["client"], "127.0.0.1")
        self.assertEqual(line["request"], "GET /file?a=b HTTP/1.1")
        self.assertEqual((line["status"], line["size"]), ("200", "7"))
        when = time.strptime(line["time"], "%d/%b/%Y:%H:%M:%S +0000")
        self.assertLess(abs(calendar.timegm(when) - time.time()), 60)

    def test_the_size_is_that_of_the_body_as_it_was_sent(self):
        server = self.start_logging()
        connection = self.connect(server)
        size = len(connection.get("/missing").body)
        connection.get("/file", "HEAD")
        self.assertEqual([line["size"] for line in self.logged(2)], [str(size), "0"])

    def test_each_request_of_a_connection_has_its_line(self):
        connection = self.connect(self.start_logging())
        connection.send(request("/file") + request("/missing") + request("/", "POST"))
        for _ in range(3):
            connection.read_response()
        lines = self.logged(3)
        self.assertEqual([line["status"] for line in lines], ["200", "404", "405"])
        self.assertEqual(lines[2]["request"], "POST / HTTP/1.1")

    def test_refusals_have_their_line(self):
        server = self.start_logging("--header_timeout=200ms")
        for data, status in ((b"GET /file HTTP/1.1\r\n\r\n", "400"), (b"", "408"),
                             (b"GET /fi", "408"), (b"A" * 9000, "414"),
                             (request(version="HTTP/2.0"), "505")):
            with self.subTest(data=data[:20]):
                self.assertEqual(str(self.answer_to(server, data).status), status)
        lines = self.logged(5)
        self.assertEqual([line["status"] for line in lines], ["400", "408", "408", "414", "505"])
        self.assertEqual([line["request"] for line in lines[1:3]], ["-", "GET /fi"])

    def test_no_byte_of_a_client_reaches_the_log_unescaped(self):
        """CVE-2009-4487; and a line cannot be forged."""
        server = self.start_logging()
        for count, (line, logged) in enumerate(ESCAPED.items(), start=1):
            with self.subTest(line=line), Connection(server.address) as connection:
                connection.send(line + b"\r\nHost: a\r\nConnection: close\r\n\r\n")
                connection.read_response()
                self.assertEqual(self.logged(count)[-1]["request"], logged)

    def test_a_line_end_within_a_request_line_ends_what_is_logged(self):
        server = self.start_logging()
        forged = b'127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /x HTTP/1.1" 200 0'
        for end in (b"\n", b"\r", b"\r\r\n", b"\n\n"):
            self.answer_to(server, b"GET /a" + end + forged + end + b"\r\n\r\n")
        for line in self.logged(4):
            self.assertEqual(line["status"], "400")
            self.assertNotIn("/x", line["request"])

    def test_an_ipv6_client_is_logged(self):
        self.get(self.start_logging("--bind_address=::1"), "/file")
        self.assertEqual(self.logged(1)[0]["client"], "::1")

    def test_the_default_is_standard_error(self):
        server = self.start()
        self.get(server, "/file")
        deadline.eventually(lambda: any(map(LINE.fullmatch, server.lines())))

    def test_none_is_none(self):
        server = self.start("--access_log=none")
        self.get(server, "/file")
        server.wait_for_no_child()
        self.assertFalse([line for line in server.lines() if LINE.search(line)])
        self.assertFalse(os.path.exists("none"))

    def test_the_log_is_appended_to(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("earlier\n")
        self.get(self.start_logging(), "/file")
        deadline.eventually(lambda: len(self.log()) == 2)
        self.assertEqual(self.log()[0], "earlier")

    def test_a_hangup_opens_the_log_again(self):
        """Design 4.3: what logrotate(8) asks for."""
        server = self.start_logging()
        self.get(server, "/file?1")
        self.logged(1)
        os.rename(self.path, self.path + ".1")
        server.signal(signal.SIGHUP)
        deadline.eventually(lambda: os.path.exists(self.path))
        self.get(server, "/file?2")
        self.assertIn("?2", self.logged(1)[0]["request"])

    def test_hangups_under_load_lose_no_line(self):
        """Children that were forked before write to the log that was, until they end."""
        server = self.start_logging("--max_connections_per_client=0")
        rotated = threading.Event()
        counts = []

        def ask(name: int) -> None:
            count = 0
            while not rotated.is_set():
                with Connection(server.address) as connection:
                    for _ in range(3):
                        connection.get(f"/file?{name}.{count}")
                        count += 1
            counts.append((name, count))

        threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        logs = [self.path]
        try:
            for number in range(10):
                deadline.eventually(lambda: os.path.getsize(self.path) > 0)
                logs.append(f"{self.path}.{number}")
                os.rename(self.path, logs[-1])
                server.signal(signal.SIGHUP)
                deadline.eventually(lambda: os.path.exists(self.path))
        finally:
            rotated.set()
            for thread in threads:
                thread.join()
        server.wait_for_no_child()
        lines = []
        for log in logs:
            with open(log, encoding="ascii") as file:
                lines += file.read().splitlines()
        self.assertEqual(
            sorted(LINE.fullmatch(line)["request"] for line in lines),
            sorted(f"GET /file?{name}.{i} HTTP/1.1" for name, count in counts
                   for i in range(count)))

    def test_a_hangup_keeps_the_old_log_where_there_can_be_no_new_one(self):
        os.mkdir(os.path.join(self.scratch, "logs"))
        self.path = os.path.join(self.scratch, "logs", "access.log")
        server = self.start_logging()
        os.rename(os.path.join(self.scratch, "logs"), os.path.join(self.scratch, "moved"))
        before = len(server.lines())
        server.signal(signal.SIGHUP)
        deadline.eventually(lambda: len(server.lines()) > before)
        self.assertIn(self.path, server.lines()[-1])
        self.get(server, "/file")
        self.path = os.path.join(self.scratch, "moved", "access.log")
        self.logged(1)

    def test_a_log_that_may_not_grow_stops_nothing(self):
        """RLIMIT_FSIZE: a line that is cut short, then EFBIG, and never SIGXFSZ."""
        server = self.start_logging()
        connection = self.connect(server)
        self.assertEqual(connection.get("/file").body, b"content")
        self.logged(1)
        limit = os.path.getsize(self.path) + 10
        resource.prlimit(server.only_child(), resource.RLIMIT_FSIZE, (limit, limit))
        for _ in range(3):
            self.assertEqual(connection.get("/file").body, b"content")
        self.assertEqual(os.path.getsize(self.path), limit)

    def test_messages_that_may_not_be_written_stop_nothing(self):
        server = self.start("--access_log=none")
        lines = server.lines()
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, 1))
        server.signal(signal.SIGUSR1)
        self.assertEqual(self.get(server, "/file").body, b"content")
        self.assertEqual(server.lines(), lines)


if __name__ == "__main__":
    unittest.main(buffer=True)
