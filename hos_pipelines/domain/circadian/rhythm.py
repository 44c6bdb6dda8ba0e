"""The daily rhythm of an hourly series: stability, variability, least and most active hours, cosinor.

Hourly values run from a local midnight on, 24 to a day, NaN where nothing was recorded. Hourly steps have no norms.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DAY_HOURS = 24
REST_HOURS = 5
ACTIVE_HOURS = 10
MOST_HARMONICS = 3
SIGNIFICANT = 0.05
# A residual below this part of the variation is rounding: no further harmonic can explain it.
EXHAUSTED = 1e-12
CURVE_POINTS = 1440
NEWTON_STEPS = 4


class RestActivity(NamedTuple):
    """Mean activity of the least active five hours and the most active ten, the local hour each begins at, and RA.

    A start is None where every hour is alike; `relative_amplitude` is None where there is no activity at all, or less
    than none.
    """

    l5: float
    l5_start: float | None
    m10: float
    m10_start: float | None
    relative_amplitude: float | None


def daily_profile(values: Floats) -> Floats:
    """The mean of each of the 24 hours over the days; NaN for an hour never recorded."""
    days = values.reshape(-1, DAY_HOURS)
    count = np.isfinite(days).sum(axis=0)
    total = np.nansum(days, axis=0)
    return np.asarray(np.divide(total, count, out=np.full(DAY_HOURS, np.nan), where=count > 0))


def interdaily_stability(values: Floats) -> float | None:
    """IS, 0 to 1 (Witting 1990; Van Someren 1999), by population variances; None without variation or a whole profile.

    Hours not recorded are left out of both sums, as GGIR does. Noise alone gives about one over the number of days.
    """
    present = values[np.isfinite(values)]
    profile = daily_profile(values)
    if present.size == 0 or np.isnan(profile).any():
        return None
    mean = present.mean()
    variation = float(((present - mean) ** 2).sum())
    if variation <= 0:
        return None
    return float(present.size * ((profile - mean) ** 2).sum() / (DAY_HOURS * variation))


def intradaily_variability(values: Floats) -> float | None:
    """IV, 0 upwards (Witting 1990), over hours that follow each other; None without variation or such hours."""
    present = values[np.isfinite(values)]
    steps = np.diff(values)
    steps = steps[np.isfinite(steps)]
    if steps.size == 0:
        return None
    variance = float(((present - present.mean()) ** 2).mean())
    return float((steps**2).mean() / variance) if variance > 0 else None


def rest_activity(profile: Floats) -> RestActivity | None:
    """L5, M10 and relative amplitude (Van Someren 1999) of a 24-hour profile, circular; None if an hour is missing.

    Where several starts are equally low or high, the centre of their longest run is taken.
    """
    if np.isnan(profile).any():
        return None
    rest, activity = _circular_means(profile, REST_HOURS), _circular_means(profile, ACTIVE_HOURS)
    l5, m10 = float(rest.min()), float(activity.max())
    return RestActivity(
        l5,
        _centre_of_longest_run(np.isclose(rest, l5, rtol=1e-9, atol=1e-9 * abs(m10))),
        m10,
        _centre_of_longest_run(np.isclose(activity, m10, rtol=1e-9)),
        (m10 - l5) / (m10 + l5) if l5 >= 0 and m10 > 0 else None,
    )


def _circular_means(profile: Floats, hours: int) -> Floats:
    unrolled = np.concatenate((profile, profile[: hours - 1]))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(unrolled, hours).mean(axis=1))


def _centre_of_longest_run(chosen: Flags) -> float | None:
    """The middle of the longest run of chosen hours round the clock; None where all are."""
    if chosen.all():
        return None
    first_gap = int(np.argmin(chosen))
    edges = np.diff(np.concatenate((np.roll(chosen, -first_gap).astype(np.int8), np.zeros(1, dtype=np.int8))))
    starts, ends = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1)
    longest = int(np.argmax(ends - starts))
    return float((starts[longest] + ends[longest]) / 2 + first_gap) % DAY_HOURS


@final
@dataclass(frozen=True)
class Cosinor:
    """A fitted rhythm. `peak` is the time of the first harmonic's crest, from 0 to `period`, in the unit of the times.

    `p` tests the highest harmonic against the fit without it: with one harmonic, the zero-amplitude test. `weights`
    are mesor, then cosine and sine of each harmonic.
    """

    mesor: float
    amplitude: float
    peak: float
    r2: float
    p: float
    n: int
    harmonics: int
    period: float
    weights: Floats

    def curve(self, times: Floats) -> Floats:
        """The fitted values at some times."""
        return np.asarray(_design(times, self.harmonics, self.period) @ self.weights)

    @cached_property
    def crest(self) -> float:
        """The time at which the fitted curve is highest, from 0 to `period`."""
        return self._extreme(1)

    @cached_property
    def trough(self) -> float:
        """The time at which the fitted curve is lowest, from 0 to `period`."""
        return self._extreme(-1)

    def _extreme(self, sign: int) -> float:
        """The best of a grid, then Newton's method on the slope."""
        grid = np.arange(CURVE_POINTS) * self.period / CURVE_POINTS
        best = float(grid[int(np.argmax(sign * self.curve(grid)))])
        for _ in range(NEWTON_STEPS):
            slope, bend = self._slope_and_bend(best)
            best -= slope / bend if sign * bend < 0 else 0.0
        return best % self.period

    def _slope_and_bend(self, time: float) -> tuple[float, float]:
        speed = 2 * np.pi * np.arange(1, self.harmonics + 1) / self.period
        cosine, sine = self.weights[1::2], self.weights[2::2]
        slope = speed * (sine * np.cos(speed * time) - cosine * np.sin(speed * time))
        bend = -(speed**2) * (cosine * np.cos(speed * time) + sine * np.sin(speed * time))
        return float(slope.sum()), float(bend.sum())


