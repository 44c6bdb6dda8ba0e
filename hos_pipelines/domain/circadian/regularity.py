"""How alike the days are: sleep regularity index, circular spread, composite phase deviation.

A night that was not recorded is unknown time here, never time awake.
"""

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import circular_mean, wrapped
from hos_pipelines.domain.nights import SleepHistory

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ordinals = npt.NDArray[np.int64]

MINUTES_OF_DAY = 1440
MINUTE, HOUR = 60, 3600
DAY = 86_400
# A single night of a wrong year must not claim the memory of all minutes between.
LONGEST_SPAN = 400 * MINUTES_OF_DAY


def sri(asleep: Flags, known: Flags, epochs_per_day: int = MINUTES_OF_DAY) -> float | None:
    """The sleep regularity index, -100 to 100, of epochs of equal length: -100 + 200 P(same state 24 hours apart).

    Phillips 2017 (Sci Rep 7:3216), over all pairs of epochs of which both are known; None without a pair.
    """
    pairs = known[epochs_per_day:] & known[:-epochs_per_day]
    count = int(np.count_nonzero(pairs))
    if count == 0:
        return None
    changed = int(np.count_nonzero((asleep[epochs_per_day:] != asleep[:-epochs_per_day]) & pairs))
    return 100.0 - 200.0 * changed / count


def sleep_regularity_index(sleep: SleepHistory) -> float | None:
    """The sleep regularity index of windows on one-minute epochs between instants; None without a pair of days.

    Asleep is main sleep and naps. Known is the 24-hour sleep day, in the offset of its wake, of every recorded night
    of the newest 400 days.
    Windows hold no waking within them: the number runs higher than that of an actigraph and has no norms.
    """
    if not sleep.nights:
        return None
    onsets, wakes = _seconds(sleep)
    opens = _sleep_day_starts(sleep, onsets, wakes)
    last = int(opens.max()) // MINUTE + MINUTES_OF_DAY
    first = max(int(opens.min()) // MINUTE, last - LONGEST_SPAN)
    minutes = last - first
    asleep, known = np.zeros(minutes, dtype=np.bool_), np.zeros(minutes, dtype=np.bool_)
    days = opens // MINUTE - first
    _paint(known, days, days + MINUTES_OF_DAY)
    _paint(asleep, onsets // MINUTE - first, wakes // MINUTE - first)
    return sri(asleep, known)


def _paint(minutes: Flags, starts: Ordinals, ends: Ordinals) -> None:
    for start, end in zip(starts.clip(0).tolist(), ends.clip(0).tolist(), strict=True):
        minutes[start:end] = True


def _seconds(sleep: SleepHistory) -> tuple[Ordinals, Ordinals]:
    """Instants of falling asleep and waking: of the nights first, of the naps after them."""
    onsets = [int(night.onset.timestamp()) for night in sleep.nights]
    wakes = [int(night.wake.timestamp()) for night in sleep.nights]
    for nap in sleep.naps:
        onsets.append(int(nap.start.timestamp()))
        wakes.append(int(nap.end.timestamp()))
    return np.array(onsets, dtype=np.int64), np.array(wakes, dtype=np.int64)


def _sleep_day_starts(sleep: SleepHistory, onsets: Ordinals, wakes: Ordinals) -> Ordinals:
    """The instant at which the sleep day around each night's midpoint begins."""
    nights = len(sleep.nights)
    offsets = np.array([_offset_seconds(night.wake.utcoffset()) for night in sleep.nights], dtype=np.int64)
    boundary = round(sleep.day_starts_at * HOUR / MINUTE) * MINUTE
    local = (onsets[:nights] + wakes[:nights]) // 2 + offsets - boundary
    return np.asarray(local // DAY * DAY + boundary - offsets)


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
    mistiming = wrapped(midpoints[1:] - reference)[follows]
    irregularity = wrapped(midpoints[1:] - midpoints[:-1])[follows]
    return float(np.hypot(mistiming, irregularity).mean())


def deviation_about_mean(days: Ordinals, midpoints: Floats) -> float | None:
    """The composite phase deviation about the circular mean of midsleep itself, in hours."""
    mean = circular_mean(midpoints)
    return None if mean is None else composite_phase_deviation(days, midpoints, mean)
