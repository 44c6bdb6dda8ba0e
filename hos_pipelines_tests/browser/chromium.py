"""A real Chromium: how wide a page runs, what it looks like by day and by night, and how many sheets it prints on."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hos_pipelines_tests.programs import find_program

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "no Chromium found: `apt-get install chromium`, and how the report page looks is tested, too"
SECONDS = 120
# No colour scheme of the machine it runs on.
SCHEMES = {"light": 1, "dark": 0}
# The page itself runs no script; it is looked at from a page around it, in a frame that can be as narrow as a phone.
AROUND = """<!DOCTYPE html><iframe id="page" src="{page}" style="width:{width}px;height:844px;border:0"></iframe>
<script>
page.onload = () => {{
  const inner = page.contentDocument, root = inner.documentElement, look = {{}};
  const style = element => page.contentWindow.getComputedStyle(element);
  if ({unfolded}) inner.querySelectorAll("details").forEach(one => one.open = true);
  look.width = root.scrollWidth;
  look.height = root.scrollHeight;
  const first = inner.querySelector(".first");
  look.first = first ? Math.round(first.getBoundingClientRect().bottom) : 0;
  look.smallest = Math.min(...[...inner.querySelectorAll("svg text")].map(one =>
    parseFloat(style(one).fontSize) * one.ownerSVGElement.clientWidth / one.ownerSVGElement.viewBox.baseVal.width), 99);
  look.scrolled = [...inner.querySelectorAll("body *")].filter(one =>
    one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(style(one).overflowX)).length;
  look.paper = style(inner.body).backgroundColor.replace(/[^0-9,]/g, "");
  look.picture = [...inner.querySelectorAll("svg > .paper")].map(one => style(one).fill.replace(/[^0-9,]/g, ""))[0];
  document.body.dataset.look = Object.entries(look).map(one => one.join("=")).join(" ");
}};
</script>"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page measures in pixels; `first` is where its first screen ends, `smallest` the smallest text of pictures.

    `scrolled` counts what would have to be scrolled sideways; `paper` and `picture` are the colours behind both.
    """

    width: int
    height: int
    first: int
    smallest: float
    scrolled: int
    paper: str
    picture: str


@dataclass(frozen=True, slots=True)
class Chromium:
    """The browser at a path, and a folder of its own to work in."""

    path: str
    folder: Path

    def look(self, html: str, width: int, scheme: str = "light", *, unfolded: bool = False) -> Look:
        """How a page comes out at a width in CSS pixels."""
        page, around = self._written("page.html", html), self.folder / "around.html"
        around.write_text(AROUND.format(page=page.as_uri(), width=width, unfolded=str(unfolded).lower()))
        done = self._run(
            "--allow-file-access-from-files",
            "--window-size=1600,900",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            around.as_uri(),
        )
        told = re.search(r'data-look="([^"]*)"', done)
        assert told is not None, f"Chromium told nothing of the page: {done[:500]}"
        found = dict(one.split("=") for one in told[1].split())
        numbers = {name: int(found[name]) for name in ("width", "height", "first", "scrolled")}
        return Look(**numbers, smallest=float(found["smallest"]), paper=found["paper"], picture=found["picture"])

    def sheets(self, html: str) -> int:
        """On how many sheets a page is printed."""
        printed = self.folder / "page.pdf"
        self._run("--no-pdf-header-footer", f"--print-to-pdf={printed}", self._written("page.html", html).as_uri())
        return len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))

    def _written(self, name: str, html: str) -> Path:
        file = self.folder / name
        file.write_text(html, encoding="utf-8")
        return file

    def _run(self, *arguments: str) -> str:
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        command = [self.path, *quiet, f"--user-data-dir={self.folder / 'profile'}"]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=SECONDS, check=True)
        return done.stdout


def find_chromium() -> str:
    """The browser's path. Without one, tests are skipped on a laptop; in CI it is installed, and they fail if not."""
    return find_program(NAMES, ("chromium", "fonts-dejavu-core"), HOW)
