"""The formats of the access log: what a line says of each kind of request."""

import datetime
import json
import os
import re
import time
import unittest

from tests import deadline, vectors
from tests.http_client import Connection, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

# What stands between the quotation marks of a line that is no JSON.
TEXT = r'"((?:[ !#-\[\]-~]|\\x[0-9A-F]{2})*)"'
COMMON = r"127\.0\.0\.1 - - \[[^\]]+\] " + TEXT + r" (\d{3}) (\d+)"
COMBINED = re.compile(f"{COMMON} {TEXT} {TEXT}")

MEMBERS = ["time", "client", "request", "status", "body_bytes", "duration_us", "referer",
           "user_agent", "refusal", "complete"]


def escaped(data: bytes) -> str:
    """Printable ASCII but for the quotation mark and the backslash; else numbers."""
    return "".join(chr(byte) if 0x20 <= byte <= 0x7e and byte not in b'"\\' else f"\\x{byte:02X}"
                   for byte in data)


class LogFormatsTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"content")
        self.path = os.path.join(self.scratch, "access.log")

    def start_logging(self, log_format: str, *flags: str) -> Server:
        return self.start(f"--access_log={self.path}", f"--log_format={log_format}", *flags)

    def lines(self, count: int) -> list[str]:
        """The lines of the log, of which there must come to be `count`."""
        def whole() -> list[str]:
            with open(self.path, encoding="ascii", newline="\n") as file:
                return file.read().split("\n")[:-1]
        lines = deadline.eventually(lambda: len(whole()) >= count and whole())
        self.assertEqual(len(lines), count, lines)
        return lines

    def entries(self, count: int) -> list[dict]:
        """The same, as objects of JSON."""
        entries = [json.loads(line) for line in self.lines(count)]
        for entry in entries:
            self.assertEqual(list(entry), MEMBERS)
        return entries

    def test_combined_is_common_with_two_fields(self):
        server = self.start_logging("combined")
        with Connection(server.address) as connection:
            connection.get("/file", fields=("Host: a", "user-agent: x/1 (a; b)",
                                            'REFERER: http://a/"b\\', "User-Agent: second"))
            connection.get("/file", "HEAD")
            connection.get("/file", fields=("Host: a", "Referer:", "User-Agent: \xe9\t\xff"))
        self.lines(3)
        self.answer_to(server, b"GET / HTTP/1.1\r\nUser-Agent: unknown\n")
        expected = [("GET /file HTTP/1.1", "200", "7", r"http://a/\x22b\x5C", "x/1 (a; b)"),
                    ("HEAD /file HTTP/1.1", "200", "0", "-", "-"),
                    ("GET /file HTTP/1.1", "200", "7", "", r"\xE9\x09\xFF")]
        lines = self.lines(4)
        for line, groups in zip(lines, expected):
            self.assertEqual(COMBINED.fullmatch(line).groups(), groups)
        self.assertRegex(lines[3], r' 400 \d+ "-" "-"$')

    def test_common_does_not_have_them(self):
        server = self.start_logging("common")
        self.get(server, "/file", fields=("Host: a", "User-Agent: x", "Referer: y"))
        self.assertRegex(self.lines(1)[0], f"^{COMMON}$")

    def test_json_says_who_when_what_and_how_it_ended(self):
        server = self.start_logging("json")
        before = time.time()
        self.get(server, "/file?a=b", fields=("Host: a", "User-Agent: x", "Referer: y"))
        (entry,) = self.entries(1)
        when = datetime.datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
        self.assertRegex(entry["time"], r"\.\d{3}Z$")
        # The clock may be set meanwhile, though not by a minute.
        self.assertLess(abs(when.replace(tzinfo=datetime.timezone.utc).timestamp() - before), 60)
        self.assertGreaterEqual(entry["duration_us"], 0)
        self.assertEqual({name: entry[name] for name in MEMBERS
                          if name not in ("time", "duration_us")},
                         {"client": "127.0.0.1", "request": "GET /file?a=b HTTP/1.1",
                          "status": 200, "body_bytes": 7, "referer": "y", "user_agent": "x",
                          "refusal": None, "complete": True})

    def test_what_is_absent_is_null_in_json(self):
        self.get(self.start_logging("json"), "/file")
        (entry,) = self.entries(1)
        self.assertIsNone(entry["referer"])
        self.assertIsNone(entry["user_agent"])

    def test_every_byte_of_a_request_line_is_escaped_in_json(self):
        server = self.start_logging("json")
        for byte in range(256):
            line = b"GET /a%cb HTTP/1.1" % byte
            self.answer_to(server, line + b"\r\nHost: a\r\nConnection: close\r\n\r\n")
            end = byte in b"\r\n"  # of what is taken for the line
            self.assertEqual(self.entries(byte + 1)[-1]["request"],
                             escaped(b"GET /a" if end else line))

    def test_every_byte_of_a_field_is_escaped_in_json(self):
        server = self.start_logging("json")
        allowed = [byte for byte in range(256) if byte == 9 or byte >= 0x20 and byte != 0x7f]
        value = b"<%b>" % bytes(allowed)
        with Connection(server.address) as connection:
            connection.send(b"GET /file HTTP/1.1\r\nHost: a\r\nUser-Agent: %b\r\nReferer: %b\r\n"
                            b"\r\n" % (value, value))
            connection.read_response()
        (entry,) = self.entries(1)
        self.assertEqual((entry["user_agent"], entry["referer"]), (escaped(value),) * 2)

    def test_the_refusal_is_its_number_in_the_table(self):
        """Of docs/refusals.md, which says the status, too."""
        statuses = vectors.read_statuses()
        examples = {vector.rejection: vector.data for vector in vectors.read_requests()
                    if vector.rejection}
        for number, data in ((70, b"x\r\n"), (71, b"1;\x01\r\n"), (72, b"0" * 9000),
                             (73, b"1\r\nabc")):
            examples[number] = request("/file", fields=("Host: a", "Transfer-Encoding: chunked",
                                                        "User-Agent: x")) + data
        self.assertEqual(examples.keys(), statuses.keys())
        server = self.start_logging("json")
        for data in examples.values():
            self.answer_to(server, data)
        entries = self.entries(len(examples))
        self.assertEqual([(entry["refusal"], entry["status"]) for entry in entries],
                         [(number, statuses[number]) for number in examples])
        for entry in entries:
            # Of a body that is malformed the head is known.
            is_body = entry["refusal"] >= 70
            self.assertEqual(entry["user_agent"], "x" if is_body else None)
            if is_body:
                self.assertEqual(entry["request"], "GET /file HTTP/1.1")

    def test_what_the_server_refuses_is_no_refusal_of_the_parser(self):
        server = self.start_logging("json")
        with Connection(server.address) as connection:
            for target, method in (("/missing", "GET"), ("/.git", "GET"), ("/file", "POST"),
                                   ("/file", "BREW")):
                connection.get(target, method)
        self.assertEqual([(entry["status"], entry["refusal"]) for entry in self.entries(4)],
                         [(404, None), (404, None), (405, None), (501, None)])

    def test_a_client_that_sends_nothing_in_time_has_waited_so_long(self):
        server = self.start_logging("json", "--header_timeout=200ms")
        start = time.monotonic()
        self.answer_to(server, b"")
        (entry,) = self.entries(1)
        most = (time.monotonic() - start) * 1e6
        self.assertEqual((entry["request"], entry["status"], entry["refusal"]), (None, 408, None))
        self.assertGreaterEqual(entry["duration_us"], 100_000)  # half of what it is
        self.assertLessEqual(entry["duration_us"], most)

    def test_the_bytes_are_those_of_the_body_that_were_sent(self):
        self.write("large", size=200_000)
        server = self.start_logging("json")
        with Connection(server.address) as connection:
            tag = connection.get("/file", "HEAD").fields["etag"]
            host = ("Host: a",)
            sizes = [len(connection.get("/file", fields=host + fields).body) for fields in
                     ((f"If-None-Match: {tag}",), ("Range: bytes=1-3",),
                      ("Range: bytes=0-0,6-6",), ("Range: bytes=9-",))]
            connection.get("/large", fields=host + ("Range: bytes=0-99999",))
            connection.get("/large", "HEAD")
        entries = self.entries(7)
        self.assertEqual([entry["status"] for entry in entries],
                         [200, 304, 206, 206, 416, 206, 200])
        self.assertEqual([entry["body_bytes"] for entry in entries], [0, *sizes, 100_000, 0])
        self.assertTrue(all(entry["complete"] for entry in entries))

    def test_of_a_client_that_leaves_half_way_only_what_was_sent_counts(self):
        size = 64 * 1024 * 1024  # more than sockets buffer
        self.write("large", size=size)
        server = self.start_logging("json")
        connection = self.connect(server, receive_buffer=4096)
        connection.send(request("/large"))
        connection.read_head()
        connection.read_exactly(10_000)
        connection.reset()
        (entry,) = self.entries(1)
        self.assertIs(entry["complete"], False)
        self.assertEqual(entry["status"], 200)
        self.assertGreaterEqual(entry["body_bytes"], 10_000)
        self.assertLess(entry["body_bytes"], size)

    def test_the_longest_line_is_whole(self):
        """Limits of the README: each byte of a field may become five of JSON."""
        server = self.start_logging("json")
        agent = b"\xff" * 30_000
        with Connection(server.address) as connection:
            connection.send(b"GET /file HTTP/1.1\r\nHost: a\r\nUser-Agent: %b\r\n\r\n" % agent)
            connection.read_response()
        self.assertEqual(self.entries(1)[0]["user_agent"], escaped(agent))


if __name__ == "__main__":
    unittest.main(buffer=True)
