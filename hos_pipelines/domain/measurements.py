"""The nouns Sahha delivers: readings, scores and Sahha archetypes, one tuple a row, in the order of their table.

Tuples, because a bulk load spends most of its client time on rows; what a row means is decided here, how it is
stored in `postgres`. Instants are aware; `utc_offset_minutes` is the offset as delivered, `local_date` the user's day.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar


class Biomarker(NamedTuple):
    """One reading. A night belongs to the local day it ends on; `value` is text exactly as delivered."""

    profile_id: str
    type: str
    start_date_time: datetime
    end_date_time: datetime | None
    category: str | None
    periodicity: str | None
    aggregation: str | None
    value: str | None
    unit: str | None
    value_type: str | None
    sahha_biomarker_id: str | None
    utc_offset_minutes: int
    local_date: date
    data: str | None
    observed_at: datetime


class Score(NamedTuple):
    """One score of one local day, 0 to 1 as delivered; `calculated_at` is Sahha's createdAtUtc."""

    profile_id: str
    type: str
    score_date_time: datetime
    score: float | None
    state: str | None
    factors: str | None
    data_sources: list[str] | None
    version: float | None
    calculated_at: datetime | None
    sahha_score_id: str | None
    utc_offset_minutes: int
    local_date: date
    data: str | None
    observed_at: datetime


class SahhaArchetype(NamedTuple):
    """One of Sahha's weekly or monthly archetypes; `local_date` is the first local day of its period."""

    profile_id: str
    name: str
    periodicity: str | None
    start_date_time: datetime
    end_date_time: datetime | None
    value: str | None
    data_type: str | None
    ordinality: int | None
    version: float | None
    sahha_archetype_id: str | None
    utc_offset_minutes: int
    local_date: date
    data: str | None
    observed_at: datetime


Reading = Biomarker | Score | SahhaArchetype
Row = TypeVar("Row", bound=tuple[object, ...])


def window_local_date(start: datetime, end: datetime | None) -> date:
    """The user's day of a window, in the offset as delivered.

    One second before the end, so that inclusive ends (17:59:59) and exclusive ends (18:00:00 or 00:00:00) name the
    same day; a point in time belongs to the day it lies on.
    """
    if end is None or end <= start:
        return start.date()
    return (end - timedelta(seconds=1)).date()


def biomarker_supersedes(candidate: Biomarker, current: Biomarker) -> bool:
    """Whether a reading replaces another of its key: a closed (daily) window beats an open one, then the later look."""
    closed, was_closed = candidate.periodicity != "intraday", current.periodicity != "intraday"
    if closed != was_closed:
        return closed
    return candidate.observed_at >= current.observed_at


def score_supersedes(candidate: Score, current: Score) -> bool:
    """Whether a score replaces another of its key: later calculation, then higher version, then later look."""
    if candidate.calculated_at and current.calculated_at and candidate.calculated_at != current.calculated_at:
        return candidate.calculated_at > current.calculated_at
    if candidate.version is not None and current.version is not None and candidate.version != current.version:
        return candidate.version > current.version
    return candidate.observed_at >= current.observed_at


def archetype_supersedes(candidate: SahhaArchetype, current: SahhaArchetype) -> bool:
    """Whether a Sahha archetype replaces another of its key: the higher version, then the later look."""
    if candidate.version is not None and current.version is not None and candidate.version != current.version:
        return candidate.version > current.version
    return candidate.observed_at >= current.observed_at


def last_value_per_key(rows: Sequence[Row], key_width: int, supersedes: Callable[[Row, Row], bool]) -> Sequence[Row]:
    """One row per key (the first `key_width` fields): of two versions the one that supersedes."""
    kept: dict[tuple[object, ...], Row] = {row[:key_width]: row for row in rows}
    if len(kept) == len(rows):
        return rows
    kept.clear()
    for row in rows:
        current = kept.get(row[:key_width])
        if current is None or supersedes(row, current):
            kept[row[:key_width]] = row
    return list(kept.values())
