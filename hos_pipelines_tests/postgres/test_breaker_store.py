from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.postgres.breaker_store import (
    Breaker,
    close_breaker,
    half_open_breaker,
    open_breaker,
    read_breaker,
)
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.postgres.rows import NOON

MINUTE = timedelta(minutes=1)
URL = "https://sandbox-api.sahha.ai"
CLOSED = Breaker(None, None, 0, None)


def test_a_fresh_database_has_a_closed_breaker(connection: Connection[Any]) -> None:
    assert read_breaker(connection, URL) == CLOSED
    assert not read_breaker(connection, URL).forbids(NOON)


def test_the_one_who_finds_out_first_opens_it_for_two_minutes(connection: Connection[Any]) -> None:
    assert open_breaker(connection, URL, NOON, "Sahha answers 500.") is True
    assert read_breaker(connection, URL) == Breaker(NOON, NOON + 2 * MINUTE, 1, "Sahha answers 500.")


def test_while_it_is_open_others_who_meet_the_silence_change_nothing(connection: Connection[Any]) -> None:
    open_breaker(connection, URL, NOON, "Sahha answers 500.")
    before = read_breaker(connection, URL)
    assert open_breaker(connection, URL, NOON + 2 * MINUTE - timedelta(seconds=1), "Sahha answers 503.") is False
    assert read_breaker(connection, URL) == before


@pytest.mark.parametrize(
    ("after", "forbidden"), [(-MINUTE, True), (2 * MINUTE - timedelta(seconds=1), True), (2 * MINUTE, False)]
)
def test_sahha_is_left_alone_until_it_is_to_be_tried_again(
    connection: Connection[Any], after: timedelta, forbidden: bool
) -> None:
    open_breaker(connection, URL, NOON, "Sahha answers 500.")
    assert read_breaker(connection, URL).forbids(NOON + after) is forbidden


def test_each_try_in_vain_doubles_the_wait_and_keeps_since_when_sahha_is_down(connection: Connection[Any]) -> None:
    now, waits = NOON, []
    for failures in range(1, 8):
        assert open_breaker(connection, URL, now, f"try {failures}") is (failures == 1)
        breaker = read_breaker(connection, URL)
        assert breaker.retry_at is not None
        assert (breaker.opened_at, breaker.failures, breaker.reason) == (NOON, failures, f"try {failures}")
        waits.append((breaker.retry_at - now) // MINUTE)
        now = breaker.retry_at
    assert waits == [2, 4, 8, 16, 30, 30, 30]


def test_an_answer_closes_it_once_and_forgets_the_tries(connection: Connection[Any]) -> None:
    open_breaker(connection, URL, NOON, "Sahha answers 500.")
    open_breaker(connection, URL, NOON + 2 * MINUTE, "Sahha answers 500.")
    assert close_breaker(connection, URL) is True
    assert close_breaker(connection, URL) is False
    assert read_breaker(connection, URL) == CLOSED
    assert open_breaker(connection, URL, NOON + 5 * MINUTE, "Sahha answers 500.") is True
    assert read_breaker(connection, URL).retry_at == NOON + 7 * MINUTE


def test_a_breaker_that_was_never_opened_is_not_closed(connection: Connection[Any]) -> None:
    assert close_breaker(connection, URL) is False


def test_runs_that_meet_the_same_silence_at_once_count_once(connection: Connection[Any], migrated_url: str) -> None:
    barrier = Barrier(8)

    def meet(number: int) -> bool:
        with connect(migrated_url) as session:
            barrier.wait()
            return open_breaker(session, URL, NOON + timedelta(seconds=number), "Sahha answers 500.")

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(meet, range(8))) == [False] * 7 + [True]
    assert read_breaker(connection, URL).failures == 1


def test_each_address_has_a_breaker_of_its_own(connection: Connection[Any]) -> None:
    simulated = "http://127.0.0.1:8123"
    open_breaker(connection, simulated, NOON, "Sahha answers 500.")
    assert read_breaker(connection, URL) == CLOSED
    assert close_breaker(connection, URL) is False
    assert read_breaker(connection, simulated).failures == 1


def test_half_open_it_lets_batches_try_and_counts_the_next_silence(connection: Connection[Any]) -> None:
    open_breaker(connection, URL, NOON, "Sahha answers 500.")
    half_open_breaker(connection, URL, NOON + MINUTE)
    assert read_breaker(connection, URL) == Breaker(NOON, NOON + MINUTE, 1, "Sahha answers 500.")
    assert not read_breaker(connection, URL).forbids(NOON + MINUTE)
    assert open_breaker(connection, URL, NOON + MINUTE, "Sahha answers 503.") is False
    assert read_breaker(connection, URL) == Breaker(NOON, NOON + 5 * MINUTE, 2, "Sahha answers 503.")


def test_half_open_means_nothing_while_it_is_closed(connection: Connection[Any]) -> None:
    half_open_breaker(connection, URL, NOON)
    assert read_breaker(connection, URL) == CLOSED
