"""How alike the days are: sleep regularity index, circular spread, composite phase deviation.

A night that was not recorded is unknown time here, never time awake.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import circular_mean, wrap_all
from hos_pipelines.domain.nights import EPOCH, SleepHistory

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ordinals = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

MINUTES_OF_DAY = 1440
MINUTE, HOUR = 60, 3600
ONE_SECOND = timedelta(seconds=1)
DAY = 86_400
BYTES_OF_DAY = MINUTES_OF_DAY // 8
# A single night of a wrong year must not claim the memory of all minutes between.
LONGEST_SPAN = 400 * MINUTES_OF_DAY
NO_DAYS: Ordinals = np.empty(0, dtype=np.int64)


class DayPairs(NamedTuple):
    """Pairs of epochs 24 hours apart by day, oldest first: how many are known, and in how many the state changed."""

    known: Ordinals
    changed: Ordinals

    @property
    def sri(self) -> float | None:
        """The sleep regularity index over all days, -100 + 200 P(same state 24 hours apart); None without a pair.

        Phillips 2017 (Sci Rep 7:3216), over all pairs of epochs of which both are known.
        """
        count = int(self.known.sum())
        return None if count == 0 else 100.0 - 200.0 * int(self.changed.sum()) / count


def day_pairs(sleep: SleepHistory) -> DayPairs:
    """What the sleep regularity index of windows counts, on one-minute epochs between instants.

    Asleep is main sleep and naps. Known is the 24-hour sleep day, in the offset of its wake, of every recorded night
    of the newest 400 days. Windows hold no waking but that between the bouts of one sleep: the number runs higher than
    that of an actigraph and has no norms.
    """
    if not sleep.nights:
        return DayPairs(NO_DAYS, NO_DAYS)
    spans = [(_seconds(night.onset), _seconds(night.wake)) for night in sleep.nights]
    opens = _sleep_day_starts(sleep, spans)
    last = max(opens) // MINUTE + MINUTES_OF_DAY
    first = max(min(opens) // MINUTE, last - LONGEST_SPAN)
    days = -(-(last - first) // MINUTES_OF_DAY)
    asleep = _pack(
        ((start // MINUTE - first, end // MINUTE - first) for start, end in _bouts(sleep, spans)), last - first
    )
    begins = [opened // MINUTE - first for opened in opens]
    known = _pack(_days_in_a_row(begins), last - first)
    pairs = known[BYTES_OF_DAY:] & known[:-BYTES_OF_DAY]
    changed = (asleep[BYTES_OF_DAY:] ^ asleep[:-BYTES_OF_DAY]) & pairs
    return DayPairs(_by_day(pairs, days - 1), _by_day(changed, days - 1))


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970; a third of the time of `timestamp`."""
    return (moment - EPOCH) // ONE_SECOND


def _days_in_a_row(begins: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Days that begin at these minutes, those that follow each other without a gap as one span."""
    start = end = -1
    for begin in begins:
        if begin != end:
            if end != start:
                yield start, end
            start = begin
        end = begin + MINUTES_OF_DAY
    if end != start:
        yield start, end


def _pack(spans: Iterable[tuple[int, int]], length: int) -> Bytes:
    """Spans of minutes as bits, in whole days of 180 bytes: days are then compared eight minutes at a time."""
    minutes = np.zeros(-(-length // MINUTES_OF_DAY) * MINUTES_OF_DAY, dtype=np.bool_)
    for start, end in spans:
        if end > 0:
            minutes[max(start, 0) : min(end, length)] = True
    return np.packbits(minutes)


def _by_day(bits: Bytes, days: int) -> Ordinals:
    """How many bits are set in each day."""
    return np.asarray(np.bitwise_count(bits).reshape(days, -1).sum(axis=1, dtype=np.int64)) if days else NO_DAYS


def _bouts(sleep: SleepHistory, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Instants of falling asleep and waking of every bout, of nights and naps, in seconds; `spans` are the nights'."""
    for night, span in zip(sleep.nights, spans, strict=True):
        if not night.parts:
            yield span
    parts = (part for night in sleep.nights for part in night.parts)
    for bout in (*parts, *sleep.naps):
        yield _seconds(bout.start), _seconds(bout.end)


def _sleep_day_starts(sleep: SleepHistory, spans: Sequence[tuple[int, int]]) -> list[int]:
    """The instant at which the sleep day around each night's midpoint begins, in seconds."""
    boundary = round(sleep.day_starts_at * HOUR / MINUTE) * MINUTE
    starts = []
    for night, (onset, wake) in zip(sleep.nights, spans, strict=True):
        offset = _offset_seconds(night.wake.utcoffset())
        starts.append(((onset + wake) // 2 + offset - boundary) // DAY * DAY + boundary - offset)
    return starts


def _offset_seconds(offset: timedelta | None) -> int:
    return offset.days * DAY + offset.seconds if offset is not None else 0


def consecutive_pairs(days: Ordinals) -> Flags:
    """Whether each day but the first, of ordinals in order, directly follows the one before."""
    return np.asarray(days[1:] - days[:-1] == 1)


def composite_phase_deviation(days: Ordinals, midpoints: Floats, reference: float) -> float | None:
    """The mean composite phase deviation in hours (Fischer 2016, Sci Rep 6:38601); None without consecutive days.

    Of each day that follows a recorded one, how far midsleep (clock hours, `days` ordinals in order) lies from the
    reference and from the day before, as one distance: sqrt(mistiming squared + irregularity squared).
    """
    follows = consecutive_pairs(days)
    if not follows.any():
        return None
    mistiming = wrap_all(midpoints[1:] - reference)[follows]
    irregularity = wrap_all(midpoints[1:] - midpoints[:-1])[follows]
    return float(np.hypot(mistiming, irregularity).mean())


def deviation_about_mean(days: Ordinals, midpoints: Floats) -> float | None:
    """The composite phase deviation about the circular mean of midsleep itself, in hours."""
    mean = circular_mean(midpoints)
    return None if mean is None else composite_phase_deviation(days, midpoints, mean)
