"""Control profiles: whom Sahha answered lately, so that it can be asked about them while it refuses others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

MOST_CONTROLS = 3

ANSWERED = """
WITH s AS (SELECT profile_id, max(last_success_at) AS answered_at FROM sync_state GROUP BY profile_id)
SELECT p.external_id, count(*) OVER ()
FROM profiles AS p JOIN s USING (profile_id)
WHERE p.status = 'active' AND s.answered_at >= %s AND p.profile_id <> ALL(%s)
ORDER BY s.answered_at DESC, p.profile_id
LIMIT %s
"""


def find_controls(connection: Connection[Any], since: datetime, refused: Collection[str]) -> tuple[Sequence[str], int]:
    """A few external ids of active people who were answered since then, the latest first, and how many people are."""
    rows = connection.execute(ANSWERED, (since, list(refused), MOST_CONTROLS)).fetchall()
    return [external_id for external_id, _ in rows], rows[0][1] if rows else 0
