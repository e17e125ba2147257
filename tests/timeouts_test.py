"""Clients that are slow: deadlines are of time, never of fragments (design 4.2 and 5)."""

import time
import unittest

from tests import deadline
from tests.http_client import Connection, request
from tests.server_test_case import ServerTestCase

LARGE = 256 << 20  # more than any socket buffer takes

# For a wait that must be shorter than the default of the flag that a test shortens:
# these are 10 s for --header_timeout and 5 s for --idle_timeout.
SOON = 4.5


class HeaderTimeoutTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.server = self.start("--header_timeout=300ms")

    def assert_times_out(self, connection: Connection) -> None:
        self.assertTrue(connection.hears_something(within=SOON))
        response = connection.read_response()
        self.assertEqual((response.status, response.closes), (408, True))
        self.assertEqual(connection.read_to_end(), b"")

    def test_a_silent_client_is_answered_408(self):
        self.assert_times_out(self.connect(self.server))

    def test_half_a_head_is_answered_408(self):
        for part in (b"G", b"GET /file HTTP/1.1\r\n", request("/file")[:-1], b"\r\n"):
            with self.subTest(part=part), self.connect(self.server) as connection:
                connection.send(part)
                self.assert_times_out(connection)

    def test_half_a_later_head_is_answered_408(self):
        connection = self.connect(self.server)
        self.assertEqual(connection.get("/file").body, b"content")
        connection.send(b"GET /file HTTP/1.1\r\n")
        self.assert_times_out(connection)

    def test_a_later_head_has_as_long_as_the_first(self):
        connection = self.connect(self.start("--header_timeout=2s"))
        self.assertEqual(connection.get("/file").body, b"content")
        self.assertFalse(connection.hears_something(within=2.1))
        head = request("/file")
        connection.send(head[:10])
        self.assertFalse(connection.hears_something(within=0.1))
        connection.send(head[10:])
        self.assertEqual(connection.read_response().body, b"content")

    def test_half_a_body_is_answered_408(self):
        for framing in ("Content-Length: 5", "Transfer-Encoding: chunked"):
            with self.subTest(framing=framing), self.connect(self.server) as connection:
                connection.send(request("/file", fields=("Host: a", framing)) + b"1")
                self.assert_times_out(connection)

    def assert_trickle_times_out(self, head: bytes, unit: bytes) -> None:
        """Sends `unit` over and over, which would take `SOON` at least a hundred times."""
        connection = self.connect(self.server)
        connection.send(head)
        end = time.monotonic() + SOON
        while not connection.hears_something(within=0.02):
            self.assertLess(time.monotonic(), end, "each byte extended the deadline")
            connection.send(unit)
        self.assertEqual(connection.read_response().status, 408)

    def test_a_trickle_does_not_extend_the_deadline(self):
        for head, unit in ((b"", b"G"), (b"GET /file HTTP/1.1\r\nX: ", b"x"),
                           (b"GET /file HTTP/1.1\r\n", b"X: y\r\n")):
            with self.subTest(head=head):
                self.assert_trickle_times_out(head, unit)

    def test_a_trickle_of_chunks_does_not_extend_the_deadline(self):
        head = request("/file", fields=("Host: a", "Transfer-Encoding: chunked"))
        self.assert_trickle_times_out(head, b"1\r\nx\r\n")


class IdleTimeoutTest(ServerTestCase):

    def test_an_idle_connection_is_closed_without_a_response(self):
        self.write("file", b"content")
        server = self.start("--idle_timeout=300ms")
        connection = self.connect(server)
        for _ in range(3):
            self.assertEqual(connection.get("/file").body, b"content")
        self.assertTrue(connection.hears_something(within=SOON))
        self.assertEqual(connection.read_to_end(), b"")
        server.wait_for_no_child()

    def test_an_idle_timeout_does_not_cut_the_first_request(self):
        """Which has the header timeout: the first byte may take as long as the last."""
        self.write("file", b"content")
        server = self.start("--idle_timeout=1ms")
        connection = self.connect(server)
        self.assertFalse(connection.hears_something(within=0.2))
        self.assertEqual(connection.get("/file").body, b"content")


class ConnectionTimeoutTest(ServerTestCase):

    def test_a_connection_that_asks_on_and_on_ends(self):
        """With a response that says so, unless the time runs out while it is idle."""
        self.write("file", b"content")
        connection = self.connect(self.start("--connection_timeout=300ms"))
        end = time.monotonic() + deadline.SECONDS
        while True:
            self.assertLess(time.monotonic(), end)
            try:
                connection.send(request("/file"))
                if not connection.has_response():
                    break
            except ConnectionError:
                break
            response = connection.read_response()
            self.assertEqual(response.body, b"content")
            if response.closes:
                self.assertEqual(connection.read_to_end(), b"")
                break

    def test_a_connection_that_is_idle_is_closed(self):
        self.write("file", b"content")
        connection = self.connect(self.start("--connection_timeout=300ms", "--idle_timeout=1h"))
        self.assertEqual(connection.get("/file").body, b"content")
        self.assertEqual(connection.read_to_end(), b"")

    def test_a_head_that_is_begun_is_answered_408(self):
        connection = self.connect(self.start("--connection_timeout=300ms", "--header_timeout=1h"))
        connection.send(b"GET /")
        self.assertEqual(connection.read_response().status, 408)

    def test_a_response_that_is_being_sent_is_not_cut(self):
        self.write("large", size=LARGE)
        server = self.start("--connection_timeout=300ms")
        connection = self.connect(server, receive_buffer=4096)
        connected = time.monotonic()
        connection.send(request("/large"))
        self.assertEqual(connection.read_head().status, 200)
        deadline.eventually(lambda: time.monotonic() > connected + 0.5)
        self.assertEqual(connection.count_to_end(), LARGE)


class MinSendRateTest(ServerTestCase):

    def test_a_client_that_stops_reading_is_cut(self):
        """The server's grace is 5 s, whatever the rate."""
        self.write("large", size=LARGE)
        server = self.start("--min_send_rate=1000000")
        connection = self.connect(server, receive_buffer=4096)
        connection.send(request("/large"))
        self.assertEqual(connection.read_head().fields["content-length"], str(LARGE))
        server.wait_for_no_child(within=30)
        with self.assertRaises(ConnectionResetError):  # nor is anything kept for it
            connection.count_to_end()


if __name__ == "__main__":
    unittest.main(buffer=True)
