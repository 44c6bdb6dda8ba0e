import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, QuarantinedRow, Stream, UpsertCounts
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import ForeignRowError, write_pulls
from hos_pipelines.postgres.upsert import upsert
from hos_pipelines_tests.postgres.rows import NOON, biomarker

WEEK = PullWindow(NOON - timedelta(days=7), NOON)
LATER = PullWindow(NOON - timedelta(days=2), NOON + timedelta(minutes=30))


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben", "cleo")], NOON, by_hand=True)
    return connection


def state(connection: Connection[Any], profile_id: str = "anna") -> tuple[Any, ...] | None:
    return connection.execute(
        "SELECT watermark, last_outcome, attempts, last_error FROM sync_state WHERE profile_id = %s", (profile_id,)
    ).fetchone()


def test_rows_and_watermark_are_committed_together(people: Connection[Any]) -> None:
    [report] = write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker()])]})[
        Stream.BIOMARKERS
    ]
    assert report.outcome is Outcome.UPDATED
    assert report.first_contact
    assert report.counts == UpsertCounts(inserted=1)
    assert report.newest_reading == biomarker().end_date_time
    assert state(people) == (NOON, "updated", 0, None)


def test_a_failed_pull_moves_no_watermark_and_counts_its_attempts(people: Connection[Any]) -> None:
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker()])]})
    failed = ProfilePull("anna", LATER, problem=Outcome.FAILED, error="Sahha answers 500.")
    for attempts in (1, 2):
        write_pulls(people, {Stream.BIOMARKERS: [failed]})
        assert state(people) == (NOON, "failed", attempts, "Sahha answers 500.")
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", LATER, rows=[biomarker()])]})
    assert state(people) == (LATER.observed_at, "unchanged", 0, None)


def test_a_pull_that_starts_past_the_watermark_does_not_move_it_over_the_gap(people: Connection[Any]) -> None:
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK)]})
    beyond = PullWindow(NOON + timedelta(days=3), NOON + timedelta(days=5))
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", beyond, rows=[biomarker(day=4)])]})
    assert state(people) == (NOON, "updated", 0, None)


def test_nothing_fetched_is_empty_and_not_success_with_data(people: Connection[Any]) -> None:
    [report] = write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK)]})[Stream.BIOMARKERS]
    assert report.outcome is Outcome.EMPTY


STATUS = "SELECT status, status_reason FROM profiles WHERE profile_id = 'anna'"
ACTIVE, GONE = ("active", None), ("paused", "gone: Sahha no longer knows this profile")


def sighted(people: Connection[Any], minutes: int, **more: Any) -> tuple[Any, ...] | None:
    """Anna's status after Sahha has said, so many minutes past noon, that it does not know her."""
    window = PullWindow(WEEK.start, NOON + timedelta(minutes=minutes))
    pull = ProfilePull("anna", window, problem=Outcome.GONE, error="Sahha answers 410.", **more)
    write_pulls(people, {Stream.BIOMARKERS: [pull, ProfilePull("ben", window, rows=[biomarker("ben")])]})
    return people.execute(STATUS).fetchone()


def gone_since(people: Connection[Any]) -> Any:
    [(since,)] = people.execute("SELECT gone_since FROM sync_state WHERE profile_id = 'anna'").fetchall()
    return since


def test_a_profile_that_is_gone_an_hour_apart_is_paused_and_comes_back_when_it_answers_again(
    people: Connection[Any],
) -> None:
    assert [sighted(people, minutes) for minutes in (0, 0, 30, 59)] == [ACTIVE] * 4
    assert gone_since(people) == NOON
    assert sighted(people, 60) == GONE
    assert people.execute("SELECT DISTINCT profile_id FROM biomarkers").fetchall() == [("ben",)]
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", PullWindow(NOON, NOON + timedelta(hours=2)))]})
    assert people.execute(STATUS).fetchone() == ACTIVE
    assert gone_since(people) is None
    assert sighted(people, 180) == ACTIVE


