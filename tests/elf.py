"""What an executable says of itself: elf(5), with 64 bits, little-endian."""

import functools
import struct
from typing import Iterator, NamedTuple

ET_EXEC, ET_DYN = 2, 3
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK, PT_GNU_RELRO, PT_GNU_PROPERTY = 0x6474e551, 0x6474e552, 0x6474e553
PF_X, PF_W = 1, 2
DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_FLAGS, DT_FLAGS_1 = 1, 15, 29, 30, 0x6ffffffb
DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 8, 1, 0x08000000
SHT_SYMTAB = 2
STT_FUNC = 2
STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2

_HEADER = struct.Struct("<16xHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_DYNAMIC_ENTRY = struct.Struct("<qQ")
_SYMBOL = struct.Struct("<IBBHQQ")
# Each followed by 4 bytes: how far it is from behind them. Of a conditional jump, the second byte.
_NEAR_CALL, _NEAR_JUMP, _NEAR_CONDITIONAL_JUMPS = 0xe8, 0xe9, range(0x80, 0x90)


class Segment(NamedTuple):
    type: int
    flags: int
    offset: int
    address: int
    physical_address: int
    file_size: int
    memory_size: int
    alignment: int

    @property
    def end(self) -> int:
        """The address behind its last byte."""
        return self.address + self.memory_size


class Function(NamedTuple):
    name: str  # as the linker knows it
    binding: int  # STB_WEAK if any of several objects may have it, as inline functions
    address: int
    code: bytes

    def targets(self) -> Iterator[int]:
        """Addresses that it may call or jump to; also some that other bytes look like."""
        for i in range(len(self.code) - 4):
            if (self.code[i] in (_NEAR_CALL, _NEAR_JUMP) or
                    i > 0 and self.code[i - 1] == 0x0f and
                    self.code[i] in _NEAR_CONDITIONAL_JUMPS):
                (distance,) = struct.unpack_from("<i", self.code, i + 1)
                yield self.address + i + 5 + distance


class Elf:
    """An executable that is not stripped of its symbols."""

    def __init__(self, content: bytes):
        assert content[:6] == b"\x7fELF\x02\x01", content[:6]
        self.content = content
        (self.type, _, _, _, segments, self._sections, _, _, _, segment_count, _,
         self._section_count, _) = _HEADER.unpack_from(content)
        self.segments = [Segment(*_SEGMENT.unpack_from(content, segments + i * _SEGMENT.size))
                         for i in range(segment_count)]

    def segments_of(self, kind: int) -> list[Segment]:
        return [segment for segment in self.segments if segment.type == kind]

    @functools.cached_property
    def dynamic(self) -> list[tuple[int, int]]:
        """Tags and values of the dynamic section, which what is not relocated has not."""
        return [entry for segment in self.segments_of(PT_DYNAMIC) for entry in
                _DYNAMIC_ENTRY.iter_unpack(
                    self.content[segment.offset:segment.offset + segment.file_size])]

    def has_dynamic(self, tag: int, bits: int = -1) -> bool:
        return any(value & bits for found, value in self.dynamic if found == tag)

    @functools.cached_property
    def functions(self) -> list[Function]:
        sections = [_SECTION.unpack_from(self.content, self._sections + i * _SECTION.size)
                    for i in range(self._section_count)]
        # Of each: name, type, flags, address, offset, size, link, ...
        functions = []
        for section in sections:
            if section[1] != SHT_SYMTAB:
                continue
            names = sections[section[6]][4]
            for name, info, _, index, address, size in _SYMBOL.iter_unpack(
                    self.content[section[4]:section[4] + section[5]]):
                if info & 15 != STT_FUNC or not 0 < index < len(sections):
                    continue
                start = address - sections[index][3] + sections[index][4]
                end = self.content.index(b"\0", names + name)
                functions.append(Function(self.content[names + name:end].decode(),
                                          info >> 4, address,
                                          self.content[start:start + size]))
        return functions

    def calls(self, callers: list[Function], prefix: str = "", suffix: str = "") -> bool:
        """Whether one of `callers` calls a function of such a name."""
        addresses = {function.address for function in self.functions
                     if function.name.startswith(prefix) and function.name.endswith(suffix)}
        return any(not addresses.isdisjoint(caller.targets()) for caller in callers)
