"""The steps of `sql/`: on an empty database, on one of an older HolisticOS, twice, back again, and at once."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine, inspect

from hos_pipelines.postgres import tables
from hos_pipelines.postgres.connection import connect, with_driver
from hos_pipelines.postgres.errors import SchemaMismatchError
from hos_pipelines.postgres.migrate import migrate, roll_back
from hos_pipelines.postgres.schema_state import prepare, read_state
from hos_pipelines.postgres.step_files import step_names
from hos_pipelines.postgres.steps import read_steps
from hos_pipelines.project import PROJECT_ROOT

LEGACY = Path(__file__).with_name("legacy_database.sql").read_bytes()
STEPS = PROJECT_ROOT / "sql"
STEP_FILES = sorted(path for path in STEPS.glob("*.sql") if not path.name.endswith(".rollback.sql"))
STEP_NAMES = tuple(path.stem for path in STEP_FILES)
Rows = list[tuple[Any, ...]]
Row = dict[str, Any]

COLUMNS = """
SELECT table_name::text, column_name::text, udt_name::text, is_nullable, collation_name::text, is_identity
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = %s AND table_type = 'BASE TABLE' AND table_name NOT LIKE '%%yoyo%%'
ORDER BY table_name, column_name
"""

UNIQUE = """
SELECT conrelid::regclass::text AS holder, conname::text, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = %s::text::regnamespace AND contype IN ('u', 'p') AND conrelid::regclass::text NOT LIKE '%%yoyo%%'
ORDER BY 1, 2
"""

UNCOMMENTED = """
SELECT relname, attname
FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attnum >= 0
WHERE relname = ANY(%s) AND coalesce(col_description(pg_class.oid, attnum), '') = ''
UNION ALL
SELECT relname, NULL FROM pg_class WHERE relname = ANY(%s) AND coalesce(obj_description(oid, 'pg_class'), '') = ''
"""

ENROL = """
INSERT INTO profiles (profile_id, external_id, archetype, timezone, status, enrolled_at, last_active_at)
VALUES ('wren', 'ext-wren', 'Peak Performer', 'Europe/Berlin', 'active', now(), now())
"""

STORE = """
INSERT INTO biomarkers (profile_id, type, start_date_time, end_date_time, value, observed_at)
VALUES ('lark', 'heart_rate', '2025-02-01T06:00:00Z', NULL, %s, now())
ON CONFLICT (profile_id, type, start_date_time, end_date_time) DO UPDATE SET value = excluded.value
RETURNING xmax = 0
"""

FOREVER = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def legacy_url(database_url: str) -> str:
    with connect(database_url) as connection:
        connection.execute(LEGACY)
    return database_url


def query(url: str, text: str, values: Sequence[object] = ()) -> Rows:
    with connect(url) as connection:
        return connection.execute(text.encode(), values).fetchall()


def execute(url: str, *statements: str) -> None:
    with connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def table_names(url: str) -> list[str]:
    found = query(
        url, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    return sorted(name for (name,) in found if "yoyo" not in name)


def rows_of(url: str, table: str) -> list[Row]:
    return [row for (row,) in query(url, f'SELECT to_jsonb(t) FROM "{table}" AS t ORDER BY to_jsonb(t)::text')]  # noqa: S608


def dump(url: str, *, without: Sequence[str] = ()) -> dict[str, object]:
    return {name: rows_of(url, name) for name in table_names(url) if name not in without}


def rules(url: str) -> Rows:
    return query(
        url,
        "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    )


def by_key(url: str, table: str, key: str, *columns: str) -> dict[Any, Any]:
    return {row[key]: tuple(row[column] for column in columns) for row in rows_of(url, table)}


def ids_of(url: str, table: str) -> set[int]:
    return {int(row["id"].replace("-", "")[-4:]) for row in rows_of(url, table)}


def shape(url: str, schema: str) -> tuple[object, ...]:
    engine = create_engine(with_driver(url, "psycopg"))
    try:
        inspector = inspect(engine)
        links = {
            (
                name,
                *link["constrained_columns"],
                link["referred_table"],
                *link["referred_columns"],
                *link["options"].items(),
            )
            for name in inspector.get_table_names(schema)
            for link in inspector.get_foreign_keys(name, schema)
        }
    finally:
        engine.dispose()
    uniques = [(holder.rpartition(".")[2], name, meaning) for holder, name, meaning in query(url, UNIQUE, [schema])]
    return query(url, COLUMNS, [schema]), sorted(uniques), links


def expected_shape(url: str) -> tuple[object, ...]:
    """What the metadata itself makes of an empty schema, on the same server."""
    execute(url, "CREATE SCHEMA expected")
    engine = create_engine(with_driver(url, "psycopg"), execution_options={"schema_translate_map": {None: "expected"}})
    try:
        tables.metadata.create_all(engine)
    finally:
        engine.dispose()
    found = shape(url, "expected")
    execute(url, "DROP SCHEMA expected CASCADE")
    return found


def test_a_new_database_equals_the_metadata_also_after_a_rollback(database_url: str) -> None:
    expected = expected_shape(database_url)
    assert migrate(database_url) == STEP_NAMES
    assert shape(database_url, "public") == expected
    assert roll_back(database_url) == STEP_NAMES[::-1]
    assert table_names(database_url) == []
    assert migrate(database_url) == STEP_NAMES
    assert shape(database_url, "public") == expected


def test_steps_go_back_one_by_one_and_forth_again(database_url: str) -> None:
    migrate(database_url)
    rules_before = rules(database_url)
    for name in STEP_NAMES[::-1]:
        assert roll_back(database_url, 1) == (name,)
    assert roll_back(database_url, 1) == ()
    migrate(database_url)
    assert rules(database_url) == rules_before


def test_the_newest_result_of_an_older_database_is_the_one_that_stands(database_url: str) -> None:
    migrate(database_url)
    roll_back(database_url, len(STEP_NAMES) - STEP_NAMES.index("0008_standing_results"))
    with connect(database_url) as connection:
        connection.execute(ENROL)
        for day, mark in ((1, "old"), (3, "newest"), (2, "between")):
            connection.execute(
                "INSERT INTO analysis_results (profile_id, archetype, analysis_type, fingerprint, analyzed_at, status, "
                "engine, method_version, mode, data_source, result) VALUES ('wren', 'Peak Performer', "
                "'circadian_analysis', %s, %s, 'preliminary', 'rules', '1', 'initial', 'sahha', '{}')",
                (mark, datetime(2026, 1, day, tzinfo=UTC)),
            )
        for kind in ("circadian_analysis", "behavior_analysis"):
            connection.execute(
                "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type) "
                "VALUES ('wren', 'Peak Performer', %s)",
                (kind,),
            )
    migrate(database_url)
    with connect(database_url) as connection:
        standing = "SELECT analysis_type, fingerprint, status FROM archetype_analysis_tracking ORDER BY 1 DESC"
        assert connection.execute(standing).fetchall() == [
            ("circadian_analysis", "newest", "preliminary"),
            ("behavior_analysis", None, None),
        ]


RESULT = """
INSERT INTO analysis_results (profile_id, archetype, analysis_type, fingerprint, analyzed_at, status, engine,
                              method_version, mode, data_source, result)
