"""The stage of memory on PostgreSQL: from rows that people and apps write by plain SQL to what is remembered."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.memory_forgetting import forget
from hos_pipelines.postgres.memory_view import read_core, read_layers
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.operations.maintenance import consolidate_memories, delete_old_data
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.postgres.rows import NOON

MEMORY = GuidanceKind.MEMORY
DAY = timedelta(days=1)
PEOPLE = ("anna", "ben", "cleo")
Runner = Callable[[datetime], GuidanceRunner]

# Anna is offered mornings and evenings and walks in the evening; she leaves out focus for lack of time.
DOES = """
WITH item AS (
    INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, category, scheduled_time, recorded_at)
    SELECT md5(what || n)::uuid, 'anna', what, %(day)s::date - n, 'a title', what,
           CASE WHEN what = 'movement' THEN CASE WHEN n %% 2 = 0 THEN time '07:00' ELSE time '19:00' END
                ELSE time '10:00' END,
           %(now)s::timestamptz - n * interval '1 day'
    FROM generate_series(1, 12) AS n CROSS JOIN unnest(ARRAY['movement', 'focus']) AS what
    RETURNING id, item_id, plan_date
)
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, actual_completion_time,
                           satisfaction_rating, skip_reason, user_notes, recorded_at)
SELECT md5('checkin' || id::text)::uuid, 'anna', id, plan_date,
       CASE item_id WHEN 'movement' THEN 'completed' ELSE 'skipped' END,
       CASE item_id WHEN 'movement' THEN plan_date + time '18:30' END AT TIME ZONE 'UTC',
       CASE item_id WHEN 'movement' THEN 5 END, CASE item_id WHEN 'focus' THEN 'no_time' END,
       'a secret of mine', (plan_date + time '20:00') AT TIME ZONE 'UTC'
