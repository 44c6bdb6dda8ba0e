"""The routine follows the state of adaptation from the day it holds on, on a clock that the tests move: D to D + 1."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.routine.settled import QUESTION
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import read_plan
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.stages.guidance.annas_routines import counted, enrol_anna, make, nothing, say
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

ROUTINE, NUTRITION = GuidanceKind.ROUTINE_PLAN, GuidanceKind.NUTRITION_PLAN
TODAY = date(2026, 11, 1)
TOMORROW = TODAY + timedelta(days=1)
DECIDED = """
INSERT INTO adaptation_states (profile_id, version, decided_on, holds_from, archetype, reason, because, state,
                               rule_version, recorded_at)
VALUES ('anna', %s, %s, %s, 'Foundation Builder', 'poor_adherence', 'So it is.', %s, '1', %s)
"""
NIGHTS = {"pattern": ["night"], "starts": "2026-10-26"}


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol_anna(connection)
    return connection


def decide(connection: Connection[Any], version: int, on: date, at: datetime, **state: object) -> None:
    """A state decided on a day, which holds from the next."""
    told = Jsonb({"stage": "MAINTAIN", **state})
    connection.execute(DECIDED, (version, on, on + timedelta(days=1), told, at))


def test_a_state_decided_today_leaves_today_as_it_stands_and_reaches_tomorrow(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    _, before = make(anna, runner)
    runner.run(NUTRITION, ["anna"], nothing)
    clock.now += timedelta(hours=1)
    decide(anna, 1, TODAY, clock.now, fewer_items=1)
    assert (runner.due(ROUTINE), runner.due(NUTRITION)) == (["anna"], [])
    assert make(anna, runner) == ("unchanged", before)
    assert runner.due(ROUTINE) == []
    # Made again for a reason of its own, today's plan still goes by what held this morning.
    say(anna, clock.now, health_flags="fluid_limit")
    outcome, again = make(anna, runner)
    assert (outcome, again.plan_date, again.plan["adaptation"]["version"]) == ("new", TODAY, 0)
    clock.now = datetime(2026, 11, 1, 19, tzinfo=UTC)
    assert runner.due(ROUTINE) == ["anna"]
    _, tomorrow = make(anna, runner)
    assert (tomorrow.plan_date, tomorrow.plan["adaptation"]["version"]) == (TOMORROW, 1)
    assert len(counted(tomorrow)) == 1
    assert tomorrow.plan["adaptation"]["question"] == QUESTION
    assert "fewer_asked" in tomorrow.notes
    assert not any(count_violations(anna, ROUTINE, clock.now).values())


def test_a_state_decided_after_tomorrow_was_planned_makes_that_plan_again(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    _, today = make(anna, runner)
    clock.now = datetime(2026, 11, 1, 19, tzinfo=UTC)
    _, first = make(anna, runner)
    clock.now += timedelta(hours=2)
    assert runner.due(ROUTINE) == []
    decide(anna, 1, TODAY, clock.now, stage="SIMPLIFY", stage_since="2026-11-02")
    assert runner.due(ROUTINE) == ["anna"]
    outcome, second = make(anna, runner)
    assert (outcome, second.plan_date) == ("new", TOMORROW)
    assert second.fingerprint != first.fingerprint
    assert second.plan["adaptation"]["stage"] == "SIMPLIFY"
    assert read_plan(anna, "anna", "routine", TODAY) == today
    facts = "SELECT bool_and(fact_ids[cardinality(fact_ids)] = 'adaptation_state_1') FROM plan_items"
    assert anna.execute(
        f"{facts} WHERE plan_date = %s AND is_trackable AND superseded_at IS NULL", (TOMORROW,)
    ).fetchone() == (True,)


def test_the_newest_version_that_holds_on_the_day_counts(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    for version, on in enumerate((TODAY - timedelta(days=9), TODAY - timedelta(days=1), TODAY), start=1):
        decide(anna, version, on, clock.now, fewer_items=version)
    assert make(anna, runner)[1].plan["adaptation"]["version"] == 2


def test_a_person_who_changes_their_archetype_starts_at_maintain(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    decide(anna, 1, TODAY - timedelta(days=1), clock.now, stage="SIMPLIFY")
    assert make(anna, runner)[1].plan["adaptation"]["stage"] == "SIMPLIFY"
    anna.execute("UPDATE profiles SET archetype = 'Peak Performer'")
    assert runner.due(ROUTINE) == ["anna"]
    again = make(anna, runner)[1].plan["adaptation"]
    assert (again["stage"], again["version"], again["archetypes"]) == ("MAINTAIN", 1, {"Peak Performer": 1.0})


@pytest.mark.parametrize(
    ("decided_at", "first"),
    [
        (datetime(2026, 11, 2, 17, tzinfo=UTC), date(2026, 11, 3)),
        (datetime(2026, 11, 3, 2, tzinfo=UTC), date(2026, 11, 4)),
    ],
)
def test_the_waking_day_of_a_night_worker_goes_on_after_midnight_as_it_was_planned(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock, decided_at: datetime, first: date
) -> None:
    clock.now = datetime(2026, 11, 2, 13, 30, tzinfo=UTC)
    say(anna, clock.now, roster=NIGHTS, wake_time=None, sleep_time=None)
    _, running = make(anna, runner)
    assert (running.plan_date, running.plan["anchors"]["source"]) == (date(2026, 11, 2), "roster")
    clock.now = decided_at
    decide(anna, 1, first - timedelta(days=1), clock.now, fewer_items=1)
    assert make(anna, runner) == ("unchanged", running)
    versions = {running.plan_date: 0}
    for night in range(2):
        clock.now = datetime(2026, 11, 3 + night, 4, 30, tzinfo=UTC)
        _, plan = make(anna, runner)
        versions[plan.plan_date] = plan.plan["adaptation"]["version"]
    assert versions == {date(2026, 11, 2 + day): int(date(2026, 11, 2 + day) >= first) for day in range(3)}
