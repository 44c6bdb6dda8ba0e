from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker, Reading
from hos_pipelines.domain.sync import Stream, UpsertCounts
from hos_pipelines.postgres import upsert as upsert_module
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.upsert import upsert
from hos_pipelines_tests.databases.conftest import name_of, role
from hos_pipelines_tests.postgres.rows import NOON, archetype, biomarker, score

LATER = NOON + timedelta(minutes=30)

__all__ = ["role"]


def put(connection: Connection[Any], stream: Stream, *rows: Reading) -> dict[str, UpsertCounts]:
    with connection.transaction():
        return upsert(connection, stream, rows)


def stored(connection: Connection[Any], columns: str = "value") -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {columns} FROM biomarkers ORDER BY profile_id, type, start_date_time").fetchall()  # noqa: S608


def test_a_row_is_stored_exactly_as_handed_over(connection: Connection[Any]) -> None:
    row = biomarker()
    put(connection, Stream.BIOMARKERS, row)
    assert stored(connection, ", ".join(Biomarker._fields)) == [tuple(row)]


def test_scores_and_archetypes_keep_their_json_and_lists(connection: Connection[Any]) -> None:
    put(connection, Stream.SCORES, score(0.1 + 0.2))
    put(connection, Stream.SAHHA_ARCHETYPES, archetype())
    found = connection.execute("SELECT score, factors, data_sources FROM scores").fetchone()
    assert found == (0.1 + 0.2, [{"name": "sleep_duration", "value": 480}], ["sleep", "age"])
    assert connection.execute("SELECT value, data FROM sahha_archetypes").fetchone() == (
        "early_riser",
        {"confidence": 0.5},
    )


def test_counts_tell_inserted_updated_unchanged_and_stale_apart_per_profile(connection: Connection[Any]) -> None:
    put(connection, Stream.BIOMARKERS, biomarker(kind="a"), biomarker(kind="b"), biomarker(kind="c", observed_at=LATER))
    counts = put(
        connection,
        Stream.BIOMARKERS,
        biomarker(kind="a", observed_at=LATER),
        biomarker(kind="b", value="7", observed_at=LATER),
        biomarker(kind="c", value="7"),
        biomarker(kind="d"),
        biomarker("ben"),
    )
    assert counts == {
        "anna": UpsertCounts(inserted=1, updated=1, unchanged=1, stale=1),
        "ben": UpsertCounts(inserted=1),
    }


def test_an_unchanged_row_is_not_rewritten(connection: Connection[Any]) -> None:
    put(connection, Stream.BIOMARKERS, biomarker())
    before = stored(connection, "xmin, ctid")
    put(connection, Stream.BIOMARKERS, biomarker(observed_at=LATER))
    assert stored(connection, "xmin, ctid") == before


def test_an_older_look_never_overwrites_a_newer_one(connection: Connection[Any]) -> None:
    put(connection, Stream.BIOMARKERS, biomarker(value="new", observed_at=LATER))
    put(connection, Stream.BIOMARKERS, biomarker(value="old"))
    assert stored(connection) == [("new",)]


def test_a_closed_window_replaces_an_open_one_and_never_the_other_way(connection: Connection[Any]) -> None:
    put(connection, Stream.BIOMARKERS, biomarker(value="open", periodicity="intraday", observed_at=LATER))
    put(connection, Stream.BIOMARKERS, biomarker(value="closed"))
    assert stored(connection, "value, periodicity") == [("closed", "daily")]
    counts = put(connection, Stream.BIOMARKERS, biomarker(value="open", periodicity="intraday", observed_at=LATER))
    assert counts["anna"] == UpsertCounts(stale=1)
    assert stored(connection, "value, periodicity") == [("closed", "daily")]


def test_the_last_value_per_key_wins_inside_a_batch(connection: Connection[Any]) -> None:
    counts = put(connection, Stream.BIOMARKERS, biomarker(value="1"), biomarker(value="2"), biomarker(value="3"))
    assert stored(connection) == [("3",)]
    assert counts["anna"] == UpsertCounts(inserted=1, stale=2)


def test_a_point_in_time_without_an_end_is_one_row_however_often_it_comes(connection: Connection[Any]) -> None:
    point = biomarker()._replace(end_date_time=None)
    put(connection, Stream.BIOMARKERS, point)
    counts = put(connection, Stream.BIOMARKERS, point._replace(value="7", observed_at=LATER))
    assert counts["anna"] == UpsertCounts(updated=1)
    assert stored(connection) == [("7",)]


def test_a_later_calculation_of_a_score_wins_whatever_was_seen_last(connection: Connection[Any]) -> None:
    put(connection, Stream.SCORES, score(0.9, calculated_at=LATER))
    counts = put(connection, Stream.SCORES, score(0.1, calculated_at=NOON, observed_at=LATER))
    assert counts["anna"] == UpsertCounts(stale=1)
    assert connection.execute("SELECT score FROM scores").fetchall() == [(0.9,)]


def test_a_null_periodicity_of_an_archetype_is_one_key(connection: Connection[Any]) -> None:
    put(connection, Stream.SAHHA_ARCHETYPES, archetype(periodicity=None))
    counts = put(connection, Stream.SAHHA_ARCHETYPES, archetype("late_riser", periodicity=None))
    assert counts["anna"] == UpsertCounts(updated=1)


