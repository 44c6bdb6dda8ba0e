"""The usual hour of an event of the day, and how far its days lie about it. Clock hours are local, 0 to 24."""

import cmath
import math
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.clock import DAY_HOURS, TO_ANGLE, Floats, resultant, wrap_all
from hos_pipelines.domain.facts import Interval
from hos_pipelines.domain.nights import Flags
from hos_pipelines.domain.resampling import Z_95

# Days within three quarters of an hour of the usual one keep it: the width of the window that finds it (ours).
WITHIN_HOURS = 0.75
WIDTH_HOURS = 2 * WITHIN_HOURS
ROUNDING = 1e-9
# No more days than this in the densest window, and nobody's usual hour is in it: of two halves none is (ours).
LEAST_SHARE = 0.5
FEWEST_TO_SPREAD = 5
USUAL_METHOD = "mean of the densest hour and a half"


def usual_hour(hours: Floats) -> float | None:
    """The mode: the circular mean of the days in the densest ninety minutes, the tightest of windows as dense.

    Unlike the mean of all days it is an hour at which most of them happen: a second group of days, however far away,
    does not move it. None where the window holds no more than half of the days.
    """
    return _mode(_windows(hours)) if hours.size else None


def near_usual(hours: Floats) -> Flags:
    """Whether each day lies within 45 minutes of the mode of all the other days: none is its own standard.

    All days have one standard, whatever kind of day they are: who gets up at 06:00 on work days and at 08:36 on free
    ones keeps a usual hour on the work days.
    """
    return usual_and_near(hours)[1]


def usual_and_near(hours: Floats) -> tuple[float | None, Flags]:
    """The usual hour, and which days lie near that of the others: both in the time of one."""
    n = hours.size
    if n < 2:  # noqa: PLR2004  nothing to be measured by
        return usual_hour(hours), np.zeros(n, dtype=np.bool_)
    windows = _windows(hours)
    held, directions, _, across, along, ranks = windows
    # A row for each day that is left out, a column for each window.
    scores = ranks - held.T
    each = np.arange(n)
    scores[each, each] = -1.0
    best = np.argmax(scores, axis=1)
    own = held[best, each]
    usual = np.arctan2(along[best] - own * directions[:, 2], across[best] - own * directions[:, 1]) / TO_ANGLE
    near = np.asarray(np.abs(wrap_all(hours - usual)) <= WITHIN_HOURS + ROUNDING, dtype=np.bool_)
    return _mode(windows), near


def about_kinds(hours: Floats, free: Flags) -> Floats:
    """How far each day lies from the circular mean of its kind, work or free day; a lone one is left out."""
    kinds = [hours[which] for which in (~free, free)]
    return np.concatenate([_about_mean(kind) for kind in kinds if kind.size > 1] or [np.empty(0)])


def pooled_sd(deviations: Floats, kinds: int) -> float | None:
    """The standard deviation of deviations from the means of so many kinds of days; None without enough of them."""
    freedom = deviations.size - kinds
    return math.sqrt(float(deviations @ deviations) / freedom) if freedom > 0 else None


def spread_interval(deviations: Floats, sd: float) -> Interval | None:
    """The 95 % interval of a standard deviation, after Bonett (2006): it allows for tails heavier than the normal.

    `deviations` are from the mean, in the unit of `sd`. Days that depend on each other make it too narrow. None for
    fewer than five.
    """
    n = deviations.size
    if n < FEWEST_TO_SPREAD:
        return None
    squares = deviations * deviations
    total = float(np.add.reduce(squares))
    if total <= 0:
        return Interval(sd, sd, 0.0)
    kurtosis = n * float(squares @ squares) / total**2
    small = n / (n - Z_95)
    error = small * math.sqrt(max(0.0, kurtosis - (n - 3) / n) / (n - 1))
    low = sd * math.sqrt(small) * math.exp(-Z_95 * error / 2)
    high = sd * math.sqrt(small) * math.exp(Z_95 * error / 2)
    return interval_of(min(sd, low), max(sd, high))


def mean_interval(hour: float, sd: float, n: int) -> Interval:
    """The 95 % interval of a mean clock hour by the spread of its days; it may run past midnight."""
    reach = Z_95 * sd / math.sqrt(n)
    return Interval((hour - reach) % DAY_HOURS, (hour + reach) % DAY_HOURS, math.sqrt(2) * reach)


def interval_of(low: float, high: float) -> Interval:
    """An interval with the least change that is more than chance: 1.96 sqrt(2) times its standard error."""
    return Interval(low, high, math.sqrt(2) * (high - low) / 2)


class _Windows(NamedTuple):
    """Windows of ninety minutes that begin with a day each: which days they hold, how many, and where these lie.

    The densest, and of those as dense the tightest, has the highest of `ranks`.
    """

    held: Floats
    directions: Floats
    counts: Floats
    across: Floats
    along: Floats
    ranks: Floats


def _windows(hours: Floats) -> _Windows:
    held, directions = _window_members(hours), _directions(hours)
    counts, across, along = (held @ directions).T
    return _Windows(held, directions, counts, across, along, counts + _tightness(counts, across, along))


def _mode(windows: _Windows) -> float | None:
    """The mean of the densest window; None where it holds no more than half of the days."""
    best = int(np.argmax(windows.ranks))
    if windows.counts[best] <= LEAST_SHARE * windows.counts.size:
        return None
    return math.atan2(windows.along[best], windows.across[best]) / TO_ANGLE % DAY_HOURS % DAY_HOURS


def _window_members(hours: Floats) -> Floats:
    """Which days (columns) each window of ninety minutes holds that begins with a day (rows): 1 or 0."""
    later = hours - hours[:, np.newaxis]
    width = WIDTH_HOURS + ROUNDING
    return np.asarray(((later >= 0) & (later <= width)) | (later <= width - DAY_HOURS), dtype=np.float64)


def _directions(hours: Floats) -> Floats:
    """One, and the direction of each clock hour, as columns: what is summed over a window."""
    angles = TO_ANGLE * hours
    directions = np.ones((hours.size, 3))
    np.cos(angles, out=directions[:, 1])
    np.sin(angles, out=directions[:, 2])
    return directions


def _tightness(counts: Floats, across: Floats, along: Floats) -> Floats:
    """Below one: how close together the days of each window lie."""
    return np.asarray((across * across + along * along) / np.square(counts + 1))


def _about_mean(hours: Floats) -> Floats:
    return wrap_all(hours - cmath.phase(resultant(hours)) / TO_ANGLE)
