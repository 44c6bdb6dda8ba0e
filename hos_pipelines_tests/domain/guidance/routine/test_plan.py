from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.routine.anchors import Anchors, SleepTimes
from hos_pipelines.domain.guidance.routine.choose import Chooser
from hos_pipelines.domain.guidance.routine.experience import Experience
from hos_pipelines.domain.guidance.routine.limits import Readiness, Stage, limits_of
from hos_pipelines.domain.guidance.routine.place import PlacedSpan
from hos_pipelines.domain.guidance.routine.plan import (
    EmptyLibraryError,
    RoutineInput,
    RoutineItem,
    RoutinePlan,
    routine_of,
)
from hos_pipelines.domain.guidance.routine.task_hours import BY_DAY, NAPS, WITH_OTHERS, hours_of_tasks
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines_tests.domain.guidance.routine.test_day_blocks import zones_after

DAY = date(2026, 11, 28)
NEEDS = (
    *("wake", "bed", "meals", "predicted_wake", "predicted_bed", "cbt_min", "journal", "work_day", "steps"),
    *("zone_peak", "zone_recovery", "zone_maintenance", "focus_block", "sedentary_series"),
)
MET = {need: (f"{need}_fact",) for need in NEEDS}
FLAGS = ["injury", "fluid_limit", "pregnancy", "chest_symptoms", "eating_disorder", "trauma_flag"]


@dataclass(frozen=True)
class Sample:
    """Somebody who sleeps regularly, and the day that is planned for them."""

    bed: int = 23 * 60
    asleep: int = 480
    archetype: Archetype = Archetype.PEAK_PERFORMER
    stage: Stage = Stage.MAINTAIN
    readiness: Readiness = "Medium"
    day: date = DAY
    zone: str = "Europe/Berlin"

    @property
    def input(self) -> RoutineInput:
        wake = (self.bed + self.asleep) % 1440
        zones, _ = zones_after(self.bed, self.asleep)
        names = Counter[str]()
        named = []
        for span in zones:
            names[span.zone] += 1
            named.append(span._replace(facts=f"zone_{span.zone}_{names[span.zone]}"))
        limits = limits_of({self.archetype: 1.0}, self.stage, self.readiness, is_new=False)
        return RoutineInput(
            waking_day=WakingDay.of(self.day, wake, self.bed, ZoneInfo(self.zone)),
            anchors=Anchors(SleepTimes(self.bed, wake, "predicted", ("predicted_wake", "predicted_bed"))),
            zones=tuple(named),
            chooser=Chooser("somebody", self.day, {self.archetype: 1.0}, self.readiness, limits),
            met=MET,
            light_from=0,
        )


people = st.builds(
    Sample,
    bed=st.integers(0, 95).map(lambda slot: slot * 15),
    asleep=st.integers(18, 40).map(lambda slots: slots * 15),
    archetype=st.sampled_from(Archetype),
    stage=st.sampled_from(Stage),
    readiness=st.sampled_from(["Low", "Medium", "High"]),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]),
).map(lambda sample: sample.input)


def spans(plan: RoutinePlan) -> list[tuple[float, float]]:
    starts = [plan.waking_day.minutes_until(item.starts_at) for item in plan.items]
    return [(start, start + item.minutes) for start, item in zip(starts, plan.items, strict=True)]


@given(given_person=people)
@settings(max_examples=80)
def test_every_item_lies_in_its_block_apart_from_the_others_and_rests_on_facts(
    given_person: RoutineInput, library: TaskLibrary
) -> None:
    plan = routine_of(given_person, library)
    blocks = {block.name: block for block in plan.blocks}
    for (start, end), item in zip(spans(plan), plan.items, strict=True):
        block = blocks[item.block]
        assert block.start * SLOT_MINUTES <= start < end <= block.end * SLOT_MINUTES
        assert item.fact_ids
        assert item.offer.because
    assert all(following[0] >= one[1] + 5 for one, following in pairwise(spans(plan)))


