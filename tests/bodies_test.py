"""Bodies of requests: discarded, never taken for a request, RFC 9112 sections 6, 7 and 11."""

import unittest

from tests.server_test_case import ServerTestCase

MAX_DISCARDED = 64 * 1024

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def head(*fields: bytes, method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    return b"".join(line + b"\r\n" for line in
                    (b"%b /first %b" % (method, version), b"Host: a", *fields, b""))


def counted(body: bytes) -> bytes:
    return head(b"Content-Length: %d" % len(body)) + body


def chunked(*chunks: bytes, trailers: bytes = b"") -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head(b"Transfer-Encoding: chunked") + framed + b"0\r\n" + trailers + b"\r\n"


# Every one with a body that does not end up as a request.
DISCARDED = {
    "counted": counted(b"hello"),
    "counted, looks like a request": counted(SMUGGLED),
    "counted, of no bytes": counted(b""),
    "counted, zeros in front": head(b"Content-Length: 005") + b"hello",
    "counted, as long as may be": counted(b"x" * MAX_DISCARDED),
    "chunked": chunked(b"hello", b"world"),
    "chunked, looks like a request": chunked(SMUGGLED, SMUGGLED),
    "chunked, of no bytes": chunked(),
    "chunked, with trailers": chunked(b"hello", trailers=b"X: y\r\nContent-Length: 5\r\n"),
    "chunked, with an extension": head(b"Transfer-Encoding: chunked") + b"1;a=b\r\nx\r\n0\r\n\r\n",
    "chunked, in capitals": head(b"TRANSFER-ENCODING: CHUNKED") + b"A\r\n0123456789\r\n0\r\n\r\n",
    "of a method that is refused": head(b"Content-Length: %d" % len(SMUGGLED), method=b"POST")
                                   + SMUGGLED,
}

# Framing that two servers could read differently: the field lines, and the status.
AMBIGUOUS = {
    "length repeated": ((b"Content-Length: 5", b"Content-Length: 5"), 400),
    "lengths differ": ((b"Content-Length: 5", b"Content-Length: 6"), 400),
    "list of lengths": ((b"Content-Length: 5, 5",), 400),
    "plus": ((b"Content-Length: +5",), 400),
    "minus": ((b"Content-Length: -1",), 400),
    "minus zero": ((b"Content-Length: -0",), 400),
    "letter behind": ((b"Content-Length: 1Z",), 400),
    "hexadecimal": ((b"Content-Length: 0x5",), 400),
    "empty": ((b"Content-Length:",), 400),
    "space inside": ((b"Content-Length: 1 0",), 400),
    "fraction": ((b"Content-Length: 5.0",), 400),
    "quoted": ((b'Content-Length: "5"',), 400),
    "2^63": ((b"Content-Length: 9223372036854775808",), 400),
    "2^64": ((b"Content-Length: 18446744073709551616",), 400),
    "2^64 + 5": ((b"Content-Length: 18446744073709551621",), 400),
    "length and chunked": ((b"Content-Length: 5", b"Transfer-Encoding: chunked"), 400),
    "chunked and length": ((b"Transfer-Encoding: chunked", b"Content-Length: 0"), 400),
    "chunked twice": ((b"Transfer-Encoding: chunked, chunked",), 400),
    "chunked in two fields": ((b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), 400),
    "chunked not last": ((b"Transfer-Encoding: chunked, identity",), 400),
    "comma in front": ((b"Transfer-Encoding: ,chunked",), 400),
    "empty coding": ((b"Transfer-Encoding:",), 400),
    "parameter": ((b"Transfer-Encoding: chunked;a=b",), 400),
    "quoted coding": ((b'Transfer-Encoding: "chunked"',), 400),
    "vertical tab": ((b"Transfer-Encoding: \x0bchunked",), 400),
    "xchunked": ((b"Transfer-Encoding: xchunked",), 501),
    "gzip": ((b"Transfer-Encoding: gzip",), 501),
    "gzip, chunked": ((b"Transfer-Encoding: gzip, chunked",), 501),
    "identity": ((b"Transfer-Encoding: identity",), 501),
}

# What follows `Transfer-Encoding: chunked`; all are 400.
BAD_CHUNKS = (b"\r\n", b"g\r\n", b"-1\r\n", b"+1\r\n", b"0x1\r\n", b" 1\r\n", b"1 \r\nx\r\n",
              b"1\nx\r\n", b"1\r\nxy\r\n", b"1\r\nx\n", b"1\r\nx0\r\n\r\n", b";a\r\n",
              b"8000000000000000\r\n", b"10000000000000000\r\n", b"1;a\x00\r\n", b"1;a\nb\r\n",
              b"1" * 300, b"1;" + b"a" * 300, b"0\r\nX : y\r\n\r\n", b"0\r\nX\r\n\r\n",
              b"0\r\n X: y\r\n\r\n", b"0\r\nX: y\n\r\n", b"0\r\n: y\r\n\r\n", b"0\r\n\n")


class BodiesTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        for name in ("first", "next", "smuggled"):
            self.write(name, name.encode())
        self.server = self.start()

    def test_a_body_is_discarded_and_the_next_request_answered(self):
        for name, data in DISCARDED.items():
            with self.subTest(name), self.connect(self.server) as connection:
                connection.send(data + NEXT)
                self.assertIn(connection.read_response().status, (200, 405))
                self.assertEqual(connection.read_response().body, b"next")
                self.assertEqual(connection.read_to_end(), b"")

    def test_a_body_may_arrive_byte_by_byte(self):
        for data in (counted(SMUGGLED), chunked(SMUGGLED, b"x", trailers=b"X: y\r\n")):
            with self.subTest(data=data), self.connect(self.server) as connection:
                for byte in data + NEXT:
                    connection.send(bytes((byte,)))
                self.assertEqual(connection.read_response().body, b"first")
                self.assertEqual(connection.read_response().body, b"next")

    def test_a_body_over_the_limit_ends_the_connection_after_the_answer(self):
        body = (SMUGGLED * 10_000)[:300_000]
        for data in (counted(body), chunked(body), chunked(*[b"x"] * 50_000)):
            with self.subTest(head=data[:80]):
                self.assertEqual(self.answer_to(self.server, data + NEXT).body, b"first")

    def test_a_length_over_the_limit_is_answered_without_waiting_for_the_body(self):
        for size in (MAX_DISCARDED + 1, (1 << 63) - 1):
            with self.subTest(size=size):
                data = head(b"Content-Length: %d" % size)
                self.assertEqual(self.answer_to(self.server, data).body, b"first")

    def test_a_client_that_leaves_within_a_body_gets_no_answer(self):
        for data in (head(b"Content-Length: 5"), head(b"Transfer-Encoding: chunked") + b"5\r\nab"):
            with self.subTest(data=data), self.connect(self.server) as connection:
                connection.send(data)
                connection.finish_sending()
                self.assertEqual(connection.read_to_end(), b"")


class FramingTest(ServerTestCase):
    """RFC 9112 section 11.2: doubtful framing is refused, and what follows is not read."""

    def setUp(self):
        super().setUp()
        for name in ("first", "next", "smuggled"):
            self.write(name, name.encode())
        self.server = self.start()

    def test_ambiguous_framing_is_refused_and_ends_the_connection(self):
        for name, (fields, status) in AMBIGUOUS.items():
            for method in (b"GET", b"POST"):
                with self.subTest(name, method=method):
                    data = head(*fields, method=method) + b"0\r\n\r\n" + SMUGGLED + NEXT
                    self.assertEqual(self.answer_to(self.server, data).status, status)

    def test_a_transfer_coding_in_http_1_0_is_refused(self):
        data = head(b"Transfer-Encoding: chunked", b"Connection: keep-alive", version=b"HTTP/1.0")
        self.assertEqual(self.answer_to(self.server, data + b"0\r\n\r\n" + NEXT).status, 400)

    def test_a_malformed_chunk_is_refused_and_ends_the_connection(self):
        for chunk in BAD_CHUNKS:
            with self.subTest(chunk=chunk):
                data = head(b"Transfer-Encoding: chunked") + chunk + SMUGGLED + NEXT
                self.assertEqual(self.answer_to(self.server, data).status, 400)


class ExpectationTest(ServerTestCase):
    """RFC 9110 section 10.1.1."""

    def setUp(self):
        super().setUp()
        self.write("first", b"first")
        self.server = self.start()

    def test_a_client_that_waits_for_100_gets_the_final_response_instead(self):
        for framing in (b"Content-Length: 5", b"Transfer-Encoding: chunked"):
            with self.subTest(framing=framing):
                data = head(b"Expect: 100-Continue", framing)
                self.assertEqual(self.answer_to(self.server, data).body, b"first")

    def test_a_body_that_was_sent_all_the_same_is_not_a_request(self):
        data = head(b"Expect: 100-continue", b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED
        self.assertEqual(self.answer_to(self.server, data + NEXT).body, b"first")

    def test_without_a_body_the_connection_goes_on(self):
        connection = self.connect(self.server)
        for _ in range(2):
            connection.send(head(b"Expect: 100-continue"))
            response = connection.read_response()
            self.assertEqual((response.body, response.closes), (b"first", False))

    def test_another_expectation_is_417(self):
        for value in (b"200-ok", b"100-continue, x", b"100-continue;a=b"):
            with self.subTest(value=value):
                self.assertEqual(self.answer_to(self.server, head(b"Expect: " + value)).status, 417)

    def test_an_expectation_in_http_1_0_is_ignored(self):
        for value in (b"100-continue", b"x"):
            with self.subTest(value=value):
                data = head(b"Expect: " + value, version=b"HTTP/1.0")
                self.assertEqual(self.answer_to(self.server, data).body, b"first")


if __name__ == "__main__":
    unittest.main(buffer=True)
