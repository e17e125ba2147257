"""Each check of tools/check_oss_fuzz passes a good fuzz test, and fails one that is bad."""

import contextlib
import functools
import io
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock
import zipfile

from tools.oss_fuzz import bad_build_check

ADDRESS = bad_build_check.Build("address", "libfuzzer")
UNDEFINED = bad_build_check.Build("undefined", "libfuzzer")
AFL = bad_build_check.Build("address", "afl")
COVERAGE = bad_build_check.Build("coverage", "libfuzzer")

# By the build, as tools/check_oss_fuzz and the rules pass them on. -fsanitize=... is
# told to the compiler and to the linker.
COMPILE = {
    ADDRESS: ["-fsanitize=address", "-fsanitize=fuzzer-no-link"],
    UNDEFINED: ["-fsanitize=undefined", "-fsanitize=fuzzer-no-link"],
    AFL: ["-fsanitize=address", "-fsanitize-coverage=trace-pc-guard"],
    COVERAGE: ["-fprofile-instr-generate", "-fcoverage-mapping"],
}
LINK = {
    ADDRESS: ["-fsanitize=address", "-fsanitize=fuzzer"],
    UNDEFINED: ["-fsanitize=undefined", "-fsanitize=fuzzer"],
    AFL: ["-fsanitize=address", "/usr/lib/afl/libAFLDriver.a", "/usr/lib/afl/afl-compiler-rt.o",
          "-ldl", "-lm"],
    COVERAGE: ["-fprofile-instr-generate", "-fsanitize=fuzzer"],
}

SEED = b"seed"

# A fuzz target of `cases` branches. $FAULT, of its environment, says what is wrong with it.
SOURCE = """
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool Fault(const char* name) {
  const char* fault = getenv("FAULT");
  return fault != nullptr && strcmp(fault, name) == 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  if (Fault("start")) exit(1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static volatile int counts[256];
  if (Fault("seed") && size == 4 && memcmp(data, "seed", 4) == 0) abort();
  if (Fault("longer than the seed") && size > 4) abort();
  if (Fault("slow")) {
    const clock_t end = clock() + CLOCKS_PER_SEC / 20;
    while (clock() < end) {
    }
  }
  for (size_t i = 0; i < size; ++i) {
    switch (data[i]) {
      %s
    }
  }
  return 0;
}
"""


def source(cases):
    return SOURCE % "\n      ".join(
        f"case {case}: counts[data[(i + {case}) %% size]] += {case}; break;".replace("%%", "%")
        for case in range(cases))


def compiled(directory, compile_flags, link_flags, cases=200, name="parser/planted.cc"):
    """The executable of the fuzz target, made in the directory."""
    file = pathlib.Path(directory, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source(cases), encoding="utf-8")
    subprocess.run(["clang++-16", "-O1", "-c", *compile_flags, name, "-o", "planted.o"],
                   cwd=directory, check=True)
    subprocess.run(["clang++-16", "-fuse-ld=lld", "planted.o", *link_flags, "-o", "planted"],
                   cwd=directory, check=True)
    return pathlib.Path(directory, "planted")


@functools.cache
def good(build):
    """The executable of a fuzz target that is as it should be."""
    directory = unittest.enterModuleContext(tempfile.TemporaryDirectory())
    return compiled(directory, COMPILE[build], LINK[build])


