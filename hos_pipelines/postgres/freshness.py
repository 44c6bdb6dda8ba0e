"""How old what we hold is, per stream over all active profiles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.sync import Stream

FRESHNESS = """
SELECT stream.name AS stream, count(*) AS profiles, count(s.watermark) AS synced,
       count(*) FILTER (WHERE s.attempts > 0) AS failing,
       count(*) FILTER (WHERE s.watermark <= %(stale_since)s OR s.watermark IS NULL) AS stale,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY %(now)s - s.watermark) AS median_age,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY %(now)s - s.watermark) AS p99_age
FROM profiles AS p
CROSS JOIN unnest(%(streams)s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
WHERE p.status = 'active'
GROUP BY stream.name
ORDER BY stream.name
"""


@dataclass(frozen=True, slots=True)
class StreamFreshness:
    """Of one stream: active profiles, how many were ever pulled, fail just now, or are stale, and how old they are.

    Ages are the time since the watermark; None while nobody has one.
    """

    stream: str
    profiles: int
    synced: int
    failing: int
    stale: int
    median_age: timedelta | None
    p99_age: timedelta | None


def stream_freshness(connection: Connection[Any], now: datetime, stale_after: timedelta) -> list[StreamFreshness]:
    """Each stream over all active profiles. Where nobody is active, nothing."""
    values = {"streams": list(Stream), "now": now, "stale_since": now - stale_after}
    with connection.cursor(row_factory=class_row(StreamFreshness)) as cursor:
        return cursor.execute(FRESHNESS, values).fetchall()
