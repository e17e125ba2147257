"""Which functions of an executable may run when another does.

What one function calls, jumps to or takes the address of, in code of x86-64. Not seen are
functions that only data names, such as virtual ones.
"""

import struct
from typing import Iterable

from tests.elf import Elf, Function

_LEA = 0x8d
_RELATIVE_TO_NEXT = 0x05  # of a ModRM byte: mod 0, r/m 5


def _addresses_taken(function: Function) -> set[int]:
    code = function.code
    return {function.address + i + 6 + struct.unpack_from("<i", code, i + 2)[0]
            for i in range(len(code) - 5)
            if code[i] == _LEA and code[i + 1] & 0xc7 == _RELATIVE_TO_NEXT}


def reachable(executable: Elf, roots: Iterable[str], without: Iterable[str] = ()) -> set[int]:
    """The addresses of what may run from `roots` on, if what is in `without` never does."""
    by_address: dict[int, list[Function]] = {}
    for function in executable.functions:
        by_address.setdefault(function.address, []).append(function)
    addresses = {function.name: function.address for function in executable.functions}
    visited = {addresses[name] for name in without}
    pending = [addresses[name] for name in roots]
    found: set[int] = set()
    while pending:
        address = pending.pop()
        if address in visited:
            continue
        visited.add(address)
        for function in by_address.get(address, []):
            found.add(address)
            pending += [*function.targets(), *_addresses_taken(function)]
    return found
