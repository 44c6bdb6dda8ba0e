"""Files requests, cancels them, and reads what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import args_row, class_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.requests.asked import Ask, RequestView
from hos_pipelines.domain.requests.states import CAN_BE_CANCELLED, OPEN, RequestStatus

VIEW: LiteralString = """
id::text, profile_id, kind, status, refusal_code, refusal, error, duplicate_of::text, attempt, priority, requested_at,
started_at, completed_at, not_before, workflow_id::text, updated_seq
"""
PRESENT = "SELECT set_config('hos.now', %s::timestamptz::text, true)"
FILE = """
INSERT INTO analysis_requests (profile_id, kind, archetype, preferences, timezone, force, requested_for,
                               idempotency_key, priority)
VALUES (%(profile_id)s, %(kind)s, %(archetype)s, %(preferences)s, %(timezone)s, %(force)s, %(requested_for)s,
        %(idempotency_key)s, %(priority)s)
RETURNING id::text
"""
LIST: LiteralString = (
    "SELECT "
    + VIEW
    + """
FROM analysis_requests
WHERE (%(profile_id)s::text IS NULL OR profile_id = %(profile_id)s)
  AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
ORDER BY requested_at DESC, id LIMIT %(most)s
"""
)
PROGRESS = """
SELECT stage, status, outcome, reason, attempt, started_at, ended_at, updated_seq FROM request_progress
WHERE request_id = %s ORDER BY place, stage
"""
CANCEL = "UPDATE analysis_requests SET status = 'cancelled' WHERE id = %s AND status = ANY(%s) RETURNING id"
WAITING = """
SELECT count(*)::integer AS open, count(*) FILTER (WHERE status = 'running')::integer AS running,
       min(requested_at) AS oldest_at
FROM analysis_requests WHERE status = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """What has become of one stage of a request."""

    stage: str
    status: str
    outcome: str | None
    reason: str | None
    attempt: int
    started_at: datetime | None
    ended_at: datetime | None
    updated_seq: int


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """How many requests are open, and since when the oldest of them is."""

    open: int
    running: int
    oldest_at: datetime | None


def file_request(connection: Connection[Any], ask: Ask, now: datetime) -> str:
    """Files a request and gives its id; whether it is one of its own its row tells.

    Raises:
        psycopg.errors.CheckViolation: the table does not take it; the constraint says why.
    """
    values = asdict(ask) | {"preferences": None if ask.preferences is None else Jsonb(ask.preferences)}
    with connection.transaction():
        connection.execute(PRESENT, (now,))
        row = connection.execute(FILE, values).fetchone()
    if row is None:
        raise RuntimeError("a request was filed and is not there.")
    return str(row[0])


def preferences_size(connection: Connection[Any], preferences: Mapping[str, Any] | None) -> int:
    """How many bytes of preferences the table would see."""
    if preferences is None:
        return 0
    row = connection.execute("SELECT octet_length(%s::jsonb::text)", (Jsonb(preferences),)).fetchone()
    return int(row[0]) if row else 0


def read_request(connection: Connection[Any], request_id: str) -> RequestView | None:
    """One request; None where there is none of this id."""
    with connection.cursor(row_factory=args_row(_view)) as cursor:
        return cursor.execute("SELECT " + VIEW + "FROM analysis_requests WHERE id = %s", (request_id,)).fetchone()


def read_requests(
    connection: Connection[Any], profile_id: str | None, statuses: Sequence[RequestStatus] | None, most: int
) -> list[RequestView]:
    """Requests, the newest first: of one person, or in some states, or all."""
    values = {"profile_id": profile_id, "statuses": None if statuses is None else list(statuses), "most": most}
    with connection.cursor(row_factory=args_row(_view)) as cursor:
        return cursor.execute(LIST, values).fetchall()


def read_progress(connection: Connection[Any], request_id: str) -> list[StageProgress]:
    """The stages of a request, in their order."""
    with connection.cursor(row_factory=class_row(StageProgress)) as cursor:
        return cursor.execute(PROGRESS, (request_id,)).fetchall()


def cancel_request(connection: Connection[Any], request_id: str) -> bool:
    """Cancels a request that has not begun; whether it was one. Another that waited for the same takes its place."""
    return connection.execute(CANCEL, (request_id, list(CAN_BE_CANCELLED))).fetchone() is not None


def read_open(connection: Connection[Any]) -> OpenRequests:
    """What is open; duplicates count with their original."""
    statuses = sorted(OPEN - {RequestStatus.DUPLICATE})
    with connection.cursor(row_factory=class_row(OpenRequests)) as cursor:
        return cursor.execute(WAITING, (statuses,)).fetchone() or OpenRequests(0, 0, None)


def _view(key: str, profile_id: str, kind: str, status: str, *rest: Any) -> RequestView:
    return RequestView(key, profile_id, kind, RequestStatus(status), *rest)
