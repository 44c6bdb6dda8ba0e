"""An older HolisticOS whose app goes on writing to the tables that were taken over from it, as it always did."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
import pytest

from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.domain.sync import ProfilePull, ProfileReport, PullWindow, Stream
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.migrate import migrate, roll_back
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.postgres.upsert import upsert
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.postgres.rows import MIDNIGHT, NOON, biomarker, score
from hos_pipelines_tests.postgres.test_migrate import LEGACY, STEP_NAMES

READING = """
INSERT INTO biomarkers (profile_id, category, type, value, unit, data, start_date_time, end_date_time, created_at,
                        updated_at)
VALUES ('lark', 'activity', 'steps', %s, 'count', '{"periodicity": "daily", "aggregation": "total", "valueType": "long",
        "sahha_id": "synthetic"}', '2025-03-01T00:00:00Z', '2025-03-02T00:00:00Z', now(), now())
"""
ON_KEY = """
ON CONFLICT (profile_id, type, start_date_time, end_date_time) DO UPDATE SET value = excluded.value, updated_at = now()
"""
SCORE = """
INSERT INTO scores (profile_id, type, score, state, score_date_time, data)
VALUES ('lark', 'sleep', %s, 'high', '2025-03-01T00:00:00Z', '{"version": 1.5, "factors": [], "sahha_id": "s"}')
"""
TRACKED = """
INSERT INTO archetype_analysis_tracking (user_id, archetype, last_analysis_at, analysis_timestamp, analysis_count)
VALUES (%(user)s, %(archetype)s, %(at)s, %(at)s, 1)
"""


@pytest.fixture
def former(database_url: str) -> str:
    """A former database that was taken over."""
    with connect(database_url) as session:
        session.execute(LEGACY)
    assert migrate(database_url) == STEP_NAMES
    return database_url


def write(url: str, *statements: str, values: Any = None) -> list[tuple[Any, ...]]:
    """What the last statement answers, as a client without settings of ours sends them."""
    with psycopg.connect(url, autocommit=True) as app:
        for statement in statements:
            cursor = app.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def test_a_profile_it_enrols_is_ours_too_and_follows_its_external_id(former: str) -> None:
    write(former, "INSERT INTO profiles (id, data) VALUES ('robin', '{}')")
    said = "SELECT profile_id, external_id, status FROM profiles WHERE id = 'robin'"
    assert rows_of(former, said) == [("robin", "robin", "active")]
    write(former, "UPDATE profiles SET sahha_external_id = 'ext-robin' WHERE id = 'robin'")
    assert rows_of(former, said) == [("robin", "ext-robin", "active")]
    upserted = (
        "INSERT INTO profiles (id, sahha_external_id) VALUES ('robin', 'ext-robin') ON CONFLICT (id) DO UPDATE SET "
        "updated_at = now() RETURNING id"
    )
    assert write(former, upserted) == [("robin",)]
    write(former, "INSERT INTO profiles (id, sahha_external_id) VALUES ('wren', 'ext-robin')")
    assert rows_of(former, "SELECT external_id FROM profiles WHERE id = 'wren'") == [("wren",)]


def test_an_id_that_breaks_our_pattern_is_kept_and_paused_and_can_be_changed(former: str) -> None:
    write(former, "INSERT INTO profiles (id) VALUES ('a/b')", "UPDATE profiles SET data = '{}' WHERE id = 'a/b'")
    assert rows_of(former, "SELECT status FROM profiles WHERE id = 'a/b'") == [("paused",)]
    write(former, "UPDATE profiles SET data = '{}' WHERE id LIKE 'o%hara%'")
    with pytest.raises(psycopg.errors.CheckViolation):
        write(former, "INSERT INTO profiles (profile_id, external_id) VALUES ('c/d', 'c/d')")


def test_profiles_and_users_it_deletes_are_gone(former: str) -> None:
    write(
        former,
        "INSERT INTO sync_state (profile_id, stream, last_outcome) VALUES ('lark', 'scores', 'empty')",
        "DELETE FROM webhook_events",
        "DELETE FROM users",
    )
    assert rows_of(former, "SELECT count(*) FROM profiles WHERE id = 'lark'") == [(0,)]


@pytest.mark.parametrize("statement", [READING, READING + ON_KEY], ids=["insert", "upsert"])
def test_a_reading_it_brings_twice_is_one_row_with_the_newer_value(former: str, statement: str) -> None:
    [first] = write(former, statement + "RETURNING id", values=["100"])
    assert write(former, statement + "RETURNING id", values=["200"]) == [first]
    columns = "value, periodicity, aggregation, value_type, sahha_biomarker_id, observed_at IS NOT NULL"
    query = f"SELECT {columns} FROM biomarkers WHERE start_date_time = '2025-03-01T00:00:00Z'"  # noqa: S608
    assert rows_of(former, query) == [("200", "daily", "total", "long", "synthetic", True)]


def test_many_readings_of_one_statement_come_in_though_some_are_there_or_come_twice(former: str) -> None:
    write(former, READING, values=["100"])
    twice = READING.replace("%s", "'300'")
    write(former, f"{twice.rstrip()}, {twice.partition('VALUES')[2]}")
    assert rows_of(former, "SELECT value FROM biomarkers WHERE start_date_time = '2025-03-01T00:00:00Z'") == [("300",)]


def test_its_reading_keeps_what_ours_knew_of_the_day_and_ours_replaces_its_again(former: str) -> None:
    start, end = NOON.replace(hour=0), NOON.replace(hour=23)
    ours = Biomarker(
        "lark",
        "steps",
        start,
        end,
        "activity",
        "daily",
        "total",
        "1",
        "count",
        "long",
        "x",
        60,
        NOON.date(),
        None,
        NOON,
    )
    insert = (
        "INSERT INTO biomarkers (profile_id, type, value, start_date_time, end_date_time) "
        "VALUES ('lark', 'steps', %s, %s, %s)"
    )
    with connect(former) as session, session.transaction():
        upsert(session, Stream.BIOMARKERS, [ours])
    write(former, insert, values=["2", start, end])
    told = "SELECT value, utc_offset_minutes FROM biomarkers WHERE start_date_time = %s"
    assert rows_of(former, told, start) == [("2", 60)]
    with connect(former) as session, session.transaction():
        later = ours._replace(value="3", observed_at=NOON.replace(year=2100))
        assert upsert(session, Stream.BIOMARKERS, [later])["lark"].updated == 1
    assert rows_of(former, told, start) == [("3", 60)]


def test_an_open_window_does_not_replace_a_closed_one(former: str) -> None:
    write(former, READING, values=["900"])
    write(former, READING.replace('"daily"', '"intraday"'), values=["17"])
    assert rows_of(former, "SELECT value FROM biomarkers WHERE start_date_time = '2025-03-01T00:00:00Z'") == [("900",)]


def test_readings_that_do_not_say_what_they_are_stay_each(former: str) -> None:
    before = rows_of(former, "SELECT count(*) FROM biomarkers_set_aside")[0][0]
    count = rows_of(former, "SELECT count(*) FROM biomarkers")[0][0]
    for value in ("1", "2", "3"):
        write(former, "INSERT INTO biomarkers (profile_id, value) VALUES ('owl', %s)", values=[value])
    assert rows_of(former, "SELECT count(*) FROM biomarkers") == [(count + 1,)]
    assert rows_of(former, "SELECT count(*) FROM biomarkers_set_aside") == [(before + 2,)]
    roll_back(former)
    assert rows_of(former, "SELECT count(*) FROM biomarkers WHERE profile_id = 'owl' AND type IS NULL") == [(3,)]


def test_a_score_it_brings_twice_is_one_row(former: str) -> None:
    for value in (0.5, 0.75):
        write(former, SCORE, values=[value])
    query = "SELECT score, version, sahha_score_id FROM scores WHERE score_date_time = '2025-03-01T00:00:00Z'"
    assert rows_of(former, query) == [(0.75, 1.5, "s")]


def test_an_analysis_it_tracks_has_both_names_of_its_time_whoever_writes(former: str) -> None:
    write(former, TRACKED, values={"user": "finch", "archetype": "Mindful Optimizer", "at": NOON})
    both = (
        "SELECT analysis_type, last_analysis_at, analysis_timestamp FROM archetype_analysis_tracking "
        "WHERE user_id = 'finch'"
    )
    assert rows_of(former, both) == [("behavior_analysis", NOON, NOON)]
    for name in ("last_analysis_at", "analysis_timestamp"):
        moved = NOON.replace(hour=13 if name == "last_analysis_at" else 14)
        change = f"UPDATE archetype_analysis_tracking SET {name} = %s WHERE user_id = 'finch'"  # noqa: S608
        write(former, change, values=[moved])
        assert rows_of(former, both) == [("behavior_analysis", moved, moved)]


OF_THE_APP: LiteralString = (
    "INSERT INTO biomarkers (profile_id, type, value, start_date_time, end_date_time) "
    "VALUES (%s, %s, 'app', '2026-10-31T00:00:00Z', '2026-10-31T23:59:59Z')"
)
SCORE_OF_THE_APP: LiteralString = (
    "INSERT INTO scores (profile_id, type, score, score_date_time) VALUES (%s, %s, 0.25, '2026-10-31T00:00:00Z')"
)
Keys = Sequence[tuple[str, str]]


def both(keys: Keys) -> dict[Stream, list[ProfilePull]]:
    """Pulls that bring a reading and a score of each profile and type."""
    window = PullWindow(NOON - timedelta(days=30), NOON)
    chunk: dict[Stream, list[ProfilePull]] = {Stream.BIOMARKERS: [], Stream.SCORES: []}
    for who in dict.fromkeys(who for who, _ in keys):
        types = [kind for name, kind in keys if name == who]
        readings = [biomarker(who, kind, "ours") for kind in types]
        scores = [score()._replace(profile_id=who, type=kind) for kind in types]
        chunk[Stream.BIOMARKERS].append(ProfilePull(who, window, rows=readings))
        chunk[Stream.SCORES].append(ProfilePull(who, window, rows=scores))
    return chunk


def insert(app: psycopg.Connection[Any], *keys: tuple[str, str]) -> None:
    for key in keys:
        app.execute(OF_THE_APP, key)
        app.execute(SCORE_OF_THE_APP, key)


@contextmanager
def meanwhile(url: str, action: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Another session's doing, which is waiting for somebody when the block begins, and over when it is left."""
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url, autocommit=True) as watcher:
        begun = pool.submit(action)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
        while watcher.execute(waiting).fetchone() == (0,) and not begun.done():
            time.sleep(0.01)
        yield begun


