"""--directory_listing: what a directory without an index shows, and what it does not."""

import base64
import email.utils
import hashlib
import html.parser
import json
import os
import re
import shutil
import stat
import tempfile
import unittest
import urllib.parse

from tests import deadline, memcheck, procfs
from tests.http_client import Connection, ConnectionEnded, Response, request
from tests.server import Server, is_instrumented, is_plain
from tests.server_test_case import ServerTestCase

JSON = ("Host: localhost", "Accept: application/json")

# Every byte that a name may have, and what means something to HTML, URLs, JSON or a shell.
ODD_NAMES = (*(bytes([byte]) for byte in range(1, 256) if byte not in b"/."),
             bytes(byte for byte in range(1, 128) if byte != ord("/")),
             b"<\\a><script>alert(1)<\\script>", b"\" onclick=\"x", b"'&amp;&lt;",
             b"&#x2f;", b"javascript:alert(1)", b"\\\\evil.example", b"%41%2f",
             b"a?b#c", b"a..", b"%2e%2e", "naïve €\u202e😀".encode(),
             b"\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80", b"n" * 255, b"\xff" * 255)

# A link to a directory above, or to this one, sorted.
_ELSEWHERE = re.compile(r"(\.\./)+|\./|\?.*")

GRACE_SECONDS = 5  # of server/send_response.cc
MANY = 100_000

# For a server whose system calls are traced: 60,000 have taken it more than 15 seconds where
# other programs were at work.
TRACED_SECONDS = 8 * deadline.SECONDS


class Page(html.parser.HTMLParser):
    """What a page says: rows of links, texts and sizes, and all links."""

    def __init__(self, body: bytes):
        super().__init__()
        self.links: list[str] = []
        self.elements: set[str] = set()
        self.cells: list[list[str]] = []  # the texts of each row
        self.style = ""
        self._in_cell = self._in_style = False
        self.feed(body.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self._in_style = tag == "style"
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]
        if tag == "tr":
            self.cells.append([])
        if tag in ("th", "td"):
            self.cells[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag):
        self._in_style = False
        self._in_cell = self._in_cell and tag not in ("th", "td")

    def handle_data(self, data):
        if self._in_style:
            self.style += data
        elif self._in_cell:
            self.cells[-1][-1] += data

    def entries(self) -> list[str]:
        """The links of the rows that are entries."""
        return [link for link in self.links if not _ELSEWHERE.fullmatch(link)]


class ListingTestCase(ServerTestCase):

    def listing(self, server: Server, target: str = "/", fields=("Host: localhost",)) -> Response:
        response = self.get(server, target, fields=fields)
        self.assertEqual(response.status, 200)
        self.assertEqual(response.fields["vary"], "Accept")
        self.assertEqual(response.fields["transfer-encoding"], "chunked")
        return response

    def page(self, server: Server, target: str = "/") -> Page:
        response = self.listing(server, target)
        self.assertEqual(response.fields["content-type"], "text/html; charset=utf-8")
        return Page(response.body)

    def json(self, server: Server, target: str = "/") -> list[dict]:
        response = self.listing(server, target, JSON)
        self.assertEqual(response.fields["content-type"], "application/json")
        return json.loads(response.body.decode("utf-8", "strict"))

    def names(self, server: Server, target: str = "/") -> list[str]:
        """What both formats list, which is the same in the same order."""
        hrefs = [entry["href"] for entry in self.json(server, target)]
        self.assertEqual(self.page(server, target).entries(), hrefs)
        return [urllib.parse.unquote(href) for href in hrefs]


