"""Claims requests for runs: cuts batches, holds them by leases, and takes back what was lost.

One claims at a time, in a transaction that is committed before any run is asked for. What a run dies with is requested
anew, with the number of its next attempt; what the dead one still writes carries its own number, and is not taken.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.request_batches import (
    LEASE,
    MOST_ATTEMPTS,
    Waiting,
    cut_batches,
    gave_up_text,
)
from hos_pipelines.domain.requests.request_refusals import FURTHEST_AHEAD_DAYS
from hos_pipelines.domain.requests.states import RequestStatus

CLAIMING_LOCK = 0x484F5352  # "HOSR": one claims at a time
LOOKED_AT = 2000
FURTHEST_ZONE = timedelta(hours=14)
FURTHEST_AHEAD = timedelta(days=FURTHEST_AHEAD_DAYS)

# Those that were filed in the same instant as their original, or found it open, and missed its end.
END_DUPLICATES = """
UPDATE analysis_requests AS d
SET status = o.status, refusal_code = o.refusal_code, refusal = o.refusal, error = o.error,
    workflow_id = o.workflow_id, completed_at = o.completed_at
FROM analysis_requests AS o
WHERE d.status = 'duplicate' AND o.id = d.duplicate_of AND o.completed_at IS NOT NULL AND o.status <> 'cancelled'
"""
TAKE_PLACE_OF_CANCELLED = """
UPDATE analysis_requests AS d SET status = 'requested', duplicate_of = NULL
FROM analysis_requests AS o
WHERE d.status = 'duplicate' AND o.id = d.duplicate_of AND o.status = 'cancelled'
"""
# Each request that waits, beside the one that goes before it: under the same key the first of all, without a key the
# first of the same that was open when it was filed.
FIND_ORIGINALS = """
SELECT r.id, o.id AS original, o.request_hash = r.request_hash AS is_same
FROM analysis_requests AS r
CROSS JOIN LATERAL (
    SELECT id, request_hash FROM analysis_requests AS o
    WHERE o.profile_id = r.profile_id AND o.id <> r.id AND o.duplicate_of IS NULL
      AND o.status NOT IN ('refused', 'cancelled')
      AND CASE WHEN r.idempotency_key IS NULL
               THEN o.request_hash = r.request_hash AND (o.completed_at IS NULL OR o.completed_at > r.requested_at)
               ELSE o.idempotency_key = r.idempotency_key END
      AND (o.status <> 'requested' OR o.attempt > r.attempt
           OR o.attempt = r.attempt AND (o.requested_at, o.id) < (r.requested_at, r.id))
    ORDER BY (o.status <> 'requested') DESC, o.attempt DESC, o.requested_at, o.id LIMIT 1) AS o
WHERE r.status = 'requested' AND r.attempt = 0
FOR UPDATE OF r
"""
JOIN_ORIGINAL = "UPDATE analysis_requests SET status = 'duplicate', duplicate_of = %s WHERE id = %s"
REFUSE_KEY = """
UPDATE analysis_requests
SET status = 'refused', refusal_code = 'key_reused', completed_at = %s,
    refusal = 'idempotency_key: was used for another request of this person; choose a new key for a new request.'
WHERE id = %s
"""
LOST = """
UPDATE analysis_requests
SET status = CASE WHEN attempt >= %(most)s THEN 'failed' ELSE 'requested' END,
    error = CASE WHEN attempt >= %(most)s THEN %(gave_up)s END,
    completed_at = CASE WHEN attempt >= %(most)s THEN %(now)s::timestamptz END,
    lease_until = NULL, not_before = NULL
WHERE status IN ('claimed', 'running')
  AND (batch_id = %(batch_id)s OR %(batch_id)s::uuid IS NULL AND (lease_until IS NULL OR lease_until <= %(now)s))
RETURNING id, status
"""
# Of a request that is given up nobody goes on with the workflow, which goes by its id.
END_WORKFLOWS = """
UPDATE workflow_executions
SET status = 'failed', success = false, errors = jsonb_build_object('request', %(gave_up)s::text),
    completed_at = %(now)s
WHERE workflow_id = ANY(%(given_up)s) AND status = 'running'
"""
END_BATCHES = """
UPDATE request_batches AS b SET finished_at = %(now)s
WHERE finished_at IS NULL AND NOT EXISTS (
    SELECT FROM analysis_requests AS r WHERE r.batch_id = b.batch_id AND r.status IN ('claimed', 'running'))
"""
# Of a person whose request is under way the next waits: what it says may be what that one goes by. What is for too far
# ahead is claimed, to be refused.
WAIT = """
SELECT r.id::text, r.profile_id, r.attempt FROM analysis_requests AS r
WHERE r.status = 'requested' AND (r.not_before IS NULL OR r.not_before <= %(now)s)
  AND (r.requested_for IS NULL OR r.requested_for <= %(day)s OR r.requested_for > %(furthest)s)
  AND NOT EXISTS (SELECT FROM analysis_requests AS o
                  WHERE o.profile_id = r.profile_id AND o.status IN ('claimed', 'running'))
ORDER BY r.priority DESC, r.requested_at, r.id
LIMIT %(most)s
FOR UPDATE SKIP LOCKED
"""
ADD_BATCH = "INSERT INTO request_batches (batch_id, requests, claimed_at) VALUES (%s, %s, %s)"
CLAIM = """
UPDATE analysis_requests
SET status = 'claimed', batch_id = %s, attempt = attempt + 1, lease_until = %s, not_before = NULL
WHERE id = ANY(%s::uuid[])
"""
OPEN_BATCHES = """
SELECT batch_id::text, attempt, started_at IS NOT NULL AS is_begun FROM request_batches
WHERE finished_at IS NULL ORDER BY claimed_at, batch_id
"""
# A day or a text that no program reads fails nobody else's: the day is the nearest one that is read, the text is parsed
# by itself.
TAKE = """
SELECT id::text, profile_id, kind, archetype, preferences::text, timezone, force,
       CASE WHEN requested_for IS NOT NULL THEN least(greatest(requested_for, '0001-01-01'), '9999-12-31') END, attempt
