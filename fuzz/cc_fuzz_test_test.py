"""What cc_fuzz_test declares beside a test, by the names that users of rules_fuzzing know."""

import io
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

NAME = "http_date_fuzz"
DIRECTORY = pathlib.Path("fuzz")
SEEDS = {path.name: path.read_bytes() for path in (DIRECTORY / "corpus/http_date").iterdir()}


# As of one who is not in a test.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}


def run(suffix, *arguments):
    return subprocess.run([DIRECTORY / (NAME + suffix), *arguments], check=False, text=True,
                          env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class CcFuzzTestTest(unittest.TestCase):

    def setUp(self):
        self.scratch = self.enterContext(tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]))
        self.output_root = f"--fuzzing_output_root={self.scratch}"

    def test_the_seeds_are_a_directory(self):
        corpus = DIRECTORY / f"{NAME}_corpus"
        self.assertEqual({path.name: path.read_bytes() for path in corpus.iterdir()}, SEEDS)

    def test_the_dictionaries_are_one_file(self):
        self.assertEqual((DIRECTORY / f"{NAME}.dict").read_bytes(),
                         (DIRECTORY / "values.dict").read_bytes())

    def test_the_executable_runs_one_input_and_none_is_an_error(self):
        seed = next((DIRECTORY / "corpus/http_date").iterdir())
        for suffix in ("_bin", "_raw_"):
            with self.subTest(suffix):
                self.assertEqual(run(suffix, seed).returncode, 0)
                self.assertNotEqual(run(suffix, self.scratch).returncode, 0)
                self.assertNotEqual(run(suffix, seed.with_name("missing")).returncode, 0)

    def test_the_test_runs_each_seed(self):
        outcome = run("", self.output_root)
        self.assertEqual(outcome.returncode, 0, outcome.stdout)
        self.assertIn(f"{len(SEEDS)} inputs, no failure", outcome.stdout)
        for name in SEEDS:
            self.assertIn(name, outcome.stdout)

    def test_the_test_takes_a_time_to_fuzz(self):
        outcome = run("", self.output_root, "--timeout_secs=1")
        self.assertEqual(outcome.returncode, 0, outcome.stdout)

    def test_what_fuzzes_says_where_it_leaves_what_it_finds(self):
        outcome = run("_run", self.output_root)
        self.assertEqual(outcome.returncode, 0, outcome.stdout)
        for directory in ("corpus", "artifacts"):
            self.assertTrue(pathlib.Path(self.scratch, NAME, directory).is_dir())
        self.assertIn(f"{self.scratch}/{NAME}/corpus", outcome.stdout)
        self.assertIn("replay engine makes no inputs", outcome.stdout)

    def test_what_fuzzes_describes_its_flags_and_refuses_others(self):
        self.assertIn("--timeout_secs=SECONDS", run("_run", "--help").stdout)
        for argument in ("--unknown", "--timeout_secs=soon", "positional"):
            with self.subTest(argument):
                outcome = run("_run", self.output_root, argument)
                self.assertEqual(outcome.returncode, 1)
                self.assertIn("see --help", outcome.stdout)

    def test_the_package_for_oss_fuzz_is_what_it_expects(self):
        with tarfile.open(DIRECTORY / f"{NAME}_oss_fuzz.tar") as archive:
            self.assertEqual(set(archive.getnames()),
                             {NAME, f"{NAME}_seed_corpus.zip", f"{NAME}.dict"})
            self.assertEqual(archive.getmember(NAME).mode, 0o755)
            self.assertEqual(archive.extractfile(NAME).read(),
                             (DIRECTORY / f"{NAME}_bin").read_bytes())
            seeds = archive.extractfile(f"{NAME}_seed_corpus.zip").read()
        with zipfile.ZipFile(io.BytesIO(seeds)) as archive:
            self.assertEqual({name: archive.read(name) for name in archive.namelist()}, SEEDS)


if __name__ == "__main__":
    unittest.main(buffer=True)