def test_a_good_answer_between_two_sightings_makes_the_second_the_first(people: Connection[Any]) -> None:
    sighted(people, 0)
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", PullWindow(NOON, NOON + timedelta(minutes=30)))]})
    assert sighted(people, 90) == ACTIVE


def test_silence_between_two_sightings_says_nothing(people: Connection[Any]) -> None:
    sighted(people, 0)
    late = PullWindow(NOON, NOON + timedelta(minutes=30))
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", late, problem=Outcome.FAILED, error="500")]})
    assert sighted(people, 90) == GONE


def test_whoever_sahha_knows_elsewhere_in_the_run_is_not_paused(people: Connection[Any]) -> None:
    assert [sighted(people, minutes, is_known=True, refused=True) for minutes in range(0, 900, 90)] == [ACTIVE] * 10
    assert gone_since(people) is None
    assert people.execute("SELECT max(refusals) FROM sync_state").fetchone() == (0,)
    assert sighted(people, 1000) == ACTIVE, "and is not the next time its other streams fall silent"


def test_what_is_sahhas_fault_pauses_nobody_and_keeps_nobody_waiting_for_long(people: Connection[Any]) -> None:
    for hours in range(12):
        window = PullWindow(WEEK.start, NOON + timedelta(hours=hours))
        pull = ProfilePull("anna", window, problem=Outcome.FAILED, error="404 for many.", is_sahhas_fault=True)
        write_pulls(people, {Stream.BIOMARKERS: [pull]})
        [(attempts, refusals, since, wait)] = people.execute(
            "SELECT attempts, refusals, gone_since, next_due_at - last_attempt_at FROM sync_state"
        ).fetchall()
        assert (attempts, refusals, since) == (min(hours + 1, 5), 0, None)
        assert wait < timedelta(minutes=30)
    assert people.execute(STATUS).fetchone() == ACTIVE


def test_a_pull_of_somebody_not_enrolled_writes_nothing_and_says_so(people: Connection[Any]) -> None:
    [report] = write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("zoe", WEEK, rows=[biomarker("zoe")])]})[
        Stream.BIOMARKERS
    ]
    assert report.outcome is Outcome.FAILED
    assert report.error is not None
    assert "not enrolled" in report.error
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)


def test_a_row_of_another_profile_stops_the_whole_batch(people: Connection[Any]) -> None:
    pulls = [
        ProfilePull("ben", WEEK, rows=[biomarker("ben")]),
        ProfilePull("anna", WEEK, rows=[biomarker("ben", "sleep")]),
    ]
    with pytest.raises(ForeignRowError, match="anna"):
        write_pulls(people, {Stream.BIOMARKERS: pulls})
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)


def test_a_row_the_database_refuses_fails_its_profile_alone(people: Connection[Any]) -> None:
    unstorable = biomarker("ben", value="nul \x00 inside")
    pulls = [
        ProfilePull("anna", WEEK, rows=[biomarker()]),
        ProfilePull("ben", WEEK, rows=[unstorable, biomarker("ben", "sleep")]),
        ProfilePull("cleo", WEEK, rows=[biomarker("cleo")]),
    ]
    outcomes = {
        report.profile_id: report.outcome
        for report in write_pulls(people, {Stream.BIOMARKERS: pulls})[Stream.BIOMARKERS]
    }
    assert outcomes == {"anna": Outcome.UPDATED, "ben": Outcome.FAILED, "cleo": Outcome.UPDATED}
    assert people.execute("SELECT profile_id FROM biomarkers ORDER BY 1").fetchall() == [("anna",), ("cleo",)]
    assert state(people, "ben") is not None
    assert state(people, "ben")[0] is None  # type: ignore[index]


def test_the_same_unreadable_row_is_kept_once_and_counted(people: Connection[Any]) -> None:
    pull = ProfilePull("anna", WEEK, quarantined=[QuarantinedRow('{"type": null}', "type: is missing.")])
    for _ in range(2):
        [report] = write_pulls(people, {Stream.BIOMARKERS: [pull]})[Stream.BIOMARKERS]
        assert report.outcome is Outcome.QUARANTINED
    assert people.execute("SELECT payload, reason, times_seen FROM quarantine").fetchall() == [
        ('{"type": null}', "type: is missing.", 2)
    ]


