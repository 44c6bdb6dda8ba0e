"""Plans go by what holds in the hours they are for: what is said today of tomorrow counts in the plan of tomorrow."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

TOKYO = ZoneInfo("Asia/Tokyo")
BODY = {"birth_date": "1985-05-01", "sex": "male", "height": "175 cm", "weight": "75 kg"}
TOMORROW = date(2026, 11, 2)


@pytest.fixture
def ken(connection: Connection[Any], clock: Clock) -> Connection[Any]:
    """Somebody in Tokyo, where it is 21:00."""
    enrol(connection, [Enrolment("ken", "ken", timezone="Asia/Tokyo")], NOON - timedelta(hours=1), by_hand=True)
    clock.now = NOON
    say(connection, clock, *(RawFact(key, value) for key, value in BODY.items()))
    return connection


def say(connection: Connection[Any], clock: Clock, *facts: RawFact) -> None:
    clock.now += timedelta(minutes=1)
    say_facts(connection, "ken", facts, TOKYO, clock.now)
    clock.now += timedelta(minutes=1)


def made(connection: Connection[Any], runner: GuidanceRunner, kind: str = "nutrition") -> StoredPlan:
    (outcome,) = runner.run(GuidanceKind(f"{kind}_plan"), ["ken"], nothing)
    assert not outcome.is_bad, outcome.error
    found = read_plan(connection, "ken", kind)
    assert found is not None
    return found


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def test_an_allergy_that_holds_from_tomorrow_is_left_out_of_tomorrow_tonight(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    first = made(ken, runner)
    assert (first.plan_date, first.plan["restrictions"]) == (TOMORROW, [])
    say(ken, clock, RawFact("allergies", ["nuts", "milk"], "2026-11-02"))
    assert runner.due(GuidanceKind.NUTRITION_PLAN) == ["ken"]
    tonight = made(ken, runner)
    assert (tonight.plan_date, tonight.plan["restrictions"]) == (TOMORROW, ["milk", "nuts"])
    marks = shipped_food_library().foods
    told = [block for block in tonight.plan["nutrition"].values() if isinstance(block, dict) and "meals" in block]
    foods = {food["food_id"] for block in told for meal in block["meals"] for food in meal["foods"]}
    assert not {mark for food in foods for mark in marks[food].marks} & {"milk", "milk?", "tree_nut", "peanut"}
    clock.now = datetime(2026, 11, 1, 15, 5, tzinfo=UTC)
    assert made(ken, runner).plan["nutrition"] == tonight.plan["nutrition"]


@pytest.mark.parametrize(
    ("fact", "counts"),
    [
        (RawFact("allergies", ["milk"], "2026-11-02T13:00+09:00"), ["milk"]),
        (RawFact("allergies", ["milk"], "2026-11-02T23:59+09:00"), []),
        (RawFact("restrictions", ["milk"], "2026-11-02T13:00+09:00"), ["milk"]),
        (RawFact("diet", ["vegan"], "2026-11-02"), ["vegan"]),
        (RawFact("diet", ["vegan"], "2026-11-03"), []),
    ],
)
def test_what_begins_in_the_waking_hours_counts_and_what_begins_after_them_does_not(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock, fact: RawFact, counts: list[str]
) -> None:
    say(ken, clock, fact)
    plan = made(ken, runner)
    assert (plan.plan_date, plan.plan["restrictions"]) == (TOMORROW, counts)


def test_what_replaces_a_restriction_within_the_day_joins_it_and_what_is_over_before_it_does_not_count(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(ken, clock, RawFact("allergies", ["egg"]), RawFact("restrictions", ["soy"], None, "2026-11-02"))
    say(ken, clock, RawFact("allergies", ["milk"], "2026-11-02T13:00+09:00"))
    assert made(ken, runner).plan["restrictions"] == ["egg", "milk"]
    # What is corrected before it holds was never meant.
    say(ken, clock, RawFact("allergies", ["fish"], "2026-11-02T13:00+09:00"))
    assert made(ken, runner).plan["restrictions"] == ["egg", "fish"]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("health_flags", ["pregnancy"]),
        ("health_flags", ["eating_disorder"]),
        ("opt_out_of_numbers", True),
    ],
)
def test_a_flag_that_holds_from_tomorrow_withholds_the_figures_of_tomorrow(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock, fact: str, value: object
) -> None:
    say(ken, clock, RawFact(fact, value, "2026-11-02"))
    plan = made(ken, runner)
    assert list(plan.notes) == [value[0] if isinstance(value, list) else fact]
    assert plan.plan["energy"] is None


def test_a_weight_and_a_goal_of_tomorrow_are_those_of_its_plan(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    before = made(ken, runner).plan["energy"]
    say(ken, clock, RawFact("weight", "95 kg", "2026-11-02"), RawFact("goal", "build_muscle", "2026-11-02"))
    after = made(ken, runner).plan["energy"]
    assert after["need_from"] > before["need_from"]
    assert after["protein_from"] > before["protein_to"]


def test_the_routine_of_tomorrow_heeds_an_injury_of_tomorrow(
    ken: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    before = made(ken, runner, "routine")
    say(ken, clock, RawFact("health_flags", ["injury"], "2026-11-02"))
    tonight = made(ken, runner, "routine")
    assert tonight.plan_date == before.plan_date == TOMORROW
    assert json.dumps(tonight.plan) != json.dumps(before.plan)
    clock.now = datetime(2026, 11, 1, 15, 5, tzinfo=UTC)
    assert tasks_of(made(ken, runner, "routine")) == tasks_of(tonight) != tasks_of(before)


def tasks_of(plan: StoredPlan) -> list[str]:
    return [task["id"] for block in plan.plan["time_blocks"] for task in block["tasks"]]
