"""Regular files and their metadata, RFC 9110 sections 8 and 9.3."""

import contextlib
import email.utils
import hashlib
import os
import time
import unittest
import urllib.parse

from tests.http_client import request
from tests.server_test_case import ServerTestCase

# Around the 16 KiB up to which head and body leave in one send, design 6.4.
SIZES = (0, 1, 16383, 16384, 16385, 1 << 20, 5 << 20)

MEDIA_TYPES = {
    "a.html": "text/html; charset=utf-8",
    "a.css": "text/css; charset=utf-8",
    "a.js": "text/javascript; charset=utf-8",
    "a.txt": "text/plain; charset=utf-8",
    "a.svg": "image/svg+xml",
    "a.png": "image/png",
    "a.json": "application/json",
    "a.wasm": "application/wasm",
    "A.HTML": "text/html; charset=utf-8",
    "a.html.png": "image/png",
    "a.unknown": "application/octet-stream",
    "html": "application/octet-stream",
    "ends-in-a-dot.": "application/octet-stream",
    "dir.html/file": "application/octet-stream",
}

NAMES = (b"with space", b"a+b&c=d;e,f", b"percent%41", b"question?mark", b"hash#mark",
         "gr\u00fc\u00df-\u65e5\u672c".encode(), b"\xff\xfe\x80", b"new\nline\ttab", b"\x01\x7f",
         b"<b>\"'",
         b"back\\slash", b"a..b", b"n" * 255)


