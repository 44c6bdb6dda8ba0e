"""The view an application reads: what stands, one row a person and kind, told as of the moment of reading."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import dict_row

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres import tables
from hos_pipelines.postgres.analysis_store import read_current
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.virtual_clock import set_virtual_now
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import RESULTS
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, night, store
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = ("anna", "ben", "cleo")
COLUMNS = [
    "profile_id", "external_id", "archetype", "kind", "type", "confidence", "status", "engine", "model",
    "fallback_reason", "computed_at", "age", "data_through", "data_age", "data_source", "fetched_up_to",
    "method_version", "fingerprint", "plan", "result",
]  # fmt: skip
# Of these a stale result loses a piece and keeps the rest.
PARTLY_OF_TODAY = {"facts", "biomarker_insights", "sleep_need", "habit_analysis", "motivation_profile"}
# Nobody's rows, or known by another key until somebody is enrolled, or of a request, with which they go.
WITHOUT_A_PERSON = {
    "hos_adoption", "archetype_catalogue", "refresh_ticks", "refresh_batches", "sahha_breaker", "webhook_inbox",
    "request_batches", "request_progress",
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture
def analysed(migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Connection[Any]:
    """Anna and ben have four weeks, cleo one night; both analyses of each were made at noon."""
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    enrol_people(connection, *PEOPLE)
    store(connection, [*life("anna"), *life("ben"), *night("cleo", TODAY)])
    runner = AnalysisRunner(read_settings, Database(read_settings), lambda: NOON)
    for kind in AnalysisType:
        runner.run(AnalysisRequest(kind, PEOPLE), mark=lambda _: None)
    at(connection, NOON + timedelta(minutes=90))
    return connection


def at(connection: Connection[Any], moment: Any) -> None:
    connection.execute("SELECT set_config('hos.now', %s, false)", (moment.isoformat(),))


def rows(connection: Connection[Any], profile_id: str | None = None) -> list[dict[str, Any]]:
    query = "SELECT * FROM current_analyses WHERE profile_id = coalesce(%s, profile_id) ORDER BY profile_id, kind DESC"
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, (profile_id,)).fetchall()


def test_there_is_a_row_for_each_person_and_kind_by_stated_columns(analysed: Connection[Any]) -> None:
    found = rows(analysed)
    assert [(one["profile_id"], one["kind"]) for one in found] == [
        (name, kind) for name in PEOPLE for kind in ("circadian_analysis", "behavior_analysis")
    ]
    assert list(found[0]) == COLUMNS
    for one in found:
        stored = read_current(analysed, one["profile_id"], AnalysisType(one["kind"]))
        assert stored is not None
        result = RESULTS[AnalysisType(one["kind"])].model_validate_json(stored.result)
        assert RESULTS[AnalysisType(one["kind"])].model_validate(one["result"]) == result
        assert (one["status"], one["fingerprint"], one["engine"]) == (stored.status, stored.fingerprint, "rules")
        assert (one["computed_at"], one["age"]) == (NOON, timedelta(minutes=90))
        assert (one["data_through"], one["data_age"]) == (TODAY, timedelta(0))


def test_the_type_is_told_with_its_confidence(analysed: Connection[Any]) -> None:
    circadian, behavior = rows(analysed, "anna")
    assessment = circadian["result"]["chronotype_assessment"]
    assert (circadian["type"], circadian["confidence"]) == (assessment["primary_type"], assessment["confidence"])
    assert circadian["type"] is not None
    assert behavior["type"] == behavior["result"]["sophistication_assessment"]["category"]
    assert [one["type"] for one in rows(analysed, "cleo")] == [None, None]
    assert [one["confidence"] for one in rows(analysed, "cleo")] == ["none", "none"]


def test_a_result_goes_stale_while_it_is_read_and_loses_its_plan(analysed: Connection[Any]) -> None:
    over = NOON.replace(hour=0) + DAY
    for later, is_stale in ((2 * DAY, False), (2 * DAY + timedelta(seconds=1), True), (30 * DAY, True)):
        at(analysed, over + later)
        for one in rows(analysed, "anna"):
            stored = read_current(analysed, "anna", AnalysisType(one["kind"]))
            assert stored is not None
            seen = as_seen(
                RESULTS[AnalysisType(one["kind"])].model_validate_json(stored.result), over + later
            ).model_dump(mode="json")
            assert one["status"] == seen["status"] == ("stale" if is_stale else stored.status)
            assert one["data_age"] == age_of(TODAY, over + later) == later
            changed = {key for key, value in seen.items() if value != one["result"][key]} - {"status"}
            if is_stale:
                assert one["plan"] is None
                assert changed, "a stale result plans nothing"
            else:
                assert not changed
                assert one["plan"] == {key: one["result"][key] for key in one["plan"]}


def test_all_that_a_stale_result_loses_as_a_whole_is_in_the_plan(analysed: Connection[Any]) -> None:
    later = NOON + 30 * DAY
    for one in rows(analysed, "anna"):
        result = RESULTS[AnalysisType(one["kind"])].model_validate(one["result"])
        seen, was = as_seen(result, later).model_dump(mode="json"), result.model_dump(mode="json")
        lost = {key for key, value in seen.items() if value != was[key]} - PARTLY_OF_TODAY - {"status"}
        assert lost <= set(one["plan"])


def test_too_little_stays_too_little_however_old(analysed: Connection[Any]) -> None:
    at(analysed, NOON + 30 * DAY)
    circadian, _ = rows(analysed, "cleo")
    stored = read_current(analysed, "cleo", AnalysisType.CIRCADIAN)
    assert stored is not None
    expected = "stale" if stored.status != "insufficient_data" else "insufficient_data"
    assert circadian["status"] == expected


def test_who_has_left_and_what_no_longer_stands_is_not_in_it(analysed: Connection[Any]) -> None:
    analysed.execute("UPDATE profiles SET status = 'paused' WHERE profile_id = 'anna'")
    analysed.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    analysed.execute("UPDATE profiles SET archetype = 'Peak Performer' WHERE profile_id = 'cleo'")
    assert {one["profile_id"] for one in rows(analysed)} == {"anna"}


def test_every_table_with_rows_of_a_person_has_them_by_profile_id(connection: Connection[Any]) -> None:
    lacking = {table.name for table in tables.metadata.sorted_tables if "profile_id" not in table.columns}
    assert lacking == WITHOUT_A_PERSON


def test_the_tracking_table_keeps_its_former_key_and_follows_it(analysed: Connection[Any]) -> None:
    query = "SELECT count(*) FROM archetype_analysis_tracking WHERE profile_id = user_id"
    assert analysed.execute(query).fetchone() == (6,)
    analysed.execute(
        "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type) VALUES ('dora', "
        "'Peak Performer', 'behavior_analysis')"
    )
    joined = "SELECT user_id FROM archetype_analysis_tracking WHERE profile_id = 'dora'"
    assert analysed.execute(joined).fetchone() == ("dora",)


def test_view_and_columns_say_what_they_are(connection: Connection[Any]) -> None:
    comments = connection.execute(
        "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute "
        "WHERE attrelid = 'current_analyses'::regclass AND attnum > 0 ORDER BY attnum"
    ).fetchall()
    assert [name for name, _ in comments] == COLUMNS
    assert all(comment for _, comment in comments)
    (told,) = connection.execute("SELECT obj_description('current_analyses'::regclass)").fetchone() or ("",)
    assert "docs/reading.md" in told


@pytest.fixture
def reader(analysed: Connection[Any]) -> Iterator[Connection[Any]]:
    """A session of a role that may read the view and nothing else."""
    role = sql.Identifier(f"reader_{uuid4().hex}")
    analysed.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    analysed.execute(sql.SQL("GRANT SELECT ON current_analyses TO {}").format(role))
    analysed.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(role))
    yield analysed
    analysed.execute("RESET SESSION AUTHORIZATION")
    analysed.execute(sql.SQL("DROP OWNED BY {}").format(role))
    analysed.execute(sql.SQL("DROP ROLE {}").format(role))


def test_a_role_reads_the_view_and_none_of_the_tables(reader: Connection[Any]) -> None:
    assert len(rows(reader)) == 6
    for table in ("analysis_results", "profiles", "archetype_analysis_tracking"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))


def test_a_database_on_a_virtual_clock_tells_ages_by_it(analysed: Connection[Any], migrated_url: str) -> None:
    set_virtual_now(analysed, NOON + timedelta(hours=5))
    with connect(migrated_url) as later:
        assert {one["age"] for one in rows(later)} == {timedelta(hours=5)}