def cosinor(times: Floats, values: Floats, harmonics: int = 1, period: float = 24.0) -> Cosinor | None:
    """A cosinor by ordinary least squares: Y = M + sum of b cos(k w t) + g sin(k w t) (Cornelissen 2014).

    Values that are not finite are left out. None where too few are left, where they do not vary, or where their times
    do not tell the harmonics apart.
    """
    finite = np.isfinite(values)
    times, values = times[finite], values[finite]
    spare = values.size - 2 * harmonics - 1
    variation = float(((values - values.mean()) ** 2).sum()) if values.size else 0.0
    if spare < 1 or variation <= 0:
        return None
    weights, residual = _least_squares(_design(times, harmonics, period), values)
    if weights is None:
        return None
    without = variation if harmonics == 1 else _least_squares(_design(times, harmonics - 1, period), values)[1]
    amplitude = float(np.hypot(weights[1], weights[2]))
    return Cosinor(
        mesor=float(weights[0]),
        amplitude=amplitude,
        peak=float(np.arctan2(weights[2], weights[1]) * period / (2 * np.pi)) % period,
        r2=1 - residual / variation,
        p=_pair_p(without, residual, spare),
        n=values.size,
        harmonics=harmonics,
        period=period,
        weights=weights,
    )


def fit_rhythm(times: Floats, values: Floats) -> Cosinor | None:
    """The cosinor of one to three harmonics: a further one is kept while its nested F test gives p < 0.05."""
    fit = cosinor(times, values)
    while fit is not None and fit.harmonics < MOST_HARMONICS and 1 - fit.r2 > EXHAUSTED:
        richer = cosinor(times, values, fit.harmonics + 1)
        if richer is None or richer.p >= SIGNIFICANT:
            break
        fit = richer
    return fit


def _design(times: Floats, harmonics: int, period: float) -> Floats:
    angles = 2 * np.pi / period * np.outer(times, np.arange(1, harmonics + 1))
    columns = np.empty((times.size, 2 * harmonics + 1))
    columns[:, 0] = 1
    columns[:, 1::2] = np.cos(angles)
    columns[:, 2::2] = np.sin(angles)
    return columns


def _least_squares(design: Floats, values: Floats) -> tuple[Floats | None, float]:
    """Weights (None where the columns cannot be told apart), and the residual sum of squares."""
    weights, _, rank, _ = np.linalg.lstsq(design, values, rcond=None)
    if rank < design.shape[1]:
        return None, np.inf
    residual = float(((values - design @ weights) ** 2).sum())
    return np.asarray(weights, np.float64), residual


def _pair_p(without: float, within: float, spare: int) -> float:
    """The p value of an F test of two more weights: with two, its tail is (d/(d+2F))^(d/2), the ratio of residuals."""
    return min(1.0, within / without) ** (spare / 2) if without > 0 else 1.0
