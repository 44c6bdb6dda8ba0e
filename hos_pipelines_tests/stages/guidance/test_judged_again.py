"""A refused plan is judged again when time alone can lift the refusal, and a plan when a fact begins to hold."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

ROUTINE, NUTRITION = GuidanceKind.ROUTINE_PLAN, GuidanceKind.NUTRITION_PLAN
NAMES = {ROUTINE: "routine", NUTRITION: "nutrition"}
SAID = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, valid_to, recorded_at)
VALUES ('anna', %s, %s, 'stated', %s, %s, '2026-10-01T00:00:00Z')
"""
MIDNIGHT = datetime(2026, 11, 1, 23, tzinfo=UTC)
SWAPPED = {"wake_time_free": "23:00", "sleep_time_free": "07:00"}
USUAL = {"wake_time_work": "07:00", "sleep_time_work": "23:00"}


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    """Somebody in Berlin, on Sunday 1 November 2026 at 13:00."""
    enrol_people(connection, "anna")
    connection.execute("UPDATE profiles SET timezone = 'Europe/Berlin'")
    return connection


def said(
    connection: Connection[Any], facts: Mapping[str, object], since: str = "2026-10-01", until: str = "9000-01-01"
) -> None:
    for key, value in facts.items():
        connection.execute(SAID, (key, Jsonb(value), since, None if until == "9000-01-01" else until))


def planned(connection: Connection[Any], runner: GuidanceRunner, kind: GuidanceKind) -> StoredPlan:
    """Makes the plan that is due; nobody is due after it."""
    assert runner.due(kind) == ["anna"]
    runner.run(kind, ["anna"], nothing)
    assert runner.due(kind) == []
    found = read_plan(connection, "anna", NAMES[kind])
    assert found is not None
    return found


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def test_a_birthday_makes_an_adult_at_its_midnight(anna: Connection[Any], runner: GuidanceRunner, clock: Clock) -> None:
    said(anna, {"birth_date": "2008-11-02"})
    clock.now = MIDNIGHT - timedelta(hours=3)
    assert planned(anna, runner, ROUTINE).refusal_code == "not_an_adult"
    clock.now = MIDNIGHT - timedelta(minutes=1)
    assert runner.due(ROUTINE) == []
    clock.now = MIDNIGHT
    plan = planned(anna, runner, ROUTINE)
    assert (plan.status, str(plan.plan_date)) == ("ok", "2026-11-02")


def test_preferences_that_leave_no_night_hold_up_only_their_own_kind_of_day(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    said(anna, SWAPPED | USUAL)
    for kind in (ROUTINE, NUTRITION):
        clock.now = NOON
        assert planned(anna, runner, kind).refusal_code == "contradictory_preferences"
        clock.now = MIDNIGHT - timedelta(minutes=1)
        assert runner.due(kind) == []
        clock.now = MIDNIGHT
        plan = planned(anna, runner, kind)
        assert (plan.refusal_code, str(plan.plan_date)) == (None, "2026-11-02")


def test_a_roster_that_begins_to_say_something_lifts_a_refusal(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    both = {
        f"{name}_{kind}": hour
        for name, hour in (("wake_time", "23:00"), ("sleep_time", "07:00"))
        for kind in ("work", "free")
    }
    said(anna, both | {"roster": {"dates": {"2026-11-02": "day"}}})
    assert planned(anna, runner, ROUTINE).refusal_code == "contradictory_preferences"
    clock.now = MIDNIGHT
    plan = planned(anna, runner, ROUTINE)
    assert (plan.status, plan.plan["anchors"]["source"]) == ("partial", "roster")
    # What the roster says ends with its last date, and the next day is judged by itself.
    clock.now = MIDNIGHT + timedelta(days=1)
    assert planned(anna, runner, ROUTINE).refusal_code == "contradictory_preferences"


def test_a_roster_that_leaves_no_day_does_so_until_that_day_is_over(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    roster = {"dates": {"2026-10-31": "night", "2026-11-01": "off"}, "hours": {"night": "22:00-12:00"}}
    said(anna, {"roster": roster})
    assert planned(anna, runner, ROUTINE).refusal_code == "no_plan"
    assert planned(anna, runner, NUTRITION).refusal_code == "no_plan"
    clock.now = MIDNIGHT
    for kind in (ROUTINE, NUTRITION):
        assert planned(anna, runner, kind).refusal_code is None


def test_what_is_refused_for_a_fact_is_judged_again_when_the_fact_ceases_to_hold(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    said(anna, {"diet": ["low_fodmap"]}, until="2026-11-01T14:00:00Z")
    assert planned(anna, runner, NUTRITION).refusal_code == "restriction_not_supported"
    clock.now = datetime(2026, 11, 1, 14, tzinfo=UTC)
    assert planned(anna, runner, NUTRITION).refusal_code is None


def test_an_allergy_that_begins_to_hold_makes_the_meals_of_that_day_again(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    said(anna, {"allergies": ["milk", "egg", "gluten"]}, since="2026-11-01T13:30:00Z")
    before = planned(anna, runner, NUTRITION)
    clock.now = datetime(2026, 11, 1, 13, 30, tzinfo=UTC)
    after = planned(anna, runner, NUTRITION)
    assert after.plan_date == before.plan_date
    foods = shipped_food_library().foods
    blocks = [block for block in after.plan["nutrition"].values() if isinstance(block, dict) and "meals" in block]
    marks = {
        str(mark)
        for block in blocks
        for meal in block["meals"]
        for food in meal["foods"]
        for mark in foods[food["food_id"]].marks
    }
    assert not marks & {"milk", "egg", "gluten"}


def test_without_a_zone_time_alone_lifts_nothing(anna: Connection[Any], runner: GuidanceRunner, clock: Clock) -> None:
    anna.execute("UPDATE profiles SET timezone = NULL")
    said(anna, {"birth_date": "1990-11-02"})
    assert planned(anna, runner, ROUTINE).refusal_code == "unknown_timezone"
    clock.now = MIDNIGHT + timedelta(days=3)
    assert runner.due(ROUTINE) == []
