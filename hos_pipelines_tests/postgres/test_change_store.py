from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream
from hos_pipelines.postgres.change_store import count_changes
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.pauses import GONE_REASON, REFUSED_REASON, resume_listed
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines_tests.postgres.rows import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """Three people whose external ids are not their profile ids."""
    enrol(connection, [Enrolment(f"p-{name}", name) for name in ("anna", "ben", "cleo")], NOON, by_hand=True)
    return connection


def listings(connection: Connection[Any]) -> dict[str, tuple[int, datetime | None]]:
    """How often each person changed, and the instant last listed; who was never listed is left out."""
    rows = connection.execute("SELECT external_id, change_count, data_received_at FROM profiles")
    return {name: (count, received_at) for name, count, received_at in rows if count or received_at}


def set_status(connection: Connection[Any], status: str, reason: str | None = None) -> None:
    connection.execute(
        "UPDATE profiles SET status = %s, status_reason = %s WHERE external_id = 'anna'", (status, reason)
    )


def status(connection: Connection[Any]) -> tuple[Any, ...] | None:
    return connection.execute("SELECT status, status_reason FROM profiles WHERE external_id = 'anna'").fetchone()


def test_the_first_listing_of_a_profile_is_a_change(people: Connection[Any]) -> None:
    assert count_changes(people, {"anna": NOON, "ben": NOON - HOUR}) == 2
    assert listings(people) == {"anna": (1, NOON), "ben": (1, NOON - HOUR)}


def test_the_same_listing_again_is_none(people: Connection[Any]) -> None:
    for expected in (2, 0, 0):
        assert count_changes(people, {"anna": NOON, "ben": NOON}) == expected
    assert listings(people) == {"anna": (1, NOON), "ben": (1, NOON)}


@pytest.mark.parametrize("moved", [HOUR, -HOUR, timedelta(microseconds=1), timedelta(days=27_000)])
def test_a_later_instant_is_a_change_and_so_is_an_earlier_one(people: Connection[Any], moved: timedelta) -> None:
    count_changes(people, {"anna": NOON, "ben": NOON})
    assert count_changes(people, {"anna": NOON + moved, "ben": NOON}) == 1
    assert listings(people) == {"anna": (2, NOON + moved), "ben": (1, NOON)}


def test_who_is_not_listed_did_not_change(people: Connection[Any]) -> None:
    count_changes(people, {"anna": NOON})
    assert count_changes(people, {}) == 0
    assert listings(people) == {"anna": (1, NOON)}


def test_external_ids_nobody_is_enrolled_under_are_passed_over(people: Connection[Any]) -> None:
    strangers = {"zoe": NOON, "p-anna": NOON, "ANNA": NOON, "'; DROP TABLE profiles; --": NOON, "Zoë \U0001f600": NOON}
    assert count_changes(people, strangers) == 0
    assert listings(people) == {}
    assert people.execute("SELECT count(*) FROM profiles").fetchone() == (3,)


def test_an_external_id_with_quotes_and_tabs_is_the_persons_own(connection: Connection[Any]) -> None:
    name = "an\tna\\N \"x\" 'y'"
    enrol(connection, [Enrolment("p-1", name)], NOON, by_hand=True)
    assert count_changes(connection, {name: NOON}) == 1


def pause_anna(people: Connection[Any], reason: str) -> None:
    """Sahha's answers have paused her."""
    gone = ProfilePull("p-anna", PullWindow(NOON - HOUR, NOON), problem=Outcome.GONE, error="Sahha answers 410.")
    write_pulls(people, {Stream.BIOMARKERS: [gone]})
    people.execute("UPDATE sync_state SET refusals = 5")
    set_status(people, "paused", reason)


def forgiven(people: Connection[Any]) -> bool:
    state = people.execute("SELECT gone_since IS NULL AND refusals = 0, attempts FROM sync_state").fetchone()
    assert state is not None
    assert state[1] == 1, "still tried again by itself"
    return bool(state[0])


@pytest.mark.parametrize("reason", [GONE_REASON, REFUSED_REASON])
@pytest.mark.parametrize("moved", [timedelta(0), HOUR])
def test_whom_sahhas_answers_paused_is_woken_by_any_listing(
    people: Connection[Any], reason: str, moved: timedelta
) -> None:
    count_changes(people, {"anna": NOON})
    pause_anna(people, reason)
    assert count_changes(people, {"ben": NOON}) == 1
    assert status(people) == ("paused", reason)
    assert count_changes(people, {"anna": NOON + moved}) == bool(moved)
    assert status(people) == ("active", None)
    assert forgiven(people)
    assert listings(people)["anna"] == (1 + bool(moved), NOON + moved)


