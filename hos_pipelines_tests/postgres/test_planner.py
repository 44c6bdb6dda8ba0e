from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.batches import BatchBounds
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import LIVE_STREAMS, Outcome, ProfilePull, PullWindow, Stream, SyncRules
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.planner import (
    PlannedTick,
    SearchOutcome,
    TickPlan,
    begin_batch,
    count_leased,
    due_profile_ids,
    finish_batch,
    plan_batches,
    read_tick,
    renew_leases,
    starting_batches,
    still_leased,
)
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.postgres.waiting import waiting_batches

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=100)
ASKED = SearchOutcome("sahha", complete=True, requests=3, listed=7, skipped=2, changed=1)
LIVE = {*LIVE_STREAMS}
EVERY = {*Stream}


def enrolled(connection: Connection[Any], *names: str) -> None:
    """People who have not used the app for long."""
    enrol(connection, [Enrolment(name, name) for name in names], LONG_AGO, by_hand=True)


def pulled(connection: Connection[Any], *names: str, at: datetime = NOON - HOUR, lease: str | None = None) -> None:
    """Everything of these people pulled well at an instant, all that was known of by then included."""
    seen = dict(connection.execute("SELECT profile_id, change_count FROM profiles").fetchall())
    window = PullWindow(at - timedelta(days=7), at)
    pulls = [ProfilePull(name, window, change_count=seen[name]) for name in names]
    write_pulls(connection, dict.fromkeys(Stream, pulls), lease)


def changed(connection: Connection[Any], *names: str) -> None:
    connection.execute("UPDATE profiles SET change_count = change_count + 1 WHERE profile_id = ANY(%s)", (list(names),))


def set_state(connection: Connection[Any], name: str, columns: str, *values: object) -> None:
    places = ", ".join(["%s"] * len(values))
    connection.execute(
        f"UPDATE sync_state SET ({columns}) = ROW ({places}) WHERE profile_id = %s",  # noqa: S608  our columns
        (*values, name),
    )


def plan(
    connection: Connection[Any],
    tick: str = "tick",
    now: datetime = NOON,
    size: int = 100,
    search: SearchOutcome = ASKED,
) -> PlannedTick:
    bounds = BatchBounds(size, size, slots=1)
    return plan_batches(connection, TickPlan(tick, now, SyncRules(), bounds, lease=30 * MINUTE), search)


def leased(connection: Connection[Any]) -> dict[str, set[str]]:
    """The streams leased of each profile, whoever holds the lease."""
    rows = connection.execute("SELECT profile_id, array_agg(stream) FROM sync_state WHERE lease IS NOT NULL GROUP BY 1")
    return {profile_id: set(streams) for profile_id, streams in rows}


def leases(connection: Connection[Any]) -> set[tuple[Any, ...]]:
    return set(connection.execute("SELECT lease, lease_until FROM sync_state"))


def batches(connection: Connection[Any]) -> dict[str, list[str]]:
    return dict(connection.execute("SELECT batch_id, profile_ids FROM refresh_batches ORDER BY number").fetchall())


@pytest.fixture
def trio(connection: Connection[Any]) -> Connection[Any]:
    """Anna, Ben and Cleo, who were never pulled."""
    enrolled(connection, "anna", "ben", "cleo")
    return connection


def test_one_query_picks_exactly_whom_and_what_is_due(connection: Connection[Any]) -> None:
    never, everyone = ("never", "paused", "retired", "erased"), ("idle", "swept", "changed", "active", "over", "waits")
    enrolled(connection, *never, *everyone, "half", "seen")
    changed(connection, "seen")
    pulled(connection, *everyone, "half", "seen")
    set_state(connection, "swept", "watermark", NOON - 24 * HOUR)
    set_state(connection, "over", "attempts, next_due_at", 3, NOON)
    set_state(connection, "waits", "attempts, next_due_at", 3, NOON + MINUTE)
    changed(connection, "changed", "waits")
    connection.execute("UPDATE profiles SET last_active_at = %s WHERE profile_id = 'active'", (NOON - 24 * HOUR,))
    connection.execute("DELETE FROM sync_state WHERE profile_id = 'half' AND stream = 'scores'")
    connection.execute("UPDATE profiles SET status = profile_id WHERE profile_id IN ('paused', 'retired', 'erased')")
    expected = {
        "never": EVERY,
        "over": EVERY,
        "swept": EVERY,
        "changed": LIVE,
        "active": LIVE,
        "half": {Stream.SCORES},
    }
    assert set(due_profile_ids(connection, NOON, SyncRules())) == set(expected)
    tick = plan(connection)
    assert leased(connection) == expected
    assert (tick.profiles_due, tick.requests_planned) == (6, 14)


