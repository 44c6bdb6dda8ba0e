"""Reads and keeps what may still come in late of each profile's streams."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.domain.lateness import Lateness
from hos_pipelines.domain.sync import Stream

# Of a row that no pull has met since the newest days are kept, the newest night and reading are all that is known.
NEWEST_DAYS: LiteralString = """
coalesce(s.newest_days, jsonb_strip_nulls(jsonb_build_object(
    'sleep', s.newest_night, 'nothing yet', (s.newest_reading AT TIME ZONE 'UTC')::date)))
"""

EXPECTED = """
SELECT s.profile_id, s.stream
FROM sync_state AS s JOIN profiles AS p ON p.profile_id = s.profile_id
WHERE p.status = 'active' AND s.watermark IS NOT NULL AND (p.change_count > s.change_seen OR s.late_from IS NOT NULL)
  AND (%(profile_ids)s::text[] IS NULL OR s.profile_id = ANY(%(profile_ids)s))
ORDER BY s.profile_id, s.stream
"""


def expecting(connection: Connection[Any], profile_ids: Sequence[str] | None = None) -> list[tuple[str, Stream]]:
    """For whom a pull is to bring something: Sahha has told of a change, or an answer of days not asked for."""
    values = {"profile_ids": None if profile_ids is None else list(profile_ids)}
    return [(profile_id, Stream(stream)) for profile_id, stream in connection.execute(EXPECTED, values)]


def read_lateness(days: Mapping[str, str], late_from: date | None) -> Lateness:
    """What NEWEST_DAYS and `late_from` of a row hold."""
    return Lateness({group: date.fromisoformat(day) for group, day in days.items()}, late_from)


def days_text(lateness: Lateness) -> str:
    """The newest days as the JSON they are kept in."""
    return json.dumps({group: day.isoformat() for group, day in sorted(lateness.days.items())})
