"""Intervals of the timing facts: each number again from resampled weeks, all of them by one matrix product."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.chronotype import WEEK_DAYS, Mctq, five_level_edges, from_cut, munich_type
from hos_pipelines.domain.circadian.regularity import DayPairs
from hos_pipelines.domain.clock import DAY_HOURS, ONWARD, TO_ANGLE, Floats, circular_mean, circular_sd, wrap, wrap_all
from hos_pipelines.domain.facts import Interval
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.nights import Flags, SleepHistory
from hos_pipelines.domain.resampling import Z_95, Complexes, Resampling, resample_days, share_within, t_95
from hos_pipelines.domain.sleep import data_seed
from hos_pipelines.domain.usual_hours import spread_interval

HOUR_SECONDS = 3600.0
EDGES = five_level_edges()
# From which chance of the right five-level type it sounds medium and high; calibrated on simulated people.
MEDIUM_FROM, HIGH_FROM = 0.7, 0.92
SQRT_2 = float(np.sqrt(2))
NO_DIRECTION = 1e-9
# An interval is no surer than this; what lies beyond is rounding.
DIGITS = 6
NOTHING: Floats = np.empty(0)
# So short a mean direction has no spread that could be told.
SHORTEST = 1e-12
FEWEST_NIGHTS = 5
# In so many steps types are looked for along an interval.
REACHED_STEPS = 8


class Sides(NamedTuple):
    """Nights, and which of them speak for free and for work days."""

    sleep: SleepHistory
    free: Flags
    work: Flags


class Resampled(NamedTuple):
    """The intervals of all that is told of clock hours, in hours, by the ids of their facts, as far as they are known.

    `lie_in` is by how much free days begin later than work days, `within` the circular SD of midsleep among days of one
    kind; both None where there are no such nights.
    """

    ranges: Mapping[str, Interval]
    lie_in: float | None
    within: float | None


def resample_timing(found: Mctq, sides: Sides, work_days: int, resampled: Resampling) -> Resampled:
    """Each number of `found` and the difference of free and work days by resampled weeks; spreads by their own."""
    sleep, free, work = sides
    ranges = _spread_ranges(sleep)
    waking = [circular_mean(sleep.wakes[side]) for side in (free, work)]
    later = None if waking[0] is None or waking[1] is None else wrap(waking[0] - waking[1])
    centred = _center(sides)[free | work]
    within = circular_sd(centred) if centred.size >= FEWEST_NIGHTS else None
    if within is not None:
        within = abs(within)
        _put_interval(ranges, "midpoint_sd_within", spread_interval(centred, within))
    if resampled.is_enough:
        onsets, wakes = np.exp(ONWARD * sleep.onsets), np.exp(ONWARD * sleep.wakes)
        columns = np.stack((onsets * free, wakes * free, onsets * work, wakes * work), axis=1)
        hours = _hours(resampled.directions(columns))
        ranges |= _clock_ranges(found._asdict() | {"lie_in": later}, hours, work_days, resampled)
    return Resampled(ranges, later, within)


def _spread_ranges(sleep: SleepHistory) -> dict[str, Interval]:
    """Those of the spreads of falling asleep, waking and midsleep, as the other analysis has them (Bonett 2006)."""
    ranges: dict[str, Interval] = {}
    for name, hours, (mean, sd, _) in (
        ("onset_sd", sleep.onsets, sleep.onset),
        ("offset_sd", sleep.wakes, sleep.wake),
        ("midpoint_sd", sleep.midpoints, sleep.midpoint),
    ):
        if mean is not None and sd is not None:
            _put_interval(ranges, name, spread_interval(wrap_all(hours - mean), abs(sd)))
    return ranges


def _center(sides: Sides) -> Floats:
    """Midsleep as hours from the circular mean of its kind of day; 0 where a night counts for neither."""
    centred = np.zeros(sides.sleep.days.size)
    for side in (sides.free, sides.work):
        mean = circular_mean(sides.sleep.midpoints[side])
        if mean is not None:
            centred[side] = wrap_all(sides.sleep.midpoints[side] - mean)
    return centred


def _hours(sums: Complexes) -> Floats:
    """Directions (a row each resample) as rows of hours; NaN where there is none."""
    columns = np.ascontiguousarray(sums.T)
    return np.where(np.abs(columns) > NO_DIRECTION, np.angle(columns) / TO_ANGLE, np.nan)


def _put_interval(ranges: dict[str, Interval], name: str, interval: Interval | None) -> None:
    if interval is not None:
        ranges[name] = interval


def interval_about(
    value: float | None,
    values: Floats,
    resampled: Resampling,
    least: float | None = None,
    most: float | None = None,
) -> Interval | None:
    """The interval about a number by its values in the resamples, kept within what it can be."""
    error = None if value is None else resampled.error(values)
    return None if value is None or error is None else _interval(value, error, resampled.blocks, least, most)


def _interval(
    value: float, error: float, blocks: int, least: float | None = None, most: float | None = None
) -> Interval:
    """By a standard error from so many blocks."""
    reach = error * t_95(blocks - 1)
    low, high = value - reach, value + reach
    low = low if least is None else max(least, low)
    high = high if most is None else min(most, high)
    low, high = min(value, round(low, DIGITS)), max(value, round(high, DIGITS))
    return Interval(low, high, round(Z_95 * SQRT_2 * error, DIGITS))


def _clock_ranges(
    found: Mapping[str, float | None], hours: Floats, work_days: int, resampled: Resampling
) -> dict[str, Interval]:
    """Those of MSF, MSW, MSFsc, social jetlag and the lie-in, all at once: there are few resamples to each."""
    told: dict[str, float] = {}
    rows: list[Floats] = []
    for name, row in _clock_values(hours, work_days).items():
        value = found[name]
        if value is not None:
            told[name] = value
            rows.append(row)
    if not told:
        return {}
    errors = resampled.errors(_near(np.array(rows), np.array(list(told.values()))[:, np.newaxis]))
    ranges = {
        name: _interval(value, error, resampled.blocks)
        for (name, value), error in zip(told.items(), errors, strict=True)
        if error is not None
    }
    if "sjl_rel" in ranges:
        ranges["sjl"] = _without_sign(ranges["sjl_rel"])
    return ranges


def _clock_values(hours: Floats, work_days: int) -> dict[str, Floats]:
    """The formulas of `mctq` for each resample: rows are free onset and wake, work onset and wake."""
    onsets, wakes = hours[0::2], hours[1::2]
    # Half a day from one is within half a day of the other.
    lengths = _near(wakes - onsets, DAY_HOURS / 2)
    (free_length, work_length), (msf, msw) = lengths, onsets + lengths / 2
    lie_in = wakes[0] - wakes[1]
    if work_days == 0:
        return {"msf": msf, "msf_sc": msf, "lie_in": lie_in}
    week = (work_length * work_days + free_length * (WEEK_DAYS - work_days)) / WEEK_DAYS
    corrected = msf - np.maximum(0.0, free_length - week) / 2
    return {"msf": msf, "msw": msw, "msf_sc": corrected, "sjl_rel": msf - msw, "lie_in": lie_in}


def _near(hours: Floats, value: Floats | float) -> Floats:
    """Clock hours or differences of them within half a day of a value; a fifth of the time of a remainder."""
    away = hours - value
    return np.asarray(away - DAY_HOURS * np.rint(away / DAY_HOURS) + value)


def sri_interval(counted: DayPairs, through: int) -> Interval | None:
    """The interval of the sleep regularity index by whole weeks of pairs of days."""
    days = through - np.arange(counted.known.size - 1, -1, -1, dtype=np.int64)
    resampled = resample_days(days, through, data_seed(counted.known, counted.changed))
    if not resampled.is_enough:
        return None
    sums = resampled.sums(np.array(counted, dtype=np.float64).T)
    with_pairs = np.where(sums[:, 0] > 0, sums[:, 0], np.nan)
    return interval_about(counted.sri, 100.0 - 200.0 * sums[:, 1] / with_pairs, resampled, least=-100, most=100)


def type_certainty(midsleep: float, primary: str, interval: Interval | None) -> tuple[Confidence, tuple[str, ...]]:
    """How sure a five-level type is, and the other types its interval reaches.

    By the chance that the true midsleep lies within the type's edges, taken as normal about the one found.
    """
    if interval is None or interval.low is None or interval.high is None or interval.least_change is None:
        return Confidence.LOW, ()
    hour = from_cut(midsleep)
    low, high = EDGES[primary]
    chance = share_within(low - hour, high - hour, interval.least_change / (Z_95 * SQRT_2))
    reach = (interval.high - interval.low) / 2
    step = 2 * reach / REACHED_STEPS
    ends = {munich_type((hour - reach + place * step) % DAY_HOURS).primary for place in range(REACHED_STEPS + 1)}
    others = tuple(name for name in EDGES if name in ends and name != primary)
    if chance >= HIGH_FROM:
        return Confidence.HIGH, others
    return (Confidence.MEDIUM if chance >= MEDIUM_FROM else Confidence.LOW), others


def in_seconds(interval: Interval, modulo: float | None = None) -> Interval:
    """An interval of hours in seconds; that of clock hours within the day, of which it may be the whole."""
    low, high, change = interval.low, interval.high, interval.least_change
    if low is not None and high is not None and modulo is not None:
        low, high = (low % modulo, high % modulo) if high - low < modulo else (0.0, modulo)
    low, high, change = (None if one is None else one * HOUR_SECONDS for one in (low, high, change))
    return Interval(low, high, change)


def _without_sign(signed: Interval) -> Interval:
    low, high = signed.low or 0.0, signed.high or 0.0
    sizes = abs(low), abs(high)
    return Interval(0.0 if low <= 0 <= high else min(sizes), max(sizes), signed.least_change)