class ListingsTest(ListingTestCase):

    def test_it_is_off_unless_asked_for(self):
        self.write("file")
        for flags in ((), ("--directory_listing=false",)):
            server = self.start(*flags)
            for fields in (("Host: localhost",), JSON):
                self.assertEqual(self.get(server, "/", fields=fields).status, 403)

    def test_an_index_is_served_instead(self):
        self.write("index.html", b"index")
        self.write("dir/file")
        server = self.start("--directory_listing")
        self.assertEqual(self.get(server, "/", fields=JSON).body, b"index")
        self.assertEqual(self.names(server, "/dir/"), ["file"])

    def test_entries_have_their_kind_size_and_date(self):
        path = self.write("file", b"x" * 1536)
        os.utime(path, (784111777, 784111777))
        os.makedirs(os.path.join(self.root, "dir"))
        server = self.start("--directory_listing")
        directory, file = self.json(server)
        self.assertEqual((directory["name"], directory["href"], directory["type"]),
                         ("dir", "dir/", "directory"))
        self.assertNotIn("size", directory)
        email.utils.parsedate_to_datetime(directory["mtime"])
        self.assertEqual(file, {"name": "file", "href": "file", "type": "file", "size": 1536,
                                "mtime": "Sun, 06 Nov 1994 08:49:37 GMT"})
        rows = self.page(server).cells
        self.assertEqual(rows[0], ["Name", "Size", "Modified"])
        self.assertEqual(rows[1][:2], ["dir/", ""])
        self.assertEqual(rows[2], ["file", "1.5 KiB", "1994-11-06 08:49"])

    def test_an_empty_directory_is_an_empty_list(self):
        server = self.start("--directory_listing")
        self.assertEqual(self.json(server), [])
        self.assertEqual(self.page(server).entries(), [])

    def test_links_sort_it_and_other_queries_do_not(self):
        for name, size, date in (("a", 2, 30), ("b", 3, 10), ("c", 1, 20)):
            path = self.write(name, b"x" * size)
            os.utime(path, (date, date))
        os.mkdir(os.path.join(self.root, "z"))
        server = self.start("--directory_listing")
        for query, names in (("", "zabc"), ("?sort=name", "zabc"),
                             ("?sort=name&order=desc", "zcba"), ("?sort=size", "zcab"),
                             ("?sort=size&order=desc", "zbac"), ("?sort=date", "zbca"),
                             ("?sort=date&order=desc", "zacb"), ("?sort=owner", "zabc"),
                             ("?<script>", "zabc"), ("?sort=%3Cb%3E", "zabc")):
            with self.subTest(query):
                target = "/" + query.replace("<", "%3C").replace(">", "%3E")
                self.assertEqual([name[0] for name in self.names(server, target)], list(names))
        # From the links of the page, both ways by each column.
        orders = set()
        for link in [link for link in self.page(server).links if link.startswith("?")]:
            page = self.page(server, "/" + link)
            orders.add("".join(name[0] for name in page.entries()))
            key = link.partition("&")[0]
            back = next(other for other in page.links if other.partition("&")[0] == key)
            orders.add("".join(name[0] for name in self.page(server, "/" + back).entries()))
        self.assertEqual(orders, {"zabc", "zcba", "zcab", "zbac", "zbca", "zacb"})

    def test_every_link_leads_to_the_file_whatever_its_name(self):
        for index, name in enumerate(ODD_NAMES):
            self.write(b"dir/" + name, str(index).encode())
        server = self.start("--directory_listing")
        entries = self.json(server, "/dir/")
        links = self.page(server, "/dir/").entries()
        self.assertEqual(links, [entry["href"] for entry in entries])
        self.assertEqual({urllib.parse.unquote_to_bytes(link) for link in links}, set(ODD_NAMES))
        with Connection(server.address) as connection:
            for entry in entries:
                self.assertRegex(entry["href"], r"\A[A-Za-z0-9._~%-]+\Z")
                target = urllib.parse.urljoin("http://localhost/dir/", entry["href"])
                name = urllib.parse.unquote_to_bytes(entry["href"])
                response = connection.get(target)
                self.assertEqual(response.body, str(ODD_NAMES.index(name)).encode())
                with_replacements = re.sub("�+", "�", name.decode("utf-8", "replace"))
                self.assertEqual(re.sub("�+", "�", entry["name"]), with_replacements)

    def test_no_name_makes_anything_of_the_page(self):
        server = self.start("--directory_listing")
        elements = self.page(server).elements
        for name in ODD_NAMES:
            self.write(name)
        page = self.page(server)
        self.assertLessEqual(page.elements, elements | {"bdi", "data", "time", "span", "td"})
        self.assertEqual(len(page.entries()), len(ODD_NAMES))

    def test_the_path_is_escaped_too(self):
        self.write(b"\"><script>'&\xff/below/file")
        server = self.start("--directory_listing")
        target = "/" + urllib.parse.quote(b"\"><script>'&\xff") + "/below/"
        page = self.page(server, target)
        self.assertNotIn("script", page.elements)
        self.assertEqual([link for link in page.links if link.startswith(".")],
                         ["../../", "../", "./", "../"])

    def test_links_above_lead_there(self):
        self.write("a/b/c/file")
        self.write("a/beside")
        self.write("top")
        server = self.start("--directory_listing")
        self.assertNotIn("../", self.page(server).links)
        self.assertIn("../", self.page(server, "/a/").links)
        above = [link for link in self.page(server, "/a/b/c/").links if link.startswith(".")]
        self.assertEqual([self.names(server, urllib.parse.urljoin("/a/b/c/", link))
                          for link in above],
                         [["a/", "top"], ["b/", "beside"], ["c/"], ["file"], ["c/"]])

    def test_another_host_in_the_path_stays_here(self):
        self.write("evil.example/file")
        server = self.start("--directory_listing")
        for target in ("//evil.example/", "///evil.example/", "//evil.example/.",
                       "/x/..//evil.example/"):
            with self.subTest(target):
                page = self.page(server, target)
                self.assertEqual(page.entries(), ["file"])
                for link in page.links:
                    self.assertRegex(link, r"\A(\.\./|\./|\?[a-z=&]+|file\Z)")
        self.assertEqual(self.get(server, "//evil.example").fields["location"], "/evil.example/")

    def test_only_what_is_served_is_listed(self):
        self.write("../outside", b"secret")
        for name in ("file", ".hidden", ".git/config", ".well-known/security.txt", "dir/file"):
            self.write(name)
        os.mkfifo(os.path.join(self.root, "fifo"))
        os.mknod(os.path.join(self.root, "socket"), stat.S_IFSOCK)
        for name, target in (("in", "file"), ("in_dir", "dir"), ("out", "../outside"),
                             ("top", "/"), ("up", ".."), ("nowhere", "missing"), ("loop", "loop"),
                             ("to_fifo", "fifo"), ("magic", "/proc/self/exe")):
            os.symlink(target, os.path.join(self.root, name))
        plain = ["dir/", "file"]
        dotted = [".git/", ".well-known/", "dir/", ".hidden", "file"]
        for flags, names in (((), plain), (("--dotfiles",), dotted),
                             (("--follow_symlinks",), ["dir/", "in_dir/", "file", "in"])):
            with self.subTest(flags):
                server = self.start("--directory_listing", *flags)
                self.assertEqual(self.names(server), names)
                for name in names:
                    self.assertEqual(self.get(server, "/" + name).status, 200, name)
        server = self.start("--directory_listing")
        self.assertEqual(self.get(server, "/.git/").status, 404)
        self.assertEqual(self.get(server, "/in_dir/").status, 403)
        self.assertEqual(self.names(server, "/.well-known/"), ["security.txt"])

    def test_head_is_get_without_the_body(self):
        self.write("dir/file")
        server = self.start("--directory_listing")
        for fields in (("Host: localhost",), JSON):
            with Connection(server.address) as connection:
                get = connection.get("/dir/", fields=fields)
                head = connection.get("/dir/", "HEAD", fields=fields)
                again = connection.get("/dir/", fields=fields)
            for response in (get, head, again):
                del response.fields["date"]
            self.assertEqual(head.fields, get.fields)
            self.assertEqual((head.body, again.body), (b"", get.body))

    def test_http_1_0_gets_it_up_to_the_end_of_the_connection(self):
        self.write("file")
        server = self.start("--directory_listing")
        expected = self.listing(server).body
        for fields in ((), ("Connection: keep-alive",)):
            for method in ("GET", "HEAD"):
                with self.subTest(fields=fields, method=method):
                    connection = self.connect(server)
                    connection.send(request("/", method, "HTTP/1.0", fields) * 2)
                    response = connection.read_until_close()
                    self.assertEqual(response.body, expected if method == "GET" else b"")

    def test_the_log_counts_the_body_without_its_chunks(self):
        self.write("file")
        server = self.start("--directory_listing")
        size = len(self.listing(server).body)
        self.assertTrue(deadline.eventually(
            lambda: [line for line in server.lines() if line.endswith(f'" 200 {size}')]))

    def test_a_range_is_ignored(self):
        self.write("file")
        server = self.start("--directory_listing")
        whole = self.listing(server).body
        self.assertEqual(self.listing(server, fields=("Host: a", "Range: bytes=0-1")).body, whole)

    def test_its_policy_allows_its_own_style_and_nothing_else(self):
        server = self.start("--directory_listing")
        response = self.listing(server)
        digest = hashlib.sha256(Page(response.body).style.encode()).digest()
        source = f"'sha256-{base64.b64encode(digest).decode()}'"
        self.assertEqual(response.fields["content-security-policy"],
                         f"default-src 'none'; style-src {source}; base-uri 'none'; "
                         "form-action 'none'")
        self.assertNotIn("content-security-policy", self.listing(server, fields=JSON).fields)