def held(url: str) -> list[tuple[Any, ...]]:
    """Reading and score of each profile and type."""
    query = (
        "SELECT b.profile_id, b.type, b.value, s.score FROM biomarkers AS b JOIN scores AS s USING (profile_id, type) "
        "WHERE start_date_time = %s AND score_date_time = %s ORDER BY 1, 2"
    )
    return rows_of(url, query, MIDNIGHT, MIDNIGHT)


def pulled(url: str, keys: Keys) -> list[ProfileReport]:
    with connect(url) as session:
        return [report for reports in write_pulls(session, both(keys)).values() for report in reports]


KEY = ("lark", "k1")


def test_what_it_inserts_while_ours_is_not_committed_waits_and_takes_its_place(former: str) -> None:
    with psycopg.connect(former) as app, connect(former) as session:

        def brings() -> None:
            insert(app, KEY)
            app.commit()

        session.autocommit = False
        session.execute("SELECT 1")
        write_pulls(session, both([KEY]))
        with meanwhile(former, brings) as begun:
            assert not begun.done()
            session.commit()
            begun.result()
    assert held(former) == [("lark", "k1", "app", 0.25)]


def test_two_sessions_of_it_bring_the_same_new_reading_at_once(former: str) -> None:
    with psycopg.connect(former) as first, psycopg.connect(former) as second:
        insert(first, KEY)
        with meanwhile(former, lambda: insert(second, KEY)) as begun:
            first.commit()
            begun.result()
        second.commit()
    assert held(former) == [("lark", "k1", "app", 0.25)]


