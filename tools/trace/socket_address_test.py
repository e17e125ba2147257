"""The bytes of addresses are those that the kernel has."""

import ctypes
import socket
import sys
import unittest

from tools.trace import socket_address
from tools.trace.socket_address import Field

IPV4 = '{sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}'
IPV6 = ('{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0),'
        ' inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}')


class SocketAddressTest(unittest.TestCase):

    def test_ipv4(self):
        family = (2).to_bytes(2, sys.byteorder)
        self.assertEqual(socket_address.unfold(IPV4), (
            Field("sa_family", family, "AF_INET"), Field("sin_port", b"\x1f\x90", "8080"),
            Field("sin_addr", b"\x7f\0\0\x01", "127.0.0.1"), Field("sin_zero", bytes(8), "")))

    def test_ipv6(self):
        fields = socket_address.unfold(IPV6)
        self.assertEqual(fields[3], Field("sin6_addr", bytes(15) + b"\x01", "::1"))
        self.assertEqual(sum(len(field.data) for field in fields), 28)

    def test_the_bytes_are_those_of_the_kernel(self):
        """getsockname(2) by the C library, without Python's own reading of it."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            buffer, size = (ctypes.c_ubyte * 16)(), ctypes.c_uint32(16)
            library = ctypes.CDLL(None, use_errno=True)
            self.assertEqual(
                library.getsockname(listener.fileno(), buffer, ctypes.byref(size)), 0)
            port = listener.getsockname()[1]
        fields = socket_address.unfold(IPV4.replace("8080", str(port)))
        self.assertEqual(b"".join(field.data for field in fields), bytes(buffer))

    def test_what_is_no_address(self):
        for argument in ("NULL", "5", "[128 => 16]", '{sa_family=AF_UNIX, sun_path="/x"}',
                         "{flags=O_RDONLY}", IPV4[:-1]):
            with self.subTest(argument):
                self.assertEqual(socket_address.unfold(argument), ())

    def test_the_port_is_explained(self):
        self.assertIn("0x1f * 256 + 0x90 = 8080",
                      socket_address.explain(socket_address.unfold(IPV4)))


if __name__ == "__main__":
    unittest.main(buffer=True)
