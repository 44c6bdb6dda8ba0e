"""What a nutrition plan takes of a person's facts and of the routine's day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.nutrition.anchors_of_day import day_anchors_of, shift_of
from hos_pipelines.domain.guidance.nutrition.eater import EATERS_FLAGS, FIELD_FACTS, Eater
from hos_pipelines.domain.guidance.nutrition.eater_of import age_on, eater_of, restriction_words
from hos_pipelines.domain.guidance.nutrition.macronutrients import PROTEIN
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.domain.guidance.nutrition.restrictions import HEALTH
from hos_pipelines.domain.guidance.routine.anchors import TYPICAL, Anchors
from hos_pipelines.domain.guidance.routine.day_blocks import ZoneSpan
from hos_pipelines.domain.guidance.routine.frame import frame_of
from hos_pipelines.domain.guidance.routine.tasks import NOT_ASKED, STATED
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.profile_facts import ProfileFact
from hos_pipelines.domain.person.roster import Roster, Shift
from hos_pipelines.domain.person.vocabularies import GOALS, HEALTH_FLAGS, KINDS
from hos_pipelines.libraries.shipped import shipped_tasks
from hos_pipelines_tests.domain.guidance.nutrition.plates import day, kitchen

DAY = date(2026, 3, 3)
SAID = datetime(2026, 2, 1, tzinfo=UTC)


def facts(**values: Any) -> dict[FactKey, ProfileFact]:
    return {
        FactKey(name): ProfileFact(FactKey(name), value, FactSource.STATED, SAID, SAID)
        for name, value in values.items()
    }


def test_the_words_of_a_person_are_those_that_plans_know() -> None:
    assert set(HEALTH_FLAGS) == EATERS_FLAGS
    assert set(PROTEIN) <= set(GOALS)
    restrictions = kitchen().library.vocabulary.by_id.values()
    assert {one.kind for one in restrictions} == {HEALTH, *KINDS[FactKey.RESTRICTIONS]}
    assert {one.id for one in restrictions if one.kind == HEALTH} <= set(HEALTH_FLAGS)
    assert set(FIELD_FACTS.values()) <= {*FactKey, "active_energy_burned_median"}


def test_what_speaks_against_a_task_is_said_in_the_words_of_persons_and_plans() -> None:
    assert set(STATED) <= {*HEALTH_FLAGS, *kitchen().library.vocabulary.by_id}
    used = {flag for task in shipped_tasks().tasks.values() for flag in task.contraindications}
    assert used == {*STATED, *NOT_ASKED}


def test_facts_make_an_eater() -> None:
    known = facts(
        birth_date="1990-03-04", sex="female", height=168, weight=64.5, goal="lose_weight", health_flags=["injury"]
    )
    assert eater_of(known, DAY) == Eater(
        age=35,
        sex="female",
        height_cm=Decimal(168),
        weight_kg=Decimal("64.5"),
        weight_age_days=30,
        goal="lose_weight",
        flags=frozenset({"injury"}),
    )


def test_nothing_said_is_nothing_known_and_adult_is_no_age() -> None:
    assert eater_of({}, DAY) == Eater()
    adult = eater_of(facts(birth_date="adult"), DAY)
    assert (adult.age, adult.is_adult) == (None, True)


def test_a_lean_mass_counts_only_where_it_was_measured_and_not_long_ago() -> None:
    key = FactKey.LEAN_MASS
    said = ProfileFact(key, 55, FactSource.STATED, SAID, SAID)
    measured = replace(said, source=FactSource.MEASURED)
    assert eater_of({key: said}, DAY).lean_mass_kg is None
    assert eater_of({key: measured}, DAY).lean_mass_kg == 55
    assert eater_of({key: replace(measured, has_lapsed=True)}, DAY).lean_mass_kg is None


@pytest.mark.parametrize(("born", "years"), [("2007-03-03", 19), ("2007-03-04", 18), ("2004-02-29", 22)])
def test_an_age_is_in_whole_years(born: str, years: int) -> None:
    assert age_on(date.fromisoformat(born), DAY) == years


def test_all_that_is_left_out_is_gathered_with_the_facts_it_was_said_in() -> None:
    known = facts(diet=["vegan"], allergies=["tree_nut", "coeliac"], restrictions=["vegan", "no_alcohol"])
    words, cited = restriction_words(known)
    assert set(words) == {"vegan", "tree_nut", "coeliac", "no_alcohol"}
    assert set(cited) == {"diet", "allergies", "restrictions"}
    assert restriction_words({}) == ((), ())


def test_the_day_of_the_routine_carries_a_plan_of_meals() -> None:
    waking = WakingDay.of(DAY, 7 * 60, 23 * 60, ZoneInfo("Europe/Berlin"))
    zones = (ZoneSpan("recovery", 0, 3, "zone_recovery_1"), ZoneSpan("recovery", 34, 40, "zone_recovery_2"))
    anchors = day_anchors_of(waking, Anchors(TYPICAL, ("default_times",)), zones)
    plan = nutrition_plan(NutritionRequest("p1", Eater(), anchors), kitchen())
    assert isinstance(plan, NutritionPlan)
    assert plan.date == DAY
    assert plan.nutrition.Afternoon_Snack.time_range == "15:30-16:00"
    assert plan.nutrition.Afternoon_Snack.fact_ids == ["zone_recovery_2_start"]
    assert any("usual hours" in note.text for note in plan.notes)


def test_a_shift_of_the_roster_is_told_in_instants() -> None:
    zone = ZoneInfo("America/New_York")
    roster = Roster(pattern=(Shift.NIGHT, Shift.OFF, Shift.LATE), starts=date(2026, 3, 7))
    night = shift_of(roster, date(2026, 3, 7), zone)
    assert night is not None
    assert (night.end.astimezone(UTC) - night.start.astimezone(UTC)).total_seconds() == 7 * 3600
    assert night.fact_ids == ("roster",)
    assert shift_of(roster, date(2026, 3, 8), zone) is None
    late = shift_of(roster, date(2026, 3, 9), zone)
    assert late is not None
    assert (late.start.hour, late.end.hour) == (14, 22)


@pytest.mark.parametrize("waking", [720, 800, 960, 1080, 1200])
def test_the_routine_and_the_meals_of_a_day_begin_and_end_eating_at_the_same_hours(waking: int) -> None:
    wishes = {offer.wish.key: offer.wish for offer in frame_of(shipped_tasks().tasks, {}, waking, None)}
    blocks = {block.name: block for block in meal_blocks(day(awake_hours=waking / 60))}
    wake = blocks["Early_Morning"].start
    assert wishes["nut_first_meal"].at == (blocks["Breakfast"].start - wake) / timedelta(minutes=1)
    assert wishes["nut_last_meal_3h"].latest_end == (blocks["Dinner"].end - wake) / timedelta(minutes=1)
