"""Vitals: heart rate variability and resting heart rate against a person's own past, never against others."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.autocorrelation import Dependence
from hos_pipelines.domain.behavior.baselines import Baseline, robust_z
from hos_pipelines.domain.behavior.wording import LABEL
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.few_days import mean_of, variance_of
from hos_pipelines.domain.gates import BASELINE, Gate, Status
from hos_pipelines.domain.history import EMPTY, History, Ordinals, Series

WEEK_DAYS = 7
BASELINE_DAYS = 28
FEWEST_OF_WEEK = 3
FEWEST_FOR_CV = 5
FEWEST_OF_BASELINE = 14
WORTHWHILE = 0.5
RAISED_Z = 2.0
RAISED_BPM = 5.0
RAISED_DAYS = 2
CURRENT_DAYS = 2
HRV_WEEK = Gate("nights with HRV in the last 7 days", 3, 5, 7)
HRV_TYPES = ("heart_rate_variability_rmssd", "heart_rate_variability_sdnn")
HRV_METHOD = "mean ln HRV of 7 days against the 28 before: beyond 0.5 SD (Plews 2014) and beyond chance (q < {})"
HRV_Q_METHOD = "Student's t of both means, days resembling the days before; Benjamini-Hochberg over the result"
PULSE_METHOD = "z >= 2 and 5 bpm above the median on two days in a row (ours, after Quer 2020)"
# Of days too few to tell: what HRV and heart rate of the night usually carry over (ours).
USUAL_DEPENDENCE = Dependence(0.3, 0.2)


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
    """The newest resting heart rate against the usual one: how far above, in scaled MADs, and if raised."""

    z: float
    is_raised: bool


def hrv_of(series: Series, through: int) -> HrvState | None:
    """The state of one HRV series (milliseconds) in the week up to the ordinal `through`.

    The baseline is the 28 days before that week. SDNN and RMSSD are different measures: one series is one of them, and
    a person whose device has changed from one to the other has a new baseline.
    """
    oldest, week, end = _parts(series, through)
    return hrv_state(series.values[week:end], series.values[oldest:week])


def hrv_state(last7: Floats, baseline: Floats) -> HrvState | None:
    """The state of a week of one HRV measure against its baseline, both in milliseconds and above zero (Plews 2014).

    None for fewer than 3 days in the week or 14 in the baseline, and where the baseline never varies.
    """
    if len(last7) < FEWEST_OF_WEEK or len(baseline) < FEWEST_OF_BASELINE or baseline.min() == baseline.max():
        return None
    week, before = np.log(last7), np.log(baseline)
    mean, usual, spread = mean_of(week), mean_of(before), math.sqrt(variance_of(before))
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
    return RestingRate(robust_z(float(last), usual), in_a_row and high)


def current_hrv(history: History) -> str | None:
    """The HRV type that was delivered last: SDNN and RMSSD are never mixed."""
    delivered = [name for name in HRV_TYPES if len(history.of(name))]
    return max(delivered, key=lambda name: int(history.of(name).days[-1]), default=None)


def hrv_p(series: Series, through: int, dependence: Dependence = USUAL_DEPENDENCE) -> float | None:
    """How likely chance alone parts the week up to `through` from its baseline as far, where days resemble each other.

    None where there is no state. Both means and the deviation of the baseline are those of an autoregressive process of
    the first order with the cautious value of `dependence`; p is Student's t (Wallace 1959) for so many independent
    values of the baseline as its variance rests on (Bartlett 1935).
    """
    oldest, week, end = _parts(series, through)
    state = hrv_state(series.values[week:end], series.values[oldest:week])
    if state is None:
        return None
    days = series.days[oldest:end] - series.days[oldest]
    of_days = _of_days(days.tobytes(), state.n, math.ceil(100 * dependence.cautious) / 100)
    t2 = ((state.mean - state.baseline_mean) / state.baseline_sd) ** 2 / of_days.variance
    freedom = of_days.freedom
    z = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t2 / freedom))
    return math.erfc(z / math.sqrt(2))


def record_hrv(sheet: FactSheet, history: History, through: int, q: float | None, credible: float) -> Fact:
    """Enters the state of the week and its q. Within is said of all that is not beyond the band and beyond chance."""
    name = current_hrv(history)
    series = EMPTY if name is None else history.of(name)
    state = hrv_of(series, through)
    basis = Basis.of(HRV_WEEK, int((series.days > through - WEEK_DAYS).sum()), HRV_METHOD.format(credible))
    if state is None or q is None:
        if basis.status is not Status.INSUFFICIENT:
            basis = basis.refuse("14 days with HRV in the four weeks before the last seven days, and some variation")
        return sheet.add("hrv_state", None, LABEL, basis)
    sheet.add("hrv_state_q", q, "q", basis.by(HRV_Q_METHOD))
    return sheet.add("hrv_state", state.state if q < credible else "within", LABEL, basis)


def record_pulse(sheet: FactSheet, series: Series, usual: Baseline | None, through: int) -> Fact:
    """Enters whether the resting heart rate is raised; `usual` is that of `series`, the last 28 days."""
    basis = Basis.of(BASELINE, len(series), PULSE_METHOD)
    if usual is None or not len(series):
        return sheet.add("rhr_flag", None, LABEL, basis)
    if through - int(series.days[-1]) > CURRENT_DAYS:
        return sheet.add("rhr_flag", None, LABEL, basis.refuse("a resting heart rate of the last days"))
    found = resting_rate(series.days, series.values, usual)
    return sheet.add("rhr_flag", "raised" if found and found.is_raised else "usual", LABEL, basis)


class _OfDays(NamedTuple):
    """The variance of the difference of two means over that seen within the baseline, and what the latter rests on."""

    variance: float
    freedom: float


@lru_cache(maxsize=1024)
def _of_days(days: bytes, week: int, carried: float) -> _OfDays:
    """By the days of baseline and week, of which the last are the week's, and what a day carries over to the next."""
    places = np.frombuffer(days, dtype=np.int64)
    n = len(places) - week
    resemblance = carried ** np.abs(places[:, np.newaxis] - places)
    weights = np.repeat((-1 / n, 1 / week), (n, week))
    before = resemblance[:n, :n]
    # Days that resemble each other differ less from their own mean than from that of all days there might be.
    seen = 1 - (float(before.sum()) - n) / (n * (n - 1))
    return _OfDays(float(weights @ resemblance @ weights) / seen, n**2 / float(np.square(before).sum()) - 1)


def _parts(series: Series, through: int) -> tuple[int, int, int]:
    """Where the baseline begins, where the week does, and where it ends."""
    begins = through - WEEK_DAYS + 1
    oldest, week, end = series.days.searchsorted([begins - BASELINE_DAYS, begins, through + 1]).tolist()
    return oldest, week, end


def _cv(week: Floats) -> float | None:
    mean = mean_of(week)
    if len(week) < FEWEST_FOR_CV or math.isclose(mean, 0.0, abs_tol=1e-9):
        return None
    return 100 * math.sqrt(variance_of(week)) / mean
