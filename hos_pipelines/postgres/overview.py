"""What an operator wants to know at a glance, each in one query over small tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.sync import LIVE_STREAMS

STALE = """
SELECT count(DISTINCT p.profile_id)
FROM profiles AS p
CROSS JOIN unnest(%(streams)s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
WHERE p.status = 'active' AND coalesce(s.watermark, p.enrolled_at) <= %(stale_since)s
"""

# Since the last good pull; who never had one, since enrolment.
FAILING = """
SELECT p.profile_id, p.external_id, p.status, s.stream, s.last_outcome AS outcome, s.attempts,
       coalesce(s.last_success_at, p.enrolled_at) AS since, s.last_success_at IS NULL AS never_pulled,
       coalesce(CASE WHEN p.status = 'paused' THEN p.status_reason END, s.last_error) AS reason,
       CASE WHEN p.status = 'active' THEN s.next_due_at END AS next_due_at
FROM profiles AS p LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.attempts > 0
WHERE (p.status = 'active' AND s.attempts > 0) OR p.status = 'paused'
ORDER BY since, p.profile_id, s.stream
"""

REASONS = """
SELECT coalesce(s.last_error, s.last_outcome, 'no reason was kept') AS reason,
       count(DISTINCT p.profile_id)::integer AS people
FROM profiles AS p JOIN sync_state AS s USING (profile_id)
WHERE p.status = 'active' AND s.attempts > 0
GROUP BY 1 ORDER BY people DESC, reason
"""

FAILING_PEOPLE = """
SELECT count(DISTINCT p.profile_id) FROM profiles AS p JOIN sync_state AS s USING (profile_id)
WHERE p.status = 'active' AND s.attempts > 0
"""

QUARANTINE = "SELECT count(DISTINCT profile_id)::integer AS people, max(last_seen_at) AS newest_at FROM quarantine"

WEBHOOKS = """
SELECT count(*)::integer AS waiting, min(received_at) AS oldest_at FROM webhook_inbox WHERE consumed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class FailedPull:
    """One stream of one person whose last pull failed, or a person who is paused; `since` when without a good pull.

    `stream`, `outcome` and `attempts` are None of a paused person whose pulls did not fail.
    """

    profile_id: str
    external_id: str
    status: str
    stream: str | None
    outcome: str | None
    attempts: int | None
    since: datetime
    never_pulled: bool
    reason: str | None
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why pulls fail, and of how many people."""

    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Of how many people rows could not be stored, and when one last came in."""

    people: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """How many webhooks wait for the sensor, and since when."""

    waiting: int
    oldest_at: datetime | None


def count_stale(connection: Connection[Any], now: datetime, stale_after: timedelta) -> int:
    """How many active people's biomarkers or scores are older than that; of the never pulled, since enrolment."""
    values = {"streams": list(LIVE_STREAMS), "stale_since": now - stale_after}
    return _count(connection, STALE, values)


def count_failing(connection: Connection[Any]) -> int:
    """How many active people's last pull of any stream failed."""
    return _count(connection, FAILING_PEOPLE, {})


def failing_reasons(connection: Connection[Any]) -> list[Reason]:
    """Why, the most frequent first."""
    with connection.cursor(row_factory=class_row(Reason)) as cursor:
        return cursor.execute(REASONS).fetchall()


def read_failing(connection: Connection[Any]) -> list[FailedPull]:
    """Who fails or is paused, longest first."""
    with connection.cursor(row_factory=class_row(FailedPull)) as cursor:
        return cursor.execute(FAILING).fetchall()


def read_quarantine(connection: Connection[Any]) -> Quarantine:
    """Whom unreadable rows are of."""
    with connection.cursor(row_factory=class_row(Quarantine)) as cursor:
        return cursor.execute(QUARANTINE).fetchone() or Quarantine(0, None)


def read_inbox(connection: Connection[Any]) -> Inbox:
    """The webhooks that wait."""
    with connection.cursor(row_factory=class_row(Inbox)) as cursor:
        return cursor.execute(WEBHOOKS).fetchone() or Inbox(0, None)


def _count(connection: Connection[Any], query: str, values: dict[str, object]) -> int:
    row = connection.execute(query.encode(), values).fetchone()
    return int(row[0]) if row else 0
