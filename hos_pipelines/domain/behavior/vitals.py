"""Vitals: heart rate variability and resting heart rate against a person's own past, never against others."""

import math
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.baselines import Baseline, robust_z
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals, Series

WEEK_DAYS = 7
BASELINE_DAYS = 28
FEWEST_OF_WEEK = 3
FEWEST_FOR_CV = 5
FEWEST_OF_BASELINE = 14
WORTHWHILE = 0.5
RAISED_Z = 2.0
RAISED_BPM = 5.0
RAISED_DAYS = 2


class HrvState(NamedTuple):
    """The last week of ln(HRV in ms) against the four weeks before: `below`, `within` or `above` mean +- 0.5 SD.

    `cv` is 100 SD / mean of the week's ln values, None for fewer than five days.
    """

    mean: float
    baseline_mean: float
    baseline_sd: float
    low: float
    high: float
    cv: float | None
    state: str
    n: int
    baseline_n: int


class RestingRate(NamedTuple):
    """The newest resting heart rate against the usual one: how far above, in scaled MADs and bpm, and if raised."""

    z: float
    above_bpm: float
    is_raised: bool


def hrv_of(series: Series, through: int) -> HrvState | None:
    """The state of one HRV series (milliseconds) in the week up to the ordinal `through`.

    The baseline is the 28 days before that week. SDNN and RMSSD are different measures: one series is one of them, and
    a person whose device has changed from one to the other has a new baseline.
    """
    week_begins = through - WEEK_DAYS + 1
    oldest, week, end = series.days.searchsorted([week_begins - BASELINE_DAYS, week_begins, through + 1]).tolist()
    return hrv_state(series.values[week:end], series.values[oldest:week])


def hrv_state(last7: Floats, baseline: Floats) -> HrvState | None:
    """The state of a week of one HRV measure against its baseline, both in milliseconds and above zero (Plews 2014).

    None for fewer than 3 days in the week or 14 in the baseline, and where the baseline never varies.
    """
    if len(last7) < FEWEST_OF_WEEK or len(baseline) < FEWEST_OF_BASELINE or baseline.min() == baseline.max():
        return None
    week, before = np.log(last7), np.log(baseline)
    mean, usual, spread = float(week.mean()), float(before.mean()), float(before.std(ddof=1))
    low, high = worthwhile_band(usual, spread)
    return HrvState(
        mean=mean,
        baseline_mean=usual,
        baseline_sd=spread,
        low=low,
        high=high,
        cv=_cv(week),
        state=place(mean, low, high),
        n=len(last7),
        baseline_n=len(baseline),
    )


def worthwhile_band(mean: float, sd: float) -> tuple[float, float]:
    """Mean +- 0.5 SD of ln(HRV): beyond it lies the smallest worthwhile change (Plews 2014)."""
    return mean - WORTHWHILE * sd, mean + WORTHWHILE * sd


def place(value: float, low: float, high: float) -> str:
    """Where a value lies: `below`, `within` or `above` a band, whose edges belong to it."""
    if value < low:
        return "below"
    return "above" if value > high else "within"


def resting_rate(days: Ordinals, values: Floats, usual: Baseline) -> RestingRate | None:
    """The newest resting heart rate (bpm, oldest first) against its baseline; None without values.

    Raised is: z >= 2 and at least 5 bpm above the median, on the newest two days, which are consecutive. The
    thresholds are ours, set so that the swings usual in Quer (PLoS ONE 2020) pass.
    """
    if len(values) == 0:
        return None
    last, recent = values[-1], values[-RAISED_DAYS:]
    in_a_row = len(recent) == RAISED_DAYS and int(days[-1] - days[-RAISED_DAYS]) == RAISED_DAYS - 1
    high = all(robust_z(float(value), usual) >= RAISED_Z and value - usual.median >= RAISED_BPM for value in recent)
    return RestingRate(robust_z(float(last), usual), float(last - usual.median), in_a_row and high)


def _cv(week: Floats) -> float | None:
    mean = float(week.mean())
    if len(week) < FEWEST_FOR_CV or math.isclose(mean, 0.0, abs_tol=1e-9):
        return None
    return 100 * float(week.std(ddof=1)) / mean
