"""How old what we hold is: per stream over all active profiles, and for the profiles of one analysis."""

from collections.abc import Collection
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

OLDEST = """
SELECT p.profile_id, min(coalesce(s.watermark, '-infinity'))
FROM profiles AS p
CROSS JOIN unnest(%s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
WHERE p.profile_id = ANY(%s)
GROUP BY p.profile_id
HAVING min(coalesce(s.watermark, '-infinity')) > '-infinity'
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


def fetched_up_to(
    connection: Connection[Any], profile_ids: Collection[str], streams: Collection[Stream]
) -> dict[str, datetime]:
    """Up to when each profile's streams were all fetched (UTC); who lacks one of them is missing from the answer."""
    return dict(connection.execute(OLDEST, (list(streams), list(profile_ids))).fetchall())
