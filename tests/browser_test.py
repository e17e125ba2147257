"""A browser shows a page with a style sheet, a script and an image from prong."""

import os
import re
import struct
import unittest
import zlib

from tests import chromium
from tests.server_test_case import ServerTestCase

WINDOW = (320, 200)

PAGE = b"""<!DOCTYPE html>
<title>prong</title>
<link rel="stylesheet" href="style.css">
<h1>Served by prong</h1>
<img src="images/stripes.png" alt="">
<p id="seen"></p>
<script src="script.js"></script>
"""

STYLE = b"h1 { color: rgb(1, 2, 200); font: bold 20px sans-serif }"

# Writes what has taken effect into the page.
SCRIPT = b"""window.addEventListener("load", () => {
  const color = getComputedStyle(document.querySelector("h1")).color;
  const image = document.querySelector("img");
  document.getElementById("seen").textContent =
      `${color}; ${image.naturalWidth}x${image.naturalHeight}`;
});
"""


def png(width: int, height: int) -> bytes:
    """A picture of red and green stripes, RFC 2083."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    row = b"\0" + (b"\xc0\x20\x20" * 8 + b"\x20\xa0\x20" * 8) * (width // 16)
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))


@unittest.skipUnless(chromium.is_installed(), f"{chromium.PATH} is not installed")
class BrowserTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        self.write("index.html", PAGE)
        self.write("style.css", STYLE)
        self.write("script.js", SCRIPT)
        self.write("images/stripes.png", png(96, 32))
        self.server = self.start()

    def browse(self, *arguments: str) -> str:
        return chromium.browse(self.server.url("/"), self.scratch, *arguments, window=WINDOW)

    def test_the_style_the_script_and_the_image_take_effect(self):
        page = self.browse("--dump-dom")
        seen = re.search('<p id="seen">(.*?)</p>', page)
        self.assertEqual(seen and seen[1], "rgb(1, 2, 200); 96x32", page)

    def test_the_page_is_drawn(self):
        """The picture is for people, who find it among the test's outputs."""
        picture = os.path.join(os.environ["TEST_UNDECLARED_OUTPUTS_DIR"], "page.png")
        self.browse(f"--screenshot={picture}")
        with open(picture, "rb") as file:
            head = file.read(24)
        self.assertEqual(struct.unpack(">II", head[16:24]), WINDOW)


if __name__ == "__main__":
    unittest.main(buffer=True)
