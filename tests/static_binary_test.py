"""The normal build is one file that needs no interpreter and no library, design 6.4."""

import struct
import subprocess
import unittest

from tests import server

# elf(5); the layout of 64 bits, little-endian.
PT_DYNAMIC, PT_INTERP = 2, 3
DT_NEEDED = 1
PROGRAM_HEADER, DYNAMIC_ENTRY = struct.Struct("<IIQQQQQQ"), struct.Struct("<qQ")


def segments(elf: bytes) -> dict[int, bytes]:
    """The contents of the segments by type, of which those asked for here occur once."""
    assert elf[:6] == b"\x7fELF\x02\x01", elf[:6]
    (table,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    headers = [PROGRAM_HEADER.unpack_from(elf, table + i * size) for i in range(count)]
    # Of each: type, flags, offset, two addresses, size in the file.
    return {header[0]: elf[header[2]:header[2] + header[5]] for header in headers}


@unittest.skipIf(server.is_sanitized(), "a sanitizer's runtime needs an interpreter")
class StaticBinaryTest(unittest.TestCase):

    def setUp(self):
        with open(server.BINARY, "rb") as file:
            self.segments = segments(file.read())

    def test_no_interpreter_is_asked_for(self):
        self.assertNotIn(PT_INTERP, self.segments)

    def test_no_library_is_needed(self):
        """A static executable that is position-independent has a dynamic section, too."""
        tags = [tag for tag, _ in DYNAMIC_ENTRY.iter_unpack(self.segments.get(PT_DYNAMIC, b""))]
        self.assertNotIn(DT_NEEDED, tags)

    def test_ldd_says_so(self):
        done = subprocess.run(["/usr/bin/ldd", server.BINARY], capture_output=True, text=True,
                              check=False)
        self.assertRegex(done.stdout + done.stderr, "not a dynamic executable|statically linked")


class SegmentsTest(unittest.TestCase):
    """The tests above rely on these being seen where they are."""

    def test_those_of_a_dynamic_executable_are_seen(self):
        with open("/usr/bin/python3", "rb") as file:
            found = segments(file.read())
        tags = [tag for tag, _ in DYNAMIC_ENTRY.iter_unpack(found[PT_DYNAMIC])]
        self.assertIn(PT_INTERP, found)
        self.assertIn(DT_NEEDED, tags)


if __name__ == "__main__":
    unittest.main(buffer=True)
