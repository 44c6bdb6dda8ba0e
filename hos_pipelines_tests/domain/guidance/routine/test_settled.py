"""What plans make of the state of adaptation: each lever by itself, and that a sentence says what is so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState, ArchetypeBlend
from hos_pipelines.domain.guidance.routine.choose import archetype_fit, best_blocks, is_late
from hos_pipelines.domain.guidance.routine.contract import contract_of
from hos_pipelines.domain.guidance.routine.experience import Experience
from hos_pipelines.domain.guidance.routine.limits import Stage, limits_of
from hos_pipelines.domain.guidance.routine.settled import QUESTION, settled_for
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, routine_input
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines_tests.domain.guidance.routine.settled_people import BERLIN, DAY, FACTS, FAILING, HABIT, HALF, Settler

FB, SI, PP, CE = (
    Archetype.FOUNDATION_BUILDER,
    Archetype.SYSTEMATIC_IMPROVER,
    Archetype.PEAK_PERFORMER,
    Archetype.CONNECTED_EXPLORER,
)
EARLY = ("exe_yoga_15", "mov_daylight_loop", "mnd_sit_10")


def at(stage: Stage, **more: object) -> AdaptationState:
    return replace(AdaptationState(version=3, stage=stage, holds_from=DAY, stage_since=DAY), **more)  # type: ignore[arg-type]


@pytest.fixture
def anybody(library: TaskLibrary) -> Settler:
    return Settler(library)


def test_without_a_state_a_plan_is_what_it_is_at_maintain_and_says_so(anybody: Settler) -> None:
    plan = anybody.plan()
    assert replace(plan, settled=anybody.plan(at(Stage.MAINTAIN)).settled) == anybody.plan(at(Stage.MAINTAIN))
    assert contract_of("Peak Performer", plan)["adaptation"] == {
        "version": 0,
        "stage": "MAINTAIN",
        "archetypes": {"Peak Performer": 1.0},
        "fewer_items": 0,
        "resting": [],
        "replaced": [],
        "question": None,
    }


@pytest.mark.parametrize("archetype", list(Archetype))
def test_progress_adds_one_short_task_in_the_best_block_to_what_was_planned(
    library: TaskLibrary, archetype: Archetype
) -> None:
    person = Settler(library, archetype=archetype)
    before, after = person.counted(at(Stage.MAINTAIN)), person.counted(at(Stage.PROGRESS))
    (added,) = [item for item in after.values() if item.offer.reason == "added"]
    assert set(after) == {*before, added.id}
    assert added.minutes <= 10
    assert added.block == "Peak Energy Block"
    assert added.fact_ids[-1] == "adaptation_state_3"
    assert "because most of what was planned was done" in added.offer.because


def test_the_best_block_is_the_one_whose_tasks_are_done_most(library: TaskLibrary) -> None:
    evening = [task.id for task in library.tasks.values() if task.role == "counted" and is_late(task)][:2]
    person = Settler(library, experiences={task: replace(HABIT, days_since_used=20) for task in evening})
    given = routine_input(RoutineSubject("a", PP, BERLIN, FACTS), DAY)
    chooser = replace(given.chooser, experiences=person.experiences)
    best = best_blocks(list(library.tasks.values()), chooser)[0]
    (added,) = [item for item in person.counted(at(Stage.PROGRESS)).values() if item.offer.reason == "added"]
    assert best in ("Evening Routine", "Wind Down")
    assert added.block == best


def test_intensify_gives_one_kept_task_more_minutes_and_adds_none(library: TaskLibrary) -> None:
    person = Settler(library, experiences=dict.fromkeys(EARLY[:2], HABIT))
    before = person.counted(at(Stage.MAINTAIN))
    known = {task: Experience(due=4, done=3, days_since_used=12) for task in before if task not in EARLY}
    person = replace(person, experiences={**person.experiences, **known})
    longer = person.counted(at(Stage.INTENSIFY, longer=dict.fromkeys(EARLY[:2], 5)))
    assert len(longer) == len(before)
    assert set(longer) <= set(person.experiences)
    changed = [item for item in longer.values() if item.minutes != library.tasks[item.id].minutes]
    assert [(item.minutes - library.tasks[item.id].minutes, item.offer.reason) for item in changed] == [(5, "longer")]
    assert "It lasts 5 minutes longer than before, because it is a habit." in changed[0].offer.because


def test_what_has_no_room_to_last_longer_stays_as_it_was(library: TaskLibrary) -> None:
    person = Settler(library, FB, experiences={"exe_yoga_15": HABIT})
    task = replace(library.tasks["exe_yoga_15"], minutes=44)
    full = TaskLibrary("1", {**library.tasks, "exe_yoga_15": task})
    item = replace(person, library=full).counted(at(Stage.INTENSIFY, longer={"exe_yoga_15": 10}))["exe_yoga_15"]
    assert (item.minutes, item.offer.reason) == (44, "habit")


def test_what_is_no_habit_does_not_last_longer(library: TaskLibrary) -> None:
    person = Settler(library, experiences={"mnd_sit_10": HALF})
    assert person.counted(at(Stage.INTENSIFY, longer={"mnd_sit_10": 5}))["mnd_sit_10"].minutes <= 10


def test_simplify_keeps_the_best_of_the_morning_and_the_best_of_the_evening(library: TaskLibrary) -> None:
    late = [task.id for task in library.tasks.values() if task.role == "counted" and is_late(task) and not task.needs]
    shares = {
        EARLY[0]: Experience(due=6, done=1, days_since_used=1),
        EARLY[1]: Experience(due=6, done=3, days_since_used=1),
        late[0]: Experience(due=3, done=0, days_since_used=1),
        late[1]: Experience(due=3, done=3, days_since_used=1),
    }
    kept = Settler(library, experiences=shares).counted(at(Stage.SIMPLIFY))
    assert set(kept) == {EARLY[1], late[1]}
    assert "It stays while less is planned" in kept[late[1]].offer.because
    assert all(item.fact_ids[-1] == "adaptation_state_3" for item in kept.values())
    assert "simplified" in Settler(library, experiences=shares).plan(at(Stage.SIMPLIFY)).notes


def test_what_nothing_was_said_of_stays_without_a_claim(library: TaskLibrary) -> None:
    person = Settler(library, experiences={"mnd_sit_10": Experience(days_since_used=1)})
    because = person.counted(at(Stage.SIMPLIFY))["mnd_sit_10"].offer.because
    assert "It stays while less is planned." in because
    assert "went best" not in because


def test_what_is_shorter_while_less_is_planned_says_so(library: TaskLibrary) -> None:
    item = Settler(library, experiences={"mnd_sit_10": HALF}).counted(at(Stage.SIMPLIFY))["mnd_sit_10"]
    assert (item.minutes, item.offer.reason) == (5, "shortened")
    assert "It is shorter, because less is planned for now." in item.offer.because


@pytest.mark.parametrize(("usual", "why"), [(18 * 60 + 10, ", nearer to when it is done."), (8 * 60, ".")])
def test_a_task_stands_at_the_minute_it_was_moved_to(library: TaskLibrary, usual: int, why: str) -> None:
    person = Settler(library, experiences={"mov_daylight_loop": HABIT}, usual={"mov_daylight_loop": usual})
    item = person.counted(at(Stage.MAINTAIN, moved={"mov_daylight_loop": 18 * 60}))["mov_daylight_loop"]
    assert (f"{item.starts_at:%H:%M}", item.offer.reason, item.offer.priority) == ("18:00", "moved", "high")
    assert f"Its hour was moved to 18:00{why}" in item.offer.because


def test_a_moved_hour_of_a_day_that_is_over_is_not_told(library: TaskLibrary) -> None:
    person = Settler(library, experiences={"mov_daylight_loop": HABIT})
    item = person.counted(at(Stage.MAINTAIN, moved={"mov_daylight_loop": 3 * 60}))["mov_daylight_loop"]
    assert "moved" not in item.offer.because


def test_a_resting_task_is_not_offered_before_its_day(library: TaskLibrary) -> None:
    person = Settler(library, experiences={"exe_yoga_15": HABIT})
    state = at(Stage.MAINTAIN, resting={"exe_yoga_15": DAY + timedelta(days=1)})
    assert "exe_yoga_15" not in person.counted(state)
    assert contract_of("", person.plan(state))["adaptation"]["resting"] == ["exe_yoga_15"]  # type: ignore[index]
    assert "exe_yoga_15" in replace(person, day=DAY + timedelta(days=1)).counted(state)


def test_who_has_fallen_silent_has_fewer_items_and_is_asked(anybody: Settler) -> None:
    usual, fewer = anybody.counted(), anybody.counted(at(Stage.MAINTAIN, fewer_items=2))
    assert len(fewer) == len(usual) - 2
    plan = anybody.plan(at(Stage.MAINTAIN, fewer_items=2))
    assert plan.notes[-1] == "fewer_asked"
    contract = contract_of("Peak Performer", plan)
    assert contract["adaptation"]["question"] == QUESTION  # type: ignore[index]
    assert contract["key_insights"][-1] == QUESTION  # type: ignore[index]
    assert len(anybody.counted(at(Stage.MAINTAIN, fewer_items=20))) == 1
    assert "added" not in {item.offer.reason for item in anybody.counted(at(Stage.PROGRESS, fewer_items=1)).values()}


def test_one_task_is_replaced_a_week_and_stays_away_so_long(library: TaskLibrary) -> None:
    failing = dict.fromkeys(("exe_yoga_15", "mnd_sit_10"), FAILING)
    person = Settler(library, experiences=failing)
    first = person.plan()
    (replaced,) = first.replaced
    (other,) = set(failing) - {replaced}
    assert replaced not in person.counted()
    for later in range(1, 7):
        on = replace(person, day=DAY + timedelta(days=later), replaced={replaced: DAY})
        assert on.plan().replaced == ()
        assert replaced not in on.counted()
        assert other in on.counted()
    after = replace(person, day=DAY + timedelta(days=7), replaced={replaced: DAY})
    assert len(after.plan().replaced) == 1
    # Made again on its own day, a plan replaces what it has replaced.
    assert replace(person, replaced={}).plan() == first


def test_nothing_is_replaced_before_the_day_adaptation_has_set(library: TaskLibrary) -> None:
    person = Settler(library, experiences={"exe_yoga_15": FAILING})
    state = at(Stage.MAINTAIN, may_replace_from=DAY + timedelta(days=1))
    assert person.plan(state).replaced == ()
    assert replace(person, day=DAY + timedelta(days=1)).plan(state).replaced == ("exe_yoga_15",)


def test_a_blend_has_fits_and_limits_between_the_two(library: TaskLibrary) -> None:
    state = at(Stage.MAINTAIN, blend=ArchetypeBlend(CE, SI, DAY), archetype=SI)
    task = library.tasks["exe_yoga_15"]
    for day in range(9):
        on = DAY + timedelta(days=day)
        shares = settled_for(state, SI, on, {}).archetypes
        chooser = routine_input(RoutineSubject("a", SI, BERLIN, FACTS, state=state), on).chooser
        t = shares[SI]
        assert t == min(1, (day + 1) / 7) if len(shares) == 2 else 1
        assert archetype_fit(task, chooser) == (1 - t) * task.fits[CE] + t * task.fits[SI]
        assert chooser.limits.items == 3 + (t == 1)
        assert chooser.limits.minutes == int(round(60 + 15 * t, 9))


def test_limits_of_the_same_size_are_blended_to_that_size() -> None:
    for sevenths in range(1, 7):
        shares = {FB: 1 - sevenths / 7, Archetype.RESILIENCE_REBUILDER: sevenths / 7}
        assert limits_of(shares, Stage.MAINTAIN, None, is_new=False) == limits_of(
            {FB: 1.0}, Stage.MAINTAIN, None, is_new=False
        )


@pytest.mark.parametrize(
    "state",
    [
        at(Stage.PROGRESS, archetype=FB),
        at(Stage.PROGRESS, blend=ArchetypeBlend(FB, SI, DAY), stage_since=DAY - timedelta(days=1)),
    ],
)
def test_another_archetype_starts_at_maintain(state: AdaptationState) -> None:
    assert settled_for(state, SI, DAY, {}).stage is Stage.MAINTAIN
    assert settled_for(replace(state, archetype=SI, stage_since=DAY), SI, DAY, {}).stage is Stage.PROGRESS


def test_a_plan_before_a_change_of_archetype_is_of_the_one_before() -> None:
    state = at(Stage.PROGRESS, blend=ArchetypeBlend(FB, SI, date(2026, 11, 29)))
    assert settled_for(state, SI, DAY, {}).archetypes == {FB: 1.0}
