"""Nothing outside the root, nothing hidden, nothing but files: the anchors' attacks."""

import os
import stat
import threading
import unittest

from tests.privileges import without_reading_everything
from tests.server_test_case import ServerTestCase

CANARY = b"a canary that no response may have"

# Each with the status that it must have. `secret` stands beside the root, which is
# called `root`; `rooted` has the root's name as its prefix.
TRAVERSALS = {
    "/../secret": 400,
    "/../../../../../../../../etc/passwd": 400,
    "/dir/../../secret": 400,
    "/%2e%2e/secret": 400,
    "/.%2e/secret": 400,
    "/%2E%2E/secret": 400,
    "/dir/%2e%2e/%2e%2e/secret": 400,
    "/..%2fsecret": 400,
    "/%2e%2e%2fsecret": 400,
    "/dir%2f..%2f..%2fsecret": 400,
    "/%2fetc%2fpasswd": 400,
    "/%%32%65%%32%65/secret": 400,
    "/%%32e/secret": 400,
    "/%252e%252e/secret": 404,
    "/.%252e/secret": 404,
    "/%252e%252e%252fsecret": 404,
    "/..\\secret": 400,
    "/..%5csecret": 404,
    "/%5C../secret": 404,
    "%5C../secret": 400,
    "/%5c..%5c..%5csecret": 404,
    "/%c0%ae%c0%ae/secret": 404,
    "/%c0%ae%c0%ae%c0%afsecret": 404,
    "/%e0%80%ae%e0%80%ae/secret": 404,
    "/%u002e%u002e/secret": 400,
    "/..;/secret": 404,
    "/.../secret": 404,
    "/..%00/secret": 400,
    "/%00../secret": 400,
    "/file%00.html": 400,
    "/../rooted/secret": 400,
    "/..//..//secret": 400,
    "/./../secret": 400,
    "/dir/./../../secret": 400,
    "//evil.example/../../secret": 400,
    "//evil.example/%2f..%2fsecret": 400,
    "///../secret": 400,
    "../secret": 400,
    "secret": 400,
    "..": 400,
    "~root/secret": 400,
    "file:///etc/passwd": 421,
    "http://localhost/../secret": 400,
    "http://localhost/%2e%2e/secret": 400,
    "/proc/self/root/etc/passwd": 404,
    "/dir/../../root/file": 400,
}


class TraversalTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("file", b"served")
        self.write("dir/file", b"served")
        for canary in ("secret", "rooted/secret"):
            self.write(os.path.join("..", canary), CANARY)

    def assert_contained(self, server, target: str, status: int) -> None:
        for method in ("GET", "HEAD"):
            response = self.get(server, target, method)
            self.assertEqual(response.status, status)
            self.assertNotIn(CANARY, response.body)
            self.assertNotIn(b"root:", response.body)

    def test_no_target_climbs_out_of_the_root(self):
        server = self.start("--dotfiles")  # so that it is not these rules that keep it in
        for target, status in TRAVERSALS.items():
            with self.subTest(target=target):
                self.assert_contained(server, target, status)

    def test_dot_segments_within_the_root_are_removed(self):
        server = self.start()
        for target in ("/dir/../file", "/./file", "/dir/./file", "/%2e/file", "/dir/%2e%2e/file",
                       "/missing/../file", "//file", "/dir//file"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).body, b"served")

    def test_the_root_of_the_file_system_does_not_climb_either(self):
        server = self.start("--root=/", "--allow_root_directory")
        self.assertEqual(self.get(server, "/../etc/passwd").status, 400)
        self.assertIn(b"root:", self.get(server, "/etc/passwd").body)


class SymbolicLinkTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("dir/file", b"served")
        self.write("../outside/secret", CANARY)
        for name, destination in {
                "inside": "dir/file",
                "inside-dir": "dir",
                "climbs": "../outside/secret",
                "climbs-dir": "../outside",
                "absolute": os.path.join(self.scratch, "outside", "secret"),
                "absolute-inside": os.path.join(self.root, "dir", "file"),
                "magic": "/proc/self/cwd",
                "device": "/dev/zero",
                "dangling": "missing",
                "loop": "loop",
        }.items():
            os.symlink(destination, os.path.join(self.root, name))

    def assert_forbidden(self, server, *targets: str) -> None:
        for target in targets:
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertEqual(response.status, 403)
                self.assertNotIn(CANARY, response.body)

    def test_no_link_is_followed(self):
        os.symlink("dir/file", os.path.join(self.root, "index.html"))
        self.assert_forbidden(
            self.start(), "/inside", "/inside-dir/file", "/inside-dir", "/inside-dir/", "/climbs",
            "/climbs-dir/secret", "/absolute", "/absolute-inside", "/magic/server", "/device",
            "/dangling", "/loop", "/")

    def test_with_follow_symlinks_a_link_is_followed_within_the_root_only(self):
        server = self.start("--follow_symlinks")
        for target in ("/inside", "/inside-dir/file"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).body, b"served")
        self.assert_forbidden(server, "/climbs", "/climbs-dir/secret", "/absolute",
                              "/absolute-inside", "/magic/server", "/device", "/loop")
        self.assertEqual(self.get(server, "/dangling").status, 404)

    def test_a_link_that_is_put_in_the_path_meanwhile_is_not_followed(self):
        """Between a look at the path and its opening a race would win: there is one call."""
        self.write("raced/secret", b"served")
        raced = os.path.join(self.root, "raced")
        link, directory = raced + ".link", raced + ".directory"
        os.symlink("../outside", link)
        swaps = 0
        stop = threading.Event()

        def swap():
            nonlocal swaps
            while not stop.is_set():
                for name, other in ((directory, link), (link, directory)):
                    os.rename(raced, name)
                    os.rename(other, raced)
                    swaps += 1

        for flags in ((), ("--follow_symlinks",)):
            server = self.start("--max_requests_per_connection=100000", *flags)
            with self.subTest(flags=flags), self.connect(server) as connection:
                swapper = threading.Thread(target=swap)
                swaps, responses = 0, []
                swapper.start()
                try:
                    while len(responses) < 99_999 and min(swaps, len(responses)) < 500:
                        responses.append(connection.get("/raced/secret"))
                finally:
                    stop.set()
                    swapper.join()
                    stop.clear()
                for response in responses:
                    self.assertNotIn(CANARY, response.body)
                    self.assertIn(response.status, (200, 403, 404, 503))
                self.assertIn(200, {response.status for response in responses})

    def test_a_root_that_is_itself_a_link_is_served(self):
        link = os.path.join(self.scratch, "link")
        os.symlink("root", link)
        self.assertEqual(self.get(self.start(f"--root={link}"), "/dir/file").body, b"served")


class DotfileTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        for name in (".hidden", ".git/config", "a/.b/c", "a/.hidden", "...", "..a",
                     "a/.well-known/x", ".well-known/.x", ".well-knowns/x"):
            self.write(name, CANARY)
        self.write(".well-known/x", b"served")

    def test_a_hidden_name_is_not_found(self):
        server = self.start()
        for target in ("/.hidden", "/.git/config", "/.git/", "/.git", "/a/.b/c", "/a/.hidden",
                       "/%2ehidden", "/%2Egit/config", "/...", "/..a", "/.well-known/.x",
                       "/.well-knowns/x", "//.hidden", "/a/../.hidden"):
            with self.subTest(target=target):
                response = self.get(server, target)
                self.assertEqual(response.status, 404)
                self.assertNotIn(CANARY, response.body)

    def test_well_known_names_are_served(self):
        """RFC 8615."""
        self.assertEqual(self.get(self.start(), "/.well-known/x").body, b"served")

    def test_with_dotfiles_hidden_names_are_served(self):
        server = self.start("--dotfiles")
        for target in ("/.hidden", "/.git/config", "/a/.b/c", "/..."):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).body, CANARY)


class SpecialFileTest(ServerTestCase):

    def test_what_is_neither_file_nor_directory_is_not_found_at_once(self):
        os.mkfifo(os.path.join(self.root, "fifo"))
        os.mknod(os.path.join(self.root, "socket"), stat.S_IFSOCK | 0o600)
        server = self.start()
        for target in ("/fifo", "/socket", "/fifo/", "/socket/"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).status, 404)

    def test_a_device_is_not_found_at_once(self):
        server = self.start("--root=/dev")
        for target in ("/zero", "/null", "/tty"):
            with self.subTest(target=target):
                self.assertIn(self.get(server, target).status, (403, 404))

    def test_a_file_or_directory_without_permission_is_forbidden(self):
        os.chmod(self.write("file", CANARY), 0)
        self.write("dir/file", CANARY)
        os.chmod(os.path.join(self.root, "dir"), 0)
        self.addCleanup(os.chmod, os.path.join(self.root, "dir"), 0o700)
        server = self.start(prefix=without_reading_everything())
        for target in ("/file", "/dir/file", "/dir/"):
            with self.subTest(target=target):
                self.assertEqual(self.get(server, target).status, 403)


if __name__ == "__main__":
    unittest.main(buffer=True)
