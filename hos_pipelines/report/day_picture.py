"""The picture of a planned day: five blocks under the energy curve, with light, meals and what there is to do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hos_pipelines.report.picture import EDGE, WIDTH, Frame, draw, legend, legend_height

TEMPLATE = "day_picture.svg.jinja"
TOP, BOTTOM, HIGHEST, LOWEST = 22.0, 128.0, 34.0, 120.0
ROWS = {"light": 140.0, "meal": 152.0, "counted": 164.0, "frame": 164.0}
FOOT = 204.0
ROW_HEIGHT, LEAST_WIDTH = 8.0, 3.0
# The blocks in their order, by how much is to be expected of them.
TONES = ("even", "high", "low", "even", "asleep")
SIGNS = [("light", "light"), ("meal", "meals"), ("counted", "to do"), ("frame", "frame of the day")]
DAY, TICK_MINUTES, SLOT = 1440, 180, 15
MOST_AWAKE = 22 * 60


class DaySpan(NamedTuple):
    """Something in the day: `light`, `meal`, `counted` or `frame`."""

    kind: str
    starts_at: datetime
    minutes: int


class DrawnDay(NamedTuple):
    """What is drawn; `blocks` tile the day, `energy` is the level from 0 to 100 by the clock (HH:MM)."""

    wake: datetime
    bed: datetime
    blocks: Sequence[tuple[datetime, datetime]]
    spans: Sequence[DaySpan]
    energy: Sequence[tuple[str, float]]


class DrawnBar(NamedTuple):
    """A block or a span as it is drawn."""

    kind: str
    x: float
    y: float
    width: float
    height: float


def draw_day(day: DrawnDay) -> str:
    """The day as an SVG element, times local."""
    minutes = _between(day.wake, day.bed)
    scale = (WIDTH - 2 * EDGE) / minutes
    tones = TONES if len(day.blocks) == len(TONES) else ("even",) * len(day.blocks)
    blocks = [
        DrawnBar(tone, EDGE + _between(day.wake, start) * scale, TOP, _between(start, end) * scale, BOTTOM - TOP)
        for tone, (start, end) in zip(tones, day.blocks, strict=True)
    ]
    used = {span.kind for span in day.spans}
    signs = [sign for sign in SIGNS if sign[0] in used]
    meals = ", ".join(f"{span.starts_at:%H:%M}" for span in day.spans if span.kind == "meal")
    frame = Frame(
        "day",
        "The planned day",
        f"From {day.wake:%H:%M} to {day.bed:%H:%M} in {len(day.blocks)} blocks."
        + (f" Meals at {meals}." * bool(meals)),
        FOOT + legend_height(signs),
    )
    return draw(
        TEMPLATE,
        frame,
        blocks=blocks,
        line=_line(day, minutes, scale),
        bars=[_bar(day.wake, span, scale) for span in day.spans],
        ticks=list(_ticks(day, minutes, scale)),
        top=TOP,
        axis=FOOT - 24,
        signs=legend(signs, FOOT),
    )


def _bar(wake: datetime, span: DaySpan, scale: float) -> DrawnBar:
    width = max(LEAST_WIDTH, span.minutes * scale)
    return DrawnBar(span.kind, EDGE + _between(wake, span.starts_at) * scale, ROWS[span.kind], width, ROW_HEIGHT)


def _line(day: DrawnDay, minutes: float, scale: float) -> str | None:
    """The energy of the waking hours; None where none is known."""
    wake = day.wake.hour * 60 + day.wake.minute
    points = []
    for clock, level in day.energy:
        hour, minute = map(int, clock.split(":"))
        at = (hour * 60 + minute - wake) % DAY + SLOT / 2
        if at <= minutes:
            points.append((at, LOWEST - level / 100 * (LOWEST - HIGHEST)))
    if not points:
        return None
    return "M" + "L".join(f"{EDGE + at * scale:.1f} {y:.1f}" for at, y in sorted(points))


def _ticks(day: DrawnDay, minutes: float, scale: float) -> list[tuple[str, float]]:
    found = []
    for passed in range(0, int(minutes) + 1, SLOT):
        at = (day.wake.astimezone(UTC) + timedelta(minutes=passed)).astimezone(day.wake.tzinfo)
        minute = at.hour * 60 + at.minute
        if minute % TICK_MINUTES == 0 and 18 <= EDGE + passed * scale <= WIDTH - 18:  # noqa: PLR2004  half a label
            found.append((f"{at:%H:%M}", EDGE + passed * scale))
    return found


def _between(start: datetime, end: datetime) -> float:
    return (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1)
