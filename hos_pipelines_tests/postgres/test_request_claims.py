"""Requests claimed for runs: once each, in order, one at a time of a person, and taken back when their run is lost."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.requests.asked import Ask, TakenRequest
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.request_batches import LEASE, MOST_ATTEMPTS
from hos_pipelines.domain.requests.states import RequestStatus
from hos_pipelines.domain.requests.verdicts import RequestVerdict, StageEnd
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.request_claims import (
    RequestBatch,
    begin_request_batch,
    claim_requests,
    end_request_batch,
    open_request_batches,
    release_requests,
    rounds_of,
    start_again,
)
from hos_pipelines.postgres.request_finish import (
    LostRequestsError,
    RequestEnding,
    StageMove,
    finish_requests,
    put_off_request,
    require_mine,
    take_up_request,
    write_progress,
)
from hos_pipelines.postgres.request_store import (
    cancel_request,
    file_request,
    read_open,
    read_progress,
    read_request,
    read_requests,
)
from hos_pipelines_tests.postgres.rows import NOON

MINUTE = timedelta(minutes=1)
DONE = RequestVerdict(RequestStatus.DONE)


def ask(connection: Connection[Any], who: str, kind: RequestKind = RequestKind.ROUTINE, **more: Any) -> str:
    return file_request(connection, Ask(who, kind, **more), NOON)


def status(connection: Connection[Any], request_id: str) -> str:
    found = read_request(connection, request_id)
    assert found is not None
    return found.status


def claimed(connection: Connection[Any], at: datetime = NOON) -> list[RequestBatch]:
    claim_requests(connection, at)
    return [batch for batch in open_request_batches(connection) if not batch.is_begun]


def begun(connection: Connection[Any], batch: RequestBatch, at: datetime = NOON) -> Sequence[TakenRequest]:
    taken = begin_request_batch(connection, batch.batch_id, batch.attempt, at)
    assert taken is not None
    assert all(take_up_request(connection, batch.batch_id, one, at) for one in taken)
    return taken


def test_the_urgent_and_then_the_oldest_go_first_and_a_person_is_answered_in_turn(connection: Connection[Any]) -> None:
    late = file_request(connection, Ask("ben", RequestKind.ROUTINE), NOON)
    early = file_request(connection, Ask("cleo", RequestKind.ROUTINE), NOON - MINUTE)
    urgent = file_request(connection, Ask("anna", RequestKind.ROUTINE, priority=5), NOON)
    second = file_request(connection, Ask("cleo", RequestKind.INSIGHTS), NOON)
    (batch,) = claimed(connection)
    taken = begun(connection, batch)
    assert [one.id for one in taken][:2] == [urgent, early]
    assert {one.id for one in taken} == {urgent, early, late, second}
    first_round, second_round = rounds_of(taken)
    assert [one.id for one in second_round] == [second]
    assert len(first_round) == 3


def test_of_a_person_whose_request_is_under_way_the_next_waits(connection: Connection[Any]) -> None:
    ask(connection, "anna")
    (batch,) = claimed(connection)
    taken = begun(connection, batch)
    waits = ask(connection, "anna", RequestKind.INSIGHTS)
    assert claimed(connection) == []
    with connection.transaction():
        finish_requests(connection, batch.batch_id, [RequestEnding(taken[0], DONE)], NOON)
    end_request_batch(connection, NOON)
    assert len(claimed(connection)) == 1
    assert status(connection, waits) == "claimed"


def test_two_who_claim_at_once_claim_everything_once(migrated_url: str) -> None:
    with connect(migrated_url) as session:
        for number in range(30):
            ask(session, f"p{number}")

    def claim(_: int) -> int:
        with connect(migrated_url) as session:
            return claim_requests(session, NOON)

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(claim, range(4)))
    assert sum(counts) == 30
    with connect(migrated_url) as session:
        assert session.execute("SELECT DISTINCT attempt FROM analysis_requests").fetchall() == [(1,)]


def test_a_batch_is_begun_once_and_by_the_number_of_its_run(connection: Connection[Any]) -> None:
    ask(connection, "anna")
    (batch,) = claimed(connection)
    start_again(connection, batch, NOON)
    assert begin_request_batch(connection, batch.batch_id, 1, NOON) is None
    assert begin_request_batch(connection, batch.batch_id, 2, NOON) is not None
    assert begin_request_batch(connection, batch.batch_id, 2, NOON) is None


def test_a_lease_that_is_over_gives_the_request_to_the_next_attempt_and_in_the_end_gives_up(
    connection: Connection[Any],
) -> None:
    request_id = ask(connection, "anna")
    at = NOON
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (batch,) = claimed(connection, at)
        (taken,) = begun(connection, batch, at)
        assert taken.attempt == attempt
        assert claimed(connection, at + LEASE - MINUTE) == []
        at += LEASE
    assert claimed(connection, at) == []
    found = read_request(connection, request_id)
    assert found is not None
    assert (found.status, found.completed_at) == ("failed", at)
    assert "lost 3 times" in (found.error or "")
    assert open_request_batches(connection) == []


def test_what_was_lost_is_with_few_others_and_then_alone(connection: Connection[Any]) -> None:
    for who in ("anna", "ben"):
        ask(connection, who)
    for sizes in ([2], [1, 2], [1, 1, 1]):
        batches = claimed(connection)
        rows = connection.execute("SELECT requests FROM request_batches WHERE finished_at IS NULL ORDER BY requests")
        assert [size for (size,) in rows] == sizes
        for batch in batches:
            if status(connection, begun(connection, batch)[0].id) == "running" and len(sizes) < 3:
                release_requests(connection, batch.batch_id, NOON)
        if sizes == [2]:
            ask(connection, "cleo")


def test_a_run_that_has_lost_its_requests_ends_none_and_stores_nothing_with_them(connection: Connection[Any]) -> None:
    request_id = ask(connection, "anna")
    (batch,) = claimed(connection)
    (zombie,) = begun(connection, batch)
    (again,) = claimed(connection, NOON + LEASE)
    (taken,) = begun(connection, again, NOON + LEASE)
    with pytest.raises(LostRequestsError), connection.transaction():
        finish_requests(connection, batch.batch_id, [RequestEnding(zombie, DONE)], NOON)
    with pytest.raises(LostRequestsError), connection.transaction():
        require_mine(connection, batch.batch_id, [zombie])
    write_progress(connection, batch.batch_id, [StageMove(zombie, 1, StageEnd("routine_plan", "done"))], NOON)
    assert read_progress(connection, request_id) == []
    assert status(connection, request_id) == "running"
    with connection.transaction():
        assert require_mine(connection, again.batch_id, [taken]) == [taken]
        finish_requests(connection, again.batch_id, [RequestEnding(taken, DONE)], NOON)
        assert require_mine(connection, again.batch_id, [taken]) == []
    assert status(connection, request_id) == "done"


def test_a_request_that_is_cancelled_after_its_claim_is_not_taken_up(connection: Connection[Any]) -> None:
    request_id = ask(connection, "anna")
    (batch,) = claimed(connection)
    assert cancel_request(connection, request_id)
    assert not cancel_request(connection, request_id)
    assert begin_request_batch(connection, batch.batch_id, 1, NOON) == []
    end_request_batch(connection, NOON)
    assert open_request_batches(connection) == []


def test_what_is_put_off_waits_and_counts_as_it_should(connection: Connection[Any]) -> None:
    request_id = ask(connection, "anna")
    (batch,) = claimed(connection)
    (taken,) = begun(connection, batch)
    assert put_off_request(connection, batch.batch_id, taken, NOON + MINUTE, counts=True)
    end_request_batch(connection, NOON)
    assert claimed(connection) == []
    (again,) = claimed(connection, NOON + MINUTE)
    (taken,) = begun(connection, again)
    assert taken.attempt == 2
    assert put_off_request(connection, again.batch_id, taken, NOON + MINUTE, counts=False)
    (once_more,) = claimed(connection, NOON + MINUTE)
    assert begun(connection, once_more)[0].attempt == 2
    assert status(connection, request_id) == "running"


def test_what_is_open_is_counted_without_its_duplicates(connection: Connection[Any]) -> None:
    ask(connection, "anna")
    ask(connection, "anna")
    ask(connection, "ben")
    found = read_open(connection)
    assert (found.open, found.running, found.oldest_at) == (2, 0, NOON)
    assert [one.status for one in read_requests(connection, "anna", None, 10)].count(RequestStatus.DUPLICATE) == 1
    assert len(read_requests(connection, None, [RequestStatus.REQUESTED], 10)) == 2
