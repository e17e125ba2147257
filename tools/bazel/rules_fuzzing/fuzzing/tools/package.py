#!/usr/bin/env python3
"""Packs a fuzz test for OSS-Fuzz; see oss_fuzz_package.

The same inputs make the same bytes: no times, no owners, names in order.
"""

import argparse
import io
import pathlib
import tarfile
import zipfile


def zip_of(directory):
    """A zip of the files of a directory, as bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(directory.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def add(archive, name, content, mode=0o644):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = mode
    archive.addfile(member, io.BytesIO(content))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--corpus", required=True, type=pathlib.Path)
    parser.add_argument("--dictionary", type=pathlib.Path)
    options = parser.parse_args()

    with tarfile.open(options.output, "w", format=tarfile.PAX_FORMAT) as archive:
        add(archive, options.name, options.binary.read_bytes(), mode=0o755)
        add(archive, options.name + "_seed_corpus.zip", zip_of(options.corpus))
        if options.dictionary:
            add(archive, options.name + ".dict", options.dictionary.read_bytes())


if __name__ == "__main__":
    main()