def test_a_retired_profile_gets_no_rows(people: Connection[Any]) -> None:
    people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'anna'")
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker()])]})
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)
    assert state(people) is None


KILLED_WRITER = """
import os, signal, sys
import psycopg
from hos_pipelines.domain.sync import ProfilePull, QuarantinedRow, Stream
from hos_pipelines.postgres import sync_store
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.postgres.rows import biomarker
from hos_pipelines_tests.postgres.test_sync_store import WEEK

url, fatal = sys.argv[1], int(sys.argv[2])
spoken = 0

class Mortal(psycopg.Cursor):
    def _count(self):
        global spoken
        spoken += 1
        if spoken == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(self, *args, **kwargs):
        self._count()
        return super().execute(*args, **kwargs)

    def executemany(self, *args, **kwargs):
        self._count()
        return super().executemany(*args, **kwargs)

    def copy(self, *args, **kwargs):
        self._count()
        return super().copy(*args, **kwargs)

pulls = [
    ProfilePull(name, WEEK, rows=[biomarker(name)], quarantined=[QuarantinedRow("{}", "type: is missing.")])
    for name in ("anna", "ben")
]
with connect(url) as connection:
    connection.cursor_factory = Mortal
    sync_store.write_pulls(connection, {Stream.BIOMARKERS: pulls})
    spoken_in_all = spoken
print(spoken_in_all)
"""


def killed_writer(url: str, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED_WRITER, url, str(fatal)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )


def deaths(url: str) -> Iterator[int]:
    """Every statement of a write, one after the other, until one run survives."""
    fatal = 0
    while True:
        fatal += 1
        done = killed_writer(url, fatal)
        if done.returncode == 0:
            return
        assert done.returncode == -signal.SIGKILL, done.stderr
        yield fatal


def test_no_watermark_is_ahead_of_its_rows_when_the_writer_is_killed_at_any_statement(
    people: Connection[Any], migrated_url: str
) -> None:
    """Of anna, a row is stored already; of ben, none."""
    with people.transaction():
        upsert(people, Stream.BIOMARKERS, [biomarker(day=-1)])
    killed = 0
    for _ in deaths(migrated_url):
        killed += 1
        assert people.execute("SELECT count(*) FROM sync_state WHERE watermark IS NOT NULL").fetchone() == (0,)
        assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (1,)
        assert people.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
    assert killed >= 12
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (3,)
    assert state(people) == (NOON, "updated", 0, None)


def test_two_writers_over_the_same_people_in_opposite_order_both_finish(
    people: Connection[Any], migrated_url: str
) -> None:
    names = ["anna", "ben", "cleo"]

    def write_often(order: list[str]) -> None:
        with connect(migrated_url) as session:
            for value in map(str, range(20)):
                pulls = [ProfilePull(name, WEEK, rows=[biomarker(name, value=value)]) for name in order]
                write_pulls(session, {Stream.BIOMARKERS: pulls})

    with ThreadPoolExecutor() as threads:
        list(threads.map(write_often, [names, names[::-1]]))
    assert people.execute("SELECT DISTINCT value FROM biomarkers").fetchall() == [("19",)]


def test_a_database_that_goes_away_leaves_nothing_half_written(people: Connection[Any], migrated_url: str) -> None:
    with connect(migrated_url) as doomed:
        people.execute("SELECT pg_terminate_backend(%s)", (doomed.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            write_pulls(doomed, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker()])]})
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)


