"""Hourly activity of one person, read from rows of time and amount, and the facts of its daily rhythm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.circadian.rhythm import (
    DAY_HOURS,
    SIGNIFICANT,
    Cosinor,
    RestActivity,
    cosinor,
    daily_profile,
    fit_rhythm,
    interdaily_stability,
    intradaily_variability,
    rest_activity,
)
from hos_pipelines.domain.clock import hours_of
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import WHOLE_DAYS
from hos_pipelines.domain.nights import FARTHEST_DAYS, SetAside

Floats = npt.NDArray[np.float64]
# Beyond this, squares are no numbers any more.
MOST_ACTIVITY = 1e100

IS_METHOD = "interdaily stability of hourly means (Witting 1990; Van Someren 1999), population variance"
IV_METHOD = "intradaily variability of hourly means (Witting 1990; Van Someren 1999), population variance"
LEVEL_METHOD = "of the mean 24-hour profile, circular, ties at the centre of the longest run (Van Someren 1999)"
COSINOR_METHOD = (
    "cosinor of one 24 h harmonic by least squares on hourly means at the mean time of their samples (Cornelissen 2014)"
)
CURVE_METHOD = "cosinor of 24, 12 and 8 h harmonics kept while nested F gives p < 0.05 (Cornelissen 2014)"


@dataclass(frozen=True)
class Hourly:
    """Mean activity per local clock hour, 24 to a day from the midnight that begins `first_day`; NaN where unknown.

    `times` are the hours since that midnight at which the samples of each mean lie on average: on the hour for hourly
    samples, near its middle for those of every minute.
    """

    first_day: date | None
    values: Floats
    times: Floats
    set_aside: tuple[SetAside, ...]

    @property
    def days(self) -> int:
        """Days from the first to the last with a reading."""
        return self.values.size // DAY_HOURS

    @property
    def whole_days(self) -> int:
        """Days without a missing hour."""
        return int(np.isfinite(self.values).reshape(-1, DAY_HOURS).all(axis=1).sum())

    @property
    def window(self) -> str | None:
        """The first and last day as an ISO interval."""
        if self.first_day is None:
            return None
        return f"{self.first_day}/{self.first_day + timedelta(days=self.days - 1)}"


def read_hourly(rows: Iterable[tuple[str, str]]) -> Hourly:
    """Sorts rows of (ISO local time with or without offset, activity) into local clock hours.

    The hour is the one the time is written in; an offset is not converted. Several samples of an hour are averaged, so
    are both passes of the hour a change of clocks repeats. Order and equal rows do not matter. A row that cannot be
    read, lies years from the others or gives a time a second value is set aside with its reason.
    """
    aside: list[SetAside] = []
    samples: dict[tuple[datetime, timedelta | None], float] = {}
    for time, activity in sorted(set(rows)):
        sample = _sample(time, activity, aside)
        if sample is None:
            continue
        moment, amount = sample
        written = (moment.replace(tzinfo=None), moment.utcoffset())
        if samples.setdefault(written, amount) != amount:
            aside.append(SetAside("activity", moment.date(), "is a second value of the same time"))
    near = _near(samples, aside)
    return _bin(near, tuple(aside))


def _sample(time: str, activity: str, aside: list[SetAside]) -> tuple[datetime, float] | None:
    try:
        moment = datetime.fromisoformat(time.strip())
    except ValueError:
        aside.append(SetAside("activity", None, "has no ISO date and time"))
        return None
    try:
        amount = _amount(activity)
    except ValueError:
        aside.append(SetAside("activity", moment.date(), "is no number"))
        return None
    if not abs(amount) <= MOST_ACTIVITY:
        aside.append(SetAside("activity", moment.date(), "is not finite"))
        return None
    return moment, amount


def _amount(text: str) -> float:
    """Digits as machines write them, 1e-05 among them; what else Python would read is a slip."""
    if "_" in text or not text.isascii():
        raise ValueError("amount")
    return float(text)


def _near(
    samples: Mapping[tuple[datetime, timedelta | None], float], aside: list[SetAside]
) -> list[tuple[datetime, float]]:
    if not samples:
        return []
    middle = median_low(moment.toordinal() for moment, _ in samples)
    near: list[tuple[datetime, float]] = []
    for (moment, _), amount in samples.items():
        if abs(moment.toordinal() - middle) <= FARTHEST_DAYS:
            near.append((moment, amount))
        else:
            aside.append(SetAside("activity", moment.date(), "lies years from the others"))
    return near


def _bin(samples: list[tuple[datetime, float]], aside: tuple[SetAside, ...]) -> Hourly:
    if not samples:
        return Hourly(None, np.empty(0), np.empty(0), aside)
    hours = np.array([moment.toordinal() * DAY_HOURS + moment.hour for moment, _ in samples])
    past = np.array([hours_of(moment) - moment.hour for moment, _ in samples])
    first = int(hours.min()) // DAY_HOURS
    length = (int(hours.max()) // DAY_HOURS - first + 1) * DAY_HOURS
    bins = hours - first * DAY_HOURS
    count = np.bincount(bins, minlength=length)
    amounts = np.array([amount for _, amount in samples])
    values, late = (
        np.divide(np.bincount(bins, summed, length), count, out=np.full(length, np.nan), where=count > 0)
        for summed in (amounts, past)
    )
    return Hourly(date.fromordinal(first), values, np.arange(length) + late, aside)


def hourly_facts(hourly: Hourly) -> FactSheet:
    """The facts of the daily rhythm: stability, variability, least and most active hours, cosinor.

    Hours are local, activity is in the unit of the rows, averaged per hour. Peak and trough are refused where the
    zero-amplitude test finds no rhythm.
    """
    sheet = FactSheet(hourly.window)
    whole = hourly.whole_days
    sheet.add("is", interdaily_stability(hourly.values), "ratio", Basis.of(WHOLE_DAYS, whole, IS_METHOD))
    sheet.add("iv", intradaily_variability(hourly.values), "ratio", Basis.of(WHOLE_DAYS, whole, IV_METHOD))
    _add_levels(sheet, rest_activity(daily_profile(hourly.values)), whole)
    _add_cosinor(sheet, cosinor(hourly.times, hourly.values), whole)
    _add_curve(sheet, fit_rhythm(hourly.times, hourly.values), sheet.number("cosinor_p"), whole)
    return sheet


def _add_levels(sheet: FactSheet, levels: RestActivity | None, whole: int) -> None:
    rest = Basis.of(WHOLE_DAYS, whole, f"lowest 5 h {LEVEL_METHOD}")
    active = Basis.of(WHOLE_DAYS, whole, f"highest 10 h {LEVEL_METHOD}")
    contrast = Basis.of(WHOLE_DAYS, whole, "(M10 - L5) / (M10 + L5) (Van Someren 1999)")
    sheet.add("ra", levels and levels.relative_amplitude, "ratio", contrast)
    sheet.add("l5", levels and levels.l5, "activity", rest)
    sheet.add("m10", levels and levels.m10, "activity", active)
    sheet.add("l5_start_hour", levels and levels.l5_start, "local hour", rest)
    sheet.add("m10_start_hour", levels and levels.m10_start, "local hour", active)


def _add_cosinor(sheet: FactSheet, fit: Cosinor | None, whole: int) -> None:
    basis = Basis.of(WHOLE_DAYS, whole, COSINOR_METHOD)
    sheet.add("cosinor_mesor", fit and fit.mesor, "activity", basis)
    sheet.add("cosinor_amplitude", fit and fit.amplitude, "activity", basis)
    sheet.add("cosinor_r2", fit and fit.r2, "ratio", basis)
    sheet.add("cosinor_p", fit and fit.p, "ratio", basis)
    sheet.add("cosinor_peak_hour", fit and fit.peak, "local hour", _where_rhythmic(basis, fit and fit.p))


def _add_curve(sheet: FactSheet, fit: Cosinor | None, p: float | None, whole: int) -> None:
    basis = Basis.of(WHOLE_DAYS, whole, CURVE_METHOD)
    sheet.add("cosinor_harmonics", fit and float(fit.harmonics), "harmonics", basis)
    sheet.add("rhythm_peak_hour", fit and fit.crest, "local hour", _where_rhythmic(basis, p))
    sheet.add("rhythm_trough_hour", fit and fit.trough, "local hour", _where_rhythmic(basis, p))


def _where_rhythmic(basis: Basis, p: float | None) -> Basis:
    return basis.refuse("no rhythm found") if p is not None and p >= SIGNIFICANT else basis
