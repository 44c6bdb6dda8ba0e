"""Moves requests on that a run has claimed: taken up, stage by stage, ended. Nothing is taken of an earlier attempt.

What ends a request is called within the transaction that stores what answers it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.request_refusals import RequestRefusal
from hos_pipelines.domain.requests.states import RequestStatus
from hos_pipelines.domain.requests.verdicts import WAITING, RequestVerdict, StageEnd

IS_MINE = "id = %(id)s AND batch_id = %(batch_id)s AND attempt = %(attempt)s"
TAKE_UP = f"""
UPDATE analysis_requests SET status = 'running', started_at = %(now)s
WHERE {IS_MINE} AND status = 'claimed' RETURNING id
"""  # noqa: S608  of these files
REFUSE = f"""
UPDATE analysis_requests SET status = 'refused', refusal_code = %(code)s, refusal = %(sentence)s, completed_at = %(now)s
WHERE {IS_MINE} AND status IN ('claimed', 'running') RETURNING id
"""  # noqa: S608
FAIL = f"""
UPDATE analysis_requests SET status = 'failed', error = %(error)s, completed_at = %(now)s
WHERE {IS_MINE} AND status IN ('claimed', 'running') RETURNING id
"""  # noqa: S608
PUT_OFF = f"""
UPDATE analysis_requests
SET status = 'requested', not_before = %(until)s, lease_until = NULL, attempt = attempt - %(counted_back)s
WHERE {IS_MINE} AND status IN ('claimed', 'running') RETURNING id
"""  # noqa: S608
FINISH = """
UPDATE analysis_requests AS r
SET status = ended.status, refusal_code = ended.code, refusal = ended.sentence, error = ended.error,
    workflow_id = ended.workflow_id, completed_at = %(now)s
FROM unnest(%(ids)s::uuid[], %(attempts)s::integer[], %(statuses)s::text[], %(codes)s::text[], %(sentences)s::text[],
            %(errors)s::text[], %(workflows)s::uuid[])
     AS ended (id, attempt, status, code, sentence, error, workflow_id)
WHERE r.id = ended.id AND r.attempt = ended.attempt AND r.batch_id = %(batch_id)s AND r.status = 'running'
RETURNING r.id
"""
PROGRESS = """
INSERT INTO request_progress AS p (request_id, stage, place, status, outcome, reason, attempt, started_at, ended_at)
SELECT r.id, moved.stage, moved.place, moved.status, moved.outcome, moved.reason, moved.attempt,
       CASE WHEN moved.status <> 'waiting' THEN %(now)s::timestamptz END,
       CASE WHEN moved.status NOT IN ('waiting', 'running') THEN %(now)s::timestamptz END
FROM unnest(%(ids)s::uuid[], %(stages)s::text[], %(places)s::integer[], %(statuses)s::text[], %(outcomes)s::text[],
            %(reasons)s::text[], %(attempts)s::integer[])
     AS moved (id, stage, place, status, outcome, reason, attempt)
JOIN analysis_requests AS r ON r.id = moved.id AND r.attempt = moved.attempt AND r.batch_id = %(batch_id)s
ON CONFLICT (request_id, stage) DO UPDATE SET
    place = excluded.place, status = excluded.status, outcome = excluded.outcome, reason = excluded.reason,
    started_at = CASE WHEN p.attempt = excluded.attempt THEN coalesce(p.started_at, excluded.started_at)
                      ELSE excluded.started_at END,
    attempt = excluded.attempt, ended_at = excluded.ended_at
"""

# In the order of their ids. One that has ended is still its attempt's; that of somebody deleted is nobody's.
HOLD = """
SELECT r.id::text, r.status,
       r.attempt = mine.attempt AND r.batch_id IS NOT DISTINCT FROM %(batch_id)s::uuid AND r.status <> 'requested'
FROM analysis_requests AS r
JOIN unnest(%(ids)s::uuid[], %(attempts)s::integer[]) AS mine (id, attempt) ON r.id = mine.id
ORDER BY r.id
FOR NO KEY UPDATE OF r
"""
PLAN_REFUSALS = """
SELECT DISTINCT ON (profile_id, kind) profile_id, kind, refusal_code, refusal FROM plans
WHERE profile_id = ANY(%(profile_ids)s) AND kind = ANY(%(kinds)s) AND superseded_at IS NULL AND status = 'refused'
ORDER BY profile_id, kind, made_at DESC
"""


class LostRequestsError(Exception):
    """Requests of a batch are no longer its run's: another attempt has them. What was about to be stored is not."""


class RequestEnding(NamedTuple):
    """How a request ends, and the workflow that answered it where one did."""

    taken: TakenRequest
    verdict: RequestVerdict
    workflow_id: UUID | None = None


class StageMove(NamedTuple):
    """Where a stage of a request goes, and its place in the order."""

    taken: TakenRequest
    place: int
    end: StageEnd


