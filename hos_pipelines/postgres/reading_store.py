"""Reads what analyses take of many profiles at once: one JSON array a profile, made by the server, newest row a day."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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

# Goes up with every row that is new or differs: while it stands still, so do the readings.
NEWS = """
SELECT asked.profile_id, coalesce(sum(s.rows_changed), 0)::bigint
FROM unnest(%(profile_ids)s::text[]) AS asked (profile_id)
LEFT JOIN sync_state AS s ON s.profile_id = asked.profile_id AND s.stream IN ('biomarkers', 'scores')
GROUP BY asked.profile_id
"""


@dataclass(frozen=True, slots=True)
class _KeptSpan:
    """Of which stream and types readings are, and of which days."""

    stream: Stream
    types: frozenset[str]
    days: int
    today: date

    def holds(self, other: "_KeptSpan") -> bool:
        """Whether all that the other asks for was read with this; which day is not over, every other type has a say."""
        if (self.stream, self.days, self.today) != (other.stream, other.days, other.today):
            return False
        is_of_sleep = all(name.startswith("sleep") for name in other.types)
        return self.types == other.types or (is_of_sleep and self.types >= other.types)


class KeptReadings:
    """The newest readings of people as the server gave them, each as long as nothing was written of theirs since."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Stream], tuple[int, _KeptSpan, str | None]] = {}

    def read(self, connection: Connection[Any], span: _KeptSpan, profile_ids: Sequence[str]) -> dict[str, str]:
        """Those of these people, of these types and more."""
        news = dict(connection.execute(NEWS, {"profile_ids": list(profile_ids)}).fetchall())
        lacking = [key for key in profile_ids if not self._holds(key, news[key], span)]
        if lacking:
            found = _read(connection, span, lacking)
            self._kept |= {(key, span.stream): (news[key], span, found.get(key)) for key in lacking}
        kept = ((key, self._kept[key, span.stream][2]) for key in profile_ids)
        return {key: rows for key, rows in kept if rows is not None}

    def _holds(self, profile_id: str, news: int, span: _KeptSpan) -> bool:
        kept = self._kept.get((profile_id, span.stream))
        return kept is not None and kept[0] == news and kept[1].holds(span)


_kept: ContextVar[KeptReadings | None] = ContextVar("kept", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Within the block readings that have not moved are not read again, however many stages go by them.

    Whether they have is asked each time, within the snapshot of whoever asks: what arrives meanwhile is never counted
    as seen by somebody who has not seen it.
    """
    before = _kept.set(KeptReadings())
    try:
        yield
    finally:
        _kept.reset(before)


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
    kept = _kept.get()
    for stream, types in wanted.items():
        span = _KeptSpan(stream, frozenset(types), days, today)
        told = _read(connection, span, profile_ids) if kept is None else kept.read(connection, span, profile_ids)
        for profile_id, text in told.items():
            rows = orjson.loads(text)
            if kept is not None:
                rows = [row for row in rows if row[0].removeprefix(SCORE) in span.types]
            if rows:
                found.setdefault(profile_id, []).extend(assign_windows(rows))
    return {profile_id: _without_running_scores(rows) for profile_id, rows in found.items()}


def _read(connection: Connection[Any], span: _KeptSpan, profile_ids: Sequence[str]) -> dict[str, str]:
    values = {
        "profile_ids": list(profile_ids),
        "types": sorted(span.types),
        "days": span.days,
        "today": span.today,
        "night_times": list(SLEEP_TIMES),
    }
    return dict(connection.execute(QUERIES[span.stream], values).fetchall())


def _without_running_scores(rows: list[Row]) -> list[Row]:
    running = {day for _, day, value, _ in rows if value is None}
    if not running:
        return rows
    return [
        (kind, day, None if kind.startswith(SCORE) and day in running else value, unit)
        for kind, day, value, unit in rows
    ]
