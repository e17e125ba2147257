"""Who is served: --allow, --deny, and whom a trusted proxy names.

All of 127.0.0.0/8 is this machine's: a client chooses from which of it it connects.
"""

import os
import re
import unittest

from tests import deadline
from tests.http_client import Connection, Response, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

LINE = re.compile(r'(?P<client>\S+) - - \[[^\]]+\] "(?P<request>[^"]*)" (?P<status>\d{3}) \d+')
DENIED, SERVED = 403, 200

# Of TEST-NET-2 and TEST-NET-3, RFC 5737.
CLIENT, LIE = "198.51.100.1", "203.0.113.7"

# What a proxy at 127.0.0.1 sends, where it and 10.0.0.0/8 are trusted, and the client of that.
NAMED = (
    ((), "127.0.0.1"),
    ((f"X-Forwarded-For: {CLIENT}",), CLIENT),
    ((f"x-forwarded-for:{CLIENT}:8080",), CLIENT),
    ((f"X-Forwarded-For: {LIE}, {CLIENT}",), CLIENT),
    ((f"X-Forwarded-For: {LIE}, {CLIENT}, 10.0.0.2, 10.1.2.3",), CLIENT),
    ((f"X-Forwarded-For: {LIE}", f"X-Forwarded-For: {CLIENT}", "X-Forwarded-For: 10.0.0.2"), CLIENT),
    (("X-Forwarded-For: 10.0.0.3, 10.0.0.2",), "10.0.0.3"),
    (("X-Forwarded-For: 2001:db8::1",), "2001:db8::1"),
    (("X-Forwarded-For: [2001:db8::1]:443",), "2001:db8::1"),
    ((f"Forwarded: for={LIE}, for={CLIENT};proto=https;by=127.0.0.1",), CLIENT),
    (('Forwarded: for="[2001:db8::1]:443"',), "2001:db8::1"),
    ((f"Forwarded: for={CLIENT}", 'Forwarded: for="10.0.0.2:_port"'), CLIENT),
    # X-Forwarded-For goes before.
    ((f"Forwarded: for={LIE}", f"X-Forwarded-For: {CLIENT}"), CLIENT),
    ((f"X-Forwarded-For: {CLIENT}", f"Forwarded: for={LIE}"), CLIENT),
    # What names no address: who was named last counts.
    ((f"X-Forwarded-For: {CLIENT}, unknown",), "127.0.0.1"),
    ((f"X-Forwarded-For: {CLIENT}, _hidden, 10.0.0.2",), "10.0.0.2"),
    ((f"X-Forwarded-For: {CLIENT} 10.0.0.2",), "127.0.0.1"),
    (("X-Forwarded-For: 198.51.100.256",), "127.0.0.1"),
    (("X-Forwarded-For: \x80\xff",), "127.0.0.1"),
    ((f"X-Forwarded-For: unknown, {CLIENT}",), CLIENT),
    ((f"Forwarded: for={CLIENT}, for=unknown",), "127.0.0.1"),
    ((f"Forwarded: for={CLIENT};for={CLIENT}",), "127.0.0.1"),
    ((f"Forwarded: {CLIENT}",), "127.0.0.1"),
    (("X-Forwarded-For:", f"Forwarded: for={LIE}"), "127.0.0.1"),
    # What a client makes up hides nothing of what a proxy adds.
    ((f'Forwarded: for="{LIE}, for={CLIENT}',), CLIENT),
    ((f'Forwarded: for="{LIE}', f'Forwarded: for="{CLIENT}:80"'), CLIENT),
)


class AccessControlTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.path = os.path.join(self.scratch, "access.log")

    def start_with(self, *flags: str) -> Server:
        return self.start(f"--access_log={self.path}", *flags)

    def logged(self, count: int) -> list[tuple[str, str, int]]:
        """Client, request line and status of each line of the log; there must come to be `count`."""
        def whole() -> list[str]:
            with open(self.path, encoding="ascii") as file:
                return file.read().split("\n")[:-1]
        lines = deadline.eventually(lambda: len(whole()) >= count and whole())
        self.assertEqual(len(lines), count, lines)
        matches = [LINE.fullmatch(line) for line in lines]
        return [(match["client"], match["request"], int(match["status"])) for match in matches]

    def get_from(self, server: Server, source: str, fields: tuple[str, ...] = ()) -> Response:
        """A request on a connection of its own, whose end comes when it has been logged."""
        with Connection(server.address, source=source) as connection:
            response = connection.get("/file", fields=("Host: a", "Connection: close", *fields))
            self.assertEqual(connection.read_to_end(), b"")
            return response

    def assert_statuses(self, server: Server, statuses: dict[str, int]) -> None:
        for source, status in statuses.items():
            with self.subTest(source=source):
                self.assertEqual(self.get_from(server, source).status, status)

    def test_everyone_is_served_by_default(self):
        self.assert_statuses(self.start(), {"127.0.0.1": SERVED, "127.255.0.9": SERVED})

    def test_who_is_denied_is_not_served(self):
        server = self.start_with("--deny=127.0.1.0/24,127.0.2.1")
        self.assert_statuses(server, {"127.0.0.1": SERVED, "127.0.1.0": DENIED,
                                      "127.0.1.255": DENIED, "127.0.2.1": DENIED,
                                      "127.0.2.2": SERVED})
        self.assertEqual(self.logged(5)[1:3], [("127.0.1.0", "-", DENIED),
                                               ("127.0.1.255", "-", DENIED)])

    def test_with_allow_nobody_else_is_served(self):
        self.assert_statuses(self.start("--allow=127.0.1.0/24"),
                             {"127.0.0.1": DENIED, "127.0.1.9": SERVED, "127.0.2.0": DENIED})

    def test_deny_wins_over_allow(self):
        for flags in (("--allow=127.0.1.0/24", "--deny=127.0.1.9"),
                      ("--deny=127.0.1.9", "--allow=127.0.1.0/24")):
            self.assert_statuses(self.start(*flags),
                                 {"127.0.1.8": SERVED, "127.0.1.9": DENIED, "127.0.2.1": DENIED})
        self.assert_statuses(self.start("--allow=127.0.1.9", "--deny=127.0.0.0/8"),
                             {"127.0.1.8": DENIED, "127.0.1.9": DENIED})

    def test_a_flag_that_is_repeated_adds(self):
        self.assert_statuses(
            self.start("--deny=127.0.1.1", "--deny=127.0.1.2,127.0.1.3", "--deny", "127.0.1.4"),
            {f"127.0.1.{i}": DENIED for i in range(1, 5)} | {"127.0.1.5": SERVED})
        self.assert_statuses(
            self.start("--allow=127.0.1.1", "--allow=::1", "--allow=127.0.1.2"),
            {"127.0.1.1": SERVED, "127.0.1.2": SERVED, "127.0.1.3": DENIED})

    def test_an_ipv6_client_is_denied(self):
        server = self.start_with("--bind_address=::1", "--deny=::/64")
        self.assertEqual(self.get(server, "/file").status, DENIED)
        self.assertEqual(self.logged(1), [("::1", "-", DENIED)])
        self.assertEqual(self.get(self.start("--bind_address=::1", "--deny=0.0.0.0/0"),
                                  "/file").status, SERVED)

    def test_of_who_is_denied_no_byte_is_looked_at(self):
        server = self.start_with("--deny=127.0.0.0/8")
        for data in (b"", b"\x16\x03\x01", b"GET / HTTP/9.9\r\n\r\n", b"A" * 100_000,
                     request("/file") * 100):
            self.assertEqual(self.answer_to(server, data).status, DENIED)
        self.assertEqual(self.logged(5), [("127.0.0.1", "-", DENIED)] * 5)

    def test_who_is_no_trusted_proxy_is_not_believed(self):
        lies = (f"X-Forwarded-For: {CLIENT}", f"Forwarded: for={CLIENT}")
        for flags in ((), ("--trusted_proxy=127.0.0.2",), ("--trusted_proxy=10.0.0.0/8,::/0",)):
            server = self.start_with(f"--deny={CLIENT}", *flags)
            for lie in lies:
                self.assertEqual(self.get_from(server, "127.0.0.1", (lie,)).status, SERVED)
        self.assertEqual({client for client, _, _ in self.logged(6)}, {"127.0.0.1"})

    def test_nor_does_it_help_to_name_one_who_is_allowed(self):
        server = self.start(f"--allow={CLIENT}", "--trusted_proxy=127.0.0.2")
        for field in (f"X-Forwarded-For: {CLIENT}", f"Forwarded: for={CLIENT}"):
            self.assertEqual(self.get_from(server, "127.0.0.1", (field,)).status, DENIED)
            self.assertEqual(self.get_from(server, "127.0.0.2", (field,)).status, SERVED)

    def test_the_client_is_whom_a_trusted_proxy_names(self):
        server = self.start_with("--trusted_proxy=127.0.0.1", "--trusted_proxy=10.0.0.0/8")
        with Connection(server.address) as connection:
            for fields, _ in NAMED:
                connection.get("/file", fields=("Host: a", *fields))
        logged = self.logged(len(NAMED))
        for (fields, client), line in zip(NAMED, logged):
            with self.subTest(fields=fields):
                self.assertEqual(line, (client, "GET /file HTTP/1.1", SERVED))

    def test_each_request_of_a_proxy_is_served_or_not_by_its_client(self):
        server = self.start_with("--trusted_proxy=127.0.0.1", f"--deny={CLIENT}", "--deny=::/0")
        other = "198.51.100.2"
        with Connection(server.address) as connection:
            for client, status in ((CLIENT, DENIED), (other, SERVED), ("::1", DENIED),
                                   ("::ffff:198.51.100.1", DENIED), (other, SERVED)):
                response = connection.get(
                    "/file", fields=("Host: a", f"X-Forwarded-For: {client}"))
                self.assertEqual(response.status, status)
                self.assertFalse(response.closes)
        lines = self.logged(5)
        self.assertEqual([status for _, _, status in lines],
                         [DENIED, SERVED, DENIED, DENIED, SERVED])
        self.assertEqual(lines[0], (CLIENT, "GET /file HTTP/1.1", DENIED))

    def test_a_client_that_is_denied_is_for_every_request(self):
        server = self.start("--trusted_proxy=127.0.0.1", "--allow=10.0.0.0/8")
        fields = ("Host: a", f"X-Forwarded-For: {CLIENT}")
        with Connection(server.address) as connection:
            for method in ("GET", "HEAD", "OPTIONS", "POST", "BREW"):
                self.assertEqual(connection.get("/missing", method, fields=fields).status, DENIED)
        with Connection(server.address) as connection:
            response = connection.get("/file", version="HTTP/1.0", fields=fields)
            self.assertEqual((response.status, response.closes), (DENIED, True))
            self.assertEqual(connection.read_to_end(), b"")

    def test_a_proxy_that_is_not_allowed_itself_may_speak_for_who_is(self):
        server = self.start_with("--trusted_proxy=127.0.0.1", f"--allow={CLIENT}")
        for fields, status in (((f"X-Forwarded-For: {CLIENT}",), SERVED), ((), DENIED),
                               (("X-Forwarded-For: unknown",), DENIED)):
            self.assertEqual(self.get_from(server, "127.0.0.1", fields).status, status)
        self.assertEqual(self.logged(3)[1:], [("127.0.0.1", "GET /file HTTP/1.1", DENIED)] * 2)

    def test_what_is_no_request_is_of_the_proxy(self):
        server = self.start_with("--trusted_proxy=127.0.0.1")
        self.answer_to(server, f"GET / HTTP/1.1\r\nX-Forwarded-For: {CLIENT}\r\n\r\n".encode())
        self.assertEqual(self.logged(1), [("127.0.0.1", "GET / HTTP/1.1", 400)])

    def test_connections_are_counted_by_who_makes_them(self):
        server = self.start("--trusted_proxy=127.0.0.1", "--max_connections_per_client=1")
        first = self.connect(server)
        self.assertEqual(first.get("/file", fields=("Host: a", "X-Forwarded-For: ::1")).status,
                         SERVED)
        with Connection(server.address) as second:
            self.assertEqual(second.read_response().status, 503)


if __name__ == "__main__":
    unittest.main(buffer=True)
