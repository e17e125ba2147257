"""The model of the processes has its properties, in every state that it can be in."""

import os
import pathlib
import re
import tempfile
import unittest
from concurrent import futures

from docs.model import checker


class LifecycleTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        model = checker.MODEL.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as directory:
            check = checker.Checker(directory, model).check
            names = list(checker.read_properties())
            with futures.ThreadPoolExecutor(os.cpu_count()) as executor:
                cls.reports = dict(zip(names, executor.map(check, names)))

    def test_there_are_properties(self):
        self.assertGreater(len(self.reports), 10)

    def test_each_holds(self):
        for name, report in self.reports.items():
            with self.subTest(name):
                self.assertFalse(report.refuted, report.text)

    def test_all_of_the_model_is_reached(self):
        # But for what the kernel does to the children of a parent that leaves: it has none.
        self.assertEqual(self.reports["cap_holds"].unreached(), {
            ("Parent", ":: alive(i) -> child[i] = Exiting"),
            ("Parent", ":: child[k] == Zombie -> child[k] = None")})

    def test_the_document_counts_the_states(self):
        document = (checker.DIRECTORY / "README.md").read_text(encoding="utf-8")
        self.assertIn(f" {self.reports['cap_holds'].states:,} states", document)

    def test_the_code_names_its_states(self):
        """All but what the code cannot be in: not to be, or no longer."""
        model = checker.MODEL.read_text(encoding="utf-8")
        for process, header, not_in_code in (("parent", "supervisor.h", {"Killed"}),
                                             ("child", "connection.h", {"None", "Zombie"})):
            states = re.search(rf"^mtype:{process} = \{{ (.*) \}};$", model, re.MULTILINE)[1]
            code = pathlib.Path("server", header).read_text(encoding="utf-8")
            named = re.findall(r"^//   ([A-Z]\w+)  +\w", code, re.MULTILINE)
            self.assertEqual(named, [state for state in states.split(", ")
                                     if state not in not_in_code])


if __name__ == "__main__":
    unittest.main()
