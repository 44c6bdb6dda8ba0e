"""Reads what analyses take of many profiles at once: one JSON array a profile, made by the server, newest row a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from psycopg import Connection, sql

from hos_pipelines.domain.history import Row
from hos_pipelines.domain.sync import Stream

# Back from each one's own newest reading, not from today: what somebody who has stopped delivering left behind is read
# the same for ever. A day beyond tomorrow is nobody's; it must not push the rest out of sight. Two days are added,
# since a local day may lie on either side of its instants.
SINCE = sql.SQL(
    """
WITH since AS MATERIALIZED (
    SELECT asked.profile_id,
           coalesce(max(s.newest_reading) AT TIME ZONE 'UTC', %(today)s)::date - %(days)s - 2 AS day
    FROM unnest(%(profile_ids)s::text[]) AS asked (profile_id)
    LEFT JOIN sync_state AS s ON s.profile_id = asked.profile_id AND s.stream IN ('biomarkers', 'scores')
    GROUP BY asked.profile_id
)
"""
)

BIOMARKERS = SINCE + sql.SQL(
    """
SELECT profile_id, json_agg(json_build_array(type, local_date, value, coalesce(unit, '')))::text
FROM (
    SELECT DISTINCT ON (b.profile_id, b.type, b.local_date) b.profile_id, b.type, b.local_date, b.value, b.unit
    FROM since JOIN biomarkers AS b ON b.profile_id = since.profile_id
    WHERE b.type = ANY(%(types)s) AND b.start_date_time >= since.day - 2
      AND b.local_date BETWEEN since.day AND %(today)s + 1 AND b.value IS NOT NULL
    ORDER BY b.profile_id, b.type, b.local_date, b.observed_at DESC NULLS LAST, b.start_date_time DESC
) AS newest
GROUP BY profile_id
"""
)

SCORE_ROWS = SINCE + sql.SQL(
    """
SELECT profile_id, json_agg(json_build_array('score:' || type, local_date, score::text, ''))::text
FROM (
    SELECT DISTINCT ON (b.profile_id, b.type, b.local_date) b.profile_id, b.type, b.local_date, b.score
    FROM since JOIN scores AS b ON b.profile_id = since.profile_id
    WHERE b.type = ANY(%(types)s) AND b.score_date_time >= since.day - 2
      AND b.local_date BETWEEN since.day AND %(today)s + 1 AND b.score IS NOT NULL
    ORDER BY b.profile_id, b.type, b.local_date, b.observed_at DESC NULLS LAST, b.score_date_time DESC
) AS newest
GROUP BY profile_id
"""
)

QUERIES = {Stream.BIOMARKERS: BIOMARKERS, Stream.SCORES: SCORE_ROWS}


def load_readings(
    connection: Connection[Any],
    wanted: Mapping[Stream, Sequence[str]],
    profile_ids: Sequence[str],
    days: int,
    today: date,
) -> Mapping[str, list[Row]]:
    """What analyses read of some profiles: the types wanted of each stream, so many days back from each one's newest.

    Who has nothing is missing from the answer. Of several rows for one local day, after a journey, the one seen last.
    """
    found: dict[str, list[Row]] = {}
    for stream, types in wanted.items():
        values = {"profile_ids": list(profile_ids), "types": list(types), "days": days, "today": today}
        for profile_id, rows in connection.execute(QUERIES[stream], values):
            found.setdefault(profile_id, []).extend(orjson.loads(rows))
    return found
