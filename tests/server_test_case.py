"""What most tests need: a directory to serve, and the server that serves it."""

import os
import shutil
import tempfile
import unittest

from tests.http_client import Connection, Response
from tests.server import Server


class ServerTestCase(unittest.TestCase):
    """Has a scratch directory, and in it an empty document root, for each test."""

    def setUp(self) -> None:
        self.scratch = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(shutil.rmtree, self.scratch)
        self.root = os.path.join(self.scratch, "root")
        os.mkdir(self.root)

    def write(self, name: str | bytes, content: bytes = b"", size: int | None = None) -> bytes:
        """Makes a file in the root, and the directories on its way; returns its path.

        With `size`, the file ends in a hole that makes it so large.
        """
        path = os.path.join(os.fsencode(self.root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
            file.truncate(len(content) if size is None else size)
        return path

    def start(self, *flags: str, **how) -> Server:
        """Starts a server of the root; `how` as Server takes it."""
        server = Server("--port=0", f"--root={self.root}", *flags, **how)
        self.addCleanup(server.stop)
        return server

    def connect(self, server: Server, receive_buffer: int | None = None,
                source: str | None = None) -> Connection:
        """A connection that is closed at the end of the test, before the server is stopped."""
        connection = Connection(server.address, receive_buffer, source)
        self.addCleanup(connection.close)
        return connection

    def get(self, server: Server, target: str | bytes = "/", method: str = "GET",
            **head) -> Response:
        """A request on a connection of its own."""
        with Connection(server.address) as connection:
            return connection.get(target, method, **head)

    def answer_to(self, server: Server, data: bytes) -> Response:
        """Sends `data` and reads its only response, which must end the connection."""
        with Connection(server.address) as connection:
            connection.send(data)
            response = connection.read_response()
            self.assertTrue(response.closes, response)
            self.assertEqual(connection.read_to_end(), b"")
            return response
