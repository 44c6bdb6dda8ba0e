"""The sleep raster: a row per sleep day, a bar where somebody slept, by the clock of where they were."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.nights import DAY_HOURS, JOURNEY, NOON, Night, SleepHistory
from hos_pipelines.domain.work_week import WEEKDAYS
from hos_pipelines.report.picture import EDGE, WIDTH, Frame, draw, legend, legend_height, text_width
from hos_pipelines.report.wording import short_day_text

TEMPLATE = "sleep_raster.svg.jinja"
LEFT, TOP, ROW, FOOT = 58.0, 22.0, 18.0, 18.0
RIGHT = WIDTH - EDGE
BAR, NAP_BAR = 11.0, 7.0
# Shown around the sleep of somebody, and from where on the whole day is shown.
AROUND_HOURS, WHOLE_DAY_HOURS = 2.0, 20.0
WITHOUT_NIGHTS = (20.0, 10.0)
# The rest of a night that a row's edge cuts off by minutes does not widen the picture.
LEAST_HOURS = 0.5
TICK_UNITS = 38.0
TICK_HOURS = (1, 2, 3, 4, 6)


class Strip(NamedTuple):
    """A piece of a window within one row: hours from the row's left edge."""

    day: date
    start: float
    hours: float


class Bar(NamedTuple):
    """A strip as it is drawn, in units; `y` is its middle."""

    name: str
    kind: str
    x: float
    y: float
    width: float
    height: float


class DayRow(NamedTuple):
    """A day as it is drawn."""

    day: date
    word: str
    y: float
    is_free: bool
    is_missing: bool


class Middle(NamedTuple):
    """The middle of a night as it is drawn."""

    day: date
    x: float
    y: float


class HourTick(NamedTuple):
    """A clock hour on the axis; one that would run into another text has no word."""

    x: float
    word: str
    is_midnight: bool


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows for `days`, oldest first; each begins `starts_at` (a local hour) and ends 24 hours later on its day."""

    days: tuple[date, ...]
    starts_at: float

    @classmethod
    def of(cls, through: date, days: int, starts_at: float) -> "Raster":
        """So many rows, of which the last is that of `through`."""
        return cls(tuple(through - timedelta(days=back) for back in reversed(range(days))), starts_at)

    def row_of(self, local: datetime) -> date:
        """The day in whose row a naive local time lies."""
        begun = (local - timedelta(hours=self.starts_at)).date()
        return begun + timedelta(days=1) if self.starts_at >= NOON else begun

    def place(self, local: datetime) -> float:
        """Hours from the left edge of its row."""
        return (local - self._edge(self.row_of(local))) / timedelta(hours=1)

    def strips(self, start: datetime, end: datetime) -> Iterator[Strip]:
        """A window of naive local times cut where a row ends; rows that are not shown are left out."""
        while start < end:
            day = self.row_of(start)
            cut = min(end, self._edge(day) + timedelta(days=1))
            if self.days[0] <= day <= self.days[-1]:
                yield Strip(day, self.place(start), (cut - start) / timedelta(hours=1))
            start = cut

    def _edge(self, day: date) -> datetime:
        begins = day - timedelta(days=1) if self.starts_at >= NOON else day
        return datetime.combine(begins, time()) + timedelta(hours=self.starts_at)


class Crop(NamedTuple):
    """The part of each row that is shown, in hours from its left edge."""

    start: float
    end: float

    @classmethod
    def around(cls, strips: Iterable[Strip], starts_at: float) -> "Crop":
        """Two hours before the earliest sleep to two after the latest, in whole clock hours; else the whole day."""
        edges = [(one.start, one.start + one.hours) for one in strips if one.hours >= LEAST_HOURS]
        if not edges:
            return cls(*((hour - starts_at) % DAY_HOURS for hour in WITHOUT_NIGHTS))
        offset = starts_at % 1
        start = math.floor(min(start for start, _ in edges) - AROUND_HOURS + offset) - offset
        end = math.ceil(max(end for _, end in edges) + AROUND_HOURS + offset) - offset
        if end - start >= WHOLE_DAY_HOURS:
            return cls(0.0, DAY_HOURS)
        return cls(max(0.0, start), min(DAY_HOURS, end))

    @property
    def units(self) -> float:
        """Units of an hour."""
        return (RIGHT - LEFT) / (self.end - self.start)

    def x(self, hours: float) -> float:
        """Where it is drawn."""
        return LEFT + (min(max(hours, self.start), self.end) - self.start) * self.units


def draw_sleep_raster(sleep: SleepHistory, through: date, days: int = 14, *, is_stated: bool = False) -> str:
    """The nights and naps of the days up to `through` as an SVG element; times are local, as they were delivered.

    A day without main sleep is dashed and labelled: it was not recorded, which is not the same as awake. Where the
    offset changed by a journey while asleep, the bar stands by the clock at waking.
    """
    raster = Raster.of(through, days, sleep.day_starts_at)
    nights = {day: night for night in sleep.nights if (day := raster.row_of(_naive(night.midpoint))) in raster.days}
    strips = [*_strips_of_nights(raster, sleep), *_strips_of_naps(raster, sleep)]
    crop = Crop.around((strip for *_, strip in strips), raster.starts_at)
    heights = {day: TOP + (place + 0.5) * ROW for place, day in enumerate(raster.days)}
    bottom = TOP + days * ROW
    free = "free day" if is_stated else "free day (estimated)"
    signs = _signs(nights, strips, days, free)
    frame = Frame(
        "sleep",
        f"Sleep of the last {days} days",
        _description(raster, nights, sum(kind == "nap" for _, kind, _ in strips)),
        bottom + FOOT + legend_height(signs),
    )
    return draw(
        TEMPLATE,
        frame,
        months=_months(raster.days),
        rows=[_row(day, heights[day], nights.get(day)) for day in raster.days],
        row_height=ROW,
        left=LEFT,
        right=RIGHT,
        bottom=bottom,
        ticks=_ticks(crop, raster.starts_at),
        bars=[_bar(name, kind, strip, crop, heights[strip.day]) for name, kind, strip in strips],
        middles=[
            Middle(day, crop.x(raster.place(_naive(night.midpoint))), heights[day]) for day, night in nights.items()
        ],
        signs=legend(signs, bottom + FOOT),
    )


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _local(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The window by the clock, or after a journey by the clock at waking throughout."""
    elapsed = end - start
    by_the_clock = _naive(end) - _naive(start)
    return (_naive(end) - elapsed if abs(by_the_clock - elapsed) >= JOURNEY else _naive(start)), _naive(end)


