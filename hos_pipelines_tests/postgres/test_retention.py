"""Retention on real PostgreSQL: what is past its age goes, nothing else does, and it may end at any point."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hos_pipelines.domain.deliveries import Delivery
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.domain.sync import ProfilePull, PullWindow, QuarantinedRow, Stream
from hos_pipelines.postgres import retention
from hos_pipelines.postgres.connection import connect, consistent_read
from hos_pipelines.postgres.coverage_store import find_gaps
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.retention import delete_expired
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.postgres.webhook_store import store_delivery
from hos_pipelines_tests.postgres.insights import tell
from hos_pipelines_tests.postgres.rows import NOON

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RULES = KeepRules()
CUTOFF = NOON - RULES.readings
NOTHING = dict.fromkeys(
    [
        *Stream,
        "webhook_inbox",
        "quarantine",
        "analysis_results",
        "model_calls",
        "model_answers",
        "working_memory",
        "shortterm_memory",
        "memory_consolidation",
        "user_insights",
        "workflow_executions",
        "task_checkins",
        "daily_journals",
        "plan_items",
        "plans",
        "adaptations",
        "adaptation_weeks",
        "adaptation_states",
        "analysis_requests",
        "request_batches",
        "refresh_ticks",
        "refresh_batches",
    ],
    0,
)

INSERT = {
    Stream.BIOMARKERS: (
        "INSERT INTO biomarkers (profile_id, type, start_date_time, end_date_time) VALUES (%s, %s, %s, %s)"
    ),
    Stream.SCORES: "INSERT INTO scores (profile_id, type, score_date_time) VALUES (%s, %s, coalesce(%s, %s))",
    Stream.SAHHA_ARCHETYPES: (
        "INSERT INTO sahha_archetypes (profile_id, name, periodicity, start_date_time, end_date_time) "
        "VALUES (%s, %s, nullif(md5(random()::text), ''), %s, %s)"
    ),
}
ENDS = {
    Stream.BIOMARKERS: "SELECT profile_id, type, coalesce(end_date_time, start_date_time) FROM biomarkers",
    Stream.SCORES: "SELECT profile_id, type, score_date_time FROM scores",
    Stream.SAHHA_ARCHETYPES: "SELECT profile_id, name, coalesce(end_date_time, start_date_time) FROM sahha_archetypes",
}

Reading = tuple[Stream, str, str, datetime, datetime | None]


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben")], NOON - 500 * DAY, by_hand=True)
    return connection


@pytest.fixture
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROWS_AT_ONCE", "SERIES_AT_ONCE", "PROFILES_AT_ONCE", "TICKS_AT_ONCE"):
        monkeypatch.setattr(retention, name, 2)


def store(connection: Connection[Any], *readings: Reading) -> None:
    for stream, profile_id, kind, start, end in readings:
        connection.execute(INSERT[stream].encode(), (profile_id, kind, start, end))


def ends(connection: Connection[Any], stream: Stream = Stream.BIOMARKERS) -> list[tuple[str, str, datetime]]:
    return sorted(connection.execute(ENDS[stream].encode()).fetchall())


def days_of_steps(profile_id: str, *days_before_the_cutoff: int) -> list[Reading]:
    """Daily windows that end so many days before the cutoff, less a second."""
    return [
        (Stream.BIOMARKERS, profile_id, "steps", CUTOFF - (days + 1) * DAY, CUTOFF - days * DAY - SECOND)
        for days in days_before_the_cutoff
    ]


def begin_analysis(connection: Connection[Any], user: str, at: datetime, **ended: object) -> None:
    columns = {"sync_completed_at": None, "sync_error": None, **ended}
    connection.execute(
        "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, sync_completed_at, sync_error, "
        "updated_at) VALUES (%s, 'Foundation Builder', 'circadian_analysis', %s, %s, %s)",
        (user, columns["sync_completed_at"], columns["sync_error"], at),
    )


def one_reading(age_s: int, length_s: int | None, place: tuple[Stream, str, str]) -> Reading:
    end = CUTOFF + timedelta(seconds=age_s)
    return (*place, end, None) if length_s is None else (*place, end - timedelta(seconds=length_s), end)


places = st.tuples(st.sampled_from(Stream), st.sampled_from(["anna", "ben", "of nobody"]), st.sampled_from("abc"))
readings = st.builds(
    one_reading,
    st.integers(-3, 3) | st.integers(-40_000_000, 40_000_000),
    st.none() | st.integers(0, 90_000),
    places,
)


def without_doubles(some: Sequence[Reading]) -> list[Reading]:
    """One reading per natural key; a score has a start only."""
    keys = {(r[0], r[1], r[2], r[3], None if r[0] is Stream.SCORES else r[4]): r for r in some}
    return list(keys.values())


@pytest.mark.usefixtures("_small_steps")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(readings, max_size=15).map(without_doubles))
def test_exactly_the_readings_whose_window_ended_too_long_ago_go_and_a_second_time_nothing_does(
    connection: Connection[Any], some: list[Reading]
) -> None:
    connection.execute("TRUNCATE biomarkers, scores, sahha_archetypes")
    store(connection, *some)
    before = {stream: ends(connection, stream) for stream in Stream}
    deleted = delete_expired(connection, RULES, NOON)
    for stream in Stream:
        kept = [row for row in before[stream] if row[2] >= CUTOFF]
        assert ends(connection, stream) == kept
        assert deleted[stream] == len(before[stream]) - len(kept)
    assert delete_expired(connection, RULES, NOON) == NOTHING


def test_a_long_window_that_began_too_long_ago_stays_until_its_end_is(people: Connection[Any]) -> None:
    store(people, (Stream.SAHHA_ARCHETYPES, "anna", "sleep_pattern", CUTOFF - 31 * DAY, CUTOFF))
    assert delete_expired(people, RULES, NOON) == NOTHING
    assert delete_expired(people, RULES, NOON + SECOND) == NOTHING | {"sahha_archetypes": 1}


def test_an_analysis_under_way_keeps_its_users_readings_until_it_has_ended(people: Connection[Any]) -> None:
    store(people, *days_of_steps("anna", 0, 1), *days_of_steps("ben", 0, 1))
    begin_analysis(people, "anna", NOON - timedelta(hours=23))
    assert delete_expired(people, RULES, NOON)["biomarkers"] == 2
    assert {row[0] for row in ends(people)} == {"anna"}
    people.execute("UPDATE archetype_analysis_tracking SET sync_completed_at = %s", (NOON,))
    assert delete_expired(people, RULES, NOON)["biomarkers"] == 2


@pytest.mark.parametrize(
    ("at", "ended"),
    [
        (NOON, {"sync_completed_at": NOON}),
        (NOON, {"sync_error": "Sahha answers 500."}),
        (NOON - timedelta(hours=24), {}),
    ],
    ids=["completed", "failed", "given up"],
)
def test_an_analysis_that_has_ended_or_was_given_up_keeps_nothing(
    people: Connection[Any], at: datetime, ended: dict[str, object]
) -> None:
    store(people, *days_of_steps("anna", 0))
    begin_analysis(people, "anna", at, **ended)
    assert delete_expired(people, RULES, NOON)["biomarkers"] == 1


def test_an_analysis_that_is_reading_sees_all_that_was_there_when_it_began(
    people: Connection[Any], migrated_url: str
) -> None:
    store(people, *days_of_steps("anna", 0, 1))
    with connect(migrated_url) as reader, consistent_read(reader):
        before = ends(reader)
        assert delete_expired(people, RULES, NOON)["biomarkers"] == len(before) > 0
        assert ends(reader) == before
    assert ends(people) != before


def test_a_deleted_range_is_neither_covered_nor_a_gap(people: Connection[Any]) -> None:
    whole = PullWindow(NOON - 450 * DAY, NOON)
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", whole)], Stream.SCORES: [ProfilePull("anna", whole)]})
    far, astride = (CUTOFF - 40 * DAY, CUTOFF - 39 * DAY), (CUTOFF - DAY, CUTOFF + DAY)
    people.execute(
        "UPDATE sync_coverage SET covered = covered - what, empty = empty - what, failed = what "
        "FROM (SELECT tstzmultirange(tstzrange(%s, %s), tstzrange(%s, %s)) AS what) AS holes WHERE stream = 'scores'",
        (*far, *astride),
    )
    delete_expired(people, RULES, NOON)
    ledger = people.execute(
        "SELECT stream, lower(covered), lower(empty), lower(failed) FROM sync_coverage ORDER BY stream"
    ).fetchall()
    after = CUTOFF + DAY
    assert ledger == [("biomarkers", CUTOFF, CUTOFF, None), ("scores", after, after, CUTOFF)]
    [gap] = find_gaps(people, CUTOFF, timedelta(days=7))
    assert (gap.stream, gap.span.start, gap.span.end, gap.has_failed) == (Stream.SCORES, CUTOFF, after, True)


@pytest.mark.usefixtures("_small_steps")
def test_every_ledger_is_cut_and_those_of_the_young_stay_as_they_are(connection: Connection[Any]) -> None:
    names = [f"user-{number}" for number in range(7)]
    enrol(connection, [Enrolment(name, name) for name in names], NOON, by_hand=True)
    reach = {name: NOON - (398 + number) * DAY for number, name in enumerate(names)}
    pulls = [ProfilePull(name, PullWindow(start, NOON)) for name, start in reach.items()]
    write_pulls(connection, {Stream.SCORES: pulls})
    in_vain = "UPDATE sync_coverage SET failed = tstzmultirange(tstzrange(%s, %s)) WHERE profile_id = 'user-0'"
    connection.execute(in_vain, (CUTOFF - 9 * DAY, CUTOFF - 8 * DAY))
    connection.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'user-6'")
    delete_expired(connection, RULES, NOON)
    covered = connection.execute("SELECT profile_id, lower(covered), isempty(failed) FROM sync_coverage").fetchall()
    assert sorted(covered) == [(name, max(start, CUTOFF), True) for name, start in reach.items()]


def test_a_webhook_nobody_consumed_stays_however_old_and_consumed_ones_go_by_age(connection: Connection[Any]) -> None:
    before = NOON - RULES.webhooks
    for number, consumed_at in enumerate([None, before - SECOND, before, None, before - DAY, NOON]):
        store_delivery(connection, Delivery("ScoreCreated", "anna", b"%d" % number), NOON - 300 * DAY)
        connection.execute(
            "UPDATE webhook_inbox SET consumed_at = %s, consumed_as = CASE WHEN %s THEN 'due' END WHERE body = %s",
            (consumed_at, consumed_at is not None, b"%d" % number),
        )
    assert delete_expired(connection, RULES, NOON) == NOTHING | {"webhook_inbox": 2}
    left = connection.execute("SELECT body FROM webhook_inbox ORDER BY id").fetchall()
    assert [body for (body,) in left] == [b"0", b"2", b"3", b"5"]


@pytest.mark.usefixtures("_small_steps")
def test_old_webhooks_behind_many_that_wait_are_found(connection: Connection[Any]) -> None:
    for number in range(9):
        store_delivery(connection, Delivery("ScoreCreated", "anna", b"%d" % number), NOON - (40 - number) * DAY)
    connection.execute("UPDATE webhook_inbox SET consumed_at = received_at, consumed_as = 'due' WHERE id > 4")
    for number in range(9, 15):
        store_delivery(connection, Delivery("ScoreCreated", "anna", b"%d" % number), NOON)
    assert delete_expired(connection, RULES, NOON) == NOTHING | {"webhook_inbox": 5}


@pytest.mark.usefixtures("_small_steps")
def test_unreadable_rows_go_by_when_they_were_last_seen(people: Connection[Any]) -> None:
    seen = {"long gone": 91 * DAY, "as long": 91 * DAY, "longer": 200 * DAY, "just kept": 90 * DAY, "new": 0 * DAY}
    for payload, age in seen.items():
        window = PullWindow(NOON - age - DAY, NOON - age)
        pull = ProfilePull("anna", window, quarantined=[QuarantinedRow(payload, "type: is missing.")])
        write_pulls(people, {Stream.SCORES: [pull]})
    write_pulls(
        people,
        {
            Stream.SCORES: [
                ProfilePull("anna", PullWindow(NOON - DAY, NOON), quarantined=[QuarantinedRow("longer", "?")])
            ]
        },
    )
    assert delete_expired(people, RULES, NOON) == NOTHING | {"quarantine": 2}
    left = people.execute("SELECT payload FROM quarantine ORDER BY payload").fetchall()
    assert [payload for (payload,) in left] == ["just kept", "longer", "new"]


@pytest.mark.usefixtures("_small_steps")
def test_requests_go_by_when_they_ended_with_their_duplicates_and_progress(connection: Connection[Any]) -> None:
    for kind in ("routine", "routine", "insights", "circadian"):
        connection.execute("INSERT INTO analysis_requests (profile_id, kind) VALUES ('anna', %s)", (kind,))
    connection.execute(
        "INSERT INTO request_progress (request_id, stage, place, status, attempt) "
        "SELECT id, 's', 1, 'done', 1 FROM analysis_requests WHERE kind = 'routine'"
    )
    move = (
        "UPDATE analysis_requests SET status = %s, completed_at = %s, batch_id = gen_random_uuid(), "
        "lease_until = now() WHERE kind = %s AND duplicate_of IS NULL"
    )
    for status in ("claimed", "running", "done"):
        for kind, ended in (("routine", NOON - 31 * DAY), ("insights", NOON - 29 * DAY)):
            connection.execute(move, (status, ended if status == "done" else None, kind))
    connection.execute(
        "INSERT INTO request_batches VALUES (gen_random_uuid(), 1, 1, %(at)s, %(at)s, %(at)s)", {"at": NOON - 31 * DAY}
    )
    deleted = delete_expired(connection, RULES, NOON)
    assert deleted["analysis_requests"] in (1, 2)
    assert deleted["request_batches"] == 1
    assert connection.execute("SELECT kind FROM analysis_requests ORDER BY kind").fetchall() == [
        ("circadian",),
        ("insights",),
    ]
    assert connection.execute("SELECT count(*) FROM request_progress").fetchone() == (0,)


def test_ticks_go_with_their_batches_but_for_one_that_still_holds_profiles(people: Connection[Any]) -> None:
    ages = {
        "young": 30 * DAY,
        "leased": 31 * DAY,
        "left": 31 * DAY,
        "old": 32 * DAY,
        "older": 60 * DAY,
        "bare": 99 * DAY,
    }
    for tick, age in ages.items():
        people.execute(
            "INSERT INTO refresh_ticks VALUES (%s, %s, 'sahha', NULL, true, 1, 2, 0, 2, 2, 2, 6, 0)", (tick, NOON - age)
        )
        for number in range(0 if tick == "bare" else 2):
            people.execute(
                "INSERT INTO refresh_batches VALUES (%s, %s, %s, '{anna}', %s)",
                (f"{tick}:{number}", tick, number, NOON - age),
            )
    people.execute(
        "INSERT INTO sync_state (profile_id, stream, lease, lease_until) "
        "VALUES ('anna', 'scores', 'leased:1', %s), ('ben', 'scores', 'left:0', %s)",
        (NOON + SECOND, NOON),
    )
    assert delete_expired(people, RULES, NOON) == NOTHING | {"refresh_ticks": 4, "refresh_batches": 6}
    assert people.execute("SELECT tick FROM refresh_ticks ORDER BY tick").fetchall() == [("leased",), ("young",)]


def test_a_row_somebody_else_is_writing_is_left_to_the_next_time(people: Connection[Any], migrated_url: str) -> None:
    store(people, *days_of_steps("anna", 0, 1, 2))
    people.execute("SET lock_timeout = '10s'")  # whoever waits here would wait for ever
    with connect(migrated_url) as writer, writer.transaction():
        writer.execute("SELECT FROM biomarkers WHERE end_date_time = %s FOR UPDATE", (CUTOFF - DAY - SECOND,))
        assert delete_expired(people, RULES, NOON)["biomarkers"] == 2
    assert ends(people) == [("anna", "steps", CUTOFF - DAY - SECOND)]
    assert delete_expired(people, RULES, NOON)["biomarkers"] == 1


KILLED_SWEEP = """
import os, signal, sys
import psycopg
from hos_pipelines.postgres import retention
from hos_pipelines.postgres.connection import connect, consistent_read
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.postgres.test_retention import RULES

