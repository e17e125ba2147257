"""The user that the server becomes: only root can show that, outside of a user namespace."""

import os
import pwd
import shutil
import subprocess
import tempfile
import unittest

from tests import deadline, procfs, server, strace
from tests.server_test_case import ServerTestCase


def _may_become_others() -> bool:
    """Not in a namespace that has no other user, user_namespaces(7)."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return os.geteuid() == 0 and int(file.read().split()[2]) > 65535


@unittest.skipUnless(_may_become_others(), "only root can become another user")
class UserTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        # A directory below root's home is out of reach for others.
        public = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, public)
        os.chmod(public, 0o755)
        self.root = os.path.join(public, "root")
        self.write("file", b"content")

    def test_the_server_becomes_the_user_and_of_its_groups(self):
        started = self.start("--user=nobody")
        nobody = pwd.getpwnam("nobody")
        said = procfs.status(started.pid)
        self.assertEqual(said["Uid"].split(), [str(nobody.pw_uid)] * 4)
        self.assertEqual(said["Gid"].split(), [str(nobody.pw_gid)] * 4)
        self.assertEqual(set(said["Groups"].split()),
                         set(map(str, os.getgrouplist("nobody", nobody.pw_gid))))
        self.assertEqual({said[name].lstrip("0") for name in ("CapPrm", "CapEff", "CapInh")}, {""})
        self.assertEqual(self.get(started, "/file").body, b"content")

    def test_what_only_root_may_read_is_forbidden_then(self):
        os.chmod(self.write("secret", b"secret"), 0o600)
        self.assertEqual(self.get(self.start("--user=nobody"), "/secret").status, 403)
        self.assertEqual(self.get(self.start(), "/secret").status, 200)

    def test_who_could_become_root_again_does_not_go_on(self):
        """As on a kernel that changes nothing and says that it did: strace(1) plays it."""
        prefix = strace.from_the_start(os.path.join(self.scratch, "trace"),
                                       "--inject=setresuid:retval=0")
        # The leak sanitizer is a tracer too, and no process has two.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        done = server.run("--port=0", f"--root={self.root}", "--user=nobody", prefix=prefix,
                          variables={"ASAN_OPTIONS": sanitizer})
        self.assertEqual(done.status, 2)
        self.assertEqual(done.stderr,
                         ["prong: could become root again after --user; refusing to go on"])

    def test_a_user_that_there_is_not_and_root_are_refused(self):
        for name, reason in (("nobody-there", "there is no such user"), ("root", "it is root")):
            with self.subTest(name):
                done = server.run("--port=0", f"--root={self.root}", f"--user={name}")
                self.assertEqual(done.status, 2)
                self.assertEqual(done.stderr, [f"prong: cannot become --user={name}: {reason}; name "
                                               "a user of /etc/passwd that is not root"])

    def test_who_is_not_root_cannot_become_another(self):
        binary = shutil.copy(server.BINARY, os.path.dirname(self.root))
        done = subprocess.run(
            ["/usr/bin/setpriv", "--reuid=1", "--clear-groups", binary, "--port=0",
             f"--root={self.root}", "--user=nobody"], capture_output=True, text=True, check=False,
            timeout=deadline.SECONDS)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "prong: cannot become the user of --user: Operation not "
                                      "permitted; start as root\n")


if __name__ == "__main__":
    unittest.main(buffer=True)
