"""Where the server listens: what is so for each kind of socket, and what is not."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import unittest

from tests import deadline, procfs
from tests import server as server_module
from tests.activated_server import listening_socket, passing
from tests.connection_states import CONTENT, LARGE, PATIENT, ConnectionStatesTestCase
from tests.http_client import Connection
from tests.server import Server


def has_ipv6() -> bool:
    try:
        with listening_socket(socket.AF_INET6, "::1"):
            return True
    except OSError:
        return False


class ListeningTestCase(ConnectionStatesTestCase):

    def setUp(self):
        super().setUp()
        self.log = os.path.join(self.scratch, "access.log")
        # The path of a test's own directory may be longer than that of a socket can be.
        short = tempfile.TemporaryDirectory(dir="/tmp", prefix="prong.")
        self.addCleanup(short.cleanup)
        self.path = os.path.join(short.name, "socket")

    def logged(self) -> list[str]:
        """The clients in the log."""
        with open(self.log, encoding="ascii") as file:
            return [line.split()[0] for line in file]


class EachKindOfSocket:
    """The laws of design 4.6, which speak of no kind; a mixin for a ListeningTestCase."""

    CLIENT = ""  # how one is shown

    def listen(self, *flags: str) -> Server:
        """Starts a server that listens on a socket of the kind."""
        raise NotImplementedError

    def test_a_child_holds_no_socket_that_listens(self):
        """Law 1."""
        server = self.listen(f"--access_log={self.log}")
        self.served(server)
        child = server.only_child()
        deadline.eventually(lambda: len(procfs.descriptors(child)) <= 6)
        held = procfs.descriptors(child)
        self.assertEqual(sorted(file for file in held.values() if file[0] == "/")[-2:],
                         sorted((self.root, self.log)))
        (connection,) = [file for file in held.values() if file.startswith("socket:")]
        self.assertEqual(len(held), 6, held)
        self.assertNotIn(connection, procfs.listening_sockets())
        # It is there to be seen, though.
        parent = set(procfs.descriptors(server.pid).values())
        self.assertEqual(len(parent & procfs.listening_sockets()), 1, parent)

    def test_connections_leave_nothing(self):
        """Laws 2 and 3."""
        server = self.listen()
        self.served(server).close()
        server.wait_for_no_child()
        before = procfs.descriptors(server.pid)
        for _ in range(20):
            self.served(server).close()
        for connection in [self.served(server) for _ in range(20)]:
            connection.close()
        server.wait_for_no_child()
        self.assertEqual(procfs.descriptors(server.pid), before)

    def test_a_transfer_is_finished_when_the_server_drains(self):
        """Law 4."""
        server = self.listen(*PATIENT)
        idle, transfer = self.served(server), self.sending(server)
        server.signal(signal.SIGTERM)
        self.assertEqual(idle.read_to_end(), b"")
        self.assertEqual(transfer.count_to_end(), LARGE)
        self.assertEqual(server.wait(), 0)

    def test_no_child_outlives_a_parent_that_is_killed(self):
        server = self.listen(*PATIENT)
        self.in_each_state(server)
        server.signal(signal.SIGKILL)
        self.assertEqual(server.wait(), -signal.SIGKILL)

    def test_the_client_is_logged(self):
        server = self.listen(f"--access_log={self.log}")
        self.assertEqual(self.get(server, "/file").body, CONTENT)
        deadline.eventually(lambda: self.logged() == [self.CLIENT])

    def test_a_child_that_dies_is_reported_with_its_client(self):
        server = self.listen()
        server.may_lose_children = True
        self.served(server)
        child = server.only_child()
        os.kill(child, signal.SIGKILL)
        deadline.eventually(lambda: [line for line in server.lines() if
                                     f"child {child} serving {self.CLIENT} was" in line])

    def test_there_are_not_more_connections_than_the_most(self):
        server = self.listen("--max_connections=2", "--max_connections_per_client=0")
        for _ in range(2):
            self.served(server)
        with Connection(server.address) as refused:
            response = refused.read_response()
            self.assertEqual((response.status, response.closes), (503, True))
        (line,) = deadline.eventually(lambda: [line for line in server.lines()
                                               if "refused a connection" in line])
        self.assertIn(f"from {self.CLIENT}: there are --max_connections=2 already", line)

    def test_a_client_that_was_refused_gets_all_of_the_answer(self):
        with self.lingering(self.listen()):
            pass


class OfIpv4(EachKindOfSocket):
    CLIENT = "127.0.0.1"

    def test_there_are_not_more_connections_of_a_client_than_the_most(self):
        server = self.listen("--max_connections_per_client=1")
        self.served(server)
        with Connection(server.address) as refused:
            self.assertEqual(refused.read_response().status, 503)


class Ipv4Test(OfIpv4, ListeningTestCase):

    def listen(self, *flags):
        return self.start("--bind_address=127.0.0.1", *flags)


class SharedPortTest(OfIpv4, ListeningTestCase):
    """SO_REUSEPORT, socket(7)."""

    def listen(self, *flags):
        return self.start("--reuse_port", *flags)

    def test_each_of_two_gets_a_share_of_the_connections(self):
        first = self.listen()
        second = self.listen(f"--port={first.address[1]}")
        self.assertEqual(first.address, second.address)
        shares = lambda: [server.counters()["accepted"] for server in (first, second)]
        connections = 0
        while not all(shares()):
            # Which of both is by a hash of addresses and ports: either, with even chances.
            self.assertLess(connections, 200)
            for _ in range(20):
                self.assertEqual(self.get(first, "/file").body, CONTENT)
            connections += 20
        self.assertEqual(sum(shares()), connections)

    def test_one_that_ends_leaves_the_port_to_the_other(self):
        first = self.listen()
        second = self.listen(f"--port={first.address[1]}")
        first.signal(signal.SIGTERM)
        self.assertEqual(first.wait(), 0)
        for _ in range(20):
            self.assertEqual(self.get(second, "/file").body, CONTENT)
        self.assertEqual(second.counters()["accepted"], 20)

    def test_the_kernel_chooses_a_port_that_is_not_shared(self):
        self.assertNotEqual(self.listen().address, self.listen().address)


class PassedIpv4Test(OfIpv4, ListeningTestCase):

    def listen(self, *flags):
        with listening_socket(socket.AF_INET, "127.0.0.1") as listener:
            server = self.start(*flags, prefix=passing(listener.fileno()),
                                pass_fds=(listener.fileno(),))
            self.assertEqual(server.address, listener.getsockname())
            return server


@unittest.skipUnless(has_ipv6(), "this machine has no IPv6 loopback address")
class Ipv6Test(OfIpv4, ListeningTestCase):
    CLIENT = "::1"

    def listen(self, *flags):
        return self.start("--bind_address=::1", *flags)


@unittest.skipUnless(has_ipv6(), "this machine has no IPv6 loopback address")
class DualStackTest(OfIpv4, ListeningTestCase):
    """A client of IPv4 is one, though its address is mapped into IPv6, RFC 4291 2.5.5.2."""

    def listen(self, *flags):
        server = self.start("--bind_address=::", *flags)
        server.address = ("127.0.0.1", server.address[1])
        return server

    def test_both_families_are_served_and_are_others_clients(self):
        server = self.start("--bind_address=::", "--max_connections_per_client=1",
                            f"--access_log={self.log}")
        self.assertEqual(server.lines()[0].rpartition(" at ")[2],
                         f"http://[::]:{server.address[1]}/")
        for address in ("127.0.0.1", "::1"):
            connection = Connection((address, server.address[1]))
            self.addCleanup(connection.close)
            self.assertEqual(connection.get("/file").body, CONTENT)
            with Connection((address, server.address[1])) as refused:
                self.assertEqual(refused.read_response().status, 503)
        deadline.eventually(lambda: self.logged() == ["127.0.0.1", "::1"])

    def test_a_port_that_one_family_has_taken_is_an_error(self):
        with listening_socket(socket.AF_INET, "0.0.0.0") as other:
            port = other.getsockname()[1]
            result = server_module.run("--bind_address=::", f"--port={port}",
                                       f"--root={self.root}")
            self.assertEqual(result.status, 2)
            self.assertIn(f"[::]:{port}: Address already in use", result.stderr[0])

    @unittest.skipUnless(os.geteuid() == 0, "needs a network namespace of its own")
    def test_the_default_of_the_machine_does_not_matter(self):
        """ipv6(7), /proc/sys/net/ipv6/bindv6only; in a network of its own."""
        for default in ("0", "1"):
            with self.subTest(default):
                script = (f"echo {default} >/proc/sys/net/ipv6/bindv6only && "
                          'ip link set lo up && exec "$@"')
                prefix = ("/usr/bin/unshare", "--net", "/bin/sh", "-c", script, "sh")
                if subprocess.run([*prefix, "/bin/true"], check=False).returncode != 0:
                    self.skipTest("there is no network namespace to be had")
                server = self.start("--bind_address=::", prefix=prefix)
                answer = subprocess.run(
                    ["/usr/bin/nsenter", f"--target={server.pid}", "--net", "/bin/bash", "-c",
                     f"exec 3<>/dev/tcp/127.0.0.1/{server.address[1]} && "
                     r"printf 'GET /file HTTP/1.0\r\n\r\n' >&3 && cat <&3"],
                    capture_output=True, text=True, timeout=deadline.SECONDS, check=False)
                self.assertTrue(answer.stdout.endswith(CONTENT.decode()), answer)


class OfUnix(EachKindOfSocket):
    CLIENT = "unix"

    def test_a_client_has_no_limit_of_its_own(self):
        """There is no address to tell one from another."""
        server = self.listen("--max_connections=4", "--max_connections_per_client=1")
        for _ in range(4):
            self.served(server)
        self.assertEqual(server.counters()["refused_max_connections_per_client"], 0)

    def test_clients_that_have_a_path_of_their_own_are_shown_as_others(self):
        server = self.listen(f"--access_log={self.log}")
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with contextlib.closing(client):
            client.settimeout(deadline.SECONDS)
            client.bind(self.path + ".client")
            client.connect(self.path)
            client.sendall(b"GET /file HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
        self.assertTrue(answer.endswith(CONTENT), answer)
        deadline.eventually(lambda: self.logged() == ["unix"])


class UnixTest(OfUnix, ListeningTestCase):

    def listen(self, *flags):
        server = self.start(f"--unix_socket={self.path}", *flags)
        self.assertEqual(server.address, self.path)
        return server

    def test_a_client_that_does_not_read_is_given_up(self):
        """tests/slow_clients_test.py has the rest; a unix socket counts otherwise, unix(7)."""
        server = self.listen("--min_send_rate=1000000000")
        transfer = self.sending(server)
        server.wait_for_no_child()
        self.assertLess(len(transfer.read_up_to(LARGE)), LARGE)


class PassedUnixTest(OfUnix, ListeningTestCase):

    def listen(self, *flags):
        with listening_socket(socket.AF_UNIX, self.path) as listener:
            server = self.start(*flags, prefix=passing(listener.fileno()),
                                pass_fds=(listener.fileno(),))
        self.assertEqual(server.address, self.path)
        return server


if __name__ == "__main__":
    unittest.main(buffer=True)
