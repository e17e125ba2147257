"""What a browser does with files of some kinds, and only if they are served just so."""

import gzip
import os
import re
import struct
import unittest
import urllib.parse

from tests import chromium, deadline
from tests.server import Server
from tests.server_test_case import ServerTestCase

# Four fragments of four seconds, each of which can be played alone.
CLIP = os.path.join("tests", "testdata", "clip.mp4")

# More than a browser fetches ahead of what it plays.
HOLE = 64 << 20

# (module (func (export "answer") (result i32) (i32.const 42)))
WASM = bytes.fromhex("0061736d01000000" "010501" "6000017f" "03020100" "070a0106616e737765720000"
                     "0a0601040041" "2a0b")

# A page that tells the server what `script` has come to: by a request that is in its log.
PAGE = """<!DOCTYPE html>
<title>prong</title>
<script type="module">
const see = what => fetch("/seen?" + encodeURIComponent(what));
try {
%s
} catch (error) {
  see(String(error));
}
</script>
"""


def boxes(data: bytes) -> list[bytes]:
    """The boxes of an MP4 file, ISO/IEC 14496-12 section 4.2."""
    found = []
    while data:
        (size,) = struct.unpack(">I", data[:4])
        found.append(data[:size])
        data = data[size:]
    return found


@unittest.skipUnless(chromium.is_installed(), f"{chromium.PATH} is not installed")
class BrowserResourcesTest(ServerTestCase):

    def seen(self, script: str, *servers: Server) -> str:
        """What a page with `script` sees that the first of the servers sends."""
        self.write("index.html", (PAGE % script).encode())
        with chromium.watching(servers[0].url("/"), self.scratch):
            return deadline.eventually(lambda: self.told(servers[0]), within=60)

    @staticmethod
    def told(server: Server) -> str | None:
        for line in server.lines():
            if match := re.search(r'"GET /seen\?(\S*) HTTP/1\.1"', line):
                return urllib.parse.unquote(match[1])
        return None

    def test_wasm_is_compiled_while_it_arrives(self):
        """WebAssembly.compileStreaming wants the media type to be exactly application/wasm."""
        self.write("answer.wasm", WASM)
        server = self.start()
        self.assertEqual(self.seen("""
            const module = await WebAssembly.instantiateStreaming(fetch("answer.wasm"));
            see(module.instance.exports.answer());""", server), "42")

    def test_a_module_script_is_run(self):
        """With nosniff, and for modules always, only as the media type of a script."""
        self.write("lib/answer.mjs", b"export const answer = 41;")
        self.write("answer.js", b"export {answer} from './lib/answer.mjs';")
        self.assertEqual(self.seen("""
            const {answer} = await import("./answer.js");
            see(answer + 1);""", self.start()), "42")

    def test_a_compressed_script_is_run(self):
        self.write("answer.js", b"export const answer = 0;")
        self.write("answer.js.gz", gzip.compress(b"export const answer = 42;"))
        self.assertEqual(self.seen("""
            const {answer} = await import("./answer.js");
            see(answer);""", self.start()), "42")

    def test_a_page_of_another_origin_reads_what_it_may(self):
        self.write("data.json", b"{}")
        other, own = self.start("--cors_origin=*"), self.start()
        script = """
            const read = async url => {
              try {
                const response = await fetch(url, {headers: {"Range": "bytes=0-0", "X-Own": "1"}});
                return response.status + " " + response.headers.get("Content-Range");
              } catch (error) {
                return error.name;
              }
            };
            see([await read("%s"), await read("%s")].join());"""
        allowed, forbidden = other.url("/data.json"), self.start().url("/data.json")
        self.assertEqual(self.seen(script % (allowed, forbidden), own),
                         "206 bytes 0-0/2,TypeError")

    def test_a_video_is_sought_through_by_ranges(self):
        """What is between is not fetched: holes that would take long."""
        with open(CLIP, "rb") as file:
            clip = boxes(file.read())
        fragments = [box for box in clip if box[4:8] in (b"moof", b"mdat")]
        path = os.path.join(self.root, "clip.mp4")
        with open(path, "wb") as file:
            file.write(clip[0] + clip[1])
            for moof, mdat in zip(fragments[::2], fragments[1::2]):
                file.write(struct.pack(">I4s", HOLE, b"free"))
                file.seek(HOLE - 8, os.SEEK_CUR)
                file.write(moof + mdat)
        server = self.start()
        self.assertEqual(self.seen("""
            const video = document.createElement("video");
            const event = name => new Promise((done, failed) => {
              video.addEventListener(name, done, {once: true});
              video.addEventListener("error", () => failed(video.error.message), {once: true});
            });
            video.muted = true;
            video.src = "clip.mp4";
            await event("loadeddata");
            video.currentTime = 13;
            await event("seeked");
            see(`${video.currentTime} ${video.videoWidth}x${video.videoHeight}`);""", server),
            "13 160x90")
        sent = [line.split()[-2] for line in server.lines() if "GET /clip.mp4" in line]
        # A browser asks whether what it has of the file already is still what the file is.
        self.assertEqual(set(sent) - {"304"}, {"206"})
        self.assertGreater(sent.count("206"), 1)


if __name__ == "__main__":
    unittest.main(buffer=True)
