"""The routine of one waking day: blocks, frame and counted items, each with what it rests on.

A pure function: the same input gives the same plan on every machine. An item without a fact is not in it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.routine.anchors import DAY, Anchors, Note
from hos_pipelines.domain.guidance.routine.choose import Chooser, Chosen, choose, is_allowed
from hos_pipelines.domain.guidance.routine.day_blocks import Block, BlockName, ZoneSpan, blocks_of
from hos_pipelines.domain.guidance.routine.frame import (
    FIRST_MEAL,
    MAIN_MEAL_KEY,
    MEAL_MINUTES,
    NAP,
    TWINS,
    frame_of,
    nap_before,
    winding_down,
)
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.guidance.routine.offer import ItemOffer, offer_of, wish_of
from hos_pipelines.domain.guidance.routine.place import GAP, PlacedSpan, Timetable, Wish
from hos_pipelines.domain.guidance.routine.settled import Settled, is_settled, sentence_of
from hos_pipelines.domain.guidance.routine.task_hours import (
    SHUTDOWN,
    SHUTDOWN_MINUTES,
    latest_end,
    needs_home,
    never_in,
)
from hos_pipelines.domain.guidance.routine.tasks import Task, TaskLibrary
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay
from hos_pipelines.domain.guidance.routine.work_of_day import away_of

RULES_VERSION = "4"
AFTER_A_MEAL = "mov_after_meal_walk"

PlanNote = (
    Note
    | Literal["no_zones", "first_night", "fewer_than_allowed", "no_place", "simplified", "fewer_asked", "going_over"]
)


class EmptyLibraryError(ValueError):
    """A task library that holds nothing to choose from; the text names the remedy."""


@dataclass(frozen=True, slots=True)
class RoutineInput:
    """All that a routine rests on.

    `zones` are the waking zones of the day, none where the analysis refused them; `met` names the facts behind each
    need of the library that is met; `light_from`, `work` and `first_night`, the night at work of a day that is long for
    it, count minutes from waking, and so do `hours`, at which some tasks have their own place, such as the last coffee,
    and `meals`, the hours of the plan of meals by item of the frame. `settled` is what the chooser goes by, to be told;
    `advised_bed` the minute of the earliest bedtime that is advised, where that is another than planned.
    """

    waking_day: WakingDay
    anchors: Anchors
    zones: tuple[ZoneSpan, ...]
    chooser: Chooser
    met: Mapping[str, tuple[str, ...]]
    light_from: int | None = None
    work: tuple[PlacedSpan, ...] = ()
    first_night: PlacedSpan | None = None
    hours: Mapping[str, int] = field(default_factory=dict)
    meals: Mapping[str, int] = field(default_factory=dict)
    settled: Settled | None = None
    advised_bed: int | None = None
    is_early_type: bool = False

    @property
    def bed(self) -> int:
        """The minute from waking that hours before bed are counted from."""
        waking = self.waking_day.waking_slots * SLOT_MINUTES
        return waking if self.advised_bed is None else min(waking, self.advised_bed)


@dataclass(frozen=True, slots=True)
class RoutineItem:
    """One item: what was offered, in which block, from when on, and the facts it rests on."""

    offer: ItemOffer
    block: BlockName
    starts_at: datetime
    fact_ids: tuple[str, ...]

    @property
    def id(self) -> str:
        """The task of the library, or the item of the frame."""
        return self.offer.wish.key

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.offer.wish.minutes


@dataclass(frozen=True, slots=True)
class RoutinePlan:
    """A whole day. `notes` say what could not be followed or found; `left_out` is what of the frame found no place.

    `replaced` are tasks that were in the plans before and make room for others from this day on.
    """

    waking_day: WakingDay
    anchors: Anchors
    blocks: tuple[Block, ...]
    items: tuple[RoutineItem, ...]
    notes: tuple[PlanNote, ...]
    left_out: tuple[str, ...]
    library_version: str
    settled: Settled
    replaced: tuple[str, ...] = ()
    work: tuple[PlacedSpan, ...] = ()
    rules_version: str = RULES_VERSION


def routine_of(given: RoutineInput, library: TaskLibrary) -> RoutinePlan:
    """The routine of a day.

    Raises:
        EmptyLibraryError: the library holds no task.
        TooShortDayError: the day is too short for five blocks.
    """
    if not library.tasks:
        raise EmptyLibraryError("empty_library: the task library holds no task; restore it from its release.")
    blocks = blocks_of(given.zones, given.waking_day.waking_slots)
    waking = given.waking_day.waking_slots * SLOT_MINUTES
    chooser = replace(given.chooser, met=frozenset(given.met))
    tasks = [task for task in library.tasks.values() if task.id not in TWINS]
    frame = _frame(tasks, given, chooser)
    without_place: set[str] = set()
    while True:
        choice = choose([task for task in tasks if task.id not in without_place], chooser)
        offers = _in_placing_order([*frame, *_counted(choice.items, given, waking)])
        timetable = Timetable(blocks, chooser.limits.block_minutes)
        left_out = set(timetable.place(offer.wish for offer in offers))
        more = left_out & {item.task.id for item in choice.items}
        if not more:
            break
        # What finds no room for longer is tried as long as it was before it is given up.
        too_long = {item.task.id for item in choice.items if item.why == "longer"} & more
        chooser = replace(chooser, longer={task: n for task, n in chooser.longer.items() if task not in too_long})
        without_place |= more - too_long
    settled = given.settled or Settled(chooser.archetypes)
    chosen = {item.task.id: item for item in choice.items}
    items = [
        _item(offer, given, timetable, chosen.get(offer.wish.key), settled)
        for offer in offers
        if offer.wish.key not in left_out
    ]
    return RoutinePlan(
        waking_day=given.waking_day,
        anchors=given.anchors,
        blocks=blocks,
        items=tuple(sorted(items, key=lambda item: (item.starts_at, item.id))),
        notes=_notes(given, left_out, len(chosen), settled),
        left_out=tuple(sorted(left_out)),
        library_version=library.version,
        settled=settled,
        replaced=choice.replaced,
        work=given.work,
    )


def _frame(tasks: Iterable[Task], given: RoutineInput, chooser: Chooser) -> list[ItemOffer]:
    allowed = {task.id: task for task in tasks if task.role == "frame" and is_allowed(task, chooser)}
    away = away_of(given.work)
    offers = [
        *frame_of(allowed, given.met, given.bed, given.light_from),
        *winding_down(given.waking_day.waking_slots * SLOT_MINUTES, away),
    ]
    if given.first_night is not None:
        # What it needs is that night: nobody has to have slept too little before.
        naps = [task for task in tasks if task.id == NAP and is_allowed(replace(task, needs=""), chooser)]
        offers += [nap_before(given.first_night, task, away) for task in naps]
    return [replace(offer, wish=_at_its_meal(offer.wish, given)) for offer in offers]


def _at_its_meal(wish: Wish, given: RoutineInput) -> Wish:
    """At the hour of the plan of meals; the first one never before the hour that the advice begins to eat at."""
    at = given.meals.get(wish.key, wish.at)
    if wish.key == FIRST_MEAL and at is not None:
        return replace(wish, at=at, avoid=(PlacedSpan(-DAY, at - GAP),))
    return replace(wish, at=at)


def _counted(chosen: Iterable[Chosen], given: RoutineInput, waking: int) -> list[ItemOffer]:
    wake = given.waking_day.wake.hour * 60 + given.waking_day.wake.minute
    offers = []
    meals = tuple(PlacedSpan(at, at + MEAL_MINUTES) for at in given.meals.values())
    for item in chosen:
        usual = None if item.usual_minute is None else (item.usual_minute - wake) % DAY
        at = given.hours.get(item.task.id, usual)
        if item.task.id == SHUTDOWN and usual is not None:
            at = usual if item.is_habit or not given.work or at is None else max(usual, at)
        if item.task.id == AFTER_A_MEAL and MAIN_MEAL_KEY in given.meals:
            at = given.meals[MAIN_MEAL_KEY] + MEAL_MINUTES + GAP
        ends = latest_end(item.task, given.bed, wake, is_early=given.is_early_type)
        wish = wish_of(item, at, waking, ends)
        if not item.is_habit:
            wish = replace(wish, avoid=(*never_in(item.task, wake), *meals))
            if item.task.id == SHUTDOWN and given.work:
                ends_work = max(span.end for span in given.work)
                wish = replace(wish, avoid=(*wish.avoid, PlacedSpan(-DAY, ends_work - SHUTDOWN_MINUTES - GAP)))
        if needs_home(item.task) and not (item.task.id == AFTER_A_MEAL and _eats_at_work(given)):
            wish = replace(wish, avoid=(*wish.avoid, *away_of(given.work)))
        offers.append(offer_of(item, wish, given.met.get(item.task.needs, ())))
    return offers


def _eats_at_work(given: RoutineInput) -> bool:
    """Whether the main meal lies in a break from work, which has room for a few steps as well."""
    meal = given.meals.get(MAIN_MEAL_KEY)
    return meal is not None and any(span.start <= meal < span.end for span in given.work)


def _in_placing_order(offers: Iterable[ItemOffer]) -> list[ItemOffer]:
    """Habits first, so that nothing new takes their place; then the frame, what has a wished minute, and the rest."""
    return sorted(offers, key=lambda offer: (not offer.is_habit, offer.role == "counted", offer.wish.at is None))


def _item(
    offer: ItemOffer, given: RoutineInput, timetable: Timetable, chosen: Chosen | None, settled: Settled
) -> RoutineItem:
    name, span = timetable.placed[offer.wish.key]
    block = next(block for block in timetable.blocks if block.name == name)
    starts_at = given.waking_day.at(span.start)
    facts = (*given.anchors.times.fact_ids, *block.fact_ids, *offer.fact_ids)
    if chosen is not None and is_settled(chosen, settled):
        said = sentence_of(chosen, starts_at.hour * 60 + starts_at.minute, settled, given.chooser)
        offer = replace(offer, because=" ".join(filter(None, (offer.because, said))))
        facts = (*facts, *settled.fact_ids)
    return RoutineItem(offer, name, starts_at, tuple(dict.fromkeys(facts)))


def _notes(given: RoutineInput, left_out: Collection[str], chosen: int, settled: Settled) -> tuple[PlanNote, ...]:
    notes: list[PlanNote] = list(given.anchors.notes)
    if not given.zones:
        notes.append("no_zones")
    if given.first_night is not None:
        notes.append("first_night")
    if chosen < given.chooser.limits.items:
        notes.append("fewer_than_allowed")
    if left_out:
        notes.append("no_place")
    if settled.stage is Stage.SIMPLIFY:
        notes.append("simplified")
    if settled.is_blend:
        notes.append("going_over")
    if settled.question is not None:
        notes.append("fewer_asked")
    return tuple(notes)
