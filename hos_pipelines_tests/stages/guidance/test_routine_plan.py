"""Routine plans on PostgreSQL, without Dagster: made once, made again when something moves, superseded, refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import read_plan
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people, life, store
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

ROUTINE = GuidanceKind.ROUTINE_PLAN
ITEMS = """
SELECT item_id, starts_at, estimated_duration_minutes, is_trackable FROM plan_items
WHERE profile_id = %s AND superseded_at IS NULL ORDER BY starts_at
"""
STANDING = """
SELECT plan_date, status, superseded_at IS NULL FROM plans WHERE profile_id = %s ORDER BY made_at, plan_date
"""


@pytest.fixture
def anna(connection: Connection[Any], settings: Settings) -> Connection[Any]:
    """Somebody with four analysed weeks, and somebody else of whom nothing is known."""
    enrol_people(connection, "anna", "nobody")
    store(connection, life("anna"))
    for kind in (AnalysisType.CIRCADIAN, AnalysisType.BEHAVIOR):
        AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
            AnalysisRequest(kind, ["anna"]), nothing
        )
    return connection


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def say(connection: Connection[Any], at: datetime, **facts: object) -> None:
    """Says facts of anna."""
    say_facts(connection, "anna", [RawFact(name, value) for name, value in facts.items()], UTC, at)


def plan(runner: GuidanceRunner, name: str = "anna") -> ProfileOutcome:
    (outcome,) = runner.run(ROUTINE, [name], nothing)
    return outcome


def test_a_plan_is_made_once_and_its_items_lie_in_the_day(anna: Connection[Any], runner: GuidanceRunner) -> None:
    assert runner.due(ROUTINE) == ["anna"]
    assert (plan(runner).outcome, plan(runner).outcome) == ("new", "unchanged")
    assert runner.due(ROUTINE) == []
    found = read_plan(anna, "anna", "routine")
    assert found is not None
    assert found.wakes_at is not None
    assert found.beds_at is not None
    items = anna.execute(ITEMS, ("anna",)).fetchall()
    assert len(items) >= 5
    assert all(found.wakes_at <= row[1] < found.beds_at for row in items)
    assert [len(block["zones"]) > 0 for block in found.plan["time_blocks"]] == [True] * 5
    assert count_violations(anna, ROUTINE, NOON) == dict.fromkeys(count_violations(anna, ROUTINE, NOON), 0)


def test_three_hours_before_bed_the_next_day_is_due(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    plan(runner)
    first = read_plan(anna, "anna", "routine")
    assert first is not None
    assert first.beds_at is not None
    clock.now = first.beds_at - timedelta(hours=3, minutes=1)
    assert runner.due(ROUTINE) == []
    clock.now = first.beds_at - timedelta(hours=3)
    assert runner.due(ROUTINE) == ["anna"]
    plan(runner)
    second = read_plan(anna, "anna", "routine")
    assert second is not None
    assert second.plan_date == first.plan_date + timedelta(days=1)
    assert [row[2] for row in anna.execute(STANDING, ("anna",))] == [True, True]


def test_a_stated_time_makes_the_plan_again_and_the_older_one_stays_superseded(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    plan(runner)
    before = {row[0] for row in anna.execute("SELECT id FROM plan_items WHERE profile_id = 'anna'")}
    clock.now += timedelta(minutes=5)
    say(anna, clock.now, health_flags="fluid_limit", wake_time_work="06:30", sleep_time_work="22:30")
    clock.now += timedelta(minutes=1)
    assert runner.due(ROUTINE) == ["anna"]
    assert plan(runner).outcome == "new"
    assert [row[2] for row in anna.execute(STANDING, ("anna",))] == [False, True]
    items = anna.execute(ITEMS, ("anna",)).fetchall()
    assert not [row[0] for row in items if str(row[0]).startswith("hyd_")]
    kept = {row[0] for row in anna.execute("SELECT id FROM plan_items WHERE superseded_at IS NULL")}
    assert kept & before
    assert count_violations(anna, ROUTINE, clock.now) == dict.fromkeys(count_violations(anna, ROUTINE, clock.now), 0)


def test_what_cannot_be_planned_is_refused_with_a_reason(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock.now, birth_date="2012-05-01")
    clock.now += timedelta(minutes=1)
    assert plan(runner).status == "refused"
    found = read_plan(anna, "anna", "routine")
    assert found is not None
    assert (found.refusal_code, found.status) == ("not_an_adult", "refused")
    assert anna.execute(ITEMS, ("anna",)).fetchall() == []


def test_of_whom_nothing_is_known_a_plan_that_is_asked_for_tells_what_is_lacking_and_nothing_makes_them_due(
    anna: Connection[Any], runner: GuidanceRunner
) -> None:
    assert plan(runner, "nobody").status == "refused"
    found = read_plan(anna, "nobody", "routine")
    assert found is not None
    assert found.refusal_code == "unknown_timezone"
    anna.execute("UPDATE profiles SET timezone = 'Europe/Berlin' WHERE profile_id = 'nobody'")
    assert plan(runner, "nobody").status == "ok"
    assert "nobody" not in runner.due(ROUTINE)


def test_the_database_takes_no_item_without_a_fact(anna: Connection[Any], runner: GuidanceRunner) -> None:
    plan(runner)
    with pytest.raises(Exception, match="plan_items_rest_on_facts"):
        anna.execute("UPDATE plan_items SET fact_ids = '{}' WHERE profile_id = 'anna'")
