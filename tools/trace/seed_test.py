"""docs/seed.md is of the server that is built, and has a reason for all that is different."""

import unittest

from tests import server
from tests.seed.deviations import ADDITIONS
from tools.trace import seed


def document() -> str:
    with open(seed.DOCUMENT, encoding="ascii") as file:
        return file.read()


@unittest.skipUnless(server.is_plain(), "what the server is instrumented with makes calls, too")
class SeedTest(unittest.TestCase):

    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.runs = seed.run()

    def test_the_document_is_of_this_server(self):
        made = seed.render(self.runs)
        documented, now = seed.shape(document()), seed.shape(made)
        place = next((i for i, (a, b) in enumerate(zip(documented, now)) if a != b),
                     min(len(documented), len(now)))
        self.assertTrue(
            documented == now,
            f"{seed.DOCUMENT} has {documented[place - 80:place + 80]!r} and not"
            f" {now[place - 80:place + 80]!r}: bazel run //tools:syscalls -- --write")

    def test_each_call_that_the_document_has_not_is_explained(self):
        self.assertEqual({(addition.process, addition.call) for addition in ADDITIONS},
                         set(seed.rest(self.runs)))


class ShapeTest(unittest.TestCase):

    def test_what_varies_is_left_out(self):
        for one, other in (
                ("htons(8080)", "htons(37163)"),
                ("clone(child_stack=NULL,\n  flags=SIGCHLD, child_tidptr=0x1a2b)   = 17",
                 "clone(child_stack=NULL, flags=SIGCHLD,\n child_tidptr=0x3c4d)  = 181"),
                ("clone(child_stack=NULL, flags=SIGCHLD)   = 17",
                 "clone(child_stack=NULL, flags=SIGCHLD) = 181"),
                ("wait4(7, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = 7\n",
                 "wait4(18,\n[{WIFEXITED(s) && WEXITSTATUS(s) == 0}],\nWNOHANG, NULL)   = 18\n"),
                ("Date: Tue, 24 Nov 2026 19:47:50 GMT", "Date: Wed, 25 Nov 2026 01:02:03 GMT"),
                (r'"ETag: \"a84225-4-67312edb.0\"\r\n", 283, MSG_NOSIGNAL, NULL, 0) = 283',
                 r'"ETag: \"17-4-67312edb.0\"\r\n", 279, MSG_NOSIGNAL, NULL, 0)   = 279'),
                ("| 02 00     | 90 53    | 00", "| 02 00     | 00 07    | 00"),
                ("AF_INET     36947      0.0.0.0", "AF_INET     7      0.0.0.0"),
                ("order: 0x90 * 256 + 0x53 = 36947.", "order: 0x00 * 256 + 0x07 = 7."),
        ):
            with self.subTest(one):
                self.assertEqual(seed.shape(one), seed.shape(other))

    def test_nothing_else_is(self):
        for one, other in (
                ("htons(0)", "htons(8080)"), ("listen(5, 511) = 0", "listen(5, 128) = 0"),
                ("close(5) = 0", "close(6) = 0"), ("htons(80)", "htonl(80)"),
                ("wait4(7, NULL, WNOHANG, NULL) = 7\n", "wait4(7, NULL, 0, NULL) = 7\n"),
                ("clone(a=b, c=d, e=0x1234) = 7", "clone(a=b, c=x, e=0x1234) = 7"),
                ("Content-Length: 4", "Content-Length: 5"),
                ("sendto(6, ..., 232) = 232", "sendto(6, ..., 232) = 100"),
                (r'"ETag: \"17-4-67312edb.0\"", 279, MSG_NOSIGNAL, NULL, 0) = 279',
                 r'"ETag: \"17-4-67312edb.0\"", 279, MSG_NOSIGNAL, NULL, 0) = 100'),
                (r'ETag: \"17-4-67312edb.0\"', r'ETag: \"17-5-67312edb.0\"'),
        ):
            with self.subTest(one):
                self.assertNotEqual(seed.shape(one), seed.shape(other))


if __name__ == "__main__":
    unittest.main(buffer=True)
