"""The picture of lived weeks: a row a person, with completion, the state of adaptation, changes, and sleep."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.report.picture import EDGE, LINE, Frame, Sign, draw, text_width

TEMPLATE = "weeks_picture.svg.jinja"
WIDTH = 760.0
LEFT, RIGHT, GAP = 134.0, 752.0, 26.0
SLEEP_SHARE = 0.3
TOP, ROW, FOOT = 40.0, 58.0, 14.0
BAND, BAR = 7.0, 26.0
WEEK_DAYS = 7
# Sleep is drawn from this many minutes less than usual to as many more.
SLEEP_RANGE = 75.0
SIGN_GAP = 30.0

STAGE_SIGNS = {stage: stage.value.lower() for stage in Stage}
VERDICT_SIGNS = {"better": "better", "worse": "worse", "inconclusive": "open", None: "waiting"}


class LivedWeek(NamedTuple):
    """A week: completion and reporting as shares (None where not known), minutes asleep, minutes planted; means."""

    starts: date
    completion: float | None
    reporting: float | None
    slept: float | None
    gained: float


class JudgedChange(NamedTuple):
    """A change of the plans: from which day, by which lever and why, and how it was judged; None where it is not."""

    day: date
    action: str
    lever: str
    trigger: str
    verdict: str | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class LivedPerson:
    """Somebody's weeks. `usual` is the mean of minutes asleep in the four weeks before; `stages` are by day."""

    external_id: str
    name: str
    usual: float | None
    weeks: Sequence[LivedWeek]
    stages: Sequence[tuple[date, Stage]] = ()
    changes: Sequence[JudgedChange] = ()


class WeekBar(NamedTuple):
    """Completion of a week as it is drawn; of an unknown one a mark."""

    x: float
    y: float
    height: float
    is_known: bool


class StageBand(NamedTuple):
    """A run of days in one stage."""

    kind: str
    x: float
    width: float


class ChangeMark(NamedTuple):
    """A change: where, what sort of verdict, and its words for whoever points at it."""

    kind: str
    x: float
    words: str


@dataclass(slots=True)
class PersonRow:
    """A person as drawn, from `y` on."""

    name: str
    under: str
    y: float
    bars: list[WeekBar] = field(default_factory=list)
    bands: list[StageBand] = field(default_factory=list)
    marks: list[ChangeMark] = field(default_factory=list)
    planted: str = ""
    slept: list[tuple[float, float]] = field(default_factory=list)


def draw_weeks(people: Sequence[LivedPerson], *, is_adapted: bool = True) -> str:
    """The weeks of these people as an SVG element."""
    weeks = people[0].weeks
    panels = _Panels(weeks[0].starts, len(weeks))
    rows = [panels.row(person, TOP + place * ROW) for place, person in enumerate(people)]
    bottom = TOP + len(people) * ROW
    signs = _signs(is_adapted=is_adapted)
    frame = Frame("weeks", f"{len(weeks)} weeks with plans", _description(people), bottom + FOOT + 32)
    return draw(
        TEMPLATE,
        frame,
        width=WIDTH,
        scale=1.0,
        rows=rows,
        ticks=[(panels.week_x(number) + panels.week / 2, number + 1) for number in range(len(weeks))],
        sleep_ticks=[(panels.sleep_x(number), number + 1) for number in range(len(weeks))],
        panels=panels,
        row_height=ROW,
        band=BAND,
        bar=BAR,
        bottom=bottom,
        sleep_range=int(SLEEP_RANGE),
        signs=_placed(signs, bottom + FOOT),
    )


class _Panels:
    """Where things stand: weeks to the left, sleep to the right."""

    def __init__(self, first: date, weeks: int) -> None:
        self.first = first
        self.weeks = weeks
        sleep = (RIGHT - LEFT) * SLEEP_SHARE
        self.left = LEFT
        self.week = (RIGHT - LEFT - sleep - GAP) / weeks
        self.right = LEFT + self.week * weeks
        self.sleep_left = self.right + GAP
        self.sleep_right = RIGHT

    def week_x(self, number: float) -> float:
        return self.left + number * self.week

    def day_x(self, day: date) -> float:
        return self.week_x((day - self.first) / timedelta(days=WEEK_DAYS))

    def sleep_x(self, number: int) -> float:
        return self.sleep_left + (number + 0.5) * (self.sleep_right - self.sleep_left) / self.weeks

    def row(self, person: LivedPerson, y: float) -> PersonRow:
        row = PersonRow(person.name, person.external_id, y)
        floor = y + BAND + BAR + 6
        for number, week in enumerate(person.weeks):
            share = week.completion
            height = 0.0 if share is None else max(1.0, share * BAR)
            row.bars.append(WeekBar(self.week_x(number), floor - height, height, share is not None))
        row.bands = self._bands(person)
        shown = [one for one in person.changes if self.day_x(one.day) < self.right]
        row.marks = [ChangeMark(VERDICT_SIGNS[one.verdict], self.day_x(one.day), _words(one)) for one in shown]
        middle = y + BAND + 2 + BAR / 2
        if person.usual is not None:
            gained = enumerate(week.gained for week in person.weeks)
            points = [(self.sleep_x(number), self._sleep_y(middle, minutes)) for number, minutes in gained]
            row.planted = "M" + "L".join(f"{x:.2f} {height:.2f}" for x, height in points)
            row.slept = [
                (self.sleep_x(number), self._sleep_y(middle, week.slept - person.usual))
                for number, week in enumerate(person.weeks)
                if week.slept is not None
            ]
        return row

    def _bands(self, person: LivedPerson) -> list[StageBand]:
        bands: list[StageBand] = []
        for day, stage in person.stages:
            kind, x, wide = STAGE_SIGNS[stage], self.day_x(day), self.week / WEEK_DAYS
            if bands and bands[-1].kind == kind:
                bands[-1] = bands[-1]._replace(width=x + wide - bands[-1].x)
            else:
                bands.append(StageBand(kind, x, wide))
        return bands

    def _sleep_y(self, middle: float, minutes: float) -> float:
        share = min(1.0, max(-1.0, minutes / SLEEP_RANGE))
        return middle - share * (ROW / 2 - 8)


def _words(change: JudgedChange) -> str:
    judged = change.verdict or "not judged yet"
    return f"{change.action} ({change.trigger}): {judged}" + (", taken back" if change.is_taken_back else "")


def _signs(*, is_adapted: bool) -> list[tuple[str, str]]:
    signs = [("completion", "done, of what was due")]
    if is_adapted:
        signs += [(kind, stage.value.lower()) for stage, kind in STAGE_SIGNS.items()]
        signs += [("better", "change for the better"), ("worse", "for the worse")]
        signs += [("open", "inconclusive"), ("waiting", "not judged")]
    return [*signs, ("slept", "sleep"), ("planted", "planted")]


def _placed(signs: Sequence[tuple[str, str]], y: float) -> list[Sign]:
    """Side by side, and below each other where a line is full."""
    placed, x = list[Sign](), EDGE
    for kind, word in signs:
        wide = SIGN_GAP + text_width(word)
        if x + wide > WIDTH:
            x, y = EDGE, y + LINE + 3
        placed.append(Sign(kind, word, x, y))
        x += wide
    return placed


def _description(people: Sequence[LivedPerson]) -> str:
    """Every row in words, for whom it is read out."""
    told = []
    for person in people:
        shares = ", ".join("unknown" if one.completion is None else f"{one.completion:.0%}" for one in person.weeks)
        told.append(f"{person.name}: done {shares}")
    return "; ".join(told) + "."
