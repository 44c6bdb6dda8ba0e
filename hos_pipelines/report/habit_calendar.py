"""The habit calendar: which behaviors were done on which of the last 28 days, and on which nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes

from hos_pipelines.domain.analysis import WINDOW_DAYS
from hos_pipelines.domain.behavior.results import BehaviorResult, BehaviorRow
from hos_pipelines.domain.gates import Status
from hos_pipelines.report.picture import FAINT, GREEN, GREY, VERMILLION, Frame, draw

Mark = Literal["done", "missed", "not-recorded"]

# The shapes differ as much as the colours do: a full disc, a cross, a dot.
MARKS: Mapping[Mark, Mapping[str, Any]] = {
    "done": {"marker": "o", "markersize": 9, "markerfacecolor": GREEN, "markeredgecolor": GREEN},
    "missed": {"marker": "x", "markersize": 7, "markeredgecolor": VERMILLION, "markeredgewidth": 2},
    "not-recorded": {"marker": ".", "markersize": 4, "markerfacecolor": GREY, "markeredgecolor": GREY},
}
WORDS: Mapping[Mark, str] = {"done": "done", "missed": "missed", "not-recorded": "not recorded"}
ROW_INCHES, AROUND_INCHES, WIDTH_INCHES = 0.42, 0.95, 9.0
WEEK_DAYS = 7
ADHERENCE = "_adherence"
SAYS_SO: Mapping[Status, str] = {
    Status.OK: "",
    Status.PRELIMINARY: ", preliminary",
}


class Grid(NamedTuple):
    """Rows of behaviors by title, columns of days, oldest first; whether done by row and day, where recorded."""

    titles: tuple[str, ...]
    ends: tuple[str, ...]
    days: tuple[date, ...]
    done: Mapping[tuple[int, date], bool]

    def mark(self, row: int, day: date) -> Mark:
        """What stands in one field."""
        done = self.done.get((row, day))
        return "not-recorded" if done is None else "done" if done else "missed"

    def places(self, mark: Mark) -> list[tuple[int, int]]:
        """Column and row of every field with this mark."""
        return [
            (column, row)
            for row in range(len(self.titles))
            for column, day in enumerate(self.days)
            if self.mark(row, day) == mark
        ]


def draw_habit_calendar(result: BehaviorResult) -> str | None:
    """The last 28 days of each behavior with its adherence as an SVG element; None without a calendar."""
    grid = _grid(result)
    if grid is None:
        return None
    rows = len(grid.titles)
    counts = {mark: len(grid.places(mark)) for mark in MARKS}
    told = "; ".join(f"{title}: {end}" for title, end in zip(grid.titles, grid.ends, strict=True))
    description = (
        f"{rows} behaviors on the {len(grid.days)} days to {grid.days[-1]}: {counts['done']} times done, "
        f"{counts['missed']} missed, {counts['not-recorded']} not recorded. Adherence: {told}."
    )
    frame = Frame(
        "habits", "Habits of the last 28 days", description, (WIDTH_INCHES, AROUND_INCHES + ROW_INCHES * rows)
    )

    def paint(axes: Axes) -> None:
        _lay_out(axes, grid)
        for mark in MARKS:
            _put(axes, mark, grid.places(mark))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(MARKS))

    return draw(frame, paint)


def _grid(result: BehaviorResult) -> Grid | None:
    entries = result.habit_analysis.calendar
    if not entries:
        return None
    through = result.analysis_metadata.data_quality.through or date.fromisoformat(max(one["day"] for one in entries))
    names = list(dict.fromkeys([*(row.behavior for row in result.habit_analysis.behaviors), *_named(entries)]))
    rows = {row.behavior: row for row in result.habit_analysis.behaviors}
    return Grid(
        tuple(_title(rows.get(name), name) for name in names),
        tuple(_adherence(result, name) for name in names),
        tuple(through - timedelta(days=back) for back in reversed(range(WINDOW_DAYS))),
        {(names.index(one["behavior"]), date.fromisoformat(one["day"])): one["done"] for one in entries},
    )


def _named(entries: Sequence[Any]) -> list[str]:
    return [one["behavior"] for one in entries]


def _title(row: BehaviorRow | None, name: str) -> str:
    return row.title if row is not None else name.replace("_", " ")


def _adherence(result: BehaviorResult, name: str) -> str:
    """Share and 95 % interval in per cent, where their facts say something."""
    facts = [result.facts.get(name + ADHERENCE + end) for end in ("", "_low", "_high")]
    shares = [fact.value for fact in facts if fact is not None and isinstance(fact.value, float)]
    if facts[0] is None or len(shares) < len(facts):
        return "not enough data"
    rate, low, high = (round(100 * share) for share in shares)
    return f"{rate} % ({low} to {high}{SAYS_SO[facts[0].status]})"


def _lay_out(axes: Axes, grid: Grid) -> None:
    rows, columns = len(grid.titles), len(grid.days)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks(range(rows), grid.titles)
    weekly = range((columns - 1) % WEEK_DAYS, columns, WEEK_DAYS)
    axes.set_xticks(weekly, [f"{grid.days[column]:%m-%d}" for column in weekly])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for edge in range(rows - 1):
        axes.axhline(edge + 0.5, color=FAINT, linewidth=0.6, zorder=0)
    for column in weekly:
        axes.axvline(column + 0.5, color=FAINT, linewidth=0.6, zorder=0)
    for row, end in enumerate(grid.ends):
        axes.annotate(end, (columns - 0.3, row), va="center", fontsize=8.5, annotation_clip=False)


def _put(axes: Axes, mark: Mark, places: Sequence[tuple[int, int]]) -> None:
    columns, rows = [column for column, _ in places], [row for _, row in places]
    axes.plot(columns, rows, linewidth=0, label=WORDS[mark], gid=mark, **MARKS[mark])
