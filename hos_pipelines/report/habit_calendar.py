"""The habit calendar: which behaviors were done on which of the last 28 days, and on which nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from hos_pipelines.domain.analysis_result import WINDOW_DAYS
from hos_pipelines.domain.behavior.habit_results import BehaviorRow
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.report.picture import EDGE, WIDTH, Frame, draw, legend, legend_height
from hos_pipelines.report.wording import capitalize, short_day_text

TEMPLATE = "habit_calendar.svg.jinja"
Mark = Literal["done", "missed", "unknown"]
# The shapes differ as much as the colours do: a full disc, a cross, a dot.
WORDS: Mapping[Mark, str] = {"done": "done", "missed": "missed", "unknown": "not recorded"}
TOP, ROW, FOOT = 6.0, 40.0, 30.0
WEEK_DAYS = 7
GAP = 7.0
WIDE = (WIDTH - 2 * EDGE - (WINDOW_DAYS // WEEK_DAYS - 1) * GAP) / WINDOW_DAYS
ADHERENCE = "_adherence"


class Field(NamedTuple):
    """A day of one behavior as it is drawn."""

    day: date
    kind: Mark
    x: float


class HabitRow(NamedTuple):
    """A behavior as it is drawn; `kept` is how often it was done, in words."""

    title: str
    kept: str
    y: float
    marks: list[Field]


class DayTick(NamedTuple):
    """A day on the axis."""

    x: float
    word: str


class Grid(NamedTuple):
    """Behaviors by title, days, oldest first, and whether done by behavior and day, where recorded."""

    titles: tuple[str, ...]
    kept: tuple[str, ...]
    days: tuple[date, ...]
    done: Mapping[tuple[int, date], bool]

    def mark(self, row: int, day: date) -> Mark:
        """What stands in one field."""
        done = self.done.get((row, day))
        return "unknown" if done is None else "done" if done else "missed"

    def count(self, mark: Mark) -> int:
        """How often a mark is put."""
        return sum(self.mark(row, day) == mark for row in range(len(self.titles)) for day in self.days)


def draw_habit_calendar(result: BehaviorResult) -> str | None:
    """The last 28 days of each behavior with its adherence as an SVG element; None without a calendar."""
    grid = _grid(result)
    if grid is None:
        return None
    counts = {mark: grid.count(mark) for mark in WORDS}
    told = "; ".join(f"{title}: {kept}" for title, kept in zip(grid.titles, grid.kept, strict=True))
    bottom = TOP + ROW * len(grid.titles)
    signs: list[tuple[str, str]] = [(mark, word) for mark, word in WORDS.items() if counts[mark]]
    frame = Frame(
        "habits",
        f"Habits of the last {len(grid.days)} days",
        f"{len(grid.titles)} behaviors on the {len(grid.days)} days to {day_text(grid.days[-1])}: "
        f"{counts['done']} times done, {counts['missed']} missed, {counts['unknown']} not recorded. {told}.",
        bottom + FOOT + legend_height(signs, 3),
    )
    return draw(
        TEMPLATE,
        frame,
        rows=[_row(grid, row) for row in range(len(grid.titles))],
        ticks=[
            DayTick(_x(column) - WIDE / 2, short_day_text(grid.days[column]))
            for column in range(0, len(grid.days), WEEK_DAYS)
        ],
        bottom=bottom,
        signs=legend(signs, bottom + FOOT, 3),
    )


def _row(grid: Grid, row: int) -> HabitRow:
    marks = [Field(day, grid.mark(row, day), _x(column)) for column, day in enumerate(grid.days)]
    return HabitRow(grid.titles[row], grid.kept[row], TOP + (row + 1) * ROW - 12, marks)


def _x(column: int) -> float:
    """The middle of a day's column; weeks stand apart."""
    return EDGE + (column + 0.5) * WIDE + column // WEEK_DAYS * GAP


def _grid(result: BehaviorResult) -> Grid | None:
    entries = result.habit_analysis.calendar
    if not entries:
        return None
    through = result.analysis_metadata.data_quality.through or date.fromisoformat(max(one["day"] for one in entries))
    names = list(dict.fromkeys([*(row.behavior for row in result.habit_analysis.behaviors), *_names_of(entries)]))
    rows = {row.behavior: row for row in result.habit_analysis.behaviors}
    return Grid(
        tuple(_title(rows.get(name), name) for name in names),
        tuple(_share_text(result, name) for name in names),
        tuple(through - timedelta(days=back) for back in reversed(range(WINDOW_DAYS))),
        {(names.index(one["behavior"]), date.fromisoformat(one["day"])): one["done"] for one in entries},
    )


def _names_of(entries: Sequence[Any]) -> list[str]:
    return [one["behavior"] for one in entries]


def _title(row: BehaviorRow | None, name: str) -> str:
    return capitalize(row.title if row is not None else name.replace("_", " "))


def _share_text(result: BehaviorResult, name: str) -> str:
    """Share and 95 % interval in per cent, where their facts say something."""
    facts = [result.facts.get(name + ADHERENCE + end) for end in ("", "_low", "_high")]
    shares = [fact.value for fact in facts if fact is not None and isinstance(fact.value, float)]
    if len(shares) < len(facts):
        return "too few days"
    rate, low, high = (round(100 * share) for share in shares)
    return f"{rate} % of days ({low} to {high})"