FROM analysis_requests WHERE batch_id = %s AND status = 'claimed' ORDER BY priority DESC, requested_at, id
"""


@dataclass(frozen=True, slots=True)
class RequestBatch:
    """A batch that is not done: the number of its run, and whether one has taken it up."""

    batch_id: str
    attempt: int
    is_begun: bool


def claim_requests(connection: Connection[Any], now: datetime) -> int:
    """Claims what waits, after duplicates have joined their originals and what was lost is back; how many."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (CLAIMING_LOCK,))
        _take_back(connection, None, now)
        connection.execute(END_DUPLICATES)
        connection.execute(TAKE_PLACE_OF_CANCELLED)
        _join_originals(connection, now)
        day = (now + FURTHEST_ZONE).date()
        values = {"now": now, "day": day, "furthest": day + FURTHEST_AHEAD, "most": LOOKED_AT}
        waiting = [Waiting(*row) for row in connection.execute(WAIT, values)]
        batches = cut_batches(waiting)
        for batch in batches:
            batch_id = uuid4()
            connection.execute(ADD_BATCH, (batch_id, len(batch), now))
            connection.execute(CLAIM, (batch_id, now + LEASE, [one.request_id for one in batch]))
    return sum(len(batch) for batch in batches)


def open_request_batches(connection: Connection[Any]) -> list[RequestBatch]:
    """The batches that are not done, in the order in which they were made."""
    with connection.cursor(row_factory=class_row(RequestBatch)) as cursor:
        return cursor.execute(OPEN_BATCHES).fetchall()


def release_requests(connection: Connection[Any], batch_id: str, now: datetime) -> None:
    """Gives back what is left of a batch whose run is known to be over."""
    with connection.transaction():
        _take_back(connection, batch_id, now)


def start_again(connection: Connection[Any], batch: RequestBatch, now: datetime) -> None:
    """Gives a batch whose run died before it began the number of another."""
    with connection.transaction():
        connection.execute(
            "UPDATE request_batches SET attempt = attempt + 1 "
            "WHERE batch_id = %s AND attempt = %s AND started_at IS NULL",
            (batch.batch_id, batch.attempt),
        )
        keep_lease(connection, batch.batch_id, now)


def keep_lease(connection: Connection[Any], batch_id: str, now: datetime) -> None:
    """Holds what is left of a batch, as long as there is a sign of life of its run."""
    connection.execute(
        "UPDATE analysis_requests SET lease_until = %s WHERE batch_id = %s AND status IN ('claimed', 'running')",
        (now + LEASE, batch_id),
    )


def begin_request_batch(
    connection: Connection[Any], batch_id: str, attempt: int, now: datetime
) -> list[TakenRequest] | None:
    """What a run takes up of a batch; None where it is not this run's: another has begun it, or it was taken back."""
    with connection.transaction():
        begun = connection.execute(
            "UPDATE request_batches SET started_at = %s "
            "WHERE batch_id = %s AND attempt = %s AND started_at IS NULL AND finished_at IS NULL RETURNING batch_id",
            (now, batch_id, attempt),
        ).fetchone()
        if begun is None:
            return None
        keep_lease(connection, batch_id, now)
        rows = connection.execute(TAKE, (batch_id,)).fetchall()
    return [_taken(*row) for row in rows]


def end_request_batch(connection: Connection[Any], now: datetime) -> None:
    """Ends the batches of which nothing is left to do."""
    connection.execute(END_BATCHES, {"now": now})


def rounds_of(taken: Iterable[TakenRequest]) -> list[Sequence[TakenRequest]]:
    """Requests in rounds, one for each person in each: what somebody asks for twice is answered one after the other."""
    by_person: defaultdict[str, list[TakenRequest]] = defaultdict(list)
    for one in taken:
        by_person[one.profile_id].append(one)
    most = max((len(its) for its in by_person.values()), default=0)
    return [[its[number] for its in by_person.values() if number < len(its)] for number in range(most)]


def _taken(
    key: str, person: str, kind: str, archetype: str | None, preferences: str | None, *rest: Any
) -> TakenRequest:
    taken = TakenRequest(key, person, RequestKind(kind), archetype, None, *rest)
    try:
        return replace(taken, preferences=None if preferences is None else json.loads(preferences))
    except (ValueError, RecursionError):  # a number of thousands of digits; lists within lists
        return replace(taken, is_readable=False)


def _take_back(connection: Connection[Any], batch_id: str | None, now: datetime) -> None:
    values: Mapping[str, object] = {
        "batch_id": batch_id,
        "most": MOST_ATTEMPTS,
        "gave_up": gave_up_text(MOST_ATTEMPTS),
        "now": now,
    }
    given_up = [key for key, status in connection.execute(LOST, values).fetchall() if status == RequestStatus.FAILED]
    if given_up:
        connection.execute(END_WORKFLOWS, {**values, "given_up": given_up})
    connection.execute(END_BATCHES, values)


def _join_originals(connection: Connection[Any], now: datetime) -> None:
    found: list[tuple[UUID, UUID, bool]] = connection.execute(FIND_ORIGINALS).fetchall()
    for request_id, original, is_same in found:
        if is_same:
            connection.execute(JOIN_ORIGINAL, (original, request_id))
        else:
            connection.execute(REFUSE_KEY, (now, request_id))
    if found:
        connection.execute(END_DUPLICATES)
