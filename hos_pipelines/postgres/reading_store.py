"""Reads what analyses take of many profiles at once: one JSON array a profile, made by the server, newest row a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, LiteralString

import orjson
from psycopg import Connection, sql

from hos_pipelines.domain.day_windows import assign_windows
from hos_pipelines.domain.history import SCORE, SLEEP_TIMES, Row
from hos_pipelines.domain.sync import Stream

# A change of clocks between two looks leaves an open and a closed row of one day, whose ends differ by the hour.
CLOSED_MEANWHILE: LiteralString = """EXISTS (
    SELECT FROM biomarkers AS closed
    WHERE closed.profile_id = b.profile_id AND closed.type = b.type AND closed.local_date = b.local_date
      AND closed.start_date_time BETWEEN b.start_date_time - interval '90 minutes'
                                     AND b.start_date_time + interval '90 minutes'
      AND abs(extract(epoch FROM closed.end_date_time - b.end_date_time)) <= 5400
      AND closed.periodicity IS DISTINCT FROM 'intraday' AND closed.value IS NOT NULL)"""

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

# Where a local day has several sleep windows, after a journey or a nap, what was slept in each of them comes with its
# number: each could lend one end to a night nobody slept. Of any other type the row seen last. An `intraday` row was
# read before its window had ended, or is the newest there is: its day is not over, and it comes without a value; where
# the clocks have changed meanwhile, the closed row has a window whose ends differ by the hour, and stands for it. A
# night that has ended is whole, whatever its window.
BIOMARKERS = SINCE + sql.SQL(
    """
, seen AS (
    SELECT b.profile_id, b.type, b.local_date, b.value, b.unit, b.start_date_time, b.end_date_time, b.observed_at,
           b.periodicity = 'intraday' AND b.type NOT LIKE 'sleep%%' AS is_open,
           b.type LIKE 'sleep%%' OR right(b.type, 6) = '_sleep' AND b.periodicity IS DISTINCT FROM 'intraday'
               AS is_of_sleep
    FROM since JOIN biomarkers AS b ON b.profile_id = since.profile_id
    WHERE b.type = ANY(%(types)s) AND b.start_date_time >= since.day - 2
      AND b.local_date BETWEEN since.day AND %(today)s + 1 AND b.value IS NOT NULL
      AND NOT (b.periodicity = 'intraday' AND {closed_meanwhile})
), night_windows AS (
    SELECT profile_id, local_date, start_date_time, end_date_time,
           count(*) OVER (PARTITION BY profile_id, local_date) AS windows,
           row_number() OVER (PARTITION BY profile_id, local_date ORDER BY start_date_time, end_date_time) AS number
    FROM seen
    WHERE type = ANY(%(night_times)s)
    GROUP BY profile_id, local_date, start_date_time, end_date_time
), placed AS MATERIALIZED (
    SELECT s.*, CASE WHEN w.windows > 1 AND s.is_of_sleep THEN w.number END AS number
    FROM seen AS s LEFT JOIN night_windows AS w
      ON w.profile_id = s.profile_id AND w.local_date = s.local_date AND w.start_date_time = s.start_date_time
     AND w.end_date_time IS NOT DISTINCT FROM s.end_date_time
), newest AS (
    SELECT DISTINCT ON (profile_id, type, local_date) profile_id, type, local_date, value, unit, is_open,
           coalesce(observed_at <= end_date_time, end_date_time IS NULL) AS was_early
    FROM placed
    WHERE type <> ALL(%(night_times)s) AND number IS NULL
    ORDER BY profile_id, type, local_date, observed_at DESC NULLS LAST, start_date_time DESC
)
SELECT profile_id,
       json_agg(CASE WHEN number IS NULL THEN json_build_array(type, local_date, value, coalesce(unit, ''))
                     ELSE json_build_array(type, local_date, value, coalesce(unit, ''), number) END)::text
FROM (
    SELECT profile_id, type, local_date, value, unit, number FROM placed
    WHERE type = ANY(%(night_times)s) OR number IS NOT NULL
    UNION ALL
    SELECT profile_id, type, local_date,
           CASE WHEN is_open AND (was_early OR local_date = max(local_date) FILTER (WHERE type NOT LIKE 'sleep%%')
                                                            OVER (PARTITION BY profile_id))
                THEN NULL ELSE value END, unit, NULL
    FROM newest
) AS told
GROUP BY profile_id
"""
).format(closed_meanwhile=sql.SQL(CLOSED_MEANWHILE))

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

    Who has nothing is missing from the answer. Of several rows for one local day, after a journey, the one seen last
    comes; of several sleeps the longest, and the others by themselves. What belongs to a day that is not over has no
    value, its scores as little as its steps.
    """
    found: dict[str, list[Row]] = {}
    for stream, types in wanted.items():
        values = {
            "profile_ids": list(profile_ids),
            "types": list(types),
            "days": days,
            "today": today,
            "night_times": list(SLEEP_TIMES),
        }
        for profile_id, rows in connection.execute(QUERIES[stream], values):
            found.setdefault(profile_id, []).extend(assign_windows(orjson.loads(rows)))
    return {profile_id: _without_running_scores(rows) for profile_id, rows in found.items()}


def _without_running_scores(rows: list[Row]) -> list[Row]:
    running = {day for _, day, value, _ in rows if value is None}
    if not running:
        return rows
    return [
        (kind, day, None if kind.startswith(SCORE) and day in running else value, unit)
        for kind, day, value, unit in rows
    ]
