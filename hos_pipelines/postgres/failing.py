"""Who fails just now: the active profiles whose last pull of a stream brought no answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.sync import Stream

MOST_NAMED = 50

COUNTED = """
SELECT stream.name, count(*), count(*) FILTER (WHERE s.attempts > 0)
FROM profiles AS p
CROSS JOIN unnest(%s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
WHERE p.status = 'active'
GROUP BY stream.name
"""

NAMED = """
SELECT s.stream, s.profile_id, s.last_outcome, s.last_error, s.last_success_at
FROM unnest(%s::text[]) AS stream (name)
CROSS JOIN LATERAL (
    SELECT sync_state.* FROM sync_state JOIN profiles USING (profile_id)
    WHERE stream = stream.name AND attempts > 0 AND profiles.status = 'active'
    ORDER BY last_success_at NULLS FIRST, profile_id LIMIT %s
) AS s
ORDER BY s.stream, s.last_success_at NULLS FIRST, s.profile_id
"""


@dataclass(slots=True)
class StreamFailures:
    """Of one stream: active profiles, how many of them fail, and the first of those, longest without an answer first.

    Each is named with why it fails and since when nothing has come.
    """

    stream: Stream
    profiles: int = 0
    failing: int = 0
    named: dict[str, str] = field(default_factory=dict)


def read_failing(connection: Connection[Any]) -> dict[Stream, StreamFailures]:
    """Who fails, stream by stream."""
    found = {stream: StreamFailures(stream) for stream in Stream}
    for name, profiles, failing in connection.execute(COUNTED, (list(Stream),)):
        found[Stream(name)] = StreamFailures(Stream(name), profiles, failing)
    for stream, profile_id, outcome, error, since in connection.execute(NAMED, (list(Stream), MOST_NAMED)):
        found[Stream(stream)].named[profile_id] = f"{outcome}: {error} {_since(since)}"
    return found


def failing_of(connection: Connection[Any], profile_ids: list[str]) -> set[tuple[Stream, str]]:
    """Which streams of these profiles fail."""
    rows = connection.execute(
        "SELECT stream, profile_id FROM sync_state WHERE profile_id = ANY(%s) AND attempts > 0", (profile_ids,)
    )
    return {(Stream(stream), profile_id) for stream, profile_id in rows}


def _since(last: datetime | None) -> str:
    return "Never answered yet." if last is None else f"Last answer {last:%Y-%m-%d %H:%MZ}."