retention.ROWS_AT_ONCE = 4
fatal, spoken = int(sys.argv[2]), 0

class Mortal(psycopg.Cursor):
    def execute(self, query, *args, **kwargs):
        global spoken
        spoken += "DELETE FROM" in (query if isinstance(query, str) else query.as_string())
        if spoken == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(query, *args, **kwargs)

with connect(sys.argv[1]) as connection:
    connection.cursor_factory = Mortal
    retention.delete_expired(connection, RULES, NOON)
"""


def test_killed_between_two_steps_whole_steps_are_done_and_the_next_run_does_the_rest(
    people: Connection[Any], migrated_url: str
) -> None:
    store(people, *days_of_steps("anna", *range(-2, 10)), *days_of_steps("ben", *range(-1, 3)))
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", PullWindow(NOON - 450 * DAY, NOON))]})
    done = subprocess.run(
        [sys.executable, "-c", KILLED_SWEEP, migrated_url, "3"], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(ends(people)) == 16 - 2 * 4
    assert people.execute("SELECT lower(covered) FROM sync_coverage").fetchone() == (CUTOFF,)
    assert delete_expired(people, RULES, NOON)["biomarkers"] == 13 - 2 * 4
    assert min(end for _, _, end in ends(people)) >= CUTOFF


def test_the_search_for_old_readings_does_not_read_those_that_stay(connection: Connection[Any]) -> None:
    connection.execute(
        "INSERT INTO biomarkers (profile_id, type, start_date_time) SELECT 'user-' || p, 'type-' || t, %s::timestamptz "
        "+ make_interval(mins => d) FROM generate_series(1, 5) AS p, generate_series(1, 4) AS t, "
        "generate_series(1, 2000) AS d",
        (CUTOFF,),
    )
    connection.execute("VACUUM ANALYZE biomarkers")
    find, delete = retention._statements(Stream.BIOMARKERS)
    series = connection.execute(find, {"profile_id": "", "kind": "", "size": 100}).fetchall()
    assert series == [(f"user-{p}", f"type-{t}") for p in range(1, 6) for t in range(1, 5)]
    values = {
        "profile_ids": [profile_id for profile_id, _ in series],
        "kinds": [kind for _, kind in series],
        "before": CUTOFF,
        "begun": NOON,
        "size": 5000,
    }
    [(found,)] = connection.execute(
        b"EXPLAIN (ANALYZE, BUFFERS, FORMAT json) " + find.as_bytes(connection),
        {"profile_id": "", "kind": "", "size": 100},
    ).fetchall()
    [(deleting,)] = connection.execute(
        b"EXPLAIN (ANALYZE, BUFFERS, FORMAT json) " + delete.as_bytes(connection), values
    ).fetchall()
    pages = connection.execute("SELECT pg_relation_size('unique_biomarker_entry') / 8192").fetchone()
    assert pages is not None
    for [plan] in (found, deleting):
        assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < pages[0]


def test_superseded_results_go_and_the_one_that_stands_stays_however_old(connection: Connection[Any]) -> None:
    enrol(connection, [Enrolment("a", "a"), Enrolment("b", "b")], NOON, by_hand=True)
    kept_days = RULES.results // DAY
    for profile_id, fingerprint, age in (
        ("a", "first", kept_days + 3), ("a", "second", kept_days + 2), ("a", "third", kept_days - 1),
        ("b", "first", kept_days + 9),
    ):  # fmt: skip
        connection.execute(
            "INSERT INTO analysis_results (profile_id, archetype, analysis_type, fingerprint, analyzed_at, status, "
            "engine, method_version, mode, data_source, result) VALUES (%s, 'Peak Performer', 'circadian_analysis', "
            "%s, %s, 'ok', 'rules', '1', 'initial', 'sahha', '{}')",
            (profile_id, fingerprint, NOON - age * DAY),
        )
    for profile_id, stands in (("a", "third"), ("b", "first")):
        connection.execute(
            "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, fingerprint) "
            "VALUES (%s, 'Peak Performer', 'circadian_analysis', %s)",
            (profile_id, stands),
        )
    assert delete_expired(connection, RULES, NOON) == {**NOTHING, "analysis_results": 2}
    left = connection.execute("SELECT profile_id, fingerprint FROM analysis_results ORDER BY 1, 2").fetchall()
    assert left == [("a", "third"), ("b", "first")]


def write_call(connection: Connection[Any], profile_id: str, called_at: datetime) -> None:
    connection.execute(
        "INSERT INTO model_calls (profile_id, analysis_type, fingerprint, model, prompt_version, round, called_at, "
        "tokens) VALUES (%s, 'circadian_analysis', 'mark', 'gpt-test', '1', 1, %s, 10)",
        (profile_id, called_at),
    )


def write_answer(connection: Connection[Any], profile_id: str, fingerprint: str, answered_at: datetime) -> None:
    connection.execute(
        "INSERT INTO model_answers VALUES (%s, 'circadian_analysis', %s, 'gpt-test', '1', %s, '{}', NULL, 1, 0, 1, "
        "NULL, 0, 1, '[]')",
        (profile_id, fingerprint, answered_at),
    )


@pytest.mark.usefixtures("_small_steps")
def test_calls_to_the_model_go_by_age(people: Connection[Any]) -> None:
    before = NOON - RULES.results
    for age in (SECOND, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 0 * DAY, -DAY):
        write_call(people, "anna", before - age)
    assert delete_expired(people, RULES, NOON) == NOTHING | {"model_calls": 5}
    left = people.execute("SELECT called_at FROM model_calls ORDER BY called_at").fetchall()
    assert left == [(before,), (before + DAY,)]


@pytest.mark.usefixtures("_small_steps")
def test_answers_of_the_model_go_by_age_but_for_those_whose_result_stands(people: Connection[Any]) -> None:
    before = NOON - RULES.results
    for number in range(5):
        write_answer(people, "anna", f"old-{number}", before - (number + 1) * DAY)
    write_answer(people, "anna", "stands", before - 99 * DAY)
    write_answer(people, "ben", "stands", before - 99 * DAY)
    write_answer(people, "ben", "young", before)
    people.execute(
        "INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, fingerprint) "
        "VALUES ('anna', 'Peak Performer', 'circadian_analysis', 'stands'), "
        "('ben', 'Peak Performer', 'behavior_analysis', 'stands')"
    )
    assert delete_expired(people, RULES, NOON) == NOTHING | {"model_answers": 6}
    left = people.execute("SELECT profile_id, fingerprint FROM model_answers ORDER BY profile_id").fetchall()
    assert left == [("anna", "stands"), ("ben", "young")]


@pytest.mark.usefixtures("_small_steps")
def test_insights_go_by_when_they_ended_or_were_last_judged(people: Connection[Any]) -> None:
    before = NOON - RULES.results
    for name, expires_at, rated_at in (
        ("long-over", before - DAY, None), ("judged-since", before - DAY, before + DAY), ("over", before + DAY, None),
    ):  # fmt: skip
        tell(people, "anna", name, expires_at)
        people.execute(
            "UPDATE user_insights SET rating = CASE WHEN %s::timestamptz IS NOT NULL THEN 4 END, rated_at = %s "
            "WHERE insight_id = %s",
            (rated_at, rated_at, name),
        )
    assert delete_expired(people, RULES, NOON) == NOTHING | {"user_insights": 1}
    left = people.execute("SELECT insight_id FROM user_insights ORDER BY 1").fetchall()
    assert left == [("judged-since",), ("over",)]