@given(given_person=people)
@settings(max_examples=80)
def test_caps_hold(given_person: RoutineInput, library: TaskLibrary) -> None:
    plan, limits = routine_of(given_person, library), given_person.chooser.limits
    counted = [item for item in plan.items if item.offer.role == "counted"]
    assert len(counted) <= limits.items
    assert sum(item.minutes for item in counted) <= limits.minutes
    tasks = [library.tasks[item.id] for item in counted]
    assert max(Counter(task.category for task in tasks).values(), default=0) <= 2
    assert max(Counter(task.rotation_group for task in tasks).values(), default=0) <= 1
    for name, items in ((block.name, [item for item in counted if item.block == block.name]) for block in plan.blocks):
        assert len(items) <= 1 or sum(item.minutes for item in items) <= limits.block_minutes, name
    if given_person.chooser.mode == "Low":
        assert all(task.intensity != "vigorous" for task in tasks)
    for item, task in zip(counted, tasks, strict=True):
        left = (plan.waking_day.bed.astimezone(UTC) - item.starts_at.astimezone(UTC)) / timedelta(minutes=1)
        assert left - item.minutes >= (task.end_before_bed_minutes or 0) - SLOT_MINUTES


@given(given_person=people, flags=st.sets(st.sampled_from(FLAGS)))
@settings(max_examples=60)
def test_a_health_flag_takes_away_and_never_adds_what_it_forbids(
    given_person: RoutineInput, flags: set[str], library: TaskLibrary
) -> None:
    flagged = replace(given_person, chooser=replace(given_person.chooser, flags=frozenset(flags)))
    for item in routine_of(flagged, library).items:
        if item.offer.library_id is not None:
            assert flags.isdisjoint(library.tasks[item.id].contraindications)


@given(bed=st.integers(0, 95), shift=st.integers(1, 95), archetype=st.sampled_from(Archetype))
@settings(max_examples=60)
def test_a_shift_of_sleep_shifts_the_plan_but_for_what_keeps_to_daylight_and_to_others(
    bed: int, shift: int, archetype: Archetype, library: TaskLibrary
) -> None:
    by_clock = BY_DAY | WITH_OTHERS | {NAPS}
    tasks = {key: task for key, task in library.tasks.items() if task.rotation_group not in by_clock}
    early, late = (
        routine_of(Sample(bed=at % 96 * 15, archetype=archetype).input, TaskLibrary("1", tasks))
        for at in (bed, bed + shift)
    )
    assert [item.id for item in early.items] == [item.id for item in late.items]
    assert spans(early) == spans(late)
    whole = [routine_of(Sample(bed=at % 96 * 15, archetype=archetype).input, library) for at in (bed, bed + shift)]
    frames = [[(item.id, span) for item, span in framed(plan)] for plan in whole]
    assert frames[0] == frames[1]


def framed(plan: RoutinePlan) -> list[tuple[RoutineItem, tuple[float, float]]]:
    return [(item, span) for item, span in zip(plan.items, spans(plan), strict=True) if item.offer.role == "frame"]


def test_the_order_of_the_library_does_not_matter(library: TaskLibrary) -> None:
    turned = TaskLibrary(library.version, dict(reversed(list(library.tasks.items()))))
    assert routine_of(Sample().input, turned) == routine_of(Sample().input, library)


def test_a_habit_stays_at_its_hour_whatever_else_is_new(library: TaskLibrary) -> None:
    habit = Experience(due=14, done=13, rating=4, days_since_used=1)
    given_person = Sample().input
    chooser = replace(
        given_person.chooser,
        experiences={"mov_daylight_loop": habit},
        usual_minutes={"mov_daylight_loop": 7 * 60 + 40},
        recent_groups=frozenset({"walk"}),
    )
    plan = routine_of(replace(given_person, chooser=chooser), library)
    item = next(item for item in plan.items if item.id == "mov_daylight_loop")
    assert (item.offer.reason, f"{item.starts_at:%H:%M}") == ("habit", "07:40")


def test_what_half_works_is_made_easier_and_what_fails_goes_one_a_week(library: TaskLibrary) -> None:
    half, failing = Experience(due=10, done=6, days_since_used=1), Experience(due=10, done=1, days_since_used=1)
    given_person = Sample().input
    experiences = {"mnd_sit_10": half, "exe_yoga_15": failing, "soc_call_10": failing}
    chooser = replace(given_person.chooser, experiences=experiences)
    ids = {item.id: item for item in routine_of(replace(given_person, chooser=chooser), library).items}
    assert (ids["mnd_sit_10"].minutes, ids["mnd_sit_10"].offer.reason) == (5, "shortened")
    assert ("exe_yoga_15" in ids) + ("soc_call_10" in ids) <= 1


