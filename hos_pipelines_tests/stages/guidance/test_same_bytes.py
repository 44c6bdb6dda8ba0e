"""The same inputs in two databases give the same plans, to the byte: ids, JSON and rows, over days and corrections."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

import pytest
from psycopg import Connection, sql

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.migrate import migrate
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

KINDS = (GuidanceKind.ROUTINE_PLAN, GuidanceKind.NUTRITION_PLAN)
# When something came to be recorded is of the database, not of the plan.
RECORDED = {"made_at", "superseded_at", "recorded_at"}
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
CHECKIN = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, completed_at, recorded_at)
SELECT id, profile_id, id, plan_date, 'completed', NULL, %(now)s FROM plan_items
WHERE profile_id = 'anna' AND is_trackable AND superseded_at IS NULL
"""


@pytest.fixture
def two(migrated_url: str, database_url: str) -> tuple[str, str]:
    """Two databases of one server with the schema of this code."""
    migrate(database_url)
    return migrated_url, database_url


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def live(url: str, people: Sequence[str], *, late: timedelta = timedelta(0)) -> bytes:
    """Days of planning in one database, told as it holds them; everything is recorded later by so much."""
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    clock = Clock()
    runner = GuidanceRunner(lambda: settings, Database(lambda: settings), clock)
    with connect(url) as connection:
        enrol_people(connection, *people)
        for name in people:
            store(connection, life(name))
        for kind in AnalysisType:
            AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
                AnalysisRequest(kind, people), nothing
            )
        clock.now = NOON - timedelta(minutes=5)
        say(connection, clock, birth_date="1990-03-04", sex="female", height="168 cm", weight="64.5 kg")
        clock.now = NOON + late
        make(runner, people)
        clock.now += timedelta(hours=1)
        say(connection, clock, diet="vegetarian", allergies="sesame, soy", health_flags="fluid_limit")
        for _ in range(4):
            clock.now += timedelta(minutes=1)
            make(runner, people)
            connection.execute(CHECKIN + "ON CONFLICT DO NOTHING", {"now": clock.now})
            found = read_plan(connection, "anna", "routine")
            assert found is not None
            assert found.beds_at is not None
            clock.now = found.beds_at - timedelta(hours=2, minutes=59) + late
        return b"\n".join(rows(connection, table) for table in ("plans", "plan_items"))


def say(connection: Connection[Any], clock: Clock, **facts: str) -> None:
    since = NOON.isoformat()
    say_facts(connection, "anna", [RawFact(key, value, since) for key, value in facts.items()], UTC, clock.now)


def make(runner: GuidanceRunner, people: Sequence[str]) -> None:
    for kind in KINDS:
        assert not [one.error for one in runner.run(kind, people, nothing) if one.is_bad]


def rows(connection: Connection[Any], table: str) -> bytes:
    """What COPY gives of anna's rows, in the order of their keys."""
    names = [name for (name,) in connection.execute(COLUMNS, (table,)) if name not in RECORDED]
    statement = sql.SQL("COPY (SELECT {} FROM {} WHERE profile_id = 'anna' ORDER BY 1) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copied:
        return b"".join(bytes(part) for part in copied)


def test_two_databases_of_the_same_inputs_hold_the_same_bytes(two: tuple[str, str]) -> None:
    first = live(two[0], ["anna"])
    second = live(two[1], ["zoe", "anna", "ben"], late=timedelta(seconds=7))
    assert first == second
    assert first.count(b"\n") > 60