class ManyEntriesTest(ListingTestCase):
    """More than are sorted, and than a socket holds."""

    @classmethod
    def setUpClass(cls):
        cls.many = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        cls.addClassCleanup(shutil.rmtree, cls.many)
        cls.expected = [f"entry-{i:06}.txt" for i in range(MANY)]
        for name in cls.expected:
            os.close(os.open(os.path.join(cls.many, name), os.O_CREAT | os.O_WRONLY))

    def start_many(self, *flags: str, **how) -> Server:
        server = Server("--port=0", f"--root={self.many}", "--directory_listing", *flags, **how)
        self.addCleanup(server.stop)
        return server

    def test_all_are_listed_and_it_says_that_they_are_not_sorted(self):
        server = self.start_many()
        entries = self.json(server, "/?sort=name")
        self.assertEqual(sorted(entry["href"] for entry in entries), self.expected)
        body = self.listing(server).body
        self.assertEqual(sorted(re.findall('href="(entry-[^"]*)"', body.decode())), self.expected)
        self.assertIn(b"too many entries to sort", body)
        self.assertNotIn(b"?sort", body)

    def test_the_memory_of_a_child_is_bounded(self):
        """By what it is for a file, and two MiB to sort in and one to spare."""
        server = self.start_many()
        with Connection(server.address) as connection:
            connection.get("/" + self.expected[0])
            child = server.only_child()
            before = procfs.peak_memory(child)
            for fields in (("Host: localhost",), JSON):
                connection.send(request("/", fields=fields))
                connection.read_head()
                size = sum(map(len, connection.read_chunks()))
                self.assertGreater(size, 10_000_000)
            grown = procfs.peak_memory(child) - before
        print(f"a child grew by {grown} bytes")
        # A sanitizer or memcheck takes memory of its own, and gives none back.
        self.assertTrue(is_instrumented() or grown < 3 << 20, grown)

    def test_who_does_not_read_is_cut(self):
        server = self.start_many("--min_send_rate=100000000")
        connection = self.connect(server, receive_buffer=4096)
        connection.send(request("/"))
        self.assertEqual(connection.read_head().status, 200)
        server.wait_for_no_child(GRACE_SECONDS + deadline.SECONDS)
        with self.assertRaises(ConnectionResetError):
            connection.count_to_end()

    def start_failing(self, fault: str) -> Server:
        """A server whose children's system calls fail, as --inject of strace(1) has it."""
        if memcheck.IS_ON:
            self.skipTest("the server's system calls are valgrind's")
        # The leak sanitizer refuses to run while another program traces the process.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return self.start_many(variables={"ASAN_OPTIONS": sanitizer}, prefix=(
            "/usr/bin/strace", "-D", "-f", "-qq", f"--trace={fault.partition(':')[0]}",
            f"--inject={fault}", f"--output={self.scratch}/trace"))

    def test_what_cannot_be_read_at_all_is_an_error(self):
        for fault, status in (("getdents64:error=EIO", 500), ("newfstatat:error=ENOMEM", 503)):
            if fault.startswith("newfstatat") and not is_plain():
                continue  # it is linked dynamically, for which that call is needed
            with self.subTest(fault):
                server = self.start_failing(fault)
                with self.connect(server) as connection:
                    for version in ("HTTP/1.1", "HTTP/1.0"):
                        response = connection.get("/", version=version)
                        self.assertEqual(response.status, status)
                        self.assertIn(f"<h1>{status} ".encode(), response.body)

    def test_what_cannot_be_read_on_is_no_end(self):
        """Neither by a last chunk, nor, where it would be one, by an orderly end."""
        for fault in ("getdents64:error=EIO:when=60", "newfstatat:error=ENOMEM:when=60000"):
            with self.subTest(fault):
                server = self.start_failing(fault)
                connection = self.connect(server)
                connection.set_timeout(TRACED_SECONDS)
                connection.send(request("/"))
                self.assertEqual(connection.read_head().status, 200)
                with self.assertRaises(ConnectionEnded):
                    for _ in connection.read_chunks():
                        pass
                old = self.connect(server)
                old.set_timeout(TRACED_SECONDS)
                old.send(request("/", version="HTTP/1.0"))
                with self.assertRaises(ConnectionResetError):
                    old.read_until_close()


if __name__ == "__main__":
    unittest.main(buffer=True)