def _strips_of_nights(raster: Raster, sleep: SleepHistory) -> Iterator[tuple[str, str, Strip]]:
    for night in sleep.nights:
        yield from _name_strips(f"night-{night.day}", "night", raster.strips(*_local(night.onset, night.wake)))


def _strips_of_naps(raster: Raster, sleep: SleepHistory) -> Iterator[tuple[str, str, Strip]]:
    for nap in sleep.naps:
        yield from _name_strips(f"nap-{nap.start:%Y-%m-%dT%H-%M}", "nap", raster.strips(*_local(nap.start, nap.end)))


def _name_strips(name: str, kind: str, strips: Iterable[Strip]) -> Iterator[tuple[str, str, Strip]]:
    for part, strip in enumerate(strips):
        yield name if part == 0 else f"{name}-part-{part + 1}", kind, strip


def _bar(name: str, kind: str, strip: Strip, crop: Crop, y: float) -> Bar:
    start, end = crop.x(strip.start), crop.x(strip.start + strip.hours)
    return Bar(name, kind, start, y, end - start, BAR if kind == "night" else NAP_BAR)


def _row(day: date, y: float, night: Night | None) -> DayRow:
    word = f"{WEEKDAYS[day.weekday()][:3].title()} {day.day}"
    return DayRow(day, word, y, night is not None and night.is_free, night is None)


def _months(days: Sequence[date]) -> str:
    """`March`, or `Feb/Mar` where the rows lie in two."""
    first, last = days[0], days[-1]
    named = [short_day_text(day).split()[1] for day in (first, last)]
    return named[-1] if first.month == last.month else "/".join(named)


def _ticks(crop: Crop, starts_at: float) -> list[HourTick]:
    """Full hours as far apart as their words need."""
    step = next((hours for hours in TICK_HOURS if hours * crop.units >= TICK_UNITS), TICK_HOURS[-1])
    first = math.ceil((crop.start + starts_at) / step) * step - starts_at
    count = int((crop.end - first) // step) + 1
    return [_tick(crop, starts_at, first + step * place) for place in range(count)]


def _tick(crop: Crop, starts_at: float, hours: float) -> HourTick:
    x, clock = crop.x(hours), clock_text(starts_at + hours)
    fits = x - text_width(clock) / 2 >= LEFT + 2 and x + text_width(clock) / 2 <= WIDTH
    return HourTick(x, clock if fits else "", clock == "00:00")


def _signs(
    nights: dict[date, Night], strips: Sequence[tuple[str, str, Strip]], days: int, free: str
) -> list[tuple[str, str]]:
    """What the legend has to explain: nothing that is not there."""
    kinds = {kind for _, kind, _ in strips}
    signs = [("middle", "sleep, its middle")] if nights else []
    signs += [("free", free)] if any(night.is_free for night in nights.values()) else []
    signs += [("nap", "nap")] if "nap" in kinds else []
    return [*signs, ("gone", "not recorded")] if len(nights) < days else signs


def _description(raster: Raster, nights: dict[date, Night], naps: int) -> str:
    days = len(raster.days)
    free = sum(night.is_free for night in nights.values())
    return (
        f"One row per day, {day_text(raster.days[0])} to {day_text(raster.days[-1])}: {len(nights)} nights recorded, "
        f"{days - len(nights)} not recorded, {free} on days taken to be free, {naps} naps. "
        f"Rows begin at {clock_text(raster.starts_at)}."
    )