VALUES ('wren', 'Peak Performer', %s, %s, now(), %s, 'rules', '2', 'initial', 'sahha', '{}')
"""
STANDS = """
INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, fingerprint, status)
VALUES ('wren', 'Peak Performer', %s, %s, %s)
"""


def test_stale_results_go_on_rollback_and_the_analyses_they_stood_for_are_due_again(database_url: str) -> None:
    migrate(database_url)
    with connect(database_url) as connection:
        connection.execute(ENROL)
        for kind, mark, status in (
            ("circadian_analysis", "old", "stale"),
            ("circadian_analysis", "older", "ok"),
            ("behavior_analysis", "new", "preliminary"),
        ):
            connection.execute(RESULT, (kind, mark, status))
        connection.execute(STANDS, ("circadian_analysis", "old", "stale"))
        connection.execute(STANDS, ("behavior_analysis", "new", "preliminary"))
    assert roll_back(database_url, len(STEP_NAMES) - STEP_NAMES.index("0010_stale_results"))[-1] == "0010_stale_results"
    left = query(database_url, "SELECT fingerprint, status FROM analysis_results ORDER BY 1")
    assert left == [("new", "preliminary"), ("older", "ok")]
    standing = "SELECT analysis_type, fingerprint, status FROM archetype_analysis_tracking ORDER BY 1 DESC"
    assert query(database_url, standing) == [
        ("circadian_analysis", None, None),
        ("behavior_analysis", "new", "preliminary"),
    ]
    with connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(RESULT, ("circadian_analysis", "again", "stale"))
    assert "0010_stale_results" in migrate(database_url)
    with connect(database_url) as connection:
        connection.execute(RESULT, ("circadian_analysis", "again", "stale"))


def test_ticks_of_an_older_database_keep_the_order_of_their_instants_and_new_ones_come_after(database_url: str) -> None:
    write = """
    INSERT INTO refresh_ticks (tick, planned_at, data_source, search_complete, search_requests, profiles_listed,
        listings_skipped, profiles_changed, profiles_active, profiles_due, requests_planned, requests_saved)
    VALUES (%s, %s, 'sahha', true, 0, 0, 0, 0, 0, 0, 0, 0)
    """
    migrate(database_url)
    roll_back(database_url, len(STEP_NAMES) - STEP_NAMES.index("0016_order_of_ticks"))
    with connect(database_url) as connection:
        for tick, hour in (("third", 3), ("first", 1), ("second", 2)):
            connection.execute(write, (tick, datetime(2026, 11, 1, hour, tzinfo=UTC)))
    migrate(database_url)
    with connect(database_url) as connection:
        connection.execute(write, ("last", datetime(2026, 11, 1, 2, tzinfo=UTC)))
        ticks = connection.execute("SELECT tick FROM refresh_ticks ORDER BY number").fetchall()
    assert [tick for (tick,) in ticks] == ["first", "second", "third", "last"]


def test_results_and_pages_are_compressed_by_lz4_where_the_server_has_it(database_url: str) -> None:
    migrate(database_url)
    ((is_known,),) = query(
        database_url, "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
    )
    statement = """
    SELECT attname, attcompression::text FROM pg_attribute
    WHERE (attrelid, attname) IN (('analysis_results'::regclass, 'result'), ('analysis_reports'::regclass, 'html'))
    ORDER BY 1
    """
    by = "l" if is_known else ""
    assert query(database_url, statement) == [("html", by), ("result", by)]
    roll_back(database_url, len(STEP_NAMES) - STEP_NAMES.index("0017_lz4"))
    assert query(database_url, statement) == [("html", ""), ("result", "")]


def test_a_status_nobody_knows_is_refused(database_url: str) -> None:
    migrate(database_url)
    execute(database_url, ENROL)
    with connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(RESULT, ("circadian_analysis", "odd", "rotten"))


def test_every_step_has_a_rollback_and_no_rollback_is_left_over() -> None:
    rollbacks = {path.name for path in STEPS.glob("*.rollback.sql")}
    assert rollbacks == {f"{name}.rollback.sql" for name in STEP_NAMES}


@pytest.mark.parametrize("is_adopted", [False, True])
def test_every_table_and_column_has_a_comment_until_rolled_back(database_url: str, *, is_adopted: bool) -> None:
    if is_adopted:
        execute(database_url, LEGACY.decode())
    migrate(database_url)
    ours = {(table.name, column.name) for table in tables.metadata.sorted_tables for column in table.columns}
    names = [table.name for table in tables.metadata.sorted_tables]
    bare = query(database_url, UNCOMMENTED, [names, names])
    assert [row for row in bare if row in ours or row[1] is None] == []
    roll_back(database_url, len(STEP_NAMES) - STEP_NAMES.index("0004_comments"))
    standing = {row[:2] for row in query(database_url, COLUMNS, ["public"])}
    assert ours & standing <= set(query(database_url, UNCOMMENTED, [names, names]))


def test_adoption_gives_every_table_the_columns_of_the_metadata(legacy_url: str) -> None:
    migrate(legacy_url)
    found = {row[:3] for row in query(legacy_url, COLUMNS, ["public"])}
    missing = {
        (table.name, column.name)
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if (table.name, column.name) not in {row[:2] for row in found}
    }
    assert missing == set()


def test_adoption_keys_every_profile_and_the_newest_keeps_a_shared_external_id(legacy_url: str) -> None:
    migrate(legacy_url)
    assert by_key(legacy_url, "profiles", "id", "profile_id", "external_id", "archetype", "status") == {
        "lark": ("lark", "ext-lark", "Foundation Builder", "active"),
        "owl": ("owl", "finch", "Foundation Builder", "active"),
        "finch": ("finch", "finch-2", "Foundation Builder", "active"),
        "twin-a": ("twin-a", "twin-a", "Foundation Builder", "active"),
        "twin-b": ("twin-b", "ext-twin", "Foundation Builder", "active"),
        "heron": ("heron", "heron", "Foundation Builder", "active"),
        "o'hara@example.invalid": (
            "o'hara@example.invalid",
            "o'hara@example.invalid",
            "Foundation Builder",
            "paused",
        ),
    }
    profiles = {row["id"]: row for row in rows_of(legacy_url, "profiles")}
    assert profiles["o'hara@example.invalid"]["status_reason"].startswith("profile id: has other characters")
    assert profiles["lark"]["enrolled_at"] == "2025-01-01T00:00:00+00:00"
    assert profiles["lark"]["data"] == {"name": "Synthetic Lark"}
    assert profiles["heron"]["enrolled_at"] is not None


def test_new_profiles_with_a_broken_id_are_refused_though_old_ones_stay(legacy_url: str) -> None:
    migrate(legacy_url)
    with pytest.raises(psycopg.errors.CheckViolation, match="profiles_profile_id_pattern"):
        execute(legacy_url, "INSERT INTO profiles (profile_id, external_id) VALUES ('a/b', 'ext-ab')")


def test_adoption_drops_the_older_duplicates_of_biomarkers_and_nothing_else(legacy_url: str) -> None:
    before = ids_of(legacy_url, "biomarkers")
    migrate(legacy_url)
    kept, aside = ids_of(legacy_url, "biomarkers"), ids_of(legacy_url, "biomarkers_set_aside")
    assert before - kept == {1, 3, 5}
    assert aside == {5}


def test_adoption_fills_biomarkers_from_data_only_where_it_holds_plain_values(legacy_url: str) -> None:
    migrate(legacy_url)
    columns = ("value", "unit", "periodicity", "aggregation", "value_type", "sahha_biomarker_id", "observed_at")
    found = by_key(legacy_url, "biomarkers", "id", *columns)
    nothing = (None,) * 6
    assert {key[-2:]: values for key, values in found.items()} == {
        "02": ("200", "count", None, None, None, None, "2025-02-03T02:00:00+00:00"),
        "04": ("62", "bpm", None, None, None, None, "2025-02-01T06:05:00+00:00"),
        "06": ("second", None, None, None, None, None, "2025-02-02T00:00:00+00:00"),
        "07": (*nothing, None),
        "08": (*nothing, None),
        "09": ("480.0", "minute", "daily", "total", "long", "synthetic-9", "2025-02-02T08:00:00+00:00"),
        "10": (*nothing, "2025-02-02T07:00:00+00:00"),
        "11": (*nothing, None),
        "12": (*nothing, "2025-02-04T07:00:00+00:00"),
    }
    assert {(row["local_date"], row["utc_offset_minutes"]) for row in rows_of(legacy_url, "biomarkers")} == {
        (None, None)
    }


def test_adoption_fills_scores_from_data_and_leaves_bad_values_null(legacy_url: str) -> None:
    before = ids_of(legacy_url, "scores")
    migrate(legacy_url)
    columns = ("factors", "data_sources", "version", "sahha_score_id", "calculated_at", "observed_at")
    found = by_key(legacy_url, "scores", "id", *columns)
    assert {key[-2:]: values for key, values in found.items()} == {
        "22": (None, None, None, None, None, "2025-02-02T00:00:00+00:00"),
        "23": (
            [{"name": "sleep_debt", "score": 1.0}],
            ["sleep", "activity"],
            1.5,
            "synthetic-23",
            "2025-02-02T00:10:07.44+00:00",
            "2025-02-05T00:00:00+00:00",
        ),
        "24": (None, None, None, None, None, "2025-02-03T00:00:00+00:00"),
        "25": (None, None, None, "25", None, "2025-02-04T00:00:00+00:00"),
        "26": (None, None, None, None, None, None),
    }
    assert ids_of(legacy_url, "scores") | ids_of(legacy_url, "scores_set_aside") == before


def test_adoption_copies_the_newest_sahha_archetypes_and_leaves_the_old_table(legacy_url: str) -> None:
    before = rows_of(legacy_url, "archetypes")
    migrate(legacy_url)
    assert rows_of(legacy_url, "archetypes") == before
    columns = ("profile_id", "periodicity", "ordinality", "version", "start_date_time", "observed_at", "created_at")
    assert by_key(legacy_url, "sahha_archetypes", "value", *columns) == {
        "average_sleeper": (
            "lark",
            "weekly",
            2,
            1.0,
            "2025-02-03T00:00:00+00:00",
            "2025-02-12T00:00:00+00:00",
            "2025-02-11T00:00:00+00:00",
        )
    }


def test_adoption_merges_what_was_tracked_twice_and_keeps_the_later_time(legacy_url: str) -> None:
    migrate(legacy_url)
    columns = ("user_id", "archetype", "analysis_type", "analysis_timestamp", "analysis_count", "sahha_data_synced")
    assert by_key(legacy_url, "archetype_analysis_tracking", "id", *columns) == {
        1: ("lark", "Foundation Builder", "behavior_analysis", "2025-02-07T00:00:00+00:00", 5, True),
        3: ("owl", "Peak Performer", "behavior_analysis", "2025-02-05T00:00:00+00:00", 1, False),
    }
    times = by_key(legacy_url, "archetype_analysis_tracking", "id", "last_analysis_at", "analysis_timestamp")
    assert all(former == ours for former, ours in times.values())


def test_tables_that_nobody_knows_are_left_as_they_are(legacy_url: str) -> None:
    before = dump(legacy_url)
    migrate(legacy_url)
    after = dump(legacy_url)
    assert {name: after[name] for name in ("users", "webhook_events")} == {
        name: before[name] for name in ("users", "webhook_events")
    }
    assert ("webhook_events", "webhook_events_profile_id_fkey") in {row[:2] for row in rules(legacy_url)}


def test_readings_no_longer_need_a_profile_and_profiles_can_be_referred_to(legacy_url: str) -> None:
    migrate(legacy_url)
    links = {row[:2] for row in rules(legacy_url) if row[2].startswith("FOREIGN KEY")}
    assert links == {
        ("adaptation_evaluations", "adaptation_evaluations_of_own_change"),
        ("adaptation_states", "adaptation_states_profile_known"),
        ("adaptation_weeks", "adaptation_weeks_profile_known"),
        ("adaptations", "adaptations_profile_known"),
        ("analysis_reports", "analysis_reports_profile_known"),
        ("analysis_requests", "analysis_requests_original"),
        ("analysis_results", "analysis_results_profile_known"),
        ("daily_journals", "daily_journals_profile_known"),
        ("guidance_states", "guidance_states_profile_known"),
        ("longterm_memory", "longterm_memory_profile_known"),
        ("memory_consolidation", "memory_consolidation_profile_known"),
        ("meta_memory", "meta_memory_profile_known"),
        ("model_answers", "model_answers_profile_known"),
        ("model_calls", "model_calls_profile_known"),
        ("plan_items", "plan_items_profile_known"),
        ("plans", "plans_profile_known"),
        ("profile_facts", "profile_facts_profile_known"),
        ("profiles", "profiles_archetype_known"),
        ("profiles", "profiles_user_id_fkey"),
        ("quarantine", "quarantine_profile_known"),
        ("refresh_batches", "refresh_batches_tick_known"),
        ("request_progress", "request_progress_of_request"),
        ("shortterm_memory", "shortterm_memory_profile_known"),
        ("sync_coverage", "sync_coverage_profile_known"),
        ("sync_state", "sync_state_profile_known"),
        ("task_checkins", "task_checkins_of_own_item"),
        ("task_checkins", "task_checkins_profile_known"),
        ("user_insights", "user_insights_profile_known"),
        ("webhook_events", "webhook_events_profile_id_fkey"),
        ("workflow_executions", "workflow_executions_profile_known"),
        ("workflow_stages", "workflow_stages_of_its_person"),
        ("working_memory", "working_memory_profile_known"),
    }


ONLY = {
    "only last_analysis_at": (["DROP COLUMN analysis_timestamp"], "2025-02-03T00:00:00+00:00"),
    "only analysis_timestamp": (["DROP COLUMN last_analysis_at"], "2025-02-07T00:00:00+00:00"),
    "both": ([], "2025-02-07T00:00:00+00:00"),
    "neither column": (["DROP COLUMN analysis_timestamp", "DROP COLUMN last_analysis_at"], None),
}


@pytest.mark.parametrize(("changes", "expected"), ONLY.values(), ids=ONLY)
def test_the_time_of_the_last_analysis_survives_there_and_back(
    legacy_url: str, changes: list[str], expected: str | None
) -> None:
    for change in changes:
        execute(legacy_url, f"ALTER TABLE archetype_analysis_tracking {change}")
    (old_columns,) = {tuple(sorted(row)) for row in rows_of(legacy_url, "archetype_analysis_tracking")}
    migrate(legacy_url)
    times = by_key(legacy_url, "archetype_analysis_tracking", "user_id", "analysis_timestamp")
    assert times["lark"] == (expected,)
    roll_back(legacy_url)
    names = {"last_analysis_at", "analysis_timestamp"} & set(old_columns)
    for name in names:
        assert by_key(legacy_url, "archetype_analysis_tracking", "user_id", name) == times
    migrate(legacy_url)
    assert by_key(legacy_url, "archetype_analysis_tracking", "user_id", "analysis_timestamp") == times


def test_an_old_analysis_time_that_a_view_reads_is_kept_and_may_be_null(legacy_url: str) -> None:
    execute(legacy_url, "CREATE VIEW recent AS SELECT user_id, last_analysis_at FROM archetype_analysis_tracking")
    migrate(legacy_url)
    execute(
        legacy_url,
        "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type) "
        "VALUES ('lark', 'Peak Performer', 'circadian_analysis')",
    )
    assert len(query(legacy_url, "SELECT * FROM recent")) == 3


@pytest.mark.parametrize(
    "missing", ["profiles", "biomarkers", "scores", "archetypes", "archetype_analysis_tracking", "users"]
)
def test_a_database_that_lacks_a_table_of_old_is_adopted_too(legacy_url: str, missing: str) -> None:
    execute(legacy_url, f"DROP TABLE {missing} CASCADE")
    before = {name: len(rows_of(legacy_url, name)) for name in table_names(legacy_url)}
    migrate(legacy_url)
    assert {table.name for table in tables.metadata.sorted_tables} <= set(table_names(legacy_url))
    roll_back(legacy_url)
    after = {name: len(rows_of(legacy_url, name)) for name in table_names(legacy_url)}
    lost = {name: count - after[name] for name, count in before.items() if count != after[name]}
    assert lost == {
        name: count for name, count in {"biomarkers": 2, "archetype_analysis_tracking": 1}.items() if name != missing
    }


def test_profiles_that_are_keyed_by_profile_id_already_are_adopted(database_url: str) -> None:
    execute(
        database_url,
        "CREATE TABLE profiles (profile_id varchar(50) PRIMARY KEY, name text)",
        "INSERT INTO profiles VALUES ('lark', 'Synthetic Lark')",
    )
    migrate(database_url, adopt=True)
    assert by_key(database_url, "profiles", "profile_id", "external_id", "name") == {"lark": ("lark", "Synthetic Lark")}
    execute(database_url, ENROL)
    roll_back(database_url)
    assert set(by_key(database_url, "profiles", "profile_id")) == {"lark", "wren"}


def test_an_archetype_that_nobody_knows_is_kept(legacy_url: str) -> None:
    execute(legacy_url, "UPDATE archetype_analysis_tracking SET archetype = 'Mindful Optimizer' WHERE id = 3")
    migrate(legacy_url)
    assert by_key(legacy_url, "archetype_analysis_tracking", "id", "archetype")[3] == ("Mindful Optimizer",)
    assert "archetype_analysis_tracking_archetype_known" not in {name for _, name, _ in rules(legacy_url)}


def test_a_second_type_of_analysis_can_be_tracked_after_adoption(legacy_url: str) -> None:
    insert = (
        "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, analysis_timestamp) "
        "VALUES ('owl', 'Peak Performer', 'circadian_analysis', now())"
    )
    migrate(legacy_url)
    execute(legacy_url, insert)
    assert {row["analysis_type"] for row in rows_of(legacy_url, "archetype_analysis_tracking")} == {
        "behavior_analysis",
        "circadian_analysis",
    }
    with pytest.raises(psycopg.errors.UniqueViolation, match="unique_user_archetype_analysis_type"):
        execute(legacy_url, insert)


def test_people_are_enrolled_and_readings_stored_in_an_adopted_database(legacy_url: str) -> None:
    migrate(legacy_url)
    execute(
        legacy_url,
        ENROL,
        "INSERT INTO sync_state (profile_id, stream, last_outcome, last_attempt_at) "
        "VALUES ('wren', 'biomarkers', 'updated', now()), ('lark', 'biomarkers', 'updated', now())",
    )
    assert query(legacy_url, STORE, ["63"]) == [(False,)]
    assert query(legacy_url, "SELECT value FROM biomarkers WHERE type = 'heart_rate'") == [("63",)]
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="sync_state_profile_known"):
        execute(
            legacy_url,
            "INSERT INTO sync_state (profile_id, stream, last_outcome, last_attempt_at) "
            "VALUES ('nobody', 'biomarkers', 'updated', now())",
        )


@pytest.mark.parametrize("is_adopted", [False, True])
def test_a_second_migrate_changes_nothing(database_url: str, *, is_adopted: bool) -> None:
    if is_adopted:
        execute(database_url, LEGACY.decode())
    migrate(database_url)
    before = dump(database_url), rules(database_url)
    assert migrate(database_url) == ()
    assert (dump(database_url), rules(database_url)) == before


def run_whole(connection: Connection[Any], path: Path) -> None:
    connection.execute(path.read_bytes())


def run_by_statement(connection: Connection[Any], path: Path) -> None:
    for statement in sqlparse.split(path.read_text()):
        connection.execute(statement.encode())


@pytest.mark.parametrize("is_adopted", [False, True])
@pytest.mark.parametrize("run", [run_whole, run_by_statement])
def test_the_raw_steps_change_nothing_when_run_again_alone_or_all(
    database_url: str, run: Callable[[Connection[Any], Path], None], *, is_adopted: bool
) -> None:
    if is_adopted:
        execute(database_url, LEGACY.decode())
    with connect(database_url) as connection:
        for path in STEP_FILES:
            run(connection, path)
            once = dump(database_url), rules(database_url)
            run(connection, path)
            assert (dump(database_url), rules(database_url)) == once, path.name
        for path in STEP_FILES:
            run(connection, path)
    assert (dump(database_url), rules(database_url)) == once


def test_a_rollback_that_is_run_twice_hurts_nobody(legacy_url: str) -> None:
    migrate(legacy_url)
    with connect(legacy_url) as connection:
        for name in STEP_NAMES[::-1]:
            run_whole(connection, STEPS / f"{name}.rollback.sql")
            once = dump(legacy_url), rules(legacy_url)
            run_whole(connection, STEPS / f"{name}.rollback.sql")
            assert (dump(legacy_url), rules(legacy_url)) == once, name


def test_rolling_back_an_adopted_database_keeps_every_row_and_frees_the_former_system(legacy_url: str) -> None:
    before = dump(legacy_url)
    migrate(legacy_url)
    execute(legacy_url, ENROL)
    roll_back(legacy_url)
    after = dump(legacy_url)
    assert list(after) == list(before)
    for name in ("users", "archetypes", "webhook_events"):
        assert after[name] == before[name]
    assert ids_of(legacy_url, "biomarkers") == {2, *range(4, 13)}
    assert ids_of(legacy_url, "scores") == {*range(21, 27)}
    assert_profiles_as_before(before["profiles"], after["profiles"])
    left = {name for _, name, _ in rules(legacy_url)}
    assert "unique_score_entry" in left
    assert not {"unique_biomarker_entry", "profiles_profile_id_key", "profiles_profile_id_pattern"} & left
    execute(legacy_url, "INSERT INTO profiles (id) VALUES ('robin')")


def assert_profiles_as_before(before: Any, after: Any) -> None:
    left = {row["id"]: row for row in after}
    assert left.keys() == {row["id"] for row in before} | {"wren"}
    for row in before:
        assert {name: left[row["id"]][name] for name in row} == row


def test_adopting_again_after_a_rollback_comes_to_the_same(legacy_url: str) -> None:
    migrate(legacy_url)
    before = dump(legacy_url, without=["hos_adoption"])
    roll_back(legacy_url)
    migrate(legacy_url)
    assert dump(legacy_url, without=["hos_adoption"]) == before


def test_a_database_newer_than_the_code_is_not_touched(database_url: str) -> None:
    migrate(database_url)
    execute(
        database_url,
        "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc) "
        "VALUES ('future', '9999_from_the_future', now())",
    )
    for work in (migrate, roll_back, partial(prepare, migrate=migrate)):
        with pytest.raises(SchemaMismatchError, match=r"newer than this code.*9999_from_the_future"):
            work(database_url)


def test_a_database_older_than_the_code_is_sent_to_hos_migrate(database_url: str) -> None:
    migrate(database_url)
    roll_back(database_url, 1)
    with pytest.raises(SchemaMismatchError, match=f"older than this code.*{STEP_NAMES[-1]}.*`hos migrate`"):
        prepare(database_url, migrate)


def test_prepare_fills_an_empty_database_and_refuses_somebody_elses(database_url: str) -> None:
    prepare(database_url, migrate)
    with connect(database_url) as connection:
        assert read_state(connection).is_current
    roll_back(database_url)
    execute(database_url, "CREATE TABLE somebody_elses (id integer)")
    with pytest.raises(SchemaMismatchError, match="`hos migrate`"):
        prepare(database_url, migrate)


@pytest.mark.parametrize(
    "executor",
    [ThreadPoolExecutor, partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn"))],
    ids=["threads", "processes"],
)
def test_migrations_that_start_at_once_apply_each_step_once(
    legacy_url: str, executor: Callable[[int], Executor]
) -> None:
    with executor(3) as pool:
        applied = list(pool.map(migrate, [legacy_url] * 3))
    assert sorted(applied) == [(), (), STEP_NAMES]
    assert query(legacy_url, "SELECT count(*) FROM _yoyo_migration") == [(len(STEP_NAMES),)]


INSTANTS = st.none() | st.sampled_from([datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2)])
NAMES = st.sampled_from(["a", "b", "c", "a-2", "a-3", "b-2"])
PEOPLE = st.dictionaries(NAMES, st.tuples(st.none() | st.just("") | NAMES, INSTANTS), max_size=6)


@given(people=PEOPLE)
@FOREVER
def test_whatever_external_ids_were_shared_every_profile_keeps_one_of_its_own(
    database_url: str, people: dict[str, tuple[str | None, datetime | None]]
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "CREATE TABLE profiles (id text PRIMARY KEY, sahha_external_id text, created_at timestamptz)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO profiles VALUES (%s, %s, %s)", [(key, *rest) for key, rest in people.items()]
            )
        connection.execute(STEP_FILES[0].read_bytes())
        found: dict[str, str] = dict(
            connection.execute("SELECT id, external_id FROM profiles WHERE id = profile_id").fetchall()
        )
        connection.rollback()
    assert found.keys() == people.keys()
    assert len(set(found.values())) == len(people)
    wanted = {external or key for key, (external, _) in people.items()}
    assert wanted <= set(found.values())


KEYS = st.tuples(
    st.sampled_from(["lark", "owl", None]),
    st.sampled_from(["steps", None]),
    st.sampled_from([datetime(2025, 2, 1, tzinfo=UTC), None]),
    st.sampled_from([datetime(2025, 2, 2, tzinfo=UTC), None]),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("a0\"'é:-T", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "unit", "factors", "dataSources", "version", "createdAtUtc"]), inner
        )
    ),
    max_leaves=8,
)


@given(readings=st.lists(st.tuples(KEYS, INSTANTS), max_size=12))
@FOREVER
def test_of_readings_with_one_whole_key_the_newest_stays_and_no_other_is_lost(
    database_url: str, readings: list[tuple[tuple[object, ...], datetime | None]]
) -> None:
    rows = [(number, *key, created) for number, (key, created) in enumerate(readings)]
    with psycopg.connect(database_url) as connection:
        adopt_readings(connection, "(id, profile_id, type, start_date_time, end_date_time, created_at)", rows)
        kept = {key for (key,) in connection.execute("SELECT id FROM biomarkers")}
        aside = set_aside(connection)
        connection.rollback()
    newest = {max(group, key=age)[0] for _, group in groupby(sorted(rows, key=text_key), key=text_key)}
    assert kept == newest
    assert aside == {row[0] for row in rows if None in row[1:4]} - newest


@given(contents=st.lists(JSON, min_size=1, max_size=6))
@FOREVER
def test_no_content_of_data_can_stop_the_adoption(database_url: str, contents: list[Any]) -> None:
    with psycopg.connect(database_url) as connection:
        adopt_readings(connection, "(id, data)", [(number, Jsonb(data)) for number, data in enumerate(contents)])
        count = len(connection.execute("SELECT id FROM biomarkers").fetchall()) + len(set_aside(connection))
        connection.rollback()
    assert count == len(contents)


def text_key(row: tuple[Any, ...]) -> str:
    return repr(row[1:5])


def age(row: tuple[Any, ...]) -> tuple[datetime, int]:
    return row[5] or datetime.min.replace(tzinfo=UTC), row[0]


def adopt_readings(connection: Connection[Any], columns: str, rows: list[tuple[Any, ...]]) -> None:
    for table in ("biomarkers", "scores"):
        connection.execute(
            f"CREATE TABLE {table} (id integer, profile_id text, type text, start_date_time timestamptz, "
            "end_date_time timestamptz, data jsonb, created_at timestamptz)".encode()
        )
    places = ", ".join(["%s"] * len(rows[0])) if rows else ""
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO biomarkers {columns} VALUES ({places})".encode(), rows)  # noqa: S608
    connection.execute("INSERT INTO scores SELECT * FROM biomarkers")
    for path in STEP_FILES[:3]:
        connection.execute(path.read_bytes())


def set_aside(connection: Connection[Any]) -> set[int]:
    if connection.execute("SELECT to_regclass('biomarkers_set_aside')").fetchone() == (None,):
        return set()
    return {key for (key,) in connection.execute("SELECT id FROM biomarkers_set_aside")}


def test_the_files_name_the_steps_that_are_run() -> None:
    assert step_names() == [step.id for step in read_steps()]
