"""The sleep raster: a row per sleep day, a bar where somebody slept, by the clock of where they were."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hos_pipelines.domain.clock import clock_text
from hos_pipelines.domain.nights import DAY_HOURS, JOURNEY, NOON, Night, SleepHistory
from hos_pipelines.domain.work_week import WEEKDAYS
from hos_pipelines.report.picture import BLUE, FAINT, GREY, INK, PAPER, SKY, Frame, draw

FREE_SHADE, HATCH = "#fdf0c8", "#a6a6a6"
TICK_HOURS = 3
ROW_INCHES, AROUND_INCHES, WIDTH_INCHES = 0.27, 1.15, 8.0
NOT_RECORDED = "not recorded"
ABOVE = 3


class Look(NamedTuple):
    """How a bar looks, and the id it has in the picture."""

    color: str
    height: float
    name: str = ""

    def named(self, name: str) -> "Look":
        """The same look for the bar of this name."""
        return self._replace(name=name)


MAIN, NAP = Look(BLUE, 0.62), Look(SKY, 0.4)


class Strip(NamedTuple):
    """A piece of a window within one row: hours from the row's left edge."""

    day: date
    start: float
    hours: float


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


def draw_sleep_raster(sleep: SleepHistory, through: date, days: int = 14) -> str:
    """The nights and naps of the days up to `through` as an SVG element; times are local, as they were delivered.

    A day without main sleep is hatched and labelled: it was not recorded, which is not the same as awake. Where the
    offset changed by a journey while asleep, the bar stands by the clock at waking.
    """
    raster = Raster.of(through, days, sleep.day_starts_at)
    nights = {day: night for night in sleep.nights if (day := raster.row_of(_naive(night.midpoint))) in raster.days}
    naps = [nap for nap in sleep.naps if raster.days[0] <= raster.row_of(_naive(nap.end)) <= raster.days[-1]]
    height = AROUND_INCHES + ROW_INCHES * days
    missing = [day for day in raster.days if day not in nights]
    description = (
        f"One row per day, {raster.days[0]} to {through}: {len(nights)} nights recorded, {len(missing)} not recorded, "
        f"{sum(night.is_free for night in nights.values())} on days taken to be free, {len(naps)} naps. "
        f"Rows begin at {clock_text(raster.starts_at)}."
    )
    frame = Frame("sleep", f"Sleep of the last {days} days", description, (WIDTH_INCHES, height))

    def paint(axes: Axes) -> None:
        _lay_out(axes, raster, nights)
        for day in missing:
            _hatch(axes, raster, day)
        for night in sleep.nights:
            _bars(axes, raster, raster.strips(*_local(night.onset, night.wake)), MAIN.named(f"night-{night.day}"))
        for nap in sleep.naps:
            _bars(
                axes, raster, raster.strips(*_local(nap.start, nap.end)), NAP.named(f"nap-{nap.start:%Y-%m-%dT%H-%M}")
            )
        for day, night in nights.items():
            _mark_midsleep(axes, raster, day, night)
        axes.legend(handles=_legend(), loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, handlelength=1.6)

    return draw(frame, paint)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _local(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The window by the clock, or after a journey by the clock at waking throughout."""
    elapsed = end - start
    by_the_clock = _naive(end) - _naive(start)
    return (_naive(end) - elapsed if abs(by_the_clock - elapsed) >= JOURNEY else _naive(start)), _naive(end)


def _lay_out(axes: Axes, raster: Raster, nights: dict[date, Night]) -> None:
    rows = range(len(raster.days))
    free = [day in nights and nights[day].is_free for day in raster.days]
    axes.set_yticks(rows, [_label(day, is_free=is_free) for day, is_free in zip(raster.days, free, strict=True)])
    axes.set_ylim(len(raster.days) - 0.5, -0.5)
    first = -raster.starts_at % TICK_HOURS
    ticks = [first + passed for passed in range(0, int(DAY_HOURS) + 1, TICK_HOURS) if first + passed <= DAY_HOURS]
    axes.set_xticks(ticks, [clock_text(raster.starts_at + tick) for tick in ticks])
    axes.set_xlim(0, DAY_HOURS)
    axes.set_xlabel("local time of the person")
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)
    for row, is_free in zip(rows, free, strict=True):
        if is_free:
            axes.axhspan(row - 0.5, row + 0.5, color=FREE_SHADE, linewidth=0, zorder=0, gid=f"free-{raster.days[row]}")


def _label(day: date, *, is_free: bool) -> str:
    return f"{'free  ' if is_free else ''}{WEEKDAYS[day.weekday()][:3].title()} {day:%m-%d}"


def _hatch(axes: Axes, raster: Raster, day: date) -> None:
    row = raster.days.index(day)
    box = Rectangle((0, row - 0.42), DAY_HOURS, 0.84, facecolor=PAPER, edgecolor=HATCH, hatch="////", linewidth=0)
    box.set_gid(f"missing-{day}")
    axes.add_patch(box)
    axes.text(
        DAY_HOURS / 2,
        row,
        NOT_RECORDED,
        ha="center",
        va="center",
        color=GREY,
        fontsize=8.5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
    )


def _bars(axes: Axes, raster: Raster, strips: Iterable[Strip], look: Look) -> None:
    for part, strip in enumerate(strips):
        middle = raster.days.index(strip.day)
        bar = Rectangle(
            (strip.start, middle - look.height / 2), strip.hours, look.height, facecolor=look.color, zorder=ABOVE
        )
        bar.set_gid(look.name if part == 0 else f"{look.name}-part-{part + 1}")
        axes.add_patch(bar)


def _mark_midsleep(axes: Axes, raster: Raster, day: date, night: Night) -> None:
    axes.plot(
        raster.place(_naive(night.midpoint)),
        raster.days.index(day),
        marker="D",
        markersize=4.5,
        markerfacecolor=PAPER,
        markeredgecolor=INK,
        markeredgewidth=0.8,
        zorder=ABOVE + 1,
        gid=f"midsleep-{day}",
    )


def _legend() -> list[Patch | Line2D]:
    return [
        Patch(facecolor=BLUE, label="main sleep"),
        Patch(facecolor=SKY, label="nap"),
        Line2D(
            [],
            [],
            marker="D",
            markersize=4.5,
            markerfacecolor=PAPER,
            markeredgecolor=INK,
            linewidth=0,
            label="midsleep",
        ),
        Patch(facecolor=FREE_SHADE, label="free day (estimated)"),
        Patch(facecolor=PAPER, edgecolor=HATCH, hatch="////", label=NOT_RECORDED),
    ]
