"""The normal build is one file that needs no interpreter and no library, design 6.4."""

import subprocess
import unittest

from tests import elf, server


@unittest.skipIf(server.is_sanitized(), "a sanitizer's runtime needs an interpreter")
class StaticBinaryTest(unittest.TestCase):

    def setUp(self):
        with open(server.BINARY, "rb") as file:
            self.elf = elf.Elf(file.read())

    def test_no_interpreter_is_asked_for(self):
        self.assertEqual(self.elf.segments_of(elf.PT_INTERP), [])

    def test_no_library_is_needed(self):
        """A static executable that is position-independent has a dynamic section, too."""
        self.assertFalse(self.elf.has_dynamic(elf.DT_NEEDED))

    def test_ldd_says_so(self):
        done = subprocess.run(["/usr/bin/ldd", server.BINARY], capture_output=True, text=True,
                              check=False)
        self.assertRegex(done.stdout + done.stderr, "not a dynamic executable|statically linked")


class SegmentsTest(unittest.TestCase):
    """The tests above rely on these being seen where they are."""

    def test_those_of_a_dynamic_executable_are_seen(self):
        with open("/usr/bin/python3", "rb") as file:
            found = elf.Elf(file.read())
        self.assertEqual(len(found.segments_of(elf.PT_INTERP)), 1)
        self.assertTrue(found.has_dynamic(elf.DT_NEEDED))


if __name__ == "__main__":
    unittest.main(buffer=True)
