"""The bytes of a socket address, ip(7) and ipv6(7), from what strace(1) prints of them."""

import re
import socket
import struct
from typing import NamedTuple

_IPV4 = re.compile(r"\{sa_family=AF_INET, sin_port=htons\((?P<port>[0-9]+)\),"
                   r" sin_addr=inet_addr\(\"(?P<address>[0-9.]+)\"\)\}")
_IPV6 = re.compile(r"\{sa_family=AF_INET6, sin6_port=htons\((?P<port>[0-9]+)\),"
                   r" sin6_flowinfo=htonl\((?P<flow>[0-9]+)\),"
                   r" inet_pton\(AF_INET6, \"(?P<address>[0-9a-f:.]+)\", &sin6_addr\),"
                   r" sin6_scope_id=(?P<scope>[0-9]+)\}")


class Field(NamedTuple):
    """A member of the structure."""
    name: str
    data: bytes  # as they are in memory
    value: str  # what they mean; empty if nothing


def unfold(argument: str) -> tuple[Field, ...]:
    """The members of the address in an argument, in their order; none if it is no address.

    The family is in the order of the host, the port and the address in that of the network.
    """
    if match := _IPV4.fullmatch(argument):
        return (_family("AF_INET"), _port("sin_port", match["port"]),
                Field("sin_addr", socket.inet_aton(match["address"]), match["address"]),
                Field("sin_zero", bytes(8), ""))
    if match := _IPV6.fullmatch(argument):
        return (_family("AF_INET6"), _port("sin6_port", match["port"]),
                Field("sin6_flowinfo", struct.pack("!I", int(match["flow"])), match["flow"]),
                Field("sin6_addr", socket.inet_pton(socket.AF_INET6, match["address"]),
                      match["address"]),
                Field("sin6_scope_id", struct.pack("=I", int(match["scope"])), match["scope"]))
    return ()


def _family(name: str) -> Field:
    return Field("sa_family", struct.pack("=H", getattr(socket, name)), name)


def _port(name: str, port: str) -> Field:
    return Field(name, struct.pack("!H", int(port)), port)


def explain(fields: tuple[Field, ...]) -> str:
    """The port in the order of the network, in a sentence."""
    high, low = fields[1].data
    return (f"The port has its high byte first, in network order: 0x{high:02x} * 256 + 0x{low:02x}"
            f" = {fields[1].value}.")
