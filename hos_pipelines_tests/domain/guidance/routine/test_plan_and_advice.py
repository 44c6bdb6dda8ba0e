"""What a plan asks for and what the analysis advises of the same day never contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.advice_sources import constant
from hos_pipelines.domain.circadian.effort import hours_before_bed, is_early_type
from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.circadian.recommendations import recommend
from hos_pipelines.domain.circadian.results import TimingRecommendation
from hos_pipelines.domain.guidance.nutrition.anchors_of_day import day_anchors_of
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.routine.limits import Limits
from hos_pipelines.domain.guidance.routine.needs import FactValues
from hos_pipelines.domain.guidance.routine.plan import RoutineItem, RoutinePlan, routine_of
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, advised_bed, routine_input
from hos_pipelines.domain.guidance.routine.task_hours import BY_DAY, WITH_OTHERS
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.libraries.shipped import shipped_tasks
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, sleeper, told

TASKS = shipped_tasks().tasks
FRAME = {key: task for key, task in TASKS.items() if task.role == "frame"}
COUNTED = sorted(key for key, task in TASKS.items() if task.role == "counted")
TIMED = ["slp_caffeine_last", "slp_dim_lights", "rec_warm_shower_10", "slp_short_nap", "exe_strength_30"]
ROOM = Limits(items=9, minutes=300, block_minutes=120)
HOUR, DAY = 60, 1440


@dataclass(frozen=True)
class Life:
    """Somebody who sleeps like this, with what the analysis says of the next day and the plan of it."""

    facts: FactValues
    advice: Mapping[str, TimingRecommendation]
    plan: RoutinePlan

    @classmethod
    def of(cls, sleep: Mapping[str, int], weekday: int, tasks: set[str]) -> "Life":
        """`sleep` in quarters of an hour."""
        last = 20 + weekday
        rows = sleeper(days=range(last + 1), **{name: number / 4 for name, number in sleep.items()})
        day = FIRST + timedelta(days=last)
        sheet, energy = told(rows, day)
        advice = recommend(sheet, energy, "Peak Performer").recommendations
        facts = {fact.id: fact.value for fact in sheet}
        subject = RoutineSubject("somebody", Archetype.PEAK_PERFORMER, ZoneInfo("Europe/Berlin"), facts)
        given_input = routine_input(subject, day + timedelta(days=1))
        library = TaskLibrary("1", {**FRAME, **{key: TASKS[key] for key in tasks}})
        given_input = replace(given_input, chooser=replace(given_input.chooser, limits=ROOM))
        return cls(facts, {one.kind: one for one in advice}, routine_of(given_input, library))

    @cached_property
    def bed(self) -> int:
        return self.plan.waking_day.waking_slots * SLOT_MINUTES

    @property
    def wake(self) -> int:
        at = self.plan.waking_day.wake
        return at.hour * HOUR + at.minute

    def since(self, clock: str | None) -> int:
        """A clock time as minutes from waking."""
        assert clock is not None
        return (int(clock[:2]) * HOUR + int(clock[3:]) - self.wake) % DAY

    def span(self, item: RoutineItem) -> tuple[int, int]:
        start = round(self.plan.waking_day.minutes_until(item.starts_at))
        return start, start + item.minutes

    @property
    def items(self) -> dict[str, RoutineItem]:
        return {item.id: item for item in self.plan.items}


lives = st.builds(
    Life.of,
    sleep=st.fixed_dictionaries(
        {
            "bed": st.integers(-20, 20),
            "hours": st.integers(20, 40),
            "later": st.integers(-4, 12),
            "lie_in": st.integers(0, 8),
        }
    ),
    weekday=st.integers(0, 6),
    tasks=st.sets(st.sampled_from(COUNTED), min_size=6, max_size=14).map(lambda some: {*some, *TIMED}),
)


@given(lives)
@settings(max_examples=150, deadline=None)
def test_hours_of_a_plan_are_those_of_the_advice(life: Life) -> None:
    items, advice, bed = life.items, life.advice, life.bed
    if (coffee := items.get("slp_caffeine_last")) is not None:
        assert life.span(coffee)[1] <= bed - constant("caffeine_hours") * HOUR
        assert life.span(coffee)[0] <= life.since(advice["caffeine_cut_off"].start) + SLOT_MINUTES
    if (light := items.get("lgt_morning")) is not None:
        start, end = (life.since(at) for at in (advice["morning_light"].start, advice["morning_light"].end))
        assert start <= life.span(light)[0] + SLOT_MINUTES
        assert life.span(light)[1] <= end + SLOT_MINUTES
    if (shower := items.get("rec_warm_shower_10")) is not None:
        assert bed - 2 * HOUR - 90 <= life.span(shower)[0]
        assert life.span(shower)[1] <= bed - HOUR
    if (nap := items.get("slp_short_nap")) is not None:
        assert life.span(nap)[1] <= bed - 8 * HOUR
        assert nap.starts_at.hour < 15 or life.wake >= 15 * HOUR
    if (meal := items.get("nut_first_meal")) is not None and "meal_timing" in advice:
        assert life.span(meal)[0] >= life.since(advice["meal_timing"].start) - SLOT_MINUTES
    if "slp_dim_lights" in items:
        assert life.facts.get("chronotype") != "extreme_morning"


@given(lives)
@settings(max_examples=150, deadline=None)
def test_nobody_is_sent_to_train_too_late_or_out_by_night_and_early_types_not_in_the_evening(life: Life) -> None:
    is_early = is_early_type(life.facts.get("chronotype"))
    for key, item in life.items.items():
        task = TASKS.get(key)
        if task is None or task.role == "frame":
            continue
        start, end = life.span(item)
        if task.intensity != "none":
            assert end <= life.bed - hours_before_bed(task.intensity, is_early=is_early) * HOUR, key
        if task.rotation_group in BY_DAY | WITH_OTHERS:
            for minute in (start, end - 1):
                assert 6 * HOUR <= (life.wake + minute) % DAY < 21 * HOUR, key


@given(lives)
@settings(max_examples=100, deadline=None)
def test_meals_lie_between_the_first_and_the_last_hour_of_the_advice(life: Life) -> None:
    if "meal_timing" not in life.advice:
        return
    plan = life.plan
    anchors = day_anchors_of(plan.waking_day, plan.anchors, ())
    early = advised_bed(life.facts, life.wake, life.bed)
    if early is not None:
        anchors = replace(anchors, eats_for=plan.waking_day.at(early))
    first, last = (life.since(at) for at in (life.advice["meal_timing"].start, life.advice["meal_timing"].end))
    for block in meal_blocks(anchors):
        if block.use is not None and block.name != "Early_Morning":
            assert first - SLOT_MINUTES <= anchors.minutes_to(block.start), block.name
            assert anchors.minutes_to(block.end) <= last + SLOT_MINUTES, block.name
