"""A browser shows the page: no script fails, keys and pointer choose calls, in both schemes.

The pictures are for people, who find them among the test's outputs.
"""

import json
import os
import re
import struct
import tempfile
import unittest

from tests import chromium
from tools.trace import made_up, page

WINDOW = (1320, 900)
SCHEMES = {"light": "--blink-settings=preferredColorScheme=1",
           "dark": "--blink-settings=preferredColorScheme=0"}

# Before the page's own script.
WATCH = """<script>
window.failures = [];
addEventListener("error", (event) => failures.push(event.message));
// A window that has not the focus yet, as may be while it loads, tells no element of its own.
const focus = SVGElement.prototype.focus;
SVGElement.prototype.focus = function() {
  focus.call(this);
  if (!document.hasFocus()) this.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
};
</script>"""

# Behind it: does what a person would, and writes down what came of it.
ACT = """<script>
const seen = {};
const focused = () => document.activeElement.id;
const press = (key) => {
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  return focused();
};
const marks = [...document.querySelectorAll(".call")];
const detail = document.getElementById("detail");
seen.stops = marks.filter((mark) => mark.tabIndex === 0).map((mark) => mark.id);
seen.hidden = detail.hidden;
document.getElementById(seen.stops[0]).focus();
seen.detail = detail.textContent;
seen.keys = {};
for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowDown", "Home", "ArrowUp",
                   "Home", "ArrowLeft", "ArrowUp"]) {
  (seen.keys[key] ??= []).push(press(key));
}
seen.shown = !detail.hidden;
press("Escape");
seen.hiddenAgain = detail.hidden;
seen.stopsAfter = marks.filter((mark) => mark.tabIndex === 0).map((mark) => mark.id);
const accept = marks.find((mark) => mark.getAttribute("aria-label").includes("accept4"));
const box = accept.getBoundingClientRect();
accept.dispatchEvent(new PointerEvent(
    "pointermove", {clientX: box.x + 1, clientY: box.bottom - 2, bubbles: true}));
seen.hovered = detail.textContent;
seen.on = [...document.querySelectorAll(".bar.on title")].map((bar) => bar.textContent);
document.querySelector("svg").dispatchEvent(new PointerEvent(
    "pointermove", {clientX: box.x - 0.5, clientY: box.bottom - 2, bubbles: true}));
seen.near = detail.textContent;
document.querySelector("details").open = false;
accept.dispatchEvent(new MouseEvent("click", {bubbles: true}));
seen.unfolded = document.querySelector("details").open;
const style = getComputedStyle(document.body);
seen.paper = style.backgroundColor;
seen.ink = style.color;
seen.overlaps = [];
const names = [...document.querySelectorAll(".name, .pid, .tick text")]
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
for (const [i, [one, a]] of names.entries()) {
  for (const [other, b] of names.slice(i + 1)) {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3) {
      seen.overlaps.push([one, other]);
    }
  }
}
seen.wide = document.documentElement.scrollWidth > innerWidth;
seen.failures = failures;
const noted = document.createElement("script");
noted.type = "application/json";
noted.id = "seen";
noted.textContent = JSON.stringify(seen);
document.body.append(noted);
</script>"""


@unittest.skipUnless(chromium.is_installed(), f"{chromium.PATH} is not installed")
class BrowserTest(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"])
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def browse(self, text: str, *arguments: str) -> str:
        path = os.path.join(self.scratch, "page.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return chromium.browse(f"file://{path}", self.scratch, *arguments, window=WINDOW)

    def act(self, children: int, scheme: str) -> dict:
        text = page.render(made_up.told(children), "http://127.0.0.1:8080/", "/srv")
        text = text.replace("<head>", "<head>" + WATCH).replace("</body>", ACT + "</body>")
        dom = self.browse(text, SCHEMES[scheme], "--dump-dom")
        noted = re.search('(?s)<script type="application/json" id="seen">(.*?)</script>', dom)
        self.assertTrue(noted, dom[-3000:])
        return json.loads(noted[1])

    def check(self, children: int, seen: dict) -> None:
        told = made_up.told(children)
        parent, child = told.parent.events, told.children[0].events
        first, last = f"c{parent[0].number}", f"c{parent[-1].number}"
        self.assertEqual(seen["failures"], [])
        self.assertEqual((seen["stops"], seen["hidden"]), ([first], True))
        self.assertIn(parent[0].sentence, seen["detail"])
        keys = seen["keys"]
        self.assertEqual(keys["ArrowRight"], [f"c{event.number}" for event in parent[1:3]])
        self.assertEqual(keys["ArrowLeft"], [f"c{parent[1].number}", first])
        self.assertEqual(keys["End"], [last])
        self.assertIn(keys["ArrowDown"][0], {f"c{event.number}" for event in child})
        # From the first call of the child to the parent's that is nearest; there is none above.
        self.assertEqual(keys["Home"], [f"c{child[0].number}", first])
        self.assertIn(keys["ArrowUp"][0], {f"c{event.number}" for event in parent})
        self.assertEqual(keys["ArrowUp"][1], first)
        self.assertEqual(seen["stopsAfter"], [first])
        self.assertTrue(seen["shown"])
        self.assertTrue(seen["hiddenAgain"])
        accept = next(event for event in parent if event.name == "accept4")
        for which in ("hovered", "near"):
            self.assertIn(accept.sentence, seen[which])
            self.assertIn("accept(2)", seen[which])
            self.assertIn("sin_port", seen[which])
        self.assertEqual(len(seen["on"]), 2)
        self.assertRegex(seen["on"][0], "parent: 5 listening socket, ")
        self.assertRegex(seen["on"][1], "parent: 6 connection, ")
        self.assertTrue(seen["unfolded"])
        self.assertEqual(seen["overlaps"], [])
        self.assertFalse(seen["wide"])

    def test_one_connection(self):
        self.check(1, self.act(1, "light"))

    def test_many_connections_in_the_dark(self):
        self.check(50, self.act(50, "dark"))

    def test_the_schemes_differ_and_each_is_legible(self):
        light, dark = (self.act(1, scheme) for scheme in SCHEMES)
        for seen, brighter, darker in ((light, "paper", "ink"), (dark, "ink", "paper")):
            brightness = {of: sum(map(int, re.findall("[0-9]+", seen[of])[:3]))
                          for of in ("paper", "ink")}
            self.assertGreater(brightness[brighter], brightness[darker] + 400)

    def test_it_is_drawn(self):
        outputs = os.environ["TEST_UNDECLARED_OUTPUTS_DIR"]
        for children in (1, 5, 50):
            text = page.render(made_up.told(children), "http://127.0.0.1:8080/", "/srv")
            for scheme, flag in SCHEMES.items():
                picture = os.path.join(outputs, f"{children}-{scheme}.png")
                self.browse(text, flag, f"--screenshot={picture}")
                with open(picture, "rb") as file:
                    head = file.read(24)
                self.assertEqual(struct.unpack(">II", head[16:24]), WINDOW)

    def test_it_is_printed(self):
        """One connection's chart on a page, and its list on some more."""
        path = os.path.join(os.environ["TEST_UNDECLARED_OUTPUTS_DIR"], "page.pdf")
        self.browse(page.render(made_up.told(1), "http://127.0.0.1:8080/", "/srv"),
                    SCHEMES["dark"], f"--print-to-pdf={path}", "--no-pdf-header-footer")
        with open(path, "rb") as file:
            pages = len(re.findall(rb"/Type /Page\b(?!s)", file.read()))
        self.assertIn(pages, range(2, 7))


if __name__ == "__main__":
    unittest.main(buffer=True)
