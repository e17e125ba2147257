"""A browser shows the page of --directory_listing, in light and in dark colours."""

import os
import struct
import unittest
import zlib

from tests import chromium
from tests.server_test_case import ServerTestCase

WINDOW = (800, 640)
SCHEMES = {"light": ("--blink-settings=preferredColorScheme=1", (0xff, 0xff, 0xff)),
           "dark": ("--blink-settings=preferredColorScheme=0", (0x0f, 0x12, 0x16))}

FILES = {"README.md": 7919, "archive.tar.gz": 1234567, "disk.img": 5 << 30, "empty": 0,
         "naïve résumé.txt": 512, "page.css": 16384, "<b>bold?</b>".replace("/", "\\"): 1,
         "a-name-of-" + 12 * "some-length-" + ".html": 100}


def corner(path: str) -> tuple[int, int, int]:
    """The first pixel of a PNG of 8 bits a colour, and so before any filter: RFC 2083."""
    with open(path, "rb") as file:
        data = file.read()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (width, height, depth) == (*WINDOW, 8) and kind in (2, 6)
    compressed, at = b"", 8
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        compressed += data[at + 8:at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    return tuple(zlib.decompress(compressed)[1:4])


@unittest.skipUnless(chromium.is_installed(), f"{chromium.PATH} is not installed")
class ListingsBrowserTest(ServerTestCase):

    def setUp(self):
        super().setUp()
        for name, size in FILES.items():
            os.utime(self.write(f"shared/files/{name}", size=size), (10**9, 10**9))
        for name in ("documents", "photos of the summer"):
            os.mkdir(os.path.join(self.root, "shared/files", name))
        self.server = self.start("--directory_listing")
        self.url = self.server.url("/shared/files/")

    def test_its_style_takes_effect_in_light_and_dark(self):
        """The pictures are for people, who find them among the test's outputs."""
        for scheme, (argument, colour) in SCHEMES.items():
            with self.subTest(scheme):
                picture = os.path.join(os.environ["TEST_UNDECLARED_OUTPUTS_DIR"], f"{scheme}.png")
                chromium.browse(self.url, self.scratch, argument, f"--screenshot={picture}",
                                window=WINDOW)
                self.assertEqual(corner(picture), colour)

    def test_nothing_is_said_on_the_console(self):
        self.write("noisy.html", b"<script>console.error('seen')</script>")
        noisy = chromium.console(self.server.url("/noisy.html"), self.scratch, "--dump-dom",
                                 window=WINDOW)
        self.assertTrue([line for line in noisy if "seen" in line], noisy)
        self.assertEqual(chromium.console(self.url, self.scratch, "--dump-dom", window=WINDOW), [])

    def test_the_browser_reads_the_page_as_it_was_written(self):
        """No name has made an element, and Tab follows the links in the order of the page."""
        page = chromium.browse(self.url, self.scratch, "--dump-dom", window=WINDOW)
        self.assertNotIn("<b>", page)
        self.assertNotIn("tabindex", page)
        places = [page.index(text) for text in (
            'href="../../"', 'href="../"', 'href="?sort=name', 'href="?sort=size',
            'href="?sort=date', ">Parent folder<", 'href="documents/"', 'href="README.md"')]
        self.assertEqual(places, sorted(places))


if __name__ == "__main__":
    unittest.main(buffer=True)
