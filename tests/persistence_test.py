"""Persistent connections, pipelining, and their end, RFC 9112 section 9."""

import unittest

from tests.http_client import request
from tests.server_test_case import ServerTestCase


class PersistenceTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        for i in range(100):
            self.write(f"n{i}", b"%d" % i)

    def assert_ends(self, connection, response) -> None:
        """RFC 9112 section 9.6: the last response says so; then the server closes."""
        self.assertTrue(response.closes, response)
        self.assertEqual(connection.read_to_end(), b"")

    def test_http_1_1_persists_and_does_not_say_so(self):
        connection = self.connect(self.start())
        for _ in range(3):
            response = connection.get("/file")
            self.assertEqual(response.body, b"content")
            self.assertNotIn("connection", response.fields)

    def test_a_client_that_asks_for_the_end_gets_it(self):
        server = self.start()
        for value in ("close", "Close", "keep-alive, close", "close, keep-alive", "x,close ,y"):
            with self.subTest(value=value), self.connect(server) as connection:
                fields = ("Host: a", f"Connection: {value}")
                self.assert_ends(connection, connection.get("/file", fields=fields))

    def test_a_close_in_a_second_field_counts(self):
        connection = self.connect(self.start())
        fields = ("Host: a", "Connection: keep-alive", "Connection: close")
        self.assert_ends(connection, connection.get("/file", fields=fields))

    def test_http_1_0_ends_unless_the_client_asks_otherwise(self):
        connection = self.connect(self.start())
        keep = {"version": "HTTP/1.0", "fields": ("Connection: Keep-Alive",)}
        for _ in range(2):
            response = connection.get("/file", **keep)
            self.assertEqual(response.fields["connection"], "keep-alive")
        self.assert_ends(connection, connection.get("/file", version="HTTP/1.0", fields=()))

    def test_an_error_that_leaves_the_framing_intact_does_not_end_the_connection(self):
        connection = self.connect(self.start())
        self.assertEqual(connection.get("/missing").status, 404)
        self.assertEqual(connection.get("/file").body, b"content")

    def test_pipelined_requests_are_answered_in_order(self):
        server = self.start()
        for count in (3, 100):
            with self.subTest(count=count), self.connect(server) as connection:
                connection.send(b"".join(request(f"/n{i}") for i in range(count)))
                bodies = [connection.read_response().body for _ in range(count)]
                self.assertEqual(bodies, [b"%d" % i for i in range(count)])

    def test_more_is_pipelined_than_any_buffer_of_the_server_holds(self):
        """All responses are read only after all was sent."""
        count = 900
        connection = self.connect(self.start())
        padding = ("Host: a", "X-Padding: " + "x" * 300)
        connection.send(b"".join(request(f"/n{i % 100}", fields=padding) for i in range(count)))
        bodies = [connection.read_response().body for _ in range(count)]
        self.assertEqual(bodies, [b"%d" % (i % 100) for i in range(count)])

    def test_large_and_small_responses_are_pipelined_in_order(self):
        self.write("large", b"x" * 100_000)
        connection = self.connect(self.start())
        targets = ("/large", "/file", "/missing", "/large", "/n1")
        connection.send(b"".join(map(request, targets)))
        responses = [connection.read_response() for _ in targets]
        self.assertEqual([len(response.body) for response in responses[:2]], [100_000, 7])
        self.assertEqual([response.status for response in responses], [200, 200, 404, 200, 200])

    def test_what_follows_the_last_request_is_not_answered(self):
        connection = self.connect(self.start())
        connection.send(request("/n1", fields=("Host: a", "Connection: close")) + request("/n2"))
        response = connection.read_response()
        self.assertEqual(response.body, b"1")
        self.assert_ends(connection, response)

    def test_a_request_may_arrive_byte_by_byte(self):
        connection = self.connect(self.start())
        for i in (1, 2):
            for byte in request(f"/n{i}"):
                connection.send(bytes((byte,)))
            self.assertEqual(connection.read_response().body, b"%d" % i)

    def test_a_request_may_be_split_anywhere(self):
        connection = self.connect(self.start("--max_requests_per_connection=1000000"))
        head = request("/file")
        for split in range(1, len(head)):
            with self.subTest(split=split):
                connection.send(head[:split])
                connection.send(head[split:] + head[:split])
                self.assertEqual(connection.read_response().body, b"content")
                connection.send(head[split:])
                self.assertEqual(connection.read_response().body, b"content")

    def test_a_client_that_has_finished_sending_gets_its_responses(self):
        connection = self.connect(self.start())
        connection.send(request("/n1") + request("/n2"))
        connection.finish_sending()
        self.assertEqual([connection.read_response().body for _ in range(2)], [b"1", b"2"])
        self.assertEqual(connection.read_to_end(), b"")

    def test_one_empty_line_before_a_request_is_ignored(self):
        """RFC 9112 section 2.2."""
        connection = self.connect(self.start())
        connection.send((b"\r\n" + request("/file")) * 2)
        for _ in range(2):
            self.assertEqual(connection.read_response().body, b"content")

    def test_the_last_of_the_requests_that_a_connection_may_have_says_so(self):
        connection = self.connect(self.start("--max_requests_per_connection=3"))
        connection.send(request("/file") * 4)
        responses = [connection.read_response() for _ in range(3)]
        self.assertEqual([response.closes for response in responses], [False, False, True])
        self.assertEqual(connection.read_to_end(), b"")

    def test_the_last_response_reaches_a_client_that_has_sent_more_than_was_read(self):
        """RFC 9112 section 9.6: closing with input unread would reset the connection."""
        connection = self.connect(self.start("--max_requests_per_connection=3"))
        connection.send(request("/file") * 20_000)
        bodies = [connection.read_response().body for _ in range(3)]
        self.assertEqual(bodies, [b"content"] * 3)
        self.assertEqual(connection.read_to_end(), b"")


if __name__ == "__main__":
    unittest.main(buffer=True)