@pytest.mark.parametrize(
    ("columns", "values", "due"),
    [
        ("watermark", [NOON - 24 * HOUR + MINUTE], set()),
        ("watermark", [NOON - 24 * HOUR], EVERY),
        ("watermark", [None], EVERY),
        ("attempts, next_due_at", [1, NOON + timedelta(seconds=1)], set()),
        ("attempts, next_due_at", [1, NOON], EVERY),
        ("lease, lease_until", ["other:0", NOON + timedelta(seconds=1)], set()),
        ("lease, lease_until, attempts", ["other:0", NOON, 1], EVERY),
    ],
)
def test_a_wait_is_over_on_the_second(
    trio: Connection[Any], columns: str, values: Sequence[object], due: set[Stream]
) -> None:
    pulled(trio, "anna", "ben", "cleo")
    set_state(trio, "anna", columns, *values)
    assert due_profile_ids(trio, NOON, SyncRules()) == (["anna"] if due else [])
    plan(trio)
    assert still_leased(trio, "tick:0", ["anna", "ben", "cleo"]) == {("anna", stream) for stream in due}


def test_the_sweep_comes_as_often_as_the_rules_say(trio: Connection[Any]) -> None:
    pulled(trio, "anna", "ben", at=NOON - 7 * HOUR)
    pulled(trio, "cleo", at=NOON - 5 * HOUR)
    assert due_profile_ids(trio, NOON, SyncRules(full_sweep=6 * HOUR)) == ["anna", "ben"]


def test_sahha_archetypes_are_pulled_at_first_contact_and_by_the_sweep_alone(trio: Connection[Any]) -> None:
    pulled(trio, "ben", "cleo")
    changed(trio, "anna", "ben", "cleo")
    trio.execute("UPDATE profiles SET last_active_at = %s", (NOON,))
    set_state(trio, "cleo", "watermark", NOON - 24 * HOUR)
    plan(trio)
    assert leased(trio) == {"anna": EVERY, "ben": LIVE, "cleo": EVERY}


def test_batches_have_the_size_asked_for_and_the_stalest_come_first(connection: Connection[Any]) -> None:
    names = ["anna", "ben", "cleo", "dora", "emil"]
    enrolled(connection, *names)
    for hours, name in enumerate(names[:4], start=30):
        pulled(connection, name, at=NOON - hours * HOUR)
    tick = plan(connection, size=2)
    assert batches(connection) == {"tick:0": ["emil", "dora"], "tick:1": ["cleo", "ben"], "tick:2": ["anna"]}
    assert tick.batches == 3


@pytest.mark.parametrize(
    ("due", "bounds", "sizes"),
    [
        (1, BatchBounds(5, 20, 2), [1]),
        (9, BatchBounds(5, 20, 2), [9]),
        (10, BatchBounds(5, 20, 2), [5, 5]),
        (11, BatchBounds(5, 20, 2), [6, 5]),
        (19, BatchBounds(5, 20, 2), [7, 6, 6]),
        (20, BatchBounds(5, 20, 2), [5, 5, 5, 5]),
        (80, BatchBounds(5, 20, 2), [20, 20, 20, 20]),
        (81, BatchBounds(5, 20, 2), [17, 16, 16, 16, 16]),
        (40, BatchBounds(5, 20, 1), [20, 20]),
        (30, BatchBounds(1, 20, 5), [3] * 10),
        (19, BatchBounds(20, 20, 2), [19]),
        (21, BatchBounds(20, 20, 2), [11, 10]),
        (3, BatchBounds(1, 1, 1), [1, 1, 1]),
    ],
)
def test_a_tick_has_few_batches_of_one_size(
    connection: Connection[Any], due: int, bounds: BatchBounds, sizes: list[int]
) -> None:
    enrolled(connection, *(f"user-{number}" for number in range(due)))
    plan_batches(connection, TickPlan("tick", NOON, SyncRules(), bounds, lease=30 * MINUTE), ASKED)
    assert [len(members) for members in batches(connection).values()] == sizes


