"""The plans of one day as a person has them on the fridge: blocks with what stands in them, meals, and light."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from hos_pipelines.domain.guidance.nutrition.meal_blocks import SHARES
from hos_pipelines.report.day_picture import DaySpan, DrawnDay, draw_day
from hos_pipelines.report.templates import template_environment

TEMPLATE = "day_plan.html.jinja"
Contract = Mapping[str, Any]
# What the routine says of meals, the plan of meals says better where there is one.
MEALS_OF_ROUTINE = frozenset({"frame_main_meal", "nut_first_meal", "nut_last_meal_3h"})
LIGHT = frozenset({"lgt_morning"})


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One line of a day: when, what, how, and why. `amounts` are the foods of a meal."""

    starts_at: datetime
    minutes: int
    kind: str
    title: str
    text: str
    because: str
    amounts: str = ""

    @property
    def clock(self) -> str:
        """When it begins, local."""
        return f"{self.starts_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class DayBlock:
    """One of the five, with what begins in it."""

    name: str
    purpose: str
    starts_at: datetime
    ends_at: datetime
    entries: tuple[DayEntry, ...]

    @property
    def clock(self) -> str:
        """From when to when, local."""
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"  # noqa: RUF001  from to, as clocks are written


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A whole day; without a routine it has one block. `notes` are what has to be said beside it, refusals too.

    `question` is asked of somebody of whom little is told; nothing is held against them.
    """

    day: date
    blocks: tuple[DayBlock, ...]
    notes: tuple[str, ...]
    picture: Markup | None
    question: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned."""
        return not any(block.entries for block in self.blocks)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One plan as it is stored: its day, from waking to bed, its contract, or why there is none."""

    day: date
    wakes_at: datetime | None
    beds_at: datetime | None
    contract: Contract
    refusal: str | None


def day_plan(
    routine: PlannedDay | None, meals: PlannedDay | None, energy: Sequence[tuple[str, float]] = ()
) -> DayPlan | None:
    """Both plans of a day as one; None where there is neither. `energy` is the level by clock of the predicted day.

    That is one of usual nights: where the day goes by a roster it says nothing.
    """
    known = [one for one in (routine, meals) if one is not None]
    if not known:
        return None
    made = [one for one in known if one.refusal is None and one.wakes_at is not None and one.beds_at is not None]
    notes = [one.refusal for one in known if one.refusal is not None]
    day = made[0].day if made else known[0].day
    made = [one for one in made if one.day == day]
    if not made or made[0].wakes_at is None or made[0].beds_at is None:
        return DayPlan(day, (), tuple(notes), None)
    eaten = meals.contract if meals in made and meals is not None else None
    done = routine.contract if routine in made and routine is not None else None
    entries = sorted(
        _entries(done, eaten), key=lambda one: (one.starts_at.astimezone(UTC), one.kind != "frame", one.title)
    )
    local = entries[0].starts_at.tzinfo if entries else UTC
    wake, bed = made[0].wakes_at.astimezone(local), made[0].beds_at.astimezone(local)
    blocks = tuple(_blocks(done, entries, wake, bed))
    notes += _notes(done, eaten)
    shown = () if done is not None and done.get("anchors", {}).get("source") == "roster" else energy
    drawn = draw_day(DrawnDay(wake, bed, [(one.starts_at, one.ends_at) for one in blocks], _spans(entries), shown))
    # Drawn by us, from a template that escapes the texts within.
    picture = Markup(drawn)  # noqa: S704  as said above
    question = _question(done)
    told = tuple(note for note in dict.fromkeys(notes) if note != question)
    return DayPlan(day, blocks, told, picture, question)


def render_day(profile_id: str, plan: DayPlan | None) -> str:
    """One HTML document of the day alone, to be printed: no script, and nothing to fetch."""
    return _ENVIRONMENT.get_template(TEMPLATE).render(profile_id=profile_id, plan=plan)


def meal_blocks(contract: Contract) -> Iterator[Mapping[str, Any]]:
    """The blocks of a plan of meals, in the order of the day."""
    blocks = [one for one in contract["nutrition"].values() if isinstance(one, Mapping) and "meals" in one]
    yield from sorted(blocks, key=lambda block: datetime.fromisoformat(block["starts_at"]))


def hours_alone(contract: Contract) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where a plan names no food at all: each block in which something is eaten, by its name."""
    if any(block["meals"] for block in meal_blocks(contract)):
        return
    for name, share in SHARES.items():
        if share:
            yield name.replace("_", " ").capitalize(), contract["nutrition"][name]


