"""Reads and keeps what may still come in late of each profile's streams."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.domain.holes import Hole
from hos_pipelines.domain.lateness import Lateness
from hos_pipelines.domain.sync import Stream

# Of a row that no pull has met since the newest days are kept, the newest night and reading are all that is known.
NEWEST_DAYS: LiteralString = """
coalesce(s.newest_days, jsonb_strip_nulls(jsonb_build_object(
    'sleep', s.newest_night, 'nothing yet', (s.newest_reading AT TIME ZONE 'UTC')::date)))
"""

LATE: LiteralString = "s.late_from, s.holes, s.late_failed_on"

# Scores are made of biomarkers, those of old days too once what was late is there.
ASK_SCORES_AGAIN = """
UPDATE sync_state AS s SET late_from = least(s.late_from, caught.up_from)
FROM unnest(%s::text[], %s::date[]) AS caught (profile_id, up_from)
WHERE s.profile_id = caught.profile_id AND s.stream = 'scores' AND s.watermark IS NOT NULL
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


def read_lateness(
    days: Mapping[str, str],
    late_from: date | None,
    holes: Sequence[Sequence[str]] | None = None,
    failed_on: date | None = None,
) -> Lateness:
    """What NEWEST_DAYS and the columns LATE of a row hold."""
    return Lateness(
        {group: date.fromisoformat(day) for group, day in days.items()},
        late_from,
        tuple(Hole(group, *map(date.fromisoformat, rest)) for group, *rest in holes or ()),
        failed_on,
    )


def late_texts(lateness: Lateness) -> tuple[str, date | None, str, date | None]:
    """What of it the newest days and the columns LATE hold."""
    days = {group: day.isoformat() for group, day in sorted(lateness.days.items())}
    holes = [
        [hole.group, *(day.isoformat() for day in (hole.first, hole.last, hole.noticed))] for hole in lateness.holes
    ]
    return json.dumps(days), lateness.late_from, json.dumps(holes), lateness.failed_on


def ask_scores_again(connection: Connection[Any], caught_up: Mapping[str, date]) -> None:
    """Lets the next pull of scores reach back as far as late biomarkers have come for these profiles."""
    if caught_up:
        connection.execute(ASK_SCORES_AGAIN, (list(caught_up), list(caught_up.values())))
