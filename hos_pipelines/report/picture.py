"""A picture: one set of axes drawn to SVG. The same drawing gives the same bytes; no figure outlives its drawing."""

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from threading import Lock
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, GREY, FAINT, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"
# Okabe and Ito (2008): told apart by all common kinds of colour vision.
BLUE, SKY, GREEN, ORANGE, VERMILLION = "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00"

FONT = "'DejaVu Sans'"
# It would say when, and by which version, a picture was drawn.
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
IDS = re.compile(r'(\bid="|href="#|url\(#)')
# matplotlib's style sheet would hold for the whole page, not for its picture only.
SHEET = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
LINES = 'stroke-linejoin="round" stroke-linecap="butt"'

# matplotlib keeps its settings for the whole process.
_one_at_a_time = Lock()


class Frame(NamedTuple):
    """What is around a drawing. `name` begins every id in it, so that several pictures can stand on one page.

    `title` and `description` are read out in place of the picture; `inches` are width and height.
    """

    name: str
    title: str
    description: str
    inches: tuple[float, float]


def draw(frame: Frame, paint: Callable[[Axes], None]) -> str:
    """The `svg` element of what `paint` puts on the axes: text stays text, and nothing outside is referred to."""
    written = StringIO()
    with _one_at_a_time, mpl.rc_context():
        mpl.rcdefaults()
        _set_style(frame.name)
        figure = Figure(figsize=frame.inches, layout="constrained")
        FigureCanvasSVG(figure)
        paint(figure.add_subplot())
        figure.savefig(written, format="svg", metadata=NO_METADATA)
    return _framed(written.getvalue(), frame)


def _set_style(salt: str) -> None:
    mpl.rc("svg", fonttype="none", hashsalt=salt)
    mpl.rc("font", family=["DejaVu Sans"], size=9)
    mpl.rc("text", color=INK, parse_math=False)
    mpl.rc("axes", edgecolor=GREY, labelcolor=INK)
    mpl.rc("xtick", color=GREY, labelcolor=INK)
    mpl.rc("ytick", color=GREY, labelcolor=INK)
    mpl.rc("hatch", linewidth=0.6)
    mpl.rc("legend", fontsize=8.5, frameon=False)


def _framed(document: str, frame: Frame) -> str:
    element = SHEET.sub("", document[document.index("<svg") :], count=1)
    named = IDS.sub(rf"\g<1>{frame.name}-", element).replace(FONT, f"{FONT}, Verdana, sans-serif")
    head, body = named.split(">", 1)
    title, description = f"{frame.name}-title", f"{frame.name}-description"
    return (
        f'{head} role="img" aria-labelledby="{title} {description}" {LINES}>\n'
        f' <title id="{title}">{escape(frame.title)}</title>\n'
        f' <desc id="{description}">{escape(frame.description)}</desc>{body.rstrip()}\n'
    )