def _entries(routine: Contract | None, meals: Contract | None) -> Iterator[DayEntry]:
    for block in () if routine is None else routine["time_blocks"]:
        for task in block["tasks"]:
            if meals is None or task["id"] not in MEALS_OF_ROUTINE:
                yield _task(task)
    for block in () if meals is None else meal_blocks(meals):
        for meal in block["meals"]:
            yield _meal(block, meal)
    for name, block in () if meals is None else hours_alone(meals):
        start, end = (datetime.fromisoformat(block[key]) for key in ("starts_at", "ends_at"))
        minutes = int((end - start) / timedelta(minutes=1))
        yield DayEntry(start, minutes, "meal", name, block["nutrition_tip"], block["because"])


def _task(task: Contract) -> DayEntry:
    start = datetime.fromisoformat(task["starts_at"])
    kind = "light" if task["id"] in LIGHT else "meal" if task["id"] in MEALS_OF_ROUTINE else task["role"]
    return DayEntry(start, _minutes(task), kind, task["title"], task["description"], task["because"])


def _minutes(task: Contract) -> int:
    first, last = (datetime.strptime(task[name], "%I:%M %p") for name in ("start_time", "end_time"))  # noqa: DTZ007
    return int((last - first) / timedelta(minutes=1)) % (24 * 60)


def _meal(block: Contract, meal: Contract) -> DayEntry:
    start, end = (datetime.fromisoformat(block[name]) for name in ("starts_at", "ends_at"))
    amounts = ", ".join(
        food["name"] if food["grams"] is None else f"{food['name']} {food['grams']} g" for food in meal["foods"]
    )
    minutes = int((end - start) / timedelta(minutes=1))
    return DayEntry(start, minutes, "meal", meal["name"], meal["details"], block["because"], amounts)


def _blocks(routine: Contract | None, entries: Sequence[DayEntry], wake: datetime, bed: datetime) -> Iterator[DayBlock]:
    if routine is None:
        yield DayBlock("The day", "From waking to bed.", wake, bed, tuple(entries))
        return
    start = wake
    for place, block in enumerate(routine["time_blocks"]):
        is_last = place == len(routine["time_blocks"]) - 1
        if "starts_at" in block:
            start, end = datetime.fromisoformat(block["starts_at"]), datetime.fromisoformat(block["ends_at"])
        else:
            # Of plans that were made without it the clock has to do.
            end = bed if is_last else _next_at(block["end_time"], start)
        inside = tuple(one for one in entries if start <= one.starts_at and (one.starts_at < end or is_last))
        yield DayBlock(block["block_name"], block["purpose"], start, end, inside)
        start = end


def _next_at(clock: str, after: datetime) -> datetime:
    """The next instant at which the local clock shows this, in quarters of an hour from another on."""
    for quarters in range(1, 4 * 25):
        found = (after.astimezone(UTC) + timedelta(minutes=15 * quarters)).astimezone(after.tzinfo)
        if f"{found:%I:%M %p}" == clock:
            return found
    raise ValueError(f"{clock} does not come after {after.isoformat()}.")


def _question(routine: Contract | None) -> str | None:
    """What the routine asks; plans of older rules ask nothing."""
    return None if routine is None else routine.get("adaptation", {}).get("question")


def _spans(entries: Sequence[DayEntry]) -> list[DaySpan]:
    return [DaySpan(one.kind, one.starts_at, one.minutes) for one in entries]


def _notes(routine: Contract | None, meals: Contract | None) -> Iterator[str]:
    if routine is not None:
        yield from routine["key_insights"]
    if meals is None:
        return
    yield meals["nutrition"]["summary"]
    for withheld in (meals["numbers_refused"], meals["goal_refused"]):
        if withheld is not None:
            yield withheld["reason"]
    yield from (note["text"] for note in meals["notes"])


_ENVIRONMENT = template_environment()