def test_what_was_disliked_twice_is_not_given(library: TaskLibrary) -> None:
    given_person = Sample().input
    first = [item.id for item in routine_of(given_person, library).items if item.offer.role == "counted"]
    disliked = {task_id: Experience(due=2, done=1, rating=1, low_ratings=2) for task_id in first}
    chooser = replace(given_person.chooser, experiences=disliked)
    second = [item.id for item in routine_of(replace(given_person, chooser=chooser), library).items]
    assert set(first).isdisjoint(second)


def test_simplified_is_one_for_the_morning_and_one_for_the_evening(library: TaskLibrary) -> None:
    plan = routine_of(Sample(archetype=Archetype.FOUNDATION_BUILDER, stage=Stage.SIMPLIFY).input, library)
    counted = [item.block for item in plan.items if item.offer.role == "counted"]
    assert [block in ("Evening Routine", "Wind Down") for block in counted] == [False, True]


def test_what_is_counted_lies_beside_the_hours_of_meals_and_a_walk_after_its_meal(library: TaskLibrary) -> None:
    meals = {"nut_first_meal": 60, "frame_main_meal": 355, "nut_last_meal_3h": 750}
    for archetype in Archetype:
        plan = routine_of(replace(Sample(archetype=archetype).input, meals=meals), library)
        for (start, end), item in zip(spans(plan), plan.items, strict=True):
            if item.offer.role == "counted":
                assert all(end + 5 <= at or at + 30 + 5 <= start for at in meals.values()), item.id
            if item.id == "mov_after_meal_walk":
                assert start == 355 + 30 + 5


def test_work_is_closed_when_it_ends_or_where_that_is_a_habit(library: TaskLibrary) -> None:
    only = TaskLibrary("1", {"foc_shutdown_10": library.tasks["foc_shutdown_10"]})
    for work_ends, at in ((None, 10 * 60), (660, 660)):
        given_person = replace(Sample().input, hours=hours_of_tasks(16 * 60, work_ends))
        assert shutdown_ends(given_person, only) == at
        usual = replace(given_person.chooser, usual_minutes={"foc_shutdown_10": 18 * 60})
        habit = replace(usual, experiences={"foc_shutdown_10": Experience(due=14, done=13, days_since_used=1)})
        assert shutdown_ends(replace(given_person, chooser=habit), only) == 11 * 60 + 10


def shutdown_ends(given_person: RoutineInput, library: TaskLibrary) -> float:
    plan = routine_of(given_person, library)
    return next(end for (_, end), item in zip(spans(plan), plan.items, strict=True) if item.id == "foc_shutdown_10")


def test_rest_at_work_is_planned_outside_of_it(library: TaskLibrary) -> None:
    work = PlacedSpan(60, 600)
    rest = TaskLibrary("1", {"nature": replace(library.tasks["mnd_nature_20"], block="any", time_of_day="any")})
    plan = routine_of(replace(Sample().input, work=(work,)), rest)
    (span,) = [one for one, item in zip(spans(plan), plan.items, strict=True) if item.id == "mnd_nature_20"]
    assert span[0] >= work.end or span[1] <= work.start


def test_without_zones_the_plan_says_so_and_rests_on_its_anchors(library: TaskLibrary) -> None:
    met = {need: facts for need, facts in MET.items() if not need.startswith("zone")}
    plan = routine_of(replace(Sample().input, zones=(), met=met), library)
    assert "no_zones" in plan.notes
    assert all(item.fact_ids[:2] == ("predicted_wake", "predicted_bed") for item in plan.items)


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(EmptyLibraryError, match="empty_library"):
        routine_of(Sample().input, TaskLibrary("1", {}))


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1)])
def test_a_day_on_which_the_clock_moves_has_the_same_plan(day: date, library: TaskLibrary) -> None:
    plan = routine_of(Sample(day=day, zone="America/New_York").input, library)
    assert f"{plan.items[0].starts_at:%Y-%m-%d %H:%M}" == f"{day} 07:00"
    edges = [(block.start, block.end) for block in plan.blocks]
    assert edges == [(block.start, block.end) for block in routine_of(Sample().input, library).blocks]
