"""The systemd units: what systemd says of them, and that they let the server do what it does."""

import os
import shutil
import subprocess
import tempfile
import unittest

from tests import deadline, server
from tools.trace.sentences import SENTENCES

ANALYZE = "/usr/bin/systemd-analyze"
SYSTEMCTL = "/usr/bin/systemctl"
# Each with the file that is installed as it.
UNITS = {unit: os.path.join("deploy/systemd", name) for unit, name in (
    ("prong.service", "prong.service"), ("prong.socket", "prong.socket"),
    ("prong@.service", "prong.service"), ("prong@.socket", "prong@.socket"))}
INSTALLED = "/usr/local/bin/prong"

# What the server is to confine itself by.
SELF_CONFINEMENT = {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
                    "seccomp"}

# What of the server, if it was taken over, others would want.
NOT_ALLOWED = {"bpf", "chroot", "clock_settime", "init_module", "keyctl", "mount",
               "open_by_handle_at", "ptrace", "reboot", "setuid", "swapon"}


def analyze(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True,
                          timeout=deadline.SECONDS, check=False)


def settings(unit: str) -> list[tuple[str, str]]:
    """The assignments of a unit, in their order."""
    with open(UNITS[unit], encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return [(name, value) for name, _, value in
            (line.partition("=") for line in lines if line and line[0] not in "#[")]


def members(name: str) -> set[str]:
    """The system calls of a set such as @file-system, which may have sets as its members."""
    if not name.startswith("@"):
        return {name}
    lines = analyze("syscall-filter", "--no-pager", name).stdout.splitlines()
    words = [line.strip() for line in lines[1:]]
    return set().union(*(members(word) for word in words if word and not word.startswith("#")))


def allowed() -> set[str]:
    """The system calls that the service may make: SystemCallFilter= of systemd.exec(5)."""
    calls: set[str] = set()
    for name, value in settings("prong.service"):
        if name == "SystemCallFilter":
            named = set().union(*map(members, value.lstrip("~").split()))
            calls = calls - named if value.startswith("~") else calls | named
    return calls | members("@default")


@unittest.skipUnless(os.path.exists(ANALYZE), "systemd-analyze is not here")
class SystemdTest(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        self.units = {}
        for name, path in UNITS.items():
            with open(path, encoding="utf-8") as file:
                unit = file.read()
            self.units[name] = os.path.join(scratch.name, name)
            with open(self.units[name], "w", encoding="utf-8") as file:
                # What is executed has to be there.
                file.write(unit.replace(f"ExecStart={INSTALLED} ", f"ExecStart={server.BINARY} ")
                           .replace("+/bin/kill ", f"+{server.BINARY} "))

    def test_systemd_has_nothing_against_the_units(self):
        done = analyze("verify", "--man=no", *self.units.values())
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_systemd_would_say_what_it_has_against_a_unit(self):
        with open(self.units["prong.service"], "a", encoding="utf-8") as file:
            file.write("[Service]\nNoNewPrivilege=yes\n")
        self.assertIn("NoNewPrivilege", analyze("verify", "--man=no", *self.units.values()).stderr)

    def security(self, threshold: int) -> subprocess.CompletedProcess:
        """`threshold` is ten times the most exposure that is no error."""
        return analyze("security", "--no-pager", "--offline=true", f"--threshold={threshold}",
                       self.units["prong.service"])

    def test_the_service_is_exposed_by_no_more_than_1_5_of_10(self):
        done = self.security(threshold=15)
        self.assertEqual(done.returncode, 0, done.stdout)
        # It would say so.
        self.assertNotEqual(self.security(threshold=0).returncode, 0)

    def test_each_system_call_of_the_server_is_allowed(self):
        calls = {key.split()[0] for key in SENTENCES} | SELF_CONFINEMENT
        self.assertEqual(calls - allowed(), set())

    def test_openat2_is_not_taken_away(self):
        """As RestrictSUIDSGID= does, whatever SystemCallFilter= says, and DynamicUser= implies it:
        a filter cannot see the mode in openat2's argument, and so systemd has it fail with ENOSYS.
        """
        for name in ("DynamicUser", "RestrictSUIDSGID"):
            self.assertNotIn(name, dict(settings("prong.service")))

    def test_what_a_server_has_no_use_for_is_not_allowed(self):
        self.assertEqual(NOT_ALLOWED & allowed(), set())

    def test_the_service_is_of_the_socket_that_starts_it(self):
        service, unit = settings("prong.service"), dict(settings("prong.socket"))
        self.assertIn(("Requires", "%N.socket"), service)
        self.assertIn(("Type", "notify"), service)
        # What server/socket_activation.h takes.
        self.assertIn("ListenStream", unit)
        self.assertNotIn("Accept", unit)

    def test_each_instance_has_a_socket_of_its_own_on_the_port_of_all(self):
        unit = dict(settings("prong@.socket"))
        self.assertEqual(unit["ReusePort"], "yes")
        self.assertNotIn("%i", unit["ListenStream"])
        self.assertNotIn("Accept", unit)

    @unittest.skipUnless(os.path.exists(SYSTEMCTL), "systemctl is not here")
    def test_a_service_is_enabled_by_its_socket(self):
        """Also=, in which %N is the name of the instance."""
        root = os.path.join(self.scratch, "root")
        installed = os.path.join(root, "etc/systemd/system")
        os.makedirs(installed)
        for name, path in self.units.items():
            shutil.copy(path, os.path.join(installed, name))
        for instance in ("prong", "prong@1", "prong@2"):
            done = subprocess.run([SYSTEMCTL, f"--root={root}", "enable", f"{instance}.service"],
                                  capture_output=True, text=True, timeout=deadline.SECONDS,
                                  check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(os.listdir(os.path.join(installed, "sockets.target.wants"))),
                         ["prong.socket", "prong@1.socket", "prong@2.socket"])

    def test_each_flag_is_one_of_the_server(self):
        command = dict(settings("prong.service"))["ExecStart"].split()
        self.assertEqual(command[0], INSTALLED)
        result = server.run(*command[1:], "--root=/nonexistent")
        self.assertEqual(result.status, 2, result)  # and not 1, as of a wrong command line


if __name__ == "__main__":
    unittest.main(buffer=True)