def pattern(size: int) -> bytes:
    """Bytes that differ from offset to offset, so that none can stand for another."""
    block = b"".join(i.to_bytes(4, "big") for i in range(1 << 14))
    return (block * (size // len(block) + 1))[:size]


class FilesTest(ServerTestCase):

    def test_a_file_is_served_byte_for_byte(self):
        server = self.start()
        for size in SIZES:
            with self.subTest(size=size):
                content = pattern(size)
                self.write("file", content)
                response = self.get(server, "/file")
                self.assertEqual(response.status, 200)
                self.assertEqual(response.fields["content-length"], str(size))
                self.assertEqual(hashlib.sha256(response.body).digest(),
                                 hashlib.sha256(content).digest())

    def test_head_is_get_without_the_body(self):
        self.write("file", pattern(20000))
        self.write("dir/index.html", b"index")
        server = self.start()
        for target in ("/file", "/dir", "/dir/", "/missing"):
            with self.subTest(target=target), self.connect(server) as connection:
                get, head = connection.get(target), connection.get(target, "HEAD")
                del get.fields["date"], head.fields["date"]
                self.assertEqual(head, get._replace(body=b""))
                self.assertEqual(connection.get(target).body, get.body)  # nothing was left over

    def test_a_file_larger_than_4_gib_has_its_length(self):
        size = (5 << 30) + 1
        self.write("huge", size=size)
        response = self.get(self.start(), "/huge", "HEAD")
        self.assertEqual(response.fields["content-length"], str(size))

    def test_any_name_is_reached_by_its_percent_encoding(self):
        server = self.start()
        for name in NAMES:
            with self.subTest(name=name):
                self.write(name, name)
                for target in (urllib.parse.quote(name), "".join(f"%{c:02x}" for c in name)):
                    self.assertEqual(self.get(server, f"/{target}").body, name)

    def test_a_name_may_hold_every_byte(self):
        """But NUL and the slash."""
        server = self.start()
        with self.connect(server) as connection:
            for byte in {*range(1, 256)} - {ord("/")}:
                with self.subTest(byte=byte):
                    name = b"x" + bytes([byte])
                    self.write(name, name)
                    self.assertEqual(connection.get(f"/x%{byte:02X}").body, name)

    def test_the_query_is_no_part_of_the_name(self):
        self.write("file", b"content")
        server = self.start()
        for query in ("?", "?a=b", "?../../x", "?%00", "??"):
            with self.subTest(query=query):
                self.assertEqual(self.get(server, f"/file{query}").body, b"content")

    def test_an_absolute_form_target_is_served(self):
        """RFC 9112 section 3.2.2: a server must accept it."""
        self.write("file", b"content")
        self.assertEqual(self.get(self.start(), "http://localhost/file").body, b"content")

    def test_a_name_longer_than_any_file_name_is_not_found(self):
        server = self.start()
        for target in ("/" + "n" * 256, "/" + "n/" * 3000, "/" + "n" * 8000):
            with self.subTest(length=len(target)):
                self.assertEqual(self.get(server, target).status, 404)

    def test_what_is_not_there_is_not_found(self):
        self.write("file")
        server = self.start()
        for target in ("/missing", "/missing/", "/missing/file", "/file/", "/file/below"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).status, 404)

    def test_a_file_that_is_made_later_is_found(self):
        server = self.start()
        self.assertEqual(self.get(server, "/later").status, 404)
        self.write("later", b"content")
        self.assertEqual(self.get(server, "/later").body, b"content")

    def test_a_file_truncated_while_it_is_sent_ends_the_connection_short(self):
        """Design 4.5: never padded. What was cut off is in no buffer: these are far smaller.

        Bytes that are on their way may arrive as zeros: sendfile(2) queues the pages of
        the file, and truncate(2) clears them. The missing end tells the client.
        """
        size, left = 32 << 20, 1 << 16
        path = self.write("file", size=size)
        connection = self.connect(self.start(), receive_buffer=left)
        connection.send(request("/file"))
        self.assertEqual(connection.read_head().fields["content-length"], str(size))
        connection.read_exactly(left)
        os.truncate(path, left)
        self.assertLess(connection.count_to_end(), size - left)

    def test_a_file_that_grows_while_it_is_sent_is_cut_at_its_length(self):
        size = 64 << 20
        path = self.write("file", size=size)
        connection = self.connect(self.start(), receive_buffer=1 << 16)
        connection.send(request("/file", fields=("Host: a", "Connection: close")))
        connection.read_head()
        os.truncate(path, 2 * size)
        self.assertEqual(connection.count_to_end(), size)

    def test_a_file_that_is_replaced_while_it_is_sent_is_sent_to_its_end(self):
        """What was opened is what was asked for, whatever has its name now."""
        content = pattern(64 << 20)
        path = self.write("file", content)
        server = self.start()
        connection = self.connect(server, receive_buffer=1 << 16)
        connection.send(request("/file", fields=("Host: a", "Connection: close")))
        connection.read_head()
        os.replace(self.write("other", b"other"), path)
        self.assertEqual(self.get(server, "/file").body, b"other")
        self.assertTrue(connection.read_to_end() == content)

    def test_a_root_that_is_renamed_is_still_served(self):
        """The root is the directory that was opened, not what has its name now."""
        self.write("file", b"content")
        server = self.start()
        os.rename(self.root, self.root + ".old")
        os.mkdir(self.root)
        self.write("file", b"other")
        self.assertEqual(self.get(server, "/file").body, b"content")


class MetadataTest(ServerTestCase):

    def test_the_media_type_is_that_of_the_extension(self):
        server = self.start()
        for name, media_type in MEDIA_TYPES.items():
            with self.subTest(name=name):
                self.write(name, b"x")
                response = self.get(server, f"/{name}")
                self.assertEqual(response.fields["content-type"], media_type)
                self.assertEqual(response.fields["x-content-type-options"], "nosniff")

    def test_the_date_is_now(self):
        response = self.get(self.start(), "/missing")
        date = email.utils.parsedate_to_datetime(response.fields["date"])
        self.assertEqual(email.utils.format_datetime(date, usegmt=True), response.fields["date"])
        self.assertLess(abs(date.timestamp() - time.time()), 60)

    def test_the_date_goes_on_while_the_server_runs(self):
        """One that was formatted before the fork of an earlier connection would stand still."""
        connection = self.connect(self.start())
        first = connection.get("/").fields["date"]
        end = time.monotonic() + 4
        while time.monotonic() < end and connection.get("/").fields["date"] == first:
            connection.hears_something(within=0.05)
        self.assertNotEqual(connection.get("/").fields["date"], first)

    def test_last_modified_is_the_time_of_the_file(self):
        path = self.write("file")
        server = self.start()
        for modified in (0, 1, 951782400, 1709164800, 1234567890):  # two of them 29 February
            with self.subTest(modified=modified):
                os.utime(path, (modified, modified))
                self.assertEqual(self.get(server, "/file").fields["last-modified"],
                                 email.utils.formatdate(modified, usegmt=True))

    def test_last_modified_is_never_later_than_the_date(self):
        """RFC 9110 section 8.8.2.1."""
        path = self.write("file")
        os.utime(path, (0, 1 << 33))
        fields = self.get(self.start(), "/file").fields
        self.assertEqual(fields["last-modified"], fields["date"])

    def test_a_time_that_no_date_can_tell_is_served(self):
        """CVE-2020-25691: whatever the file system takes for a time, up to 2^63-1 seconds."""
        path = self.write("file", b"content")
        server = self.start()
        for seconds in (-(1 << 63), -(1 << 40), 253402300799, 253402300800, 1 << 34, 1 << 40,
                        (1 << 63) - 1):
            with self.subTest(seconds):
                with contextlib.suppress(OverflowError, OSError):
                    os.utime(path, (0, seconds))
                response = self.get(server, "/file")
                self.assertEqual((response.status, response.body), (200, b"content"))
                modified, date = (email.utils.parsedate_to_datetime(response.fields[name])
                                  for name in ("last-modified", "date"))
                self.assertLessEqual(modified, date)

    def test_a_time_before_1970_is_served(self):
        path = self.write("file", b"old")
        os.utime(path, (0, -86400))
        self.assertEqual(self.get(self.start(), "/file").body, b"old")


if __name__ == "__main__":
    unittest.main(buffer=True)
