"""The server is hardened, as docs/hardening.md says: seen in the file that is shipped.

What a compiler flag does to code is seen in probe.cc, built with the flags of the server, and
that each of these is seen when it is not in force, in the same program built without.
"""

import pathlib
import subprocess
import unittest

from tests import elf, server

DIRECTORY = pathlib.Path("tests/hardening")

ENDBR64 = bytes.fromhex("f30f1efa")
ORQ_0_RSP = bytes.fromhex("48830c2400")  # by which g++ touches a page of the stack


def read(name: str) -> elf.Elf:
    return elf.Elf((DIRECTORY / name).read_bytes())


def is_static_pie(file: elf.Elf) -> bool:
    return (file.type == elf.ET_DYN and file.has_dynamic(elf.DT_FLAGS_1, elf.DF_1_PIE) and
            not file.segments_of(elf.PT_INTERP) and not file.has_dynamic(elf.DT_NEEDED))


def has_relro(file: elf.Elf) -> bool:
    """Full: nothing is resolved later, and what was resolved lies in pages made read-only."""
    return (file.has_dynamic(elf.DT_FLAGS, elf.DF_BIND_NOW) and
            file.has_dynamic(elf.DT_FLAGS_1, elf.DF_1_NOW) and
            any(relro.address <= dynamic.address and dynamic.end <= relro.end
                for relro in file.segments_of(elf.PT_GNU_RELRO)
                for dynamic in file.segments_of(elf.PT_DYNAMIC)))


def has_stack_without_code(file: elf.Elf) -> bool:
    stacks = file.segments_of(elf.PT_GNU_STACK)
    return bool(stacks) and not any(stack.flags & elf.PF_X for stack in stacks)


def is_never_writable_code(file: elf.Elf) -> bool:
    return not any(segment.flags & elf.PF_W and segment.flags & elf.PF_X
                   for segment in file.segments)


def has_code_apart(file: elf.Elf) -> bool:
    """Code shares no page with constants, nor with the header that comes first in a file."""
    return all(segment.offset > 0 and segment.offset % 4096 == 0
               for segment in file.segments_of(elf.PT_LOAD) if segment.flags & elf.PF_X)


def has_no_rpath(file: elf.Elf) -> bool:
    return not file.has_dynamic(elf.DT_RPATH) and not file.has_dynamic(elf.DT_RUNPATH)


OF_THE_LINKER = [is_static_pie, has_relro, has_stack_without_code, is_never_writable_code,
                 has_code_apart, has_no_rpath]


def starts_with_endbr64(functions: list[elf.Function]) -> bool:
    """Those that may be called through a pointer from elsewhere."""
    return all(function.code.startswith(ENDBR64) for function in functions
               if function.binding == elf.STB_GLOBAL)


def flags_of_probe(name: str) -> set[str]:
    """Which compiler flags its code or its behaviour shows to be in force."""
    file = read(name)
    functions = {function.name: function for function in file.functions}

    def calls(caller: str, callee: str) -> bool:
        return file.calls([functions[caller]], prefix=callee)

    seen = {
        "-fstack-protector-strong": calls("TakesAddress", "__stack_chk_fail"),
        "-fstack-clash-protection": ORQ_0_RSP in functions["HasLargeFrame"].code,
        "-fcf-protection": starts_with_endbr64([functions["main"], functions["TakesAddress"]]),
        "-D_FORTIFY_SOURCE=3": calls("FillsHeap", "__memset_chk"),
        "-fno-delete-null-pointer-checks": calls("Reads", "SeesNull"),
        "-D_GLIBCXX_ASSERTIONS": calls("TakesElement", "_ZSt21__glibcxx_assert_fail"),
    }
    behaviour = subprocess.run([DIRECTORY / name], check=True, capture_output=True, text=True)
    return {flag for flag, is_seen in seen.items() if is_seen} | set(behaviour.stdout.split())


FLAGS = {
    "-D_FORTIFY_SOURCE=3", "-D_GLIBCXX_ASSERTIONS", "-fcf-protection",
    "-fno-delete-null-pointer-checks", "-fno-strict-aliasing", "-fno-strict-overflow",
    "-fstack-clash-protection", "-fstack-protector-strong", "-ftrivial-auto-var-init=zero",
}


@unittest.skipUnless(server.is_plain(), "not built as it is shipped")
class ServerTest(unittest.TestCase):

    def setUp(self):
        self.server = read("server")
        # Instances of Abseil's templates for types of the server's among them.
        self.own = [function for function in self.server.functions if "5prong" in function.name]
        self.assertGreater(len(self.own), 100)

    def test_what_the_linker_does(self):
        for check in OF_THE_LINKER:
            with self.subTest(check.__name__):
                self.assertTrue(check(self.server))

    def test_what_the_compiler_does_is_seen_in_its_own_functions(self):
        for callee in ("__stack_chk_fail", "_ZSt21__glibcxx_assert_fail"):
            with self.subTest(callee):
                self.assertTrue(self.server.calls(self.own, prefix=callee))
        with self.subTest("fortified"):
            self.assertTrue(self.server.calls(self.own, prefix="__mem", suffix="_chk"))
        with self.subTest("CET"):
            self.assertTrue(starts_with_endbr64(self.own))
        with self.subTest("stack clash"):
            self.assertTrue(any(ORQ_0_RSP in function.code for function in self.own
                                if "11SendListing" in function.name))

    def test_it_runs(self):
        done = subprocess.run([DIRECTORY / "server", "--version"], check=True,
                              capture_output=True, text=True)
        self.assertIn("prong", done.stdout)


@unittest.skipUnless(server.is_plain(), "not built as it is shipped")
class ProbeTest(unittest.TestCase):

    def test_with_the_flags_all_are_seen(self):
        file = read("hardened_probe")
        self.assertEqual([check.__name__ for check in OF_THE_LINKER if not check(file)], [])
        self.assertEqual(flags_of_probe("hardened_probe"), FLAGS)

    def test_without_them_none_is(self):
        file = read("unhardened_probe")
        self.assertEqual([check.__name__ for check in OF_THE_LINKER if check(file)], [])
        self.assertEqual(flags_of_probe("unhardened_probe"), set())


if __name__ == "__main__":
    unittest.main(buffer=True)
