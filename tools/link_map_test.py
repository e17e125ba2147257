"""A map of the linker's names what it took: shown by one of a small program, linked statically."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.elf import Elf
from tools import call_graph, link_map

PROGRAM = """
extern "C" {
[[gnu::noipa]] int Leaf() { return 1; }
[[gnu::noipa]] int Taken() { return 2; }
[[gnu::noipa]] int Unused() { return Leaf(); }
[[gnu::noipa]] int Call(int (*function)()) { return function() + Leaf(); }
}
int zeros[1000];
int main(int argc, char**) { return argc > 1000 ? Unused() : Call(&Taken) + zeros[argc]; }
"""


class LinkMapTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        directory = cls.enterClassContext(
            tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]))
        cls.directory = pathlib.Path(directory)
        (cls.directory / "a.cc").write_text(PROGRAM, encoding="utf-8")
        linked = subprocess.run(
            ["g++", "-O2", "-static-pie", "-fuse-ld=bfd", "-save-temps", "a.cc", "-o", "program",
             "-Wl,-Map=map,--trace,--trace"],
            cwd=directory, check=True, capture_output=True, text=True)
        cls.trace = linked.stdout
        cls.contributions = link_map.parse((cls.directory / "map").read_text(encoding="utf-8"))
        cls.executable = Elf((cls.directory / "program").read_bytes())

    def test_every_archive_of_which_the_linker_took_something_is_in_it(self):
        """By --trace, given twice, in which the linker names what it took: (ARCHIVE)MEMBER."""
        traced = {os.path.realpath(archive)
                  for archive in re.findall(r"^\((.+?)\)", self.trace, re.MULTILINE)}
        self.assertTrue(any(name.endswith("/libc.a") for name in traced), self.trace)
        self.assertEqual(
            {os.path.realpath(entry.file) for entry in self.contributions if entry.member}, traced)

    def test_sizes_are_those_of_the_object(self):
        (zeros,) = [entry for entry in self.contributions
                    if entry.section == ".bss" and entry.file.endswith("a.o")]
        self.assertEqual((zeros.size, zeros.member), (4000, ""))

    def test_an_entry_may_take_two_lines(self):
        text = ("\nLinker script and memory map\n\n .text._ZN5prong3RunEv\n"
                "                0x0000000000001000       0x1b libx.a(y.o)\n"
                " .data          0x0000000000002000        0x0 libx.a(y.o)\n"
                " .comment       0x0000000000000000       0x1f libx.a(y.o)\n")
        self.assertEqual(link_map.parse(text), [
            link_map.Contribution(".text._ZN5prong3RunEv", 0x1000, 0x1b, "libx.a", "y.o")])

    def test_what_is_discarded_is_not_in_it(self):
        text = ("\nDiscarded input sections\n\n .text  0x0 0x1b a.o\n"
                "\nLinker script and memory map\n")
        self.assertEqual(link_map.parse(text), [])

    def test_the_call_graph_has_what_is_called_and_whose_address_is_taken(self):
        addresses = {function.name: function.address for function in self.executable.functions}
        names = ("main", "Call", "Taken", "Leaf", "Unused")
        found = call_graph.reachable(self.executable, ["Call"])
        self.assertEqual([addresses[name] in found for name in names],
                         [False, True, False, True, False])
        found = call_graph.reachable(self.executable, ["main"], without=["Unused"])
        self.assertEqual([addresses[name] in found for name in names],
                         [True, True, True, True, False])


if __name__ == "__main__":
    unittest.main(buffer=True)
