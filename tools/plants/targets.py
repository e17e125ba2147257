"""Which targets a workspace has."""

import pathlib
import re


def exists(label, workspace="."):
    """Whether the BUILD file of `label`, "//PACKAGE:NAME", spells NAME out."""
    package, _, name = label.removeprefix("//").partition(":")
    text = pathlib.Path(workspace, package, "BUILD").read_text(encoding="utf-8")
    # tests/BUILD has a list of subjects, and makes a test of each.
    of_subjects = re.search(r"for subject in \[(.*?)\]", text, re.DOTALL)
    subjects = re.findall(r'"(\w+)"', of_subjects[1]) if of_subjects else []
    return name in {*re.findall(r'name = "(\w+)"', text),
                    *(f"{subject}_test" for subject in subjects)}
