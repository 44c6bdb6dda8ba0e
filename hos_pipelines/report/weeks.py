"""This week against last: means of seven days, and whether they differ by more than nights differ anyway."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.clock import Floats, circular_mean, circular_sd, wrap_all
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display, least_change_text
from hos_pipelines.domain.nights import SleepHistory

WEEK_DAYS = 7
FEWEST_NIGHTS = 4
FEWEST_TO_JUDGE = 14
# Of 600 people in whom nothing changes, 3 to 6 % are told of a change in any of the four rows of sleep, be their days
# independent or alike by 0.3, 0.5 or 0.7.
CREDIBLE = 2.4
MOST_PHI = 0.7
NO_CHANGE, TOO_FEW = "no clear change", "too few nights"


class WeekRow(NamedTuple):
    """One line: the two weeks in words, what changed, and from which size on a change counts; empty where unknown."""

    title: str
    this: str
    last: str
    change: str
    counts_from: str
    fact_ids: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether there is a change, which then is told with what counts as one."""
        return bool(self.change) and self.change != NO_CHANGE


@dataclass(frozen=True, slots=True)
class Weeks:
    """The last seven days, the seven before, and what is told of both."""

    this: tuple[date, date]
    last: tuple[date, date]
    rows: tuple[WeekRow, ...]


class _Nights(NamedTuple):
    """Nights of one week by place in the history, and their days."""

    places: list[int]
    days: Floats


class _NightMeasure(NamedTuple):
    """What is told of a night by a number, how a number is said, and what more and less of it are called."""

    title: str
    values: Floats
    say: Callable[[float], str]
    ways: tuple[str, str]


class _Course(NamedTuple):
    """A value a night less the mean of its kind of day, and how far a night resembles the one before (0 to 0.7)."""

    away: Floats
    sd: float
    phi: float


# Series a behavior result may tell of by the week: the beginning of their facts, how they are called, more and less.
SERIES: Mapping[str, tuple[str, str, str]] = {
    "steps": ("Steps a day", "more", "fewer"),
    "heart_rate_resting": ("Resting heart rate", "higher", "lower"),
    "hrv_rmssd": ("HRV (RMSSD)", "higher", "lower"),
    "hrv_sdnn": ("HRV (SDNN)", "higher", "lower"),
}


def compare_weeks(
    sleep: SleepHistory, through: date, facts: Mapping[str, Fact], *, has_usual_hours: bool = True
) -> Weeks | None:
    """The week that ends on `through` against the one before; None where neither has anything to tell.

    Sleep is counted from the nights themselves, from falling asleep to waking; its clock times are told of those who
    have usual hours only. What else there is comes from facts `<series>_week` and `<series>_week_before` with the least
    change that counts.
    """
    this = (through - timedelta(days=WEEK_DAYS - 1), through)
    last = (this[0] - timedelta(days=WEEK_DAYS), this[0] - timedelta(days=1))
    weeks = [_nights_of(sleep, *this), _nights_of(sleep, *last)]
    rows = [*_sleep_rows(sleep, weeks, has_usual_hours=has_usual_hours), *_series_rows(facts)]
    return Weeks(this, last, tuple(rows)) if rows else None


def _nights_of(sleep: SleepHistory, first: date, last: date) -> _Nights:
    places = [place for place, night in enumerate(sleep.nights) if first <= night.day <= last]
    return _Nights(places, sleep.days[places].astype(np.float64))


def _sleep_rows(sleep: SleepHistory, weeks: Sequence[_Nights], *, has_usual_hours: bool) -> list[WeekRow]:
    if all(len(week.places) < FEWEST_NIGHTS for week in weeks):
        return []
    measures = [_NightMeasure("Length of the night", sleep.hours, duration_text, ("longer", "shorter"))]
    if not has_usual_hours:
        return [_mean_row(measures[0], sleep, weeks)]
    for title, hours in (("Falls asleep", sleep.onsets), ("Wakes", sleep.wakes)):
        measures.append(_NightMeasure(title, _about_the_mean(hours), _clock_of(hours), ("later", "earlier")))
    return [*(_mean_row(one, sleep, weeks) for one in measures), _spread_row("Bedtimes vary by", sleep, weeks)]


def _about_the_mean(hours: Floats) -> Floats:
    """Clock hours as distances from their circular mean."""
    return wrap_all(hours - (circular_mean(hours) or 0.0))


def _clock_of(hours: Floats) -> Callable[[float], str]:
    mean = circular_mean(hours) or 0.0
    return lambda distance: clock_text(mean + distance)


