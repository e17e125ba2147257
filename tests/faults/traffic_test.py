"""What the clients of the traffic put up with, and what they do not."""

import socket
import unittest
from unittest import mock

from tests import deadline
from tests.faults.traffic import Answer, Client, Misbehaviour

CONTENT = b"content"
FILE = Answer(200, CONTENT, is_file=True)
HEAD_OF_FILE = FILE._replace(method="HEAD")
PAGE = b"<h1>404 Not Found</h1>"
MISSING = Answer(404, PAGE)


def response(status: int, body: bytes, *fields: bytes, size: int | None = None) -> bytes:
    length = len(body) if size is None else size
    lines = b"".join(field + b"\r\n" for field in fields)
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n%b\r\n%b" % (status, length, lines, body)


RIGHT = response(200, CONTENT)
CLOSES = b"Connection: close"
SHORTAGE = b"<h1>503 Service Unavailable</h1>"

# What a server sends before it closes, what was asked for, and what the clients report.
BORNE = {
    "the right answers": (RIGHT + response(404, PAGE), (FILE, MISSING), set()),
    "the right answer to HEAD": (response(200, b"", size=7), (HEAD_OF_FILE,), set()),
    "no answer": (b"", (FILE,), {"closed"}),
    "half a head": (RIGHT[:20], (FILE,), {"closed"}),
    "half a file": (RIGHT[:-3], (FILE,), {"closed"}),
    "one answer of two": (RIGHT, (FILE, FILE), {"closed"}),
    "an error": (response(503, SHORTAGE), (FILE,), {"503"}),
    "half an error": (response(503, SHORTAGE)[:-3], (FILE,), {"503", "closed"}),
    "an error for HEAD": (response(503, b"", size=32), (HEAD_OF_FILE,), {"503"}),
    "an error before HEAD was read": (response(503, SHORTAGE, CLOSES), (HEAD_OF_FILE,), {"503"}),
}

MISBEHAVIOUR = {
    "a wrong byte": (response(200, b"contemt"), (FILE,)),
    "a wrong byte of an answer cut short": (response(200, b"cont\0", size=7), (FILE,)),
    "a wrong length": (response(200, b"contents"), (FILE,)),
    "a wrong length for HEAD": (response(200, b"", size=8), (HEAD_OF_FILE,)),
    "a file for an error": (RIGHT, (MISSING,)),
    "a wrong page": (response(404, SHORTAGE), (MISSING,)),
    "a page that does not say what failed": (response(503, PAGE), (FILE,)),
    "a status that is no error": (response(204, b"")[:13] + b"\r\n\r\n", (FILE,)),
    "an error that is the client's": (response(400, PAGE), (FILE,)),
    "no response": (CONTENT + b"\r\n", (FILE,)),
    "another answer before the end": (response(200, CONTENT, CLOSES) + RIGHT, (FILE,)),
    "the answers out of order": (response(404, PAGE) + RIGHT, (FILE, MISSING)),
}
LISTING = Answer(200, b"[1]", without_entries=b"[]")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    data = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + data + end


BORNE |= {
    "a listing": (chunked(b"[", b"1]") + RIGHT, (LISTING, FILE), set()),
    "a listing without its entry": (chunked(b"[]"), (LISTING,), {"entry missing"}),
    "half a listing": (chunked(b"[1", end=b""), (LISTING,), {"closed"}),
    "a listing for want of an index": (
        chunked(b"<!DOCTYPE html>", b"</html>\n"), (FILE._replace(is_index=True),), {"listing"}),
    "an error instead of a listing": (response(503, SHORTAGE), (LISTING,), {"503"}),
}

MISBEHAVIOUR |= {
    "a wrong entry": (chunked(b"[2]"), (LISTING,)),
    "a wrong entry of a listing cut short": (chunked(b"[2", end=b""), (LISTING,)),
    "half a listing as if it were one": (chunked(b"[1"), (LISTING,)),
    "a listing instead of a file": (chunked(b"<!DOCTYPE html>", b"</html>\n"), (FILE,)),
    "half a page for want of an index": (
        chunked(b"<!DOCTYPE html>"), (FILE._replace(is_index=True),)),
    "a listing without chunks": (response(200, b"[1]"), (LISTING,)),
}


class ClientTest(unittest.TestCase):

    def client(self, sent: bytes, closes: bool = True) -> Client:
        """A client of a server that sends `sent`."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            client = self.enterContext(Client(listener.getsockname()))
            accepted, _ = listener.accept()
        self.addCleanup(accepted.close)
        accepted.sendall(sent)
        if closes:
            accepted.shutdown(socket.SHUT_WR)
        return client

    def test_what_may_come_of_a_fault_is_borne(self):
        for name, (sent, answers, deviations) in BORNE.items():
            with self.subTest(name):
                client = self.client(sent)
                client.expect(*answers)
                self.assertEqual(client.deviations, deviations)

    def test_misbehaviour_is_noticed(self):
        for name, (sent, answers) in MISBEHAVIOUR.items():
            with self.subTest(name), self.assertRaises(Misbehaviour):
                self.client(sent).expect(*answers)

    def test_an_answer_that_nobody_asked_for_is_noticed(self):
        with self.assertRaises(Misbehaviour):
            self.client(RIGHT).expect_end()

    def test_a_server_that_lets_wait_is_noticed(self):
        for sent, answer in ((b"", FILE), (RIGHT[:20], FILE), (RIGHT[:-3], FILE),
                             (response(200, CONTENT, CLOSES), FILE)):
            with self.subTest(sent), mock.patch.object(deadline, "SECONDS", 0.1), \
                    self.assertRaisesRegex(Misbehaviour, "waits"):
                self.client(sent, closes=False).expect(answer)

    def test_a_reset_is_an_end(self):
        with socket.create_server(("127.0.0.1", 0)) as listener, \
                Client(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            client.send(b"x")
            accepted.close()  # with the byte unread
            client.expect(FILE)
        self.assertEqual(client.deviations, {"closed"})


if __name__ == "__main__":
    unittest.main(buffer=True)
