"""Connections in each state that a child knows, brought there by what their client does."""

from tests.http_client import Connection, request
from tests.server import Server
from tests.server_test_case import ServerTestCase

LARGE = 64 << 20  # more than any socket buffer takes

# Flags with which each of these lasts for an hour, but for `lingering`.
PATIENT = ("--header_timeout=1h", "--idle_timeout=1h", "--min_send_rate=1", "--drain_timeout=1h")

# What a half is there of, and the rest of it.
HEAD, HEAD_REST = request("/file")[:10], request("/file")[10:]
BODY = request("/file", fields=("Host: localhost", "Content-Length: 10")) + b"12345"
BODY_REST = b"67890"

CONTENT = b"content"


class ConnectionStatesTestCase(ServerTestCase):
    """Its root has a file, and one that is large."""

    def setUp(self):
        super().setUp()
        self.write("file", CONTENT)
        self.large = self.write("large", size=LARGE)

    def silent(self, server: Server, source: str | None = None) -> Connection:
        """A connection on which nothing was sent."""
        return self.connect(server, source=source)

    def served(self, server: Server, source: str | None = None) -> Connection:
        """A persistent connection between two requests."""
        return self.served_and_sent(b"", server, source)

    def in_head(self, server: Server) -> Connection:
        """A connection of which half a head was read; HEAD_REST is to be sent."""
        return self.served_and_sent(HEAD, server)

    def in_body(self, server: Server) -> Connection:
        """A connection of which half a body was read; BODY_REST is to be sent."""
        return self.served_and_sent(BODY, server)

    def served_and_sent(self, more: bytes, server: Server,
                        source: str | None = None) -> Connection:
        """A connection on which a request was answered, and `more` arrived together with it."""
        connection = self.connect(server, source=source)
        connection.send(request("/file") + more)
        self.assertEqual(connection.read_response().body, CONTENT)
        return connection

    def sending(self, server: Server) -> Connection:
        """A response that is far from its end; its body, LARGE bytes, is to be read."""
        connection = self.connect(server, receive_buffer=1 << 16)
        connection.send(request("/large"))
        self.assertEqual(connection.read_head().status, 200)
        return connection

    def lingering(self, server: Server) -> Connection:
        """A client that was refused and does not close: the child waits for it, for two seconds."""
        connection = self.connect(server)
        connection.send(b"GET\r\n\r\n")
        self.assertEqual(connection.read_response().status, 400)
        self.assertEqual(connection.read_to_end(), b"")
        return connection

    def in_each_state(self, server: Server) -> dict[str, Connection]:
        """A connection in each state, by the name of the state."""
        return {enter.__name__: enter(server) for enter in (
            self.silent, self.served, self.in_head, self.in_body, self.sending, self.lingering)}
