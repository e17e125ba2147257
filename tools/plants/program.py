"""What a program that plants does around its work."""

import sys

from tools.plants.patch import PlantError
from tools.plants.progress import Progress


def main(name, run):
    """`run(progress)`, whose result is the exit status; 1 and a line if a patch cannot be used."""
    progress = Progress()
    try:
        return run(progress)
    except PlantError as error:
        progress.show("")
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.show("")
        return 130