def test_only_one_turns_batches_into_runs_at_a_time(connection: Connection[Any], migrated_url: str) -> None:
    with connect(migrated_url) as other:
        with (
            starting_batches(connection, is_patient=True) as first,
            starting_batches(other, is_patient=False) as second,
        ):
            assert (first, second) == (True, False)
        with starting_batches(other, is_patient=False) as alone:
            assert alone


def test_a_profile_is_as_stale_as_its_stalest_stream_that_is_due(trio: Connection[Any]) -> None:
    pulled(trio, "anna", "cleo", at=NOON - 30 * HOUR)
    pulled(trio, "ben", at=NOON - 29 * HOUR)
    trio.execute(
        "UPDATE sync_state SET watermark = %s WHERE profile_id = 'ben' AND stream = 'scores'",
        (NOON - 40 * HOUR,),
    )
    plan(trio, size=1)
    assert list(batches(trio).values()) == [["ben"], ["anna"], ["cleo"]]


def test_a_lease_is_written_for_each_stream_with_its_batch_and_its_end(trio: Connection[Any]) -> None:
    plan(trio, size=2)
    assert set(trio.execute("SELECT profile_id, stream, lease, lease_until FROM sync_state")) == {
        (name, stream, lease, NOON + 30 * MINUTE)
        for name, lease in (("anna", "tick:0"), ("ben", "tick:0"), ("cleo", "tick:1"))
        for stream in Stream
    }


def test_a_lease_changes_nothing_else_of_what_is_known(connection: Connection[Any]) -> None:
    enrolled(connection, "anna")
    pulled(connection, "anna", at=NOON - 30 * HOUR)
    known = "SELECT watermark, last_outcome, attempts, last_success_at, change_seen FROM sync_state ORDER BY stream"
    before = connection.execute(known).fetchall()
    plan(connection)
    assert leased(connection) == {"anna": EVERY}
    assert connection.execute(known).fetchall() == before


def test_the_same_tick_planned_twice_is_planned_once(trio: Connection[Any]) -> None:
    first = plan(trio, size=2)
    before = leases(trio), batches(trio)
    assert plan(trio, now=NOON + HOUR, size=1, search=SearchOutcome("database_fallback")) == first
    assert (leases(trio), batches(trio)) == before
    assert read_tick(trio, "tick") == first


def test_a_tick_nobody_planned_is_not_there(connection: Connection[Any]) -> None:
    assert read_tick(connection, "tick") is None


def at_once(url: str, ticks: Sequence[str]) -> list[PlannedTick]:
    """Plans ticks from as many sessions at the same moment."""
    barrier = Barrier(len(ticks))

    def plan_one(tick: str) -> PlannedTick:
        with connect(url) as session:
            barrier.wait()
            return plan(session, tick, size=7)

    with ThreadPoolExecutor(len(ticks)) as threads:
        return list(threads.map(plan_one, ticks))


def test_planners_of_the_same_tick_at_once_give_the_same_answer(connection: Connection[Any], migrated_url: str) -> None:
    enrolled(connection, *(f"p{number:03}" for number in range(50)))
    answers = at_once(migrated_url, ["tick"] * 4)
    assert answers == [read_tick(connection, "tick")] * 4
    assert (answers[0].profiles_due, answers[0].batches) == (50, 8)


def test_planners_of_different_ticks_at_once_lease_every_profile_once(
    connection: Connection[Any], migrated_url: str
) -> None:
    names = [f"p{number:03}" for number in range(50)]
    enrolled(connection, *names)
    answers = at_once(migrated_url, ["one", "two", "three", "four"])
    assert sorted(answer.profiles_due for answer in answers) == [0, 0, 0, 50]
    assert sorted(chain.from_iterable(batches(connection).values())) == names
    held = connection.execute(
        "SELECT profile_id FROM sync_state GROUP BY 1 HAVING count(DISTINCT lease) = 1"
    ).fetchall()
    assert len(held) == 50


def test_the_leased_are_left_alone_until_the_lease_ends_and_are_taken_over_then(trio: Connection[Any]) -> None:
    plan(trio, "one")
    assert plan(trio, "two", NOON + 29 * MINUTE).profiles_due == 0
    assert count_leased(trio, NOON + 29 * MINUTE) == 3
    assert count_leased(trio, NOON + 30 * MINUTE) == 0
    assert plan(trio, "three", NOON + 30 * MINUTE).profiles_due == 3
    assert leases(trio) == {("three:0", NOON + HOUR)}


