"""A picture: an SVG element with its own style, light and dark, that stands on a page or alone.

Drawn for 340 units of width, so that its text is legible on a phone and in half the width of a printed page. The same
drawing gives the same bytes; whatever text is in it is escaped.
"""

from typing import Any, NamedTuple

from jinja2 import Environment

from hos_pipelines.report.templates import template_environment

WIDTH = 340.0
EDGE = 8.0
# Two texts of 12 units a line apart.
LINE = 15.0
# As wide as the widest of the fonts, DejaVu Sans, writes it.
CHARACTER = 7.2
COLUMNS = 2
# Where a picture stands alone it is shown this many times its size.
ALONE = 1.5


class Frame(NamedTuple):
    """What is around a drawing. `name` begins every id in it, so that several pictures can stand on one page.

    `title` and `description` are read out in place of the picture; `height` is in units of which it is `WIDTH` wide.
    """

    name: str
    title: str
    description: str
    height: float


class Sign(NamedTuple):
    """An entry of a legend: what is drawn (a class of the style), its word, and where."""

    kind: str
    word: str
    x: float
    y: float


def draw(template: str, frame: Frame, *, width: float = WIDTH, scale: float = ALONE, **shown: Any) -> str:
    """The `svg` element of a template beside this file, for `width` units; shown alone, so many times its size."""
    size = (width * scale, frame.height * scale)
    # Where it stands on a page its style must hold for itself alone.
    root = f"#{frame.name}-picture"
    around = {"frame": frame, "root": root, "width": width, "alone": size, "edge": EDGE}
    return _ENVIRONMENT.get_template(template).render(**around, **shown).strip() + "\n"


def legend(entries: list[tuple[str, str]], top: float, columns: int = COLUMNS) -> list[Sign]:
    """Entries side by side, line by line, from `top` on."""
    wide = (WIDTH - 2 * EDGE) / columns
    return [
        Sign(kind, word, EDGE + place % columns * wide, top + place // columns * LINE)
        for place, (kind, word) in enumerate(entries)
    ]


def legend_height(entries: list[tuple[str, str]], columns: int = COLUMNS) -> float:
    """How high they stand."""
    return -(-len(entries) // columns) * LINE


def text_width(text: str) -> float:
    """About how wide a text is, in units."""
    return CHARACTER * len(text)


def _units(value: float) -> str:
    """A length to a hundredth of a unit."""
    return f"{round(value, 2) + 0.0:g}"


def _environment() -> Environment:
    environment = template_environment()
    environment.filters["u"] = _units
    return environment


_ENVIRONMENT = _environment()
