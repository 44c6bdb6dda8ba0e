"""Anna, who sleeps from eleven to seven in Berlin: what she says, and the routines that are made for her."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON


def enrol_anna(connection: Connection[Any]) -> None:
    """On Sunday 1 November 2026 at 13:00."""
    enrol_people(connection, "anna")
    connection.execute("UPDATE profiles SET timezone = 'Europe/Berlin', archetype = 'Foundation Builder'")
    say(connection, NOON - timedelta(minutes=1), wake_time="07:00", sleep_time="23:00")


def say(connection: Connection[Any], at: datetime, **facts: object) -> None:
    say_facts(connection, "anna", [RawFact(key, value) for key, value in facts.items()], UTC, at)


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def make(connection: Connection[Any], runner: GuidanceRunner) -> tuple[str, StoredPlan]:
    (outcome,) = runner.run(GuidanceKind.ROUTINE_PLAN, ["anna"], nothing)
    assert not outcome.is_bad, outcome.error
    found = read_plan(connection, "anna", "routine")
    assert found is not None
    return outcome.outcome, found


def counted(plan: StoredPlan) -> list[str]:
    tasks = [task for block in plan.plan["time_blocks"] for task in block["tasks"]]
    return [task["id"] for task in tasks if task["role"] == "counted"]
