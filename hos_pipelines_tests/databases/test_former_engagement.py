"""An older HolisticOS's plans, check-ins and journals: taken over with their rows, and its app goes on writing them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from hos_pipelines.domain.person.checkin import Completion
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.errors import ForeignTablesError
from hos_pipelines.postgres.migrate import migrate, roll_back
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.postgres.test_migrate import LEGACY, STEP_FILES, dump, rules

ENGAGEMENT = (STEP_FILES[0].parents[1] / "hos_pipelines_tests" / "postgres" / "legacy_engagement.sql").read_bytes()
TABLES = ("plan_items", "task_checkins", "daily_journals")
LATER = datetime(2025, 5, 1, tzinfo=UTC)


@pytest.fixture
def former(database_url: str) -> str:
    """A former database with engagement tables, not yet taken over."""
    with connect(database_url) as session:
        session.execute(LEGACY)
        session.execute(ENGAGEMENT)
    return database_url


def by_id(rows: Any, columns: set[str]) -> Mapping[str, Any]:
    return {row["id"]: {name: value for name, value in row.items() if name in columns} for row in rows}


def test_every_row_is_taken_over_and_of_two_journals_of_a_day_the_newer_stands(former: str) -> None:
    before = dump(former)
    migrate(former)
    after = dump(former)
    for name in TABLES:
        old: Any = before[name]
        columns = set(old[0])
        kept = by_id(after[name], columns)
        lost = {row["id"] for row in old} - set(kept)
        assert lost == ({"00000000-0000-4000-8000-000000000301"} if name == "daily_journals" else set())
        assert kept == {key: row for key, row in by_id(old, columns).items() if key not in lost}
    with connect(former) as session:
        at = [read_engagement(session, ["lark"], date(2025, 2, 1), date(2025, 2, 1), instant)["lark"]
              for instant in (datetime(2025, 2, 1, 21, tzinfo=UTC), LATER)]  # fmt: skip
    assert [[one.energy_level for one in found.journals] for found in at] == [[3], [5]]
    [checkin] = at[1].checkins
    assert (checkin.status, checkin.satisfaction) == (Completion.COMPLETED, 4)
    assert checkin.done_at == datetime(2025, 2, 1, 7, tzinfo=UTC)


def rules_of_these(url: str) -> list[tuple[Any, ...]]:
    return [rule for rule in rules(url) if rule[0] in TABLES]


def shape(url: str) -> Mapping[Any, Any]:
    query = (
        "SELECT table_name, column_name, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_name = ANY(%s)"
    )
    return {row[:2]: row[2:] for row in rows_of(url, query, list(TABLES))}


def test_it_can_be_run_again_and_goes_back_to_what_it_was(former: str) -> None:
    before, rules_before = shape(former), rules_of_these(former)
    migrate(former)
    once = dump(former, without=["hos_adoption"]), rules(former)
    with connect(former) as session:
        session.execute(STEP_FILES[-1].with_name("0018_person.sql").read_bytes())
    assert (dump(former, without=["hos_adoption"]), rules(former)) == once
    adopted = rules_of_these(former)
    roll_back(former)
    left = shape(former)
    assert {key: left[key] for key in before} == before
    assert rules_of_these(former) == rules_before
    migrate(former)
    assert rules_of_these(former) == adopted


def test_its_app_goes_on_writing_as_it_always_did_and_is_held_to_the_rules(former: str) -> None:
    migrate(former)
    insert = (
        "INSERT INTO task_checkins (profile_id, plan_item_id, analysis_result_id, completion_status, planned_date, "
        "completed_at) VALUES (%s, '00000000-0000-4000-8000-000000000101', "
        "'00000000-0000-4000-8000-000000000001', %s, current_date, now())"
    )
    with psycopg.connect(former, autocommit=True) as app:
        app.execute(
            "INSERT INTO plan_items (analysis_result_id, profile_id, item_id, time_block, title, plan_date) "
            "VALUES (gen_random_uuid(), 'someone not enrolled', 'walk', 'Morning', 'Walk', current_date)"
        )
        app.execute(insert.encode(), ("lark", "completed"))
        for person, status in (("owl", "completed"), ("lark", "done")):
            with pytest.raises(psycopg.errors.IntegrityError):
                app.execute(insert.encode(), (person, status))
        again = insert + (
            " ON CONFLICT (profile_id, plan_item_id, planned_date) DO UPDATE SET completion_status = "
            "excluded.completion_status"
        )
        app.execute(again.encode(), ("lark", "partial"))
        app.execute("UPDATE daily_journals SET energy_level = 1 WHERE id = '00000000-0000-4000-8000-000000000302'")
    stands = "SELECT completion_status FROM task_checkins WHERE profile_id = 'lark' ORDER BY planned_date"
    assert rows_of(former, stands) == [("completed",), ("partial",)]
    said = "SELECT content ->> 'completion_status' FROM task_checkin_versions"
    assert rows_of(former, said) == [("completed",)]


def test_tables_of_these_names_that_are_somebody_elses_stop_the_migration(database_url: str) -> None:
    with connect(database_url) as session:
        session.execute("CREATE TABLE daily_journals (id integer, words text)")
    with pytest.raises(ForeignTablesError, match=r"daily_journals \(columns id, words; lacks profile_id, journal_date"):
        migrate(database_url)
