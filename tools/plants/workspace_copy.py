"""A copy of the workspace, to be changed and built."""

import shutil
import subprocess


class WorkspaceCopy:
    """With a Bazel server and a cache of its own, so that nothing of it is left."""

    def __init__(self, workspace, directory):
        """`directory` is for this alone."""
        self._workspace = workspace
        self._directory = directory
        self.root = directory / "workspace"
        shutil.copytree(workspace, self.root, symlinks=True,
                        ignore=shutil.ignore_patterns(".git", "bazel-*"))

    def restore(self, files):
        """Makes the files, relative to the root, what they are in the workspace."""
        for file in files:
            shutil.copyfile(self._workspace / file, self.root / file)

    def bazel(self, command, *arguments):
        """Runs `bazel COMMAND`, which builds something; the ended process, with its output."""
        # What is planted may leave a parameter unused. What was built before it was planted
        # comes from the cache when it is gone.
        return self._run(command, "--per_file_copt=.*@-Wno-error",
                         f"--disk_cache={self._directory / 'cache'}", *arguments)

    def shutdown(self):
        self._run("clean", "--expunge")

    def _run(self, *arguments):
        return subprocess.run(
            ["bazel", f"--output_base={self._directory / 'bazel'}", *arguments],
            cwd=self.root, text=True, check=False, errors="backslashreplace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