def test_a_batch_whose_profiles_were_taken_over_can_neither_renew_nor_free_them(trio: Connection[Any]) -> None:
    names = ["anna", "ben", "cleo"]
    plan(trio, "one")
    plan(trio, "two", NOON + HOUR)
    assert still_leased(trio, "one:0", names) == set()
    renew_leases(trio, "one:0", names, NOON + 9 * HOUR)
    pulled(trio, "anna", at=NOON + HOUR, lease="one:0")
    finish_batch(trio, "one:0", names, NOON + HOUR)
    assert still_leased(trio, "two:0", names) == {(name, stream) for name in names for stream in Stream}
    assert leases(trio) == {("two:0", NOON + HOUR + 30 * MINUTE)}


def test_a_profile_that_is_being_written_is_left_to_the_next_tick(trio: Connection[Any], migrated_url: str) -> None:
    with connect(migrated_url) as writer, writer.transaction():
        lock_profiles(writer, ["ben"])
        assert plan(trio, "one").profiles_due == 2
    assert batches(trio) == {"one:0": ["anna", "cleo"]}
    assert plan(trio, "two").profiles_due == 1
    assert batches(trio) == {"one:0": ["anna", "cleo"], "two:0": ["ben"]}


def test_a_tick_keeps_what_the_search_told_and_counts_what_is_needed_and_saved(connection: Connection[Any]) -> None:
    names = [f"p{number}" for number in range(10)]
    enrolled(connection, *names)
    pulled(connection, *names)
    changed(connection, "p3", "p7")
    connection.execute("UPDATE profiles SET status = 'paused' WHERE profile_id = 'p9'")
    assert plan(connection) == PlannedTick(
        tick="tick",
        planned_at=NOON,
        data_source="sahha",
        source_reason=None,
        search_complete=True,
        search_requests=3,
        profiles_listed=7,
        listings_skipped=2,
        profiles_changed=1,
        profiles_active=9,
        profiles_due=2,
        requests_planned=4,
        requests_saved=2 * 9 - 4 - 3,
        batches=1,
    )


def test_a_tick_that_saves_nothing_says_so(trio: Connection[Any]) -> None:
    tick = plan(trio)
    assert (tick.requests_planned, tick.requests_saved) == (9, 0)


def test_a_tick_with_nobody_due_has_no_batch(connection: Connection[Any]) -> None:
    tick = plan(connection)
    assert (tick.profiles_active, tick.profiles_due, tick.batches) == (0, 0, 0)
    assert waiting_batches(connection, NOON) == []


def test_where_sahha_is_not_to_be_asked_nobody_is_leased(trio: Connection[Any]) -> None:
    tick = plan(trio, search=SearchOutcome("database_fallback", reason="Sahha is down."))
    assert (tick.data_source, tick.source_reason) == ("database_fallback", "Sahha is down.")
    assert (tick.profiles_active, tick.profiles_due, tick.requests_saved, tick.batches) == (3, 0, 0, 0)
    assert leases(trio) == set()


def test_batches_wait_in_the_order_planned_until_a_run_takes_them_up(trio: Connection[Any]) -> None:
    plan(trio, "one", size=2)
    enrolled(trio, "dora")
    plan(trio, "two", NOON + MINUTE)
    assert waiting_batches(trio, NOON + MINUTE) == ["one:0", "one:1", "two:0"]
    assert begin_batch(trio, "one:0", NOON + MINUTE) == ["anna", "ben"]
    assert waiting_batches(trio, NOON + MINUTE) == ["one:1", "two:0"]
    assert waiting_batches(trio, NOON + 30 * MINUTE) == ["two:0"]


def test_a_batch_that_is_taken_up_again_keeps_when_it_was_first(trio: Connection[Any]) -> None:
    plan(trio)
    for minutes in (1, 5):
        assert begin_batch(trio, "tick:0", NOON + minutes * MINUTE) == ["anna", "ben", "cleo"]
    assert trio.execute("SELECT started_at FROM refresh_batches").fetchall() == [(NOON + MINUTE,)]


def test_nobody_can_take_up_a_batch_that_was_never_planned(connection: Connection[Any]) -> None:
    assert begin_batch(connection, "tick:0", NOON) is None


