"""Bytes that are no HTTP: the right status or the end of the connection, and no harm."""

import random
import ssl
import unittest

from tests import server as server_module
from tests.http_client import Connection, request
from tests.server_test_case import ServerTestCase

SEEDS = 200
SEEDS_INSTRUMENTED = 50


def client_hello() -> bytes:
    """What a browser sends first to a server that it takes for one of TLS."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class GarbageTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.server = self.start("--idle_timeout=100ms")
        self.addCleanup(self.assert_unharmed)

    def assert_unharmed(self) -> None:
        """The server serves and has no child left; when it is stopped, that none died."""
        self.assertEqual(self.get(self.server, "/file").body, b"content")
        self.server.wait_for_no_child()

    def assert_refused_or_closed(self, data: bytes) -> None:
        with Connection(self.server.address) as connection:
            connection.send(data)
            connection.finish_sending()
            if connection.has_response():
                self.assertIn(connection.read_response().status, (400, 414, 431, 501, 505))
            self.assertEqual(connection.read_to_end(), b"")

    def test_random_bytes(self):
        for seed in range(SEEDS_INSTRUMENTED if server_module.is_instrumented() else SEEDS):
            source = random.Random(seed)
            with self.subTest(seed=seed):
                self.assert_refused_or_closed(source.randbytes(source.randrange(1, 5000)))

    def test_random_bytes_in_place_of_a_part_of_a_request(self):
        head = request("/file", fields=("Host: localhost", "Content-Length: 5", "X: y")) + b"12345"
        for seed in range(SEEDS_INSTRUMENTED if server_module.is_instrumented() else SEEDS):
            source = random.Random(seed)
            start = source.randrange(len(head))
            with self.subTest(seed=seed), Connection(self.server.address) as connection:
                noise = source.randbytes(source.randrange(1, 8))
                connection.send(head[:start] + noise + head[start + len(noise):])
                connection.finish_sending()
                self.assert_well_formed(connection)

    def assert_well_formed(self, connection: Connection) -> None:
        """Zero or more responses, each whole, and then the end."""
        for _ in range(10):
            if not connection.has_response():
                return
            connection.read_response()
        self.fail("more responses than one request can have")

    def test_a_client_hello_of_tls_is_refused(self):
        data = client_hello()
        self.assertEqual(data[0], 22)  # a handshake record, RFC 8446 section 5.1
        self.assertEqual(self.answer_to(self.server, data).status, 400)

    def test_nothing_at_all(self):
        with Connection(self.server.address) as connection:
            connection.finish_sending()
            self.assertEqual(connection.read_to_end(), b"")

    def test_half_a_request_and_the_end(self):
        for data in (b"G", b"GET /file HTTP/1.1\r\nHost: a\r\n", request("/file")[:-1]):
            with self.subTest(data=data), Connection(self.server.address) as connection:
                connection.send(data)
                connection.finish_sending()
                self.assertEqual(connection.read_to_end(), b"")

    def test_half_a_request_and_a_reset(self):
        for data in (b"", b"G", b"GET /file HTTP/1.1\r\nHost: a\r\n", request("/file")[:-1]):
            connection = Connection(self.server.address)
            connection.send(data)
            connection.reset()
        self.server.wait_for_no_child()

    def test_a_megabyte_without_a_line_end_is_414(self):
        for byte in (b"A", b"/", b"~"):
            with self.subTest(byte=byte):
                self.assertEqual(self.answer_to(self.server, byte * 1_000_000).status, 414)

    def test_a_megabyte_of_header_is_431(self):
        for fields in (b"X: " + b"x" * 1_000_000, b"X: y\r\n" * 170_000):
            with self.subTest(fields=fields[:8]):
                data = b"GET /file HTTP/1.1\r\nHost: a\r\n" + fields
                self.assertEqual(self.answer_to(self.server, data).status, 431)

    def test_one_byte_over_and_over(self):
        for value in range(256):
            with self.subTest(byte=value):
                answer = self.answer_to(self.server, bytes((value,)) * 20_000)
                self.assertIn(answer.status, (400, 414))


if __name__ == "__main__":
    unittest.main(buffer=True)
