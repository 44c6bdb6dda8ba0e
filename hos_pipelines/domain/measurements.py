"""The nouns Sahha delivers: readings, scores and Sahha archetypes, one tuple a row, in the order of their table.

Tuples, because a bulk load spends most of its client time on rows; what a row means is decided here, how it is
stored in `postgres`. Instants are aware, at a fixed offset; `utc_offset_minutes` is the offset as delivered,
`local_date` the user's day.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
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
NEVER = datetime.min.replace(tzinfo=UTC)


def window_local_date(start: datetime, end: datetime | None) -> date:
    """The user's day of a window, in the offset as delivered.

    One second before the end, so that inclusive ends (17:59:59) and exclusive ends (18:00:00 or 00:00:00) name the
    same day; a point in time belongs to the day it lies on.
    """
    if end is None or end <= start:
        return start.date()
    return (end - timedelta(seconds=1)).date()


def biomarker_rank(row: Biomarker) -> tuple[bool, datetime]:
    """Which version of a reading stays, the greatest: a closed (daily) window before an open one, then the later."""
    return row.periodicity != "intraday", row.observed_at


def score_rank(row: Score) -> tuple[datetime, float, datetime]:
    """Which version of a score stays: the later calculation, then the higher version, then the later look.

    What is not said is below whatever is: were it left out of a comparison, three versions could beat each other in a
    circle, and the order in which they come would decide.
    """
    return row.calculated_at or NEVER, _version(row), row.observed_at


def archetype_rank(row: SahhaArchetype) -> tuple[float, datetime]:
    """Which version of a Sahha archetype stays: the higher version, then the later look."""
    return _version(row), row.observed_at


def _version(row: Score | SahhaArchetype) -> float:
    return -math.inf if row.version is None else row.version


def biomarker_supersedes(candidate: Biomarker, current: Biomarker) -> bool:
    """Whether a reading replaces another of its key."""
    return biomarker_rank(candidate) >= biomarker_rank(current)


def score_supersedes(candidate: Score, current: Score) -> bool:
    """Whether a score replaces another of its key."""
    return score_rank(candidate) >= score_rank(current)


def archetype_supersedes(candidate: SahhaArchetype, current: SahhaArchetype) -> bool:
    """Whether a Sahha archetype replaces another of its key."""
    return archetype_rank(candidate) >= archetype_rank(current)


def last_value_per_key(rows: Sequence[Row], key_width: int, supersedes: Callable[[Row, Row], bool]) -> Sequence[Row]:
    """One row per key (the first `key_width` fields): of two versions the one that supersedes."""
    if _come_once(rows, key_width):
        return rows
    kept: dict[tuple[object, ...], Row] = {}
    for row in rows:
        current = kept.get(row[:key_width])
        if current is None or supersedes(row, current):
            kept[row[:key_width]] = row
    return list(kept.values())


def _come_once(rows: Sequence[Row], key_width: int) -> bool:
    """Whether each key comes once, and each profile in one piece. Keys are held for one profile at a time: twenty
    thousand at once cost three times as much, most of it in the garbage collector.
    """
    rest_of_key = itemgetter(slice(1, key_width))
    profiles: set[object] = set()
    pieces = keys = 0
    for profile_id, piece in groupby(rows, itemgetter(0)):
        profiles.add(profile_id)
        pieces += 1
        keys += len(set(map(rest_of_key, piece)))
    return keys == len(rows) and pieces == len(profiles)