FROM item
"""


@pytest.fixture
def settings(migrated_url: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})


@pytest.fixture
def at(settings: Settings) -> Runner:
    """A runner whose present is given."""
    return lambda now: GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: now)


@pytest.fixture
def people(connection: Connection[Any], settings: Settings) -> Connection[Any]:
    """Three people with four weeks each, analysed; Anna has a plan, answers, journals and facts as well."""
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)], [one for name in PEOPLE for one in scores(name)])
    analyses = AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON)
    for kind in AnalysisType:
        analyses.run(AnalysisRequest(kind, PEOPLE[:2]), nothing)
    connection.execute(DOES, {"day": NOON.date(), "now": NOON})
    connection.execute(
        "INSERT INTO daily_journals (id, profile_id, journal_date, energy_level, what_went_well, recorded_at) "
        "SELECT md5('journal' || n)::uuid, 'anna', %s::date - n, 2, 'a secret of mine', %s::timestamptz - n * interval "
        "'1 day' FROM generate_series(1, 9) AS n",
        (NOON.date(), NOON),
    )
    connection.execute(
        "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
        "VALUES ('anna', 'allergies', '[\"peanut\"]', 'stated', %(now)s, %(now)s), "
        "('anna', 'goal', '\"sleep_better\"', 'stated', %(now)s, %(now)s)",
        {"now": NOON - DAY},
    )
    return connection


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def keys(connection: Connection[Any], profile_id: str = "anna") -> dict[str, str]:
    return {row.key: row.value for row in read_core(connection, profile_id)}


def everything(connection: Connection[Any]) -> str:
    tables = ("working_memory", "shortterm_memory", "longterm_memory", "meta_memory", "memory_consolidation")
    return str([connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2".encode()).fetchall() for name in tables])  # noqa: S608


def test_what_people_say_and_do_is_remembered_and_no_word_of_theirs_is(people: Connection[Any], at: Runner) -> None:
    assert at(NOON).due(MEMORY) == ["anna", "ben"]
    outcomes = {one.profile_id: one for one in at(NOON).run(MEMORY, ["anna", "ben"], nothing)}
    assert (outcomes["anna"].status, outcomes["ben"].status) == ("ok", "preliminary")
    assert keys(people) == {
        "restriction.peanut": "allergic",
        "goal.primary": "sleep_better",
        "timing.movement": "evening",
        "liking.movement": "high",
        "barrier.focus": "no_time",
        "feeling.energy": "low",
    }
    assert "secret" not in everything(people)
    assert "a title" not in everything(people)
    layers = read_layers(people, "anna", NOON)
    short = {row["key"]: row for row in layers["shortterm"]}
    assert short["timing.movement"]["offered"] == ["evening", "morning"]
    assert short["timing.movement"]["exposure_count"] == 12
    assert "rhythm.chronotype" in short
    assert (layers["meta"][0]["reporting_rate"], layers["meta"][0]["task_tolerance"]) == (1.0, 0)
    assert set(count_violations(people, MEMORY, NOON).values()) == {0}
    assert at(NOON).due(MEMORY) == []


def test_the_same_again_writes_nothing_and_a_word_more_makes_due(people: Connection[Any], at: Runner) -> None:
    at(NOON).run(MEMORY, ["anna", "ben"], nothing)
    before = everything(people)
    later = NOON + timedelta(hours=2)
    assert {one.outcome for one in at(later).run(MEMORY, ["anna", "ben"], nothing)} == {"unchanged"}
    assert everything(people) == before
    people.execute(
        "UPDATE task_checkins SET satisfaction_rating = 1, recorded_at = %s WHERE completion_status = 'completed'",
        (later,),
    )
    assert at(later).due(MEMORY) == ["anna"]
    at(later).run(MEMORY, ["anna"], nothing)
    assert (keys(people)["liking.movement"], keys(people)["timing.movement"]) == ("low", "evening")


def test_a_forgotten_key_is_not_learned_again_by_the_stage(people: Connection[Any], at: Runner) -> None:
    at(NOON).run(MEMORY, ["anna"], nothing)
    forget(people, "anna", "liking.movement", NOON)
    for days in range(3):
        at(NOON + days * DAY).run(MEMORY, ["anna"], nothing)
    assert "liking." not in everything(people)
    assert count_violations(people, MEMORY, NOON)["nothing_forgotten_is_held"] == 0
    people.execute("UPDATE shortterm_memory SET memory_key = 'liking.movement', category = 'liking' "
                   "WHERE memory_key = 'timing.movement'")  # fmt: skip
    assert count_violations(people, MEMORY, NOON)["nothing_forgotten_is_held"] == 1


def test_whoever_is_known_by_nothing_is_told_what_is_lacking(people: Connection[Any], at: Runner) -> None:
    (outcome,) = at(NOON).run(MEMORY, ["cleo"], nothing)
    assert outcome.error == "has no memory to be made from yet: analyse first."


def test_a_night_lets_memory_fade_and_takes_what_has_expired(
    people: Connection[Any], at: Runner, settings: Settings
) -> None:
    at(NOON).run(MEMORY, ["anna", "ben"], nothing)
    database, later = Database(lambda: settings), NOON + 35 * DAY
    assert count_violations(people, MEMORY, later)["working_within_a_day"] == 6
    assert count_violations(people, MEMORY, later)["short_term_within_thirty_days"] > 0
    assert consolidate_memories(database, settings, later) == {"people": 2, "changed": 2, "failed": 0}
    assert consolidate_memories(database, settings, later) == {"people": 2, "changed": 0, "failed": 0}
    assert set(count_violations(people, MEMORY, later).values()) == {0}
    confidences = {row.key: row.confidence for row in read_core(people, "anna")}
    assert confidences["restriction.peanut"] == 1.0
    assert 0.5 < confidences["liking.movement"] < 0.75
    assert delete_old_data(database, settings.keep.rules, later)["shortterm_memory"] == 0
