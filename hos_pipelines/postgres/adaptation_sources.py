"""What adaptation goes by beside plans and check-ins: readiness, offsets, what was stated anew, sleep and steps."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from psycopg import Connection

# The readiness that was found for each day, by the newest analysis of it.
LOW_READINESS = """
SELECT profile_id, data_through FROM (
    SELECT DISTINCT ON (profile_id, data_through) profile_id, data_through, result ->> 'readiness_level' AS level
    FROM analysis_results
    WHERE profile_id = ANY(%(profile_ids)s) AND analysis_type = 'behavior_analysis' AND data_through >= %(recent)s
      AND analyzed_at <= %(now)s
    ORDER BY profile_id, data_through, analyzed_at DESC) AS newest
WHERE level = 'Low'
"""
# Two hours or more from one day to the next: another zone, and not a change of clocks.
OFFSETS = """
SELECT profile_id, local_date FROM (
    SELECT profile_id, local_date, utc_offset_minutes AS minutes,
           lag(utc_offset_minutes) OVER (PARTITION BY profile_id ORDER BY local_date, start_date_time) AS before
    FROM biomarkers
    WHERE profile_id = ANY(%(profile_ids)s) AND type = 'steps' AND start_date_time >= %(compared)s::date - 2
      AND utc_offset_minutes IS NOT NULL AND local_date <= %(today)s) AS told
WHERE abs(minutes - before) >= 120 AND local_date >= %(compared)s
"""
# What somebody had said before and now says otherwise; what is said for the first time changes nobody's life.
STATED_ANEW = """
SELECT profile_id, fact_key, recorded_at FROM (
    SELECT profile_id, fact_key, value, recorded_at,
           lag(value) OVER (PARTITION BY profile_id, fact_key ORDER BY recorded_at, id) AS before
    FROM profile_facts
    WHERE profile_id = ANY(%(profile_ids)s) AND fact_key IN ('goal', 'roster', 'timezone') AND source = 'stated'
      AND recorded_at <= %(now)s) AS told
WHERE before IS NOT NULL AND before <> 'null' AND value IS DISTINCT FROM before
  AND recorded_at >= CASE fact_key WHEN 'goal' THEN %(recent)s::date ELSE %(compared)s::date END
ORDER BY profile_id, recorded_at
"""
ALLOWS = """
SELECT DISTINCT ON (profile_id) profile_id, value FROM profile_facts
WHERE profile_id = ANY(%(profile_ids)s) AND fact_key = 'allow_switch' AND source = 'stated'
  AND recorded_at <= %(now)s AND valid_from <= %(now)s AND (valid_to IS NULL OR valid_to > %(now)s)
ORDER BY profile_id, valid_from DESC, recorded_at DESC, id DESC
"""
# Each window of sleep by itself: the longest of a day is its night, the others are naps.
DISTAL = """
SELECT DISTINCT ON (profile_id, type, local_date, sleep_from) profile_id, type, local_date, value
FROM unnest(%(profile_ids)s::text[], %(months)s::date[]) AS asked (id, since)
CROSS JOIN LATERAL (
    SELECT *, CASE WHEN type = 'sleep_duration' THEN start_date_time END AS sleep_from FROM biomarkers
    WHERE profile_id = asked.id AND type IN ('sleep_duration', 'steps')
      AND start_date_time >= asked.since - 2 AND local_date BETWEEN asked.since AND %(today)s AND value IS NOT NULL
      AND periodicity IS DISTINCT FROM 'intraday') AS b
ORDER BY profile_id, type, local_date, sleep_from, observed_at DESC NULLS LAST, start_date_time DESC
"""


@dataclass(slots=True)
class AdaptationSources:
    """Of one person: days of low readiness and of another offset, what was stated anew and when, and two series."""

    low: set[date] = field(default_factory=set)
    offsets: set[date] = field(default_factory=set)
    stated_anew: list[tuple[str, datetime]] = field(default_factory=list)
    allows_switch: bool = False
    series: dict[str, dict[date, float]] = field(default_factory=dict)


def read_adaptation_sources(
    connection: Connection[Any],
    profile_ids: Sequence[str],
    since: Mapping[str, date],
    judged: Mapping[str, date],
    now: datetime,
) -> dict[str, AdaptationSources]:
    """What there is of each asked for: `recent` days and the last `month` of series, as of an instant; and since when
    days are `compared` at all, which of them are unlike others.

    Of those in `judged` the series go back to the day that is given.
    """
    months = [min(since["month"], judged.get(key, date.max)) for key in profile_ids]
    values = {"profile_ids": list(profile_ids), "months": months, "now": now, "today": now.date(), **since}
    found = {key: AdaptationSources() for key in profile_ids}
    for key, day in connection.execute(LOW_READINESS, values):
        found[key].low.add(day)
    for key, day in connection.execute(OFFSETS, values):
        found[key].offsets.add(day)
    for key, fact, recorded_at in connection.execute(STATED_ANEW, values):
        found[key].stated_anew.append((fact, recorded_at))
    for key, value in connection.execute(ALLOWS, values):
        found[key].allows_switch = value is True
    for key, kind, day, value in connection.execute(DISTAL, values):
        number = _number(value)
        if number is not None:
            own = found[key].series.setdefault(kind, {})
            own[day] = max(number, own.get(day, number))
    return found


def _number(text: str) -> float | None:
    """The number that a reading says; None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