def _mean_row(measure: _NightMeasure, sleep: SleepHistory, weeks: Sequence[_Nights]) -> WeekRow:
    values = measure.values
    means = [float(values[week.places].mean()) if len(week.places) >= FEWEST_NIGHTS else None for week in weeks]
    this, last = (TOO_FEW if mean is None else measure.say(mean) for mean in means)
    if means[0] is None or means[1] is None or len(values) < FEWEST_TO_JUDGE:
        return WeekRow(measure.title, this, last, "", "")
    course = _course(sleep, values)
    least = CREDIBLE * course.sd * math.sqrt(_variance(weeks, course.phi))
    # A week with another number of free days differs from the one before without any change.
    like_for_like = float(course.away[weeks[0].places].mean() - course.away[weeks[1].places].mean())
    change = means[0] - means[1]
    if abs(like_for_like) < least or like_for_like * change <= 0:
        change = 0.0
    return WeekRow(measure.title, this, last, _change_text(change, duration_text, measure.ways), duration_text(least))


def _change_text(change: float, say: Callable[[float], str], ways: tuple[str, str]) -> str:
    return f"{say(abs(change))} {ways[0] if change > 0 else ways[1]}" if change else NO_CHANGE


def _spread_row(title: str, sleep: SleepHistory, weeks: Sequence[_Nights]) -> WeekRow:
    """Circular SD of falling asleep; two spreads are held against each other by the logarithm of their ratio."""
    spreads = [circular_sd(sleep.onsets[week.places]) if len(week.places) >= FEWEST_NIGHTS else None for week in weeks]
    this, last = (TOO_FEW if spread is None else duration_text(spread) for spread in spreads)
    if not spreads[0] or not spreads[1] or len(sleep.nights) < FEWEST_TO_JUDGE:
        return WeekRow(title, this, last, "", "")
    phi = _course(sleep, _about_the_mean(sleep.onsets)).phi
    inflated = (1 + phi**2) / (1 - phi**2)
    factor = math.exp(CREDIBLE * math.sqrt(inflated * sum(1 / (2 * (len(week.places) - 1)) for week in weeks)))
    ratio = spreads[0] / spreads[1]
    change = NO_CHANGE
    if not 1 / factor < ratio < factor:
        change = f"{duration_text(abs(spreads[0] - spreads[1]))} {'more' if ratio > 1 else 'less'}"
    return WeekRow(title, this, last, change, duration_text(spreads[1] * factor))


def _course(sleep: SleepHistory, values: Floats) -> _Course:
    """Nights that resemble the one before make two weeks differ more by chance (Bartlett 1946)."""
    away = values.copy()
    for kind in (sleep.free, ~sleep.free):
        away[kind] -= values[kind].mean() if kind.any() else 0.0
    follows = np.diff(sleep.days) == 1
    squares = float((away**2).mean())
    pairs = (away[1:] * away[:-1])[follows]
    phi = float(pairs.mean()) / squares if squares and pairs.size else 0.0
    return _Course(away, float(away.std(ddof=2)), min(max(phi, 0.0), MOST_PHI))


def _variance(weeks: Sequence[_Nights], phi: float) -> float:
    """Of the difference of two means of nights with variance 1, by an autoregression of order 1."""
    days = np.concatenate([week.days for week in weeks])
    weights = np.concatenate(
        [sign / len(week.days) * np.ones(len(week.days)) for sign, week in zip((1, -1), weeks, strict=True)]
    )
    resemblance = phi ** np.abs(days[:, np.newaxis] - days)
    return float(weights @ resemblance @ weights)


def _series_rows(facts: Mapping[str, Fact]) -> list[WeekRow]:
    rows: list[WeekRow] = []
    for name, (title, more, less) in SERIES.items():
        this, last = facts.get(f"{name}_week"), facts.get(f"{name}_week_before")
        if this is None or last is None or not isinstance(this.value, float) or not isinstance(last.value, float):
            continue
        counts_from = least_change_text(this)
        least = None if this.interval is None else this.interval.least_change
        change = this.value - last.value
        credible = change if least is not None and abs(change) >= least else 0.0
        told = "" if least is None else _change_text(credible, partial(_amount, this), (more, less))
        rows.append(WeekRow(title, display(this), display(last), told, counts_from, (this.id, last.id)))
    return rows


def _amount(fact: Fact, size: float) -> str:
    """A difference in the unit of a fact."""
    return display(Fact(fact.id, size, fact.unit, fact.n, fact.window, fact.method, fact.confidence, fact.status))
