"""What Debian says of a package that is installed: dpkg-query(1) and its copyright file."""

import pathlib
import re
import subprocess
from typing import NamedTuple


class License(NamedTuple):
    name: str  # Debian's short name
    text: str  # as far as the copyright file has it


class DebianPackage(NamedTuple):
    name: str
    version: str
    architecture: str
    homepage: str
    licenses: list[License]  # none, if only people can read the copyright file


def _dpkg_query(*arguments: str) -> str:
    return subprocess.run(["dpkg-query", *arguments], check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def parse_copyright(text: str) -> list[License]:
    """The licenses of all files but Debian's own, in order; none if not in the format.

    The format is that of https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/.
    """
    if not text.startswith("Format:"):
        return []
    names, texts = [], {}
    for paragraph in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*((?:.*)(?:\n[ \t].*)*)", paragraph,
                                 re.MULTILINE))
        name, _, body = fields.get("License", "").partition("\n")
        if body.strip():
            texts[name] = re.sub(r"^ \.?", "", body, flags=re.MULTILINE)
        if "Files" in fields and fields["Files"].strip() != "debian/*" and name not in names:
            names.append(name)
    return [License(name, texts.get(name, "")) for name in names]


def owner(path: str) -> str:
    """The name of the package that installed a file."""
    return _dpkg_query("--search", path).split(":")[0]


def installed(name: str) -> DebianPackage:
    fields = ("Package", "Version", "Architecture", "Homepage")
    form = "\\n".join(f"${{{field}}}" for field in fields)
    values = _dpkg_query("--show", f"--showformat={form}", name).split("\n")
    text = pathlib.Path(f"/usr/share/doc/{name}/copyright").read_text(encoding="utf-8")
    return DebianPackage(*values, parse_copyright(text))
