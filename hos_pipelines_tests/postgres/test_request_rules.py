"""Requests as apps file them by plain SQL: what is taken, what is refused, what follows what, and who is told."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.request_refusals import MOST_PREFERENCES_BYTES, SENTENCES
from hos_pipelines.domain.requests.states import RequestStatus, may_become
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.request_claims import claim_requests
from hos_pipelines.postgres.virtual_clock import set_virtual_now
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON

FILE: LiteralString = """
INSERT INTO analysis_requests (profile_id, kind, idempotency_key, preferences) VALUES (%s, %s, %s, %s)
RETURNING id::text, status, duplicate_of::text, refusal_code, refusal
"""
Filed = tuple[str, str, str | None, str | None, str | None]


def file(
    connection: Connection[Any], key: str | None = None, kind: str = "routine", who: str = "anna", **said: Any
) -> Filed:
    row: Filed | None = connection.execute(FILE, (who, kind, key, Jsonb(said) if said else None)).fetchone()
    assert row is not None
    return row


def move(connection: Connection[Any], request_id: str, *statuses: str) -> None:
    for status in statuses:
        connection.execute(
            "UPDATE analysis_requests SET status = %s, batch_id = %s, lease_until = now() WHERE id = %s",
            (status, uuid4(), request_id),
        )


def states(connection: Connection[Any]) -> list[tuple[str, str]]:
    return connection.execute("SELECT profile_id, status FROM analysis_requests ORDER BY requested_at, id").fetchall()


def test_states_follow_each_other_in_the_database_as_in_the_domain(connection: Connection[Any]) -> None:
    for was, is_now in product(RequestStatus, RequestStatus):
        row = connection.execute("SELECT hos_request_may_become(%s, %s)", (was, is_now)).fetchone()
        assert row == (may_become(was, is_now),), (was, is_now)


def test_kinds_are_those_of_the_domain(connection: Connection[Any]) -> None:
    assert [file(connection, kind=kind)[1] for kind in RequestKind] == ["requested"] * len(RequestKind)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("kind", "horoscope", "analysis_requests_kind_known"),
        ("priority", 11, "analysis_requests_priority_is_from_minus_10_to_10"),
        ("idempotency_key", "", "analysis_requests_key_has_1_to_200_characters"),
        ("timezone", "x" * 101, "analysis_requests_timezone_has_1_to_100_characters"),
        ("archetype", "", "analysis_requests_archetype_has_1_to_100_characters"),
        ("profile_id", "", "analysis_requests_profile_id_has_1_to_100_characters"),
        ("preferences", Jsonb([1]), "analysis_requests_preferences_are_an_object"),
        ("preferences", Jsonb({"goal": "x" * 1_000_000}), "analysis_requests_preferences_have_16384_bytes_at_most"),
    ],
)
def test_what_no_request_may_say_is_refused_by_the_insert_with_a_name_that_tells(
    connection: Connection[Any], column: LiteralString, value: object, constraint: str
) -> None:
    values = {"profile_id": "anna", "kind": "routine"} | {column: value}
    statement = sql.SQL("INSERT INTO analysis_requests ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(map(sql.Placeholder, values))
    )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(statement, values)
    assert refused.value.diag.constraint_name == constraint
    assert states(connection) == []


def test_the_largest_preferences_are_taken(connection: Connection[Any]) -> None:
    frame = len(json.dumps({"goal": ""}))
    assert file(connection, goal="x" * (MOST_PREFERENCES_BYTES - frame))[1] == "requested"


def test_whatever_an_app_says_of_states_it_begins_at_the_beginning(connection: Connection[Any]) -> None:
    connection.execute(
        "INSERT INTO analysis_requests (profile_id, kind, status, attempt, refusal_code, refusal, completed_at, "
        "request_hash, updated_seq, requested_at, not_before) "
        "VALUES ('anna', 'routine', 'done', 7, 'x', 'y', now(), 'z', -1, 'infinity', 'infinity')"
    )
    row = connection.execute(
        "SELECT status, attempt, refusal_code, completed_at, length(request_hash), updated_seq > 0 "
        "FROM analysis_requests"
    ).fetchone()
    assert row == ("requested", 0, None, None, 64, True)
    connection.execute(
        "INSERT INTO analysis_requests (profile_id, kind, requested_at) VALUES ('b', 'routine', '2000-01-01')"
    )
    (early, never) = connection.execute(
        "SELECT min(requested_at) > now() - interval '1 hour', max(requested_at) > now() FROM analysis_requests"
    ).fetchone() or (None, None)
    assert (early, never) == (True, False)


def test_the_same_while_it_is_open_is_a_duplicate_and_ends_with_its_original(connection: Connection[Any]) -> None:
    first, second, other = file(connection), file(connection), file(connection, kind="circadian")
    assert (first[1], second[1], second[2], other[1]) == ("requested", "duplicate", first[0], "requested")
    move(connection, first[0], "claimed", "running", "done")
    assert [status for _, status in states(connection)] == ["done", "done", "requested"]
    assert file(connection)[1] == "requested"  # the one before has ended


def test_preferences_in_another_order_are_the_same_request(connection: Connection[Any]) -> None:
    first = file(connection, goal="move_more", diet=["vegan"])
    assert file(connection, diet=["vegan"], goal="move_more")[2] == first[0]
    assert file(connection, diet=["vegan"], goal="sleep_better")[1] == "requested"


def test_a_key_is_for_one_request_for_good_and_with_another_body_it_is_refused(connection: Connection[Any]) -> None:
    first = file(connection, "k")
    assert file(connection, "k")[1:3] == ("duplicate", first[0])
    reused = file(connection, "k", kind="circadian")
    assert reused[1:4] == ("refused", None, "key_reused")
    assert reused[4] == SENTENCES["key_reused"]
    assert file(connection, "another")[1] == "requested"
    assert file(connection, "k", who="ben")[1] == "requested"
    move(connection, first[0], "claimed", "running", "failed")
    assert file(connection, "k")[1:3] == ("failed", first[0])
    assert file(connection, "k", kind="circadian")[3] == "key_reused"


def test_a_refused_request_frees_its_key(connection: Connection[Any]) -> None:
    first = file(connection, "k")
    connection.execute(
        "UPDATE analysis_requests SET status = 'refused', refusal_code = 'no_such_profile', refusal = 's', "
        "batch_id = gen_random_uuid() WHERE id = %s",
        (first[0],),
    )
    assert file(connection, "k", kind="circadian")[1] == "requested"


def test_cancelled_before_it_runs_and_not_after(connection: Connection[Any]) -> None:
    waiting, running = file(connection), file(connection, kind="circadian")
    move(connection, running[0], "claimed", "running")
    move(connection, waiting[0], "cancelled")
    with pytest.raises(psycopg.errors.CheckViolation, match="only what has not begun") as refused:
        move(connection, running[0], "cancelled")
    assert refused.value.diag.constraint_name == "analysis_requests_states_in_order"
    assert [status for _, status in states(connection)] == ["cancelled", "running"]


def test_whoever_waited_for_a_cancelled_request_takes_its_place(connection: Connection[Any]) -> None:
    first, second, third = file(connection), file(connection), file(connection)
    move(connection, first[0], "cancelled")
    rows = connection.execute("SELECT id::text, status, duplicate_of::text FROM analysis_requests").fetchall()
    assert sorted(rows) == sorted(
        [(first[0], "cancelled", None), (second[0], "requested", None), (third[0], "duplicate", second[0])]
    )


def test_what_was_asked_for_is_never_rewritten(connection: Connection[Any]) -> None:
    file(connection)
    with pytest.raises(psycopg.errors.CheckViolation, match="file another") as refused:
        connection.execute("UPDATE analysis_requests SET kind = 'complete'")
    assert refused.value.diag.constraint_name == "analysis_requests_are_not_rewritten"


def test_requests_go_with_whoever_is_erased_or_deleted(connection: Connection[Any]) -> None:
    enrol_people(connection, "anna", "ben", "cleo")
    for who in ("anna", "ben", "cleo"):
        file(connection, who=who)
    connection.execute("UPDATE profiles SET status = 'erased' WHERE profile_id = 'anna'")
    connection.execute("DELETE FROM profiles WHERE profile_id = 'ben'")
    assert states(connection) == [("cleo", "requested")]
    assert file(connection, who="anna")[1] == "requested"  # taken, to be refused with a reason


@pytest.fixture
def listener(migrated_url: str) -> Iterator[Connection[Any]]:
    """A session that listens."""
    with psycopg.connect(migrated_url, autocommit=True) as session:
        session.execute("LISTEN hos_requests")
        yield session


def told(listener: Connection[Any]) -> list[str]:
    return [notice.payload for notice in listener.notifies(timeout=0.2)]


def test_listeners_are_told_once_a_transaction_of_ids_and_states(
    connection: Connection[Any], listener: Connection[Any]
) -> None:
    with connection.transaction():
        first = file(connection, goal="move_more")
        second = file(connection, who="ben")
        move(connection, first[0], "claimed")
    assert told(listener) == [f"{first[0]} requested,{second[0]} requested,{first[0]} claimed"]
    with connection.transaction(force_rollback=True):
        file(connection, who="cleo")
    connection.execute("UPDATE analysis_requests SET lease_until = now()")
    assert told(listener) == []


def test_of_many_listeners_are_told_that_they_are_many(connection: Connection[Any], listener: Connection[Any]) -> None:
    connection.execute(
        "INSERT INTO analysis_requests (profile_id, kind) SELECT 'p' || n, 'routine' FROM generate_series(1, 3000) AS n"
    )
    assert told(listener) == ["many"]


def test_the_number_of_a_change_grows(connection: Connection[Any]) -> None:
    first = file(connection)
    query: LiteralString = "SELECT updated_seq FROM analysis_requests WHERE id = %s"
    before = connection.execute(query, (first[0],)).fetchone()
    connection.execute("UPDATE analysis_requests SET lease_until = now()")
    assert connection.execute(query, (first[0],)).fetchone() == before
    move(connection, first[0], "claimed")
    after = connection.execute(query, (first[0],)).fetchone()
    assert before is not None
    assert after is not None
    assert after[0] > before[0]


def test_fifty_who_file_the_same_at_once_are_one_request_and_none_gets_an_error(migrated_url: str) -> None:
    def one(number: int) -> tuple[str, Filed]:
        with connect(migrated_url) as session:
            return "keyed" if number % 2 else "plain", file(session, f"k{number % 10}" if number % 2 else None)

    with ThreadPoolExecutor(25) as pool:
        filed = list(pool.map(one, range(50)))
    assert {row[1] for _, row in filed} <= {"requested", "duplicate"}
    with connect(migrated_url) as session:
        enrol_people(session, "anna")
        claim_requests(session, NOON)
        rows = session.execute("SELECT idempotency_key, status FROM analysis_requests").fetchall()
        working = [key for key, status in rows if status == "claimed"]
        # One without a key joins any that is the same.
        assert sorted(set(working) - {None}) == [f"k{number}" for number in range(1, 10, 2)]
        assert len(working) == len(set(working))
        assert [status for _, status in rows].count("duplicate") == 50 - len(working)
        session.execute("UPDATE analysis_requests SET status = 'running' WHERE status = 'claimed'")
        session.execute("UPDATE analysis_requests SET status = 'done' WHERE status = 'running'")
        assert session.execute("SELECT DISTINCT status FROM analysis_requests").fetchall() == [("done",)]


def test_a_key_used_at_once_with_two_bodies_runs_one_and_refuses_the_other(migrated_url: str) -> None:
    with (
        connect(migrated_url) as session,
        psycopg.connect(migrated_url) as second,
        psycopg.connect(migrated_url) as first,
    ):
        one, other = file(first, "k"), file(second, "k", kind="circadian")
        first.commit()
        second.commit()
        assert (one[1], other[1]) == ("requested", "requested")
        claim_requests(session, NOON)
        found = dict(session.execute("SELECT id::text, status FROM analysis_requests").fetchall())
        assert sorted(found.values()) == ["claimed", "refused"]


@pytest.fixture
def app(connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """A session of an app, with what docs/requests.md grants."""
    role = sql.Identifier(f"app_{uuid4().hex[:8]}")
    for statement in (
        "CREATE ROLE {}",
        "GRANT SELECT, INSERT, UPDATE (status) ON analysis_requests TO {}",
        "GRANT SELECT ON request_progress TO {}",
        "SET ROLE {}",
    ):
        connection.execute(sql.SQL(statement).format(role))
    yield connection
    connection.execute("RESET ROLE")
    for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
        connection.execute(sql.SQL(statement).format(role))


def test_an_app_files_and_cancels_with_the_grants_that_are_named_and_no_more(app: Connection[Any]) -> None:
    first, second = file(app), file(app)
    cancel: LiteralString = "UPDATE analysis_requests SET status = 'cancelled' WHERE id = %s"
    app.execute(cancel, (first[0],))
    assert dict(app.execute("SELECT id::text, status FROM analysis_requests").fetchall()) == {
        first[0]: "cancelled",
        second[0]: "requested",
    }
    app.execute("RESET ROLE")
    claim_requests(app, NOON)
    (role,) = app.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'app_%%'").fetchone() or ("",)
    app.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    for status in ("running", "failed", "requested"):
        with pytest.raises(psycopg.errors.CheckViolation, match="an app may cancel it"):
            app.execute("UPDATE analysis_requests SET status = %s WHERE id = %s", (status, second[0]))
    app.execute(cancel, (second[0],))
    assert {status for _, status in states(app)} == {"cancelled"}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'claimed'", "analysis_requests_under_way_are_of_a_batch"),
        ("status = 'claimed', batch_id = id", "analysis_requests_under_way_are_of_a_batch"),
        ("status = 'claimed', batch_id = id, lease_until = 'infinity'", "analysis_requests_instants_are_finite"),
        ("status = 'refused', refusal_code = 'x', refusal = 'y'", "analysis_requests_are_only_cancelled_by_apps"),
        ("not_before = 'infinity'", "analysis_requests_instants_are_finite"),
        ("lease_until = '-infinity'", "analysis_requests_instants_are_finite"),
        ("status = 'cancelled', completed_at = 'infinity'", "analysis_requests_instants_are_finite"),
    ],
)
def test_nobody_holds_a_request_for_ever(connection: Connection[Any], change: LiteralString, constraint: str) -> None:
    file(connection)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(sql.SQL("UPDATE analysis_requests SET {}").format(sql.SQL(change)))
    assert refused.value.diag.constraint_name == constraint
    assert claim_requests(connection, NOON) == 1


@pytest.mark.parametrize("before", [(), ("claimed",), ("claimed", "running")])
def test_of_a_deleted_request_the_oldest_duplicate_takes_the_place(
    connection: Connection[Any], before: tuple[str, ...]
) -> None:
    first, second, third = file(connection), file(connection), file(connection)
    move(connection, first[0], *before)
    connection.execute("DELETE FROM analysis_requests WHERE id = %s", (first[0],))
    rows = connection.execute("SELECT id::text, status, duplicate_of::text FROM analysis_requests").fetchall()
    assert sorted(rows) == sorted([(second[0], "requested", None), (third[0], "duplicate", second[0])])


def test_duplicates_that_have_ended_go_with_their_original(connection: Connection[Any]) -> None:
    first, _ = file(connection, "k"), file(connection, "k")
    move(connection, first[0], "claimed", "running", "done")
    file(connection, "k")
    connection.execute("DELETE FROM analysis_requests WHERE id = %s", (first[0],))
    assert states(connection) == []


def test_no_temporary_table_of_an_app_is_taken_for_ours(app: Connection[Any]) -> None:
    """Its trigger would run as the owner of the functions that write to it."""
    (request_id, *_) = file(app)
    for statement in (
        "CREATE TEMP TABLE analysis_requests (LIKE public.analysis_requests)",
        "GRANT ALL ON pg_temp.analysis_requests TO public",
        """CREATE FUNCTION pg_temp.as_whom() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$""",
        """CREATE TRIGGER as_whom BEFORE UPDATE ON pg_temp.analysis_requests
        FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.as_whom()""",
    ):
        app.execute(statement)
    app.execute("UPDATE public.analysis_requests SET status = 'cancelled' WHERE id = %s", (request_id,))
    assert app.execute("SELECT status FROM public.analysis_requests").fetchone() == ("cancelled",)
    app.execute("DROP TABLE pg_temp.analysis_requests")


def test_every_function_that_fixes_its_schema_looks_there_first(connection: Connection[Any]) -> None:
    rows = connection.execute(
        "SELECT proname, proconfig, prosecdef FROM pg_proc "
        "WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'hos\\_%'"
    ).fetchall()
    fixed = {name: config for name, config, _ in rows if config is not None}
    assert {name for name, _, runs_as_owner in rows if runs_as_owner} <= set(fixed)
    assert "hos_file_request" in fixed
    assert {tuple(config) for config in fixed.values()} == {("search_path=public, pg_temp",)}


def test_when_an_app_files_is_the_clock_of_the_deployment_and_not_of_its_session(app: Connection[Any]) -> None:
    file(app)
    app.execute("SET hos.now = '2001-01-01'")
    file(app, who="ben")
    app.execute("RESET hos.now")
    rows = app.execute("SELECT requested_at > now() - interval '1 hour' FROM analysis_requests").fetchall()
    assert rows == [(True,), (True,)]


def test_a_deployment_on_a_virtual_clock_files_by_it(app: Connection[Any]) -> None:
    app.execute("RESET ROLE")
    set_virtual_now(app, NOON)
    (role,) = app.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'app_%%'").fetchone() or ("",)
    app.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    file(app)
    assert app.execute("SELECT requested_at FROM analysis_requests").fetchone() == (NOON,)