class BadBuildCheckTest(unittest.TestCase):

    def setUp(self):
        self.enterContext(unittest.mock.patch.object(bad_build_check, "FUZZING_SECONDS", 1))
        self.out = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def package(self, executable, seeds=(SEED,), options="[libfuzzer]\nmax_len = 64\n"):
        """What a build leaves of the fuzz test in $OUT."""
        target = pathlib.Path(shutil.copy(executable, self.out / "planted_fuzz"))
        with zipfile.ZipFile(self.out / "planted_fuzz_seed_corpus.zip", "w") as archive:
            for number, seed in enumerate(seeds):
                archive.writestr(str(number), seed)
        (self.out / "planted_fuzz.options").write_text(options, encoding="utf-8")
        (self.out / "planted_fuzz.dict").write_text('"seed"\n', encoding="utf-8")
        return target

    def assert_bad(self, complaint, target, build, fault=None):
        with unittest.mock.patch.dict(os.environ, {"FAULT": fault} if fault else {}):
            text, is_good = bad_build_check.verdict(target, build)
        self.assertRegex(text, f"^BAD: {complaint}")
        self.assertFalse(is_good)

    def assert_bad_if_compiled(self, complaint, build, compile_flags, link_flags=None, **options):
        with tempfile.TemporaryDirectory() as directory:
            executable = compiled(directory, compile_flags, link_flags or LINK[build], **options)
            self.assert_bad(complaint, self.package(executable), build)

    def test_a_good_fuzz_test_passes_all_checks(self):
        for build, said in ((ADDRESS, r"^[0-9]+ edges, [0-9]+ inputs a second$"),
                            (UNDEFINED, r"^[0-9]+ edges, [0-9]+ inputs a second$"),
                            (AFL, r"^[0-9]+ edges, [0-9]+ inputs a second$"),
                            (COVERAGE, r"^[0-9.]+% of lines, [0-9.]+% of branches$")):
            with self.subTest(build):
                text, is_good = bad_build_check.verdict(self.package(good(build)), build)
                self.assertRegex(text, said)
                self.assertTrue(is_good)

    def test_seeds_that_are_missing_are_noticed(self):
        target = self.package(good(ADDRESS), seeds=())
        self.assert_bad("planted_fuzz_seed_corpus.zip is empty", target, ADDRESS)
        (self.out / "planted_fuzz_seed_corpus.zip").unlink()
        self.assert_bad("no planted_fuzz_seed_corpus.zip", target, ADDRESS)

    def test_a_library_that_the_image_for_running_lacks_is_noticed(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run(["clang-16", "-shared", "-xc", "/dev/null", "-o", "libforeign.so"],
                           cwd=directory, check=True)
            executable = compiled(directory, COMPILE[ADDRESS], [
                *LINK[ADDRESS], "-Wl,--no-as-needed", "-L.", "-lforeign",
                f"-Wl,-rpath,{directory}"])
            target = self.package(executable)
            self.assert_bad("needs libforeign.so", target, ADDRESS)
        self.assert_bad("needs libforeign.so", target, ADDRESS)

    def test_a_sanitizer_that_is_missing_is_noticed(self):
        self.assert_bad_if_compiled("[0-9]+ calls of __asan: not sanitized", ADDRESS,
                                    ["-fsanitize=fuzzer-no-link"], ["-fsanitize=fuzzer"])
        # libFuzzer links the runtime of the undefined-behaviour sanitizer in any case.
        self.assert_bad_if_compiled("not compiled with the sanitizer", UNDEFINED,
                                    ["-fsanitize=fuzzer-no-link"], ["-fsanitize=fuzzer"])

    def test_a_sanitizer_that_only_the_linker_was_told_of_is_noticed(self):
        for build in (ADDRESS, UNDEFINED):
            with self.subTest(build):
                self.assert_bad_if_compiled("not compiled with the sanitizer", build,
                                            ["-fsanitize=fuzzer-no-link"])

    def test_another_sanitizer_is_noticed(self):
        self.assert_bad_if_compiled(
            "[0-9]+ calls of __ubsan: sanitized too", ADDRESS,
            ["-fsanitize=undefined", *COMPILE[ADDRESS]], ["-fsanitize=undefined", *LINK[ADDRESS]])
        self.assert_bad_if_compiled(
            "[0-9]+ calls of __asan: sanitized too", UNDEFINED,
            ["-fsanitize=address", *COMPILE[UNDEFINED]], ["-fsanitize=address", *LINK[UNDEFINED]])

    def test_instrumentation_that_is_missing_is_noticed(self):
        for build in (ADDRESS, AFL):
            with self.subTest(build):
                self.assert_bad_if_compiled("not instrumented", build, ["-fsanitize=address"])
                self.assert_bad_if_compiled("hardly instrumented", build, COMPILE[build], cases=1)

    def test_a_fuzz_test_that_does_not_start_is_noticed(self):
        self.assert_bad("does not start", self.package(good(ADDRESS)), ADDRESS, fault="start")
        self.assert_bad("afl-fuzz fails", self.package(good(AFL)), AFL, fault="start")

    def test_a_seed_that_crashes_is_noticed(self):
        for build, complaint in ((ADDRESS, "crashes on its seeds"), (AFL, "afl-fuzz fails"),
                                 (COVERAGE, "crashes on its seeds")):
            with self.subTest(build):
                self.assert_bad(complaint, self.package(good(build)), build, fault="seed")

    def test_an_input_that_crashes_is_noticed(self):
        for build, complaint in ((ADDRESS, "fails while fuzzing"),
                                 (AFL, "crashes while fuzzing")):
            with self.subTest(build):
                self.assert_bad(complaint, self.package(good(build)), build,
                                fault="longer than the seed")

    def test_a_slow_fuzz_test_is_noticed(self):
        self.assert_bad("slow: [0-9]+ inputs", self.package(good(ADDRESS)), ADDRESS,
                        fault="slow")

    def test_options_that_are_missing_or_unknown_are_noticed(self):
        target = self.package(good(ADDRESS), options="[libfuzzer]\n[asam]\n")
        self.assert_bad("unknown sections of options: asam", target, ADDRESS)
        (self.out / "planted_fuzz.options").unlink()
        self.assert_bad("no options", target, ADDRESS)

    def test_a_dictionary_that_cannot_be_read_is_noticed(self):
        target = self.package(good(ADDRESS))
        (self.out / "planted_fuzz.dict").write_text("seed\n", encoding="utf-8")
        self.assert_bad("fails while fuzzing(.|\n)*ParseDictionaryFile", target, ADDRESS)

    def test_coverage_that_is_missing_is_noticed(self):
        self.assert_bad_if_compiled("leaves no profile", COVERAGE, [], ["-fsanitize=fuzzer"])
        self.assert_bad_if_compiled("the parser is not in the coverage report", COVERAGE,
                                    COMPILE[COVERAGE], name="planted.cc")

    def test_each_bad_fuzz_test_is_counted_and_named(self):
        target = self.package(good(ADDRESS))
        shutil.copy(target, self.out / "without_seeds_fuzz")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            self.assertEqual(bad_build_check.check_all(self.out, ADDRESS), 1)
        self.assertRegex(output.getvalue(), "address, libfuzzer: planted_fuzz: [0-9]+ edges")
        self.assertIn("without_seeds_fuzz: BAD: no without_seeds_fuzz_seed_corpus.zip",
                      output.getvalue())

    def test_a_build_without_fuzz_tests_is_bad(self):
        (self.out / "README").write_text("LLVMFuzzerTestOneInput", encoding="utf-8")
        with self.assertRaisesRegex(bad_build_check.BadBuild, "no fuzz targets"):
            bad_build_check.check_all(self.out, ADDRESS)


if __name__ == "__main__":
    unittest.main(buffer=True)