@pytest.mark.parametrize("reason", [GONE_REASON, REFUSED_REASON])
def test_a_listing_whose_date_cannot_be_read_wakes_too(people: Connection[Any], reason: str) -> None:
    pause_anna(people, reason)
    resume_listed(people, {"anna", "ben", "zoe"})
    assert status(people) == ("active", None)
    assert forgiven(people)


@pytest.mark.parametrize(
    ("asleep", "reason"),
    [("paused", None), ("paused", "by hand: he asked"), ("retired", "gone: long ago"), ("erased", "refused: x")],
)
def test_what_a_person_decided_no_listing_undoes(people: Connection[Any], asleep: str, reason: str | None) -> None:
    set_status(people, asleep, reason)
    resume_listed(people, {"anna"})
    count_changes(people, {"anna": NOON})
    assert status(people) == (asleep, reason)


@pytest.mark.parametrize("reason", [None, "by hand: on holiday", "bygone: somebody's own word"])
def test_whoever_is_paused_for_another_reason_sleeps_on_and_the_change_is_kept(
    people: Connection[Any], reason: str | None
) -> None:
    set_status(people, "paused", reason)
    assert count_changes(people, {"anna": NOON, "ben": NOON}) == 1
    assert status(people) == ("paused", reason)
    assert listings(people) == {"anna": (1, NOON), "ben": (1, NOON)}


@pytest.mark.parametrize("away", ["retired", "erased"])
def test_the_retired_and_the_erased_are_left_alone(people: Connection[Any], away: str) -> None:
    set_status(people, away, "gone: long ago")
    assert count_changes(people, {"anna": NOON, "ben": NOON}) == 1
    assert status(people) == (away, "gone: long ago")
    assert listings(people) == {"ben": (1, NOON)}


def test_ten_thousand_listings_are_counted_in_one_call(connection: Connection[Any]) -> None:
    connection.execute(
        "INSERT INTO profiles (profile_id, external_id) SELECT 'p-' || n, 'x-' || n FROM generate_series(1, 5000) AS n"
    )
    listed = {f"x-{number}": NOON for number in range(1, 10_001)}
    assert count_changes(connection, listed) == 5000
    assert count_changes(connection, listed) == 0
    assert count_changes(connection, listed | {"x-77": NOON + HOUR, "x-7777": NOON + HOUR}) == 1


def test_one_session_counts_again_and_again(people: Connection[Any]) -> None:
    for hours in range(3):
        assert count_changes(people, {"anna": NOON + hours * HOUR}) == 1
    assert listings(people) == {"anna": (3, NOON + 2 * HOUR)}


def test_a_listing_two_sessions_count_at_once_is_one_change(people: Connection[Any], migrated_url: str) -> None:
    def count(listed: Mapping[str, datetime]) -> int:
        with connect(migrated_url) as session:
            return count_changes(session, listed)

    listed = {"anna": NOON, "ben": NOON, "cleo": NOON}
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(count, [listed] * 4)) == [0, 0, 0, 3]
    assert listings(people) == {"anna": (1, NOON), "ben": (1, NOON), "cleo": (1, NOON)}


def test_two_searches_and_a_writer_of_the_same_people_never_deadlock(
    connection: Connection[Any], migrated_url: str
) -> None:
    names = [f"p{number:03}" for number in range(60)]
    enrol(connection, [Enrolment(name, name) for name in names], NOON, by_hand=True)

    def count_often(order: list[str]) -> None:
        with connect(migrated_url) as session:
            for hours in range(20):
                count_changes(session, dict.fromkeys(order, NOON + hours * HOUR))

    def write_often(order: list[str]) -> None:
        gone = [
            ProfilePull(name, PullWindow(NOON - HOUR, NOON), problem=Outcome.GONE if number % 2 else None)
            for number, name in enumerate(order)
        ]
        with connect(migrated_url) as session:
            for _ in range(10):
                write_pulls(session, {Stream.BIOMARKERS: gone, Stream.SCORES: gone[::-1]})

    with ThreadPoolExecutor() as threads:
        work = [threads.submit(count_often, order) for order in (names, names[::-1])]
        work.append(threads.submit(write_often, names[::-1]))
        for done in work:
            done.result()
    assert set(listings(connection)) == set(names)