def test_what_a_batch_has_pulled_is_free_with_the_commit(trio: Connection[Any]) -> None:
    plan(trio)
    window = PullWindow(NOON - HOUR, NOON)
    failed = ProfilePull("cleo", window, problem=Outcome.FAILED, error="Sahha answers 500.")
    write_pulls(trio, {Stream.BIOMARKERS: [ProfilePull("ben", window), failed]}, "tick:0")
    assert leased(trio) == {"anna": EVERY, "ben": EVERY - {Stream.BIOMARKERS}, "cleo": EVERY - {Stream.BIOMARKERS}}
    assert still_leased(trio, "tick:0", ["ben"]) == {("ben", Stream.SCORES), ("ben", Stream.SAHHA_ARCHETYPES)}


def test_a_pull_by_hand_leaves_the_lease_to_its_batch(trio: Connection[Any]) -> None:
    plan(trio)
    pulled(trio, "anna")
    assert leased(trio)["anna"] == EVERY


def test_a_lease_is_renewed_for_those_asked_for_alone(trio: Connection[Any]) -> None:
    plan(trio)
    renew_leases(trio, "tick:0", ["ben", "cleo"], NOON + HOUR)
    assert count_leased(trio, NOON + 30 * MINUTE) == 2
    assert plan(trio, "two", NOON + 30 * MINUTE).profiles_due == 1


def test_a_finished_batch_frees_whom_it_did_not_get_to(trio: Connection[Any]) -> None:
    plan(trio, "one", size=2)
    begin_batch(trio, "one:0", NOON)
    finish_batch(trio, "one:0", ["anna", "ben"], NOON + MINUTE)
    assert leased(trio) == {"cleo": EVERY}
    finished = "SELECT finished_at FROM refresh_batches ORDER BY number"
    assert trio.execute(finished).fetchall() == [(NOON + MINUTE,), (None,)]
    assert plan(trio, "two", NOON + MINUTE).profiles_due == 2


def test_a_batch_that_ended_before_it_began_waits_no_more(trio: Connection[Any]) -> None:
    plan(trio)
    finish_batch(trio, "tick:0", ["cleo"], NOON)
    assert waiting_batches(trio, NOON) == []


@pytest.mark.parametrize("name", ["renew", "finish"])
def test_leases_change_hands_in_the_order_of_the_writers(trio: Connection[Any], migrated_url: str, name: str) -> None:
    """Who holds a profile holds its sync state: otherwise a writer and a batch that ends could wait for each other."""
    change = renew_leases if name == "renew" else finish_batch
    plan(trio)
    trio.execute("SET lock_timeout = '50ms'")
    with connect(migrated_url) as writer, writer.transaction():
        lock_profiles(writer, ["ben"])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            change(trio, "tick:0", ["anna", "ben", "cleo"], NOON)
    assert leases(trio) == {("tick:0", NOON + 30 * MINUTE)}


def test_ticks_and_batches_beside_writers_of_the_same_people_never_deadlock(
    connection: Connection[Any], migrated_url: str
) -> None:
    names = [f"p{number:03}" for number in range(30)]
    enrolled(connection, *names)

    def write_often(order: list[str]) -> None:
        with connect(migrated_url) as session:
            for _ in range(10):
                pulled(session, *order, at=NOON - 30 * HOUR)

    def plan_often(order: list[str]) -> None:
        with connect(migrated_url) as session:
            for number in range(10):
                now = NOON + number * HOUR
                plan(session, f"tick {number}", now, size=20)
                for batch_id in waiting_batches(session, now):
                    renew_leases(session, batch_id, order, now + HOUR)
                    finish_batch(session, batch_id, order, now)

    with ThreadPoolExecutor() as threads:
        work = [threads.submit(write_often, names), threads.submit(write_often, names[::-1])]
        work.append(threads.submit(plan_often, names[::-1]))
        for done in work:
            done.result()
    assert leased(connection) == {}


@pytest.mark.parametrize("later", [timedelta(0), -HOUR])
def test_the_newest_tick_is_the_one_planned_last_also_where_the_clock_stands_still_or_was_put_back(
    trio: Connection[Any], later: timedelta
) -> None:
    for tick in ("b", "c", "a"):
        planned = plan(trio, tick, now=NOON if tick != "a" else NOON + later)
        assert read_tick(trio) == planned


def test_batches_of_ticks_of_one_instant_wait_in_the_order_of_their_ticks(trio: Connection[Any]) -> None:
    plan(trio, "one", size=2)
    enrolled(trio, "dora")
    plan(trio, "another", size=2)
    assert waiting_batches(trio, NOON) == ["one:0", "one:1", "another:0"]
