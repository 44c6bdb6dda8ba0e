"""Keeps the rows of answers that cannot be stored as what they claim to be."""

import hashlib
from collections.abc import Iterable
from typing import Any

from psycopg import Cursor

from hos_pipelines.domain.sync import ProfilePull, Stream

WRITE_QUARANTINE = """
INSERT INTO quarantine AS q (profile_id, stream, payload_hash, payload, reason, first_seen_at, last_seen_at)
VALUES (%(profile_id)s, %(stream)s, %(hash)s, %(payload)s, %(reason)s, %(at)s, %(at)s)
ON CONFLICT (profile_id, stream, payload_hash) DO UPDATE SET
    reason = excluded.reason,
    last_seen_at = greatest(q.last_seen_at, excluded.last_seen_at),
    times_seen = q.times_seen + 1
"""


def write_quarantine(cursor: Cursor[Any], stream: Stream, pulls: Iterable[ProfilePull]) -> None:
    """Adds what these pulls could not read, each row once however often it comes."""
    cursor.executemany(WRITE_QUARANTINE, [row for pull in pulls for row in _quarantine_rows(stream, pull)])


def _quarantine_rows(stream: Stream, pull: ProfilePull) -> Iterable[dict[str, object]]:
    for row in pull.quarantined:
        yield {
            "profile_id": pull.profile_id,
            "stream": stream,
            "hash": hashlib.sha256(row.payload.encode()).hexdigest(),
            "payload": row.payload,
            "reason": row.reason,
            "at": pull.window.observed_at,
        }
