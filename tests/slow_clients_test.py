"""Clients that are slow, of malice or by nature: the former are cut, the latter are not.

A machine that is busy makes the slow ones slower, and the honest one is late for its next
piece as if it had stalled: it may be by five seconds, and catches up.
"""

import itertools
import time
import unittest
from typing import Iterator

from tests.http_client import Connection, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

# The defaults of flags, and the grace of server/send_response.cc.
HEADER_TIMEOUT_SECONDS = 10
GRACE_SECONDS = 5

# Far beyond when the slow ones have to be cut.
LATE_SECONDS = 60

GIBIBYTE = 1 << 30


def pieces(connection: Connection, size: int, rate: int) -> Iterator[int]:
    """Takes `size` bytes at a time, of `rate` a second; yields how many it has taken."""
    start = time.monotonic()
    for taken in itertools.count(size, size):
        connection.read_exactly(size)
        time.sleep(max(start + taken / rate - time.monotonic(), 0))
        yield taken


class SlowClientsTest(ServerTestCase):

    def requested(self, *flags: str, receive_buffer: int) -> tuple[Server, Connection]:
        """A server, and a connection on which the head of a GIBIBYTE was read."""
        self.write("large", size=GIBIBYTE)
        server = self.start(*flags)
        connection = self.connect(server, receive_buffer)
        connection.send(request("/large"))
        self.assertEqual(connection.read_head().fields["content-length"], str(GIBIBYTE))
        return server, connection

    def test_a_byte_every_two_seconds_is_cut_at_the_header_timeout(self):
        server = self.start()
        start = time.monotonic()
        connection = self.connect(server)
        for byte in request("/" + "a" * 1000):
            if connection.hears_something(within=2):
                break
            connection.send(bytes([byte]))
            self.assertLess(time.monotonic(), start + LATE_SECONDS)
        response = connection.read_response()
        self.assertEqual((response.status, response.closes), (408, True))
        self.assertGreaterEqual(time.monotonic(), start + HEADER_TIMEOUT_SECONDS)

    def test_a_reader_of_128_bytes_a_second_is_cut_by_the_minimum_rate(self):
        """Of 1024: what the client's kernel takes at once is good for some seconds."""
        start = time.monotonic()
        server, connection = self.requested(receive_buffer=4096)
        for _ in pieces(connection, size=16, rate=128):
            if not server.children():
                break
            self.assertLess(time.monotonic(), start + LATE_SECONDS)
        self.assertGreaterEqual(time.monotonic(), start + GRACE_SECONDS)
        with self.assertRaises(ConnectionResetError):
            connection.count_to_end()

    def test_a_gibibyte_at_the_minimum_rate_is_not_cut(self):
        rate = 32 << 20
        _, connection = self.requested(f"--min_send_rate={rate}", receive_buffer=1 << 20)
        start = time.monotonic()
        for taken in pieces(connection, size=1 << 20, rate=rate):
            if taken == GIBIBYTE:
                break
        self.assertGreaterEqual(time.monotonic(), start + GIBIBYTE / rate)


if __name__ == "__main__":
    unittest.main(buffer=True)