def take_up_request(connection: Connection[Any], batch_id: str, taken: TakenRequest, now: datetime) -> bool:
    """Whether the request is this run's to work on; not where it was cancelled or taken back meanwhile."""
    return connection.execute(TAKE_UP, _mine(batch_id, taken) | {"now": now}).fetchone() is not None


def refuse_request(
    connection: Connection[Any], batch_id: str, taken: TakenRequest, refusal: RequestRefusal, now: datetime
) -> bool:
    """Ends a request that cannot be taken up."""
    values = _mine(batch_id, taken) | {"code": refusal.code, "sentence": refusal.sentence, "now": now}
    return connection.execute(REFUSE, values).fetchone() is not None


def fail_request(connection: Connection[Any], batch_id: str, taken: TakenRequest, error: str, now: datetime) -> bool:
    """Ends a request that failed before its stages ran."""
    return connection.execute(FAIL, _mine(batch_id, taken) | {"error": error, "now": now}).fetchone() is not None


def put_off_request(
    connection: Connection[Any], batch_id: str, taken: TakenRequest, until: datetime, *, counts: bool
) -> bool:
    """Has a request wait; it `counts` as an attempt where something has failed for a while."""
    values = _mine(batch_id, taken) | {"until": until, "counted_back": 0 if counts else 1}
    return connection.execute(PUT_OFF, values).fetchone() is not None


def finish_requests(
    connection: Connection[Any], batch_id: str, endings: Sequence[RequestEnding], now: datetime
) -> None:
    """Ends requests, within the transaction that stores what answers them.

    Raises:
        LostRequestsError: one of them is another attempt's by now.
    """
    if not endings:
        return
    refusals = [one.verdict.refusal for one in endings]
    values: Mapping[str, object] = {
        "batch_id": batch_id,
        "now": now,
        "ids": [one.taken.id for one in endings],
        "attempts": [one.taken.attempt for one in endings],
        "statuses": [one.verdict.status.value for one in endings],
        "codes": [None if one is None else one.code for one in refusals],
        "sentences": [None if one is None else one.sentence for one in refusals],
        "errors": [one.verdict.error for one in endings],
        "workflows": [one.workflow_id for one in endings],
    }
    ended = connection.execute(FINISH, values).fetchall()
    if len(ended) < len(endings):
        raise LostRequestsError(
            f"{len(endings) - len(ended)} requests of batch {batch_id} are another attempt's by now."
        )


def write_progress(connection: Connection[Any], batch_id: str, moves: Sequence[StageMove], now: datetime) -> None:
    """Writes where stages are, for whoever follows them."""
    if not moves:
        return
    values: Mapping[str, object] = {
        "batch_id": batch_id,
        "now": now,
        "ids": [one.taken.id for one in moves],
        "attempts": [one.taken.attempt for one in moves],
        "places": [one.place for one in moves],
        "stages": [one.end.stage for one in moves],
        "statuses": [one.end.status for one in moves],
        "outcomes": [one.end.outcome for one in moves],
        "reasons": [one.end.reason for one in moves],
    }
    connection.execute(PROGRESS, values)


def waiting_stages(taken: TakenRequest, stages: Sequence[str]) -> list[StageMove]:
    """The stages of a request before any has begun."""
    return [StageMove(taken, place, StageEnd(stage, WAITING)) for place, stage in enumerate(stages, start=1)]


def require_mine(connection: Connection[Any], batch_id: str, taken: Sequence[TakenRequest]) -> list[TakenRequest]:
    """Those of these that have not ended, and are there; no other attempt can take them until the transaction ends.

    Raises:
        LostRequestsError: another attempt has one of them by now, so nothing is to be stored for any.
    """
    values = {"batch_id": batch_id, "ids": [one.id for one in taken], "attempts": [one.attempt for one in taken]}
    rows = connection.execute(HOLD, values).fetchall()
    lost = sum(not is_mine for _, _, is_mine in rows)
    if lost:
        raise LostRequestsError(f"{lost} requests of batch {batch_id} are another attempt's by now.")
    running = {key for key, status, _ in rows if status == RequestStatus.RUNNING}
    return [one for one in taken if one.id in running]


def count_ended(connection: Connection[Any], taken: Sequence[TakenRequest]) -> dict[str, int]:
    """What has become of these requests: how many are in which state."""
    values = ([one.id for one in taken],)
    rows = connection.execute(
        "SELECT status, count(*) FROM analysis_requests WHERE id = ANY(%s::uuid[]) GROUP BY status", values
    )
    return dict(rows.fetchall())


def plan_refusals(
    connection: Connection[Any], profile_ids: Sequence[str], kinds: Sequence[str]
) -> dict[tuple[str, str], RequestRefusal]:
    """Why these people are refused a plan, by person and kind of plan: what was last said."""
    rows = connection.execute(PLAN_REFUSALS, {"profile_ids": list(profile_ids), "kinds": list(kinds)})
    return {(key, kind): RequestRefusal(code, sentence) for key, kind, code, sentence in rows}


def _mine(batch_id: str, taken: TakenRequest) -> dict[str, object]:
    return {"id": taken.id, "batch_id": batch_id, "attempt": taken.attempt}