def test_readings_in_opposite_order_wait_for_each_other_and_never_for_ever(former: str) -> None:
    keys = [("lark", "k1"), ("lark", "k2")]
    pulled(former, keys)
    with psycopg.connect(former) as app:
        insert(app, keys[1])
        with meanwhile(former, lambda: pulled(former, keys)) as begun:
            insert(app, keys[0])
            app.commit()
            assert {report.error for report in begun.result()} == {None}
    assert [row[:2] for row in held(former)] == keys


def test_people_in_opposite_order_cost_ours_a_second_try_and_nobody_a_reading(former: str) -> None:
    keys = [("lark", "k1"), ("owl", "k1")]
    with psycopg.connect(former) as app:
        app.execute("SET deadlock_timeout = '1min'")  # so that ours is the one to notice
        insert(app, keys[1])
        with meanwhile(former, lambda: pulled(former, keys)) as begun:
            insert(app, keys[0])
            app.commit()
            assert {report.error for report in begun.result()} == {None}
    assert [row[:2] for row in held(former)] == keys


def test_after_a_rollback_it_works_as_before(former: str) -> None:
    roll_back(former)
    write(former, "INSERT INTO profiles (id, data) VALUES ('robin', '{}')", READING.replace("%s", "'1'"))
    write(former, READING, values=["1"])
    assert rows_of(former, "SELECT count(*) FROM biomarkers WHERE start_date_time = '2025-03-01T00:00:00Z'") == [(2,)]
    ours = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'hos%%' AND pronamespace = 'public'::regnamespace"
    assert rows_of(former, ours) == [(0,)]
