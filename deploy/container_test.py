"""The container recipe: the executable serves from a file system that has nothing else."""

import json
import os
import shutil
import signal
import socket
import subprocess
import unittest

from tests import memcheck, server
from tests.activated_server import listening_socket
from tests.http_client import Connection
from tests.server import Server
from tests.server_test_case import ServerTestCase

RECIPE = "deploy/container/Containerfile"


def instructions() -> list[tuple[str, str]]:
    """Those of the recipe in their order, Containerfile(5)."""
    with open(RECIPE, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return [(name, value) for name, _, value in
            (line.partition(" ") for line in lines if line and not line.startswith("#"))]


def namespaces(*more: str) -> tuple[str, ...]:
    """What to put before a command to run it with mounts of its own; skips if it cannot be."""
    prefix = ["/usr/bin/unshare", "--mount", *more]
    if os.geteuid() != 0:
        prefix.append("--map-root-user")
    if subprocess.run([*prefix, "/bin/mount", "--bind", "/dev/null", "/dev/null"],
                      capture_output=True, check=False).returncode != 0:
        raise unittest.SkipTest("this user cannot have a mount namespace")
    return tuple(prefix)


@unittest.skipIf(server.is_sanitized() or memcheck.IS_ON, "needs a static executable")
class ContainerTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        try:
            with listening_socket(socket.AF_INET6, "::"):
                pass
        except OSError as error:
            self.skipTest(f"this machine has no IPv6: {error}")
        self.image = os.path.join(self.scratch, "image")
        recipe = instructions()
        self.assertEqual(recipe.pop(0), ("FROM", "scratch"))
        self.recipe = dict(recipe)
        self.assertEqual(len(self.recipe), len(recipe))

        # As deploy/README.md has it, the context is where the executable is.
        source, destination = self.recipe["COPY"].split()
        self.assertEqual(source, os.path.basename(server.BINARY))
        os.makedirs(self.image)
        shutil.copy(server.BINARY, self.image + destination)

        # What every container is given: OCI runtime specification, default devices.
        os.mkdir(os.path.join(self.image, "dev"))
        with open(os.path.join(self.image, "dev/null"), "wb"):
            pass
        os.makedirs(os.path.join(self.image, "srv/www"))
        with open(os.path.join(self.image, "srv/www/file"), "wb") as file:
            file.write(b"content")

    def run_image(self, *more: str) -> Server:
        """Starts the server of the image on a free port, in namespaces of which some are `more`."""
        program, *arguments = json.loads(self.recipe["ENTRYPOINT"])
        arguments += json.loads(self.recipe["CMD"])
        # In place of the executable that was built, $1, runs that of the image.
        script = (f"mount --bind /dev/null '{self.image}/dev/null' && shift && "
                  f"exec /usr/sbin/chroot '{self.image}' {program} \"$@\"")
        started = Server(*arguments, "--port=0",
                         prefix=(*namespaces(*more), "/bin/sh", "-c", script, "sh"))
        self.addCleanup(started.stop)
        return started

    def test_what_is_mounted_is_served_to_all(self):
        started = self.run_image()
        self.assertEqual((started.root, started.address[0]), ("/srv/www", "::"))
        with Connection(("127.0.0.1", started.address[1])) as connection:
            self.assertEqual(connection.get("/file").body, b"content")
            self.assertEqual(connection.get("/missing").status, 404)

    def test_the_first_process_of_a_container_ends_when_it_is_asked_to(self):
        """A signal that it has no handler for is not for it, pid_namespaces(7)."""
        started = self.run_image("--pid", "--fork", "--kill-child")
        os.kill(started.only_child(), signal.SIGTERM)
        self.assertEqual(started.wait(), 0)


if __name__ == "__main__":
    unittest.main(buffer=True)