def test_one_refusal_after_many_outages_pauses_nobody_and_five_do(people: Connection[Any]) -> None:
    status = "SELECT status, split_part(status_reason, ':', 1) FROM profiles WHERE profile_id = 'anna'"
    silent = ProfilePull("anna", WEEK, problem=Outcome.FAILED, error="Sahha answers 503.")
    refused = ProfilePull("anna", WEEK, problem=Outcome.FAILED, error="Sahha answers 400.", refused=True)
    for pull in (*[silent] * 6, *[refused] * 4):
        write_pulls(people, {Stream.BIOMARKERS: [pull]})
        assert people.execute(status).fetchone() == ("active", None)
    write_pulls(people, {Stream.BIOMARKERS: [refused]})
    assert people.execute(status).fetchone() == ("paused", "refused")
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", LATER, rows=[biomarker()])]})
    assert people.execute(status).fetchone() == ("active", None)
    assert people.execute("SELECT attempts, refusals FROM sync_state").fetchall() == [(0, 0)]


@pytest.mark.parametrize("gone_first", [True, False])
def test_whoever_answers_for_one_stream_is_not_gone(people: Connection[Any], *, gone_first: bool) -> None:
    gone = {Stream.SAHHA_ARCHETYPES: [ProfilePull("anna", WEEK, problem=Outcome.GONE, error="404")]}
    good = {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker()])]}
    write_pulls(people, gone | good if gone_first else good | gone)
    assert people.execute("SELECT status FROM profiles WHERE profile_id = 'anna'").fetchone() == ("active",)


def test_a_failure_from_before_the_last_good_answer_says_nothing(people: Connection[Any]) -> None:
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", LATER, rows=[biomarker()])]})
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, problem=Outcome.GONE, error="404")]})
    assert state(people) == (LATER.observed_at, "updated", 0, None)
    assert people.execute("SELECT status FROM profiles WHERE profile_id = 'anna'").fetchone() == ("active",)
    ledger = people.execute("SELECT isempty(failed) FROM sync_coverage").fetchall()
    assert ledger == [(True,)]


def test_an_answer_from_before_the_last_one_covers_its_range_and_calls_no_day_empty(people: Connection[Any]) -> None:
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", LATER, rows=[biomarker()])]})
    empty = people.execute("SELECT empty FROM sync_coverage").fetchall()
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK)]})
    assert people.execute("SELECT empty FROM sync_coverage").fetchall() == empty
    reach = people.execute("SELECT lower(covered) = %s FROM sync_coverage", (WEEK.start,)).fetchone()
    assert reach == (True,)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_of_three_answers_the_last_given_stands_although_it_says_what_the_first_said(
    people: Connection[Any], order: tuple[int, ...]
) -> None:
    """Written in any order: the last answer rewrites no row where the first was written before it."""
    answers = []
    for number, value in enumerate(("8000", "120", "8000")):
        at = NOON + timedelta(minutes=30 * number)
        rows = [biomarker(value=value, observed_at=at)]
        answers.append(ProfilePull("anna", PullWindow(at - timedelta(days=3), at), rows=rows))
    for number in order:
        write_pulls(people, {Stream.BIOMARKERS: [answers[number]]})
    assert people.execute("SELECT value FROM biomarkers").fetchall() == [("8000",)]


def test_an_older_answer_still_brings_what_the_newer_ones_did_not_ask_for(people: Connection[Any]) -> None:
    old, new = NOON, NOON + timedelta(minutes=30)
    write_pulls(people, {Stream.BIOMARKERS: [ProfilePull("anna", WEEK, rows=[biomarker(day=-30, value="1")])]})
    wide = [biomarker(day=-30, value="2", observed_at=old), biomarker(day=0, value="2", observed_at=old)]
    narrow = ProfilePull("anna", PullWindow(new - timedelta(days=3), new), rows=[biomarker(value="3", observed_at=new)])
    write_pulls(people, {Stream.BIOMARKERS: [narrow]})
    write_pulls(
        people, {Stream.BIOMARKERS: [ProfilePull("anna", PullWindow(old - timedelta(days=40), old), rows=wide)]}
    )
    assert people.execute("SELECT value FROM biomarkers ORDER BY start_date_time").fetchall() == [("2",), ("3",)]