def test_rows_of_a_new_profile_beside_those_of_an_old_one_are_counted_as_theirs(connection: Connection[Any]) -> None:
    put(connection, Stream.BIOMARKERS, biomarker(), biomarker(kind="sleep"))
    counts = put(
        connection,
        Stream.BIOMARKERS,
        biomarker("ben"),
        biomarker(value="7", observed_at=LATER),
        biomarker("ben", value="8"),
        biomarker("ben", "sleep"),
        biomarker(kind="sleep"),
    )
    assert counts == {
        "anna": UpsertCounts(updated=1, unchanged=1),
        "ben": UpsertCounts(inserted=2, stale=1),
    }
    assert stored(connection, "profile_id, type, value") == [
        ("anna", "sleep", "100"),
        ("anna", "steps", "7"),
        ("ben", "sleep", "100"),
        ("ben", "steps", "8"),
    ]


def test_a_first_contact_meets_a_row_that_somebody_else_is_just_writing(
    connection: Connection[Any], migrated_url: str
) -> None:
    """As the app of an older HolisticOS does, which locks no profile: nothing is there when we look, and then it is."""
    other = biomarker(value="theirs", observed_at=NOON - timedelta(minutes=1))
    fields, places = ", ".join(other._fields), ", ".join(["%s"] * len(other))
    with connect(migrated_url) as stranger, ThreadPoolExecutor(1) as beside:
        with stranger.transaction():
            stranger.execute(f"INSERT INTO biomarkers ({fields}) VALUES ({places})", other)  # noqa: S608
            waiting = beside.submit(put, connection, Stream.BIOMARKERS, biomarker(value="ours"), biomarker(kind="new"))
            while not is_waiting(stranger, connection.info.backend_pid):
                assert not waiting.done()
        assert waiting.result() == {"anna": UpsertCounts(inserted=1, updated=1)}
    assert stored(connection, "type, value") == [("new", "100"), ("steps", "ours")]


def test_a_first_contact_never_overwrites_the_newer_row_of_somebody_else(
    connection: Connection[Any], migrated_url: str
) -> None:
    newer = biomarker(value="theirs", observed_at=LATER)
    with connect(migrated_url) as stranger, ThreadPoolExecutor(1) as beside:
        with stranger.transaction():
            upsert(stranger, Stream.BIOMARKERS, [newer])
            waiting = beside.submit(put, connection, Stream.BIOMARKERS, biomarker(value="ours"), biomarker(kind="new"))
            while not is_waiting(stranger, connection.info.backend_pid):
                assert not waiting.done()
        assert waiting.result() == {"anna": UpsertCounts(inserted=1, stale=1)}
    assert stored(connection, "type, value") == [("new", "100"), ("steps", "theirs")]


def is_waiting(connection: Connection[Any], pid: int) -> bool:
    return connection.execute("SELECT pg_blocking_pids(%s) <> '{}'", (pid,)).fetchone() == (True,)


def test_policies_of_the_table_have_their_say_in_a_first_contact_too(
    connection: Connection[Any], role: Callable[[str], str], migrated_url: str
) -> None:
    address = role(migrated_url)
    connection.execute("ALTER TABLE biomarkers ENABLE ROW LEVEL SECURITY")
    connection.execute("CREATE POLICY only_anna ON biomarkers USING (profile_id = 'anna')")
    connection.execute(f"GRANT SELECT, INSERT, UPDATE ON biomarkers TO {name_of(address)}")
    with connect(address) as session:
        assert put(session, Stream.BIOMARKERS, biomarker()) == {"anna": UpsertCounts(inserted=1)}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            put(session, Stream.BIOMARKERS, biomarker("ben"))
    assert stored(connection, "profile_id") == [("anna",)]


@st.composite
def histories(draw: st.DrawFn) -> list[Biomarker]:
    """Versions of a few keys: each later look of a key brings another value, open windows come before closed ones."""
    versions = st.tuples(st.sampled_from(["anna", "ben"]), st.sampled_from(["steps", "sleep"]), st.integers(0, 1))
    keys = draw(st.lists(versions, min_size=1, max_size=5, unique=True))
    rows = []
    for profile_id, kind, day in keys:
        closed_from = draw(st.integers(0, 4))
        for look in range(draw(st.integers(1, 4))):
            row = biomarker(
                profile_id,
                kind,
                str(look),
                day=day,
                periodicity="daily" if look >= closed_from else "intraday",
                observed_at=NOON + timedelta(minutes=look),
            )
            rows.append(row)
    return rows


@given(data=st.data(), history=histories(), chunk=st.integers(1, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_any_split_and_any_overlap_give_the_same_table(
    connection: Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    data: st.DataObject,
    history: list[Biomarker],
    chunk: int,
) -> None:
    monkeypatch.setattr(upsert_module, "CHUNK_ROWS", chunk)
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=6))
    order = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    connection.execute("TRUNCATE biomarkers")
    met = UpsertCounts()
    for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
        for counts in put(connection, Stream.BIOMARKERS, *order[start:end]).values():
            met += counts
    newest = {row[:4]: row for row in sorted(history, key=lambda row: row.observed_at)}
    expected = sorted(tuple(row) for row in newest.values())
    assert sorted(stored(connection, ", ".join(Biomarker._fields))) == expected
    assert met.inserted == len(newest)
    assert met.inserted + met.updated + met.unchanged + met.stale == len(order)
