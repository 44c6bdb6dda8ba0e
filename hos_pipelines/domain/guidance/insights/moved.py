"""Lasting shifts and trends of each subject, where days that resemble each other do not do as much."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.change_point import best_splits
from hos_pipelines.domain.behavior.changes import Change
from hos_pipelines.domain.behavior.trends import trends
from hos_pipelines.domain.behavior.weekly_rhythm import WEEK, without_weekdays
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import LONG_RUN
from hos_pipelines.domain.guidance.insights.amounts import amount_text, told_effect, told_level, told_unit
from hos_pipelines.domain.guidance.insights.candidates import CREDIBLE_Q, HIGHEST_P, Candidate, Estimated, InsightKind
from hos_pipelines.domain.guidance.insights.contrasts import Places, contrast
from hos_pipelines.domain.guidance.insights.days import WINDOW_DAYS, SeenDays
from hos_pipelines.domain.guidance.insights.detectable import held_sd, independent_share, least_detectable
from hos_pipelines.domain.guidance.insights.phrases import Effect, shift_text, trend_text
from hos_pipelines.domain.guidance.insights.recent import WITHOUT_LEVEL
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS, InsightSubject
from hos_pipelines.domain.resampling import Z_95

# What began longer ago is no news.
NEWS_DAYS = 35
# A trend of four weeks goes so many days, and its last week lies so many after its first.
SPAN, BETWEEN_WEEKS = WINDOW_DAYS - 1, WINDOW_DAYS - WEEK
CHANGE_METHOD = "Bayes factor of a shift or trend against none, days resembling the days before; p by simulation"
SHIFT_METHOD = f"Hodges-Lehmann (1963) of the days since against those before, without weekday means; {CHANGE_METHOD}"
TREND_METHOD = f"Theil-Sen slope over 28 days (Sen 1968), without weekday means; {CHANGE_METHOD}"


def moved(seen: SeenDays) -> Iterator[Candidate]:
    """One candidate for each subject tested for a change: a shift, or a trend where that explains it better."""
    names = [name for name, change in seen.found.items() if change is not None]
    if not names:
        return
    rows = without_weekdays(np.array([seen.rows[name] for name in names]), seen.first)
    for name, row in zip(names, rows, strict=True):
        change = seen.found[name]
        if change is not None:
            yield _change(seen, SUBJECTS[name], row, change)


def _change(seen: SeenDays, subject: InsightSubject, row: Floats, change: Change) -> Candidate:
    """As a trend where that explains it better and says which way; else as a shift."""
    if change.is_trend:
        trend = _trend(seen, subject, row, change)
        if change.p > CREDIBLE_Q or trend.detected is not None:
            return trend
    return _shift(seen, subject, row, change)


def _shift(seen: SeenDays, subject: InsightSubject, row: Floats, change: Change) -> Candidate:
    (split,) = best_splits(row[np.newaxis]) if change.p <= HIGHEST_P else (None,)
    places = np.flatnonzero(~np.isnan(row))
    values, n = row[places], len(places)
    column = len(row) if split is None else split.column
    late = places >= column
    many = int(np.count_nonzero(late))
    rough, least = 0.0, math.inf
    is_news = many > 0 and len(row) - column <= NEWS_DAYS and seen.is_current(subject.name)
    if split is not None and is_news and (split.after > split.before) is change.rises:
        rough = split.after - split.before
        away = values - np.where(late, split.after, split.before)
        own = math.sqrt(float(away @ away) / (n - 2 - (WEEK - 1)))
        least = least_detectable(held_sd(subject, own, n, split.before), many, n - many)

    def estimate() -> Estimated | None:
        found = contrast(values, late, carried=seen.carried(subject.name))
        if found is None:
            return None
        effect, low, high = (told_effect(subject, one) for one in (found.shift, found.low, found.high))
        since, unit = seen.day(seen.first + column), told_unit(subject)
        sheet = FactSheet(f"{seen.day(seen.first + int(places[0]))}/{seen.day(seen.through)}")
        basis = Basis.of(LONG_RUN, n, SHIFT_METHOD)
        interval = Interval(low, high, abs(told_effect(subject, least)))
        facts = [
            sheet.add(f"{subject.name}_shift", effect, unit, basis, interval),
            sheet.add(f"{subject.name}_shift_day", since.isoformat(), "label", basis),
        ]
        level = None
        if subject.name not in WITHOUT_LEVEL:
            mean, of_level = told_level(subject, float(np.nanmean(seen.rows[subject.name][column:])))
            facts.append(sheet.add(f"{subject.name}_since_shift", mean, of_level, basis.by("mean since that day")))
            level = amount_text(mean, of_level)
        text = shift_text(subject.name, since, Effect(effect, low, high, unit), level)
        return Estimated(found.shift, found.low, found.high, facts, text)

    return _candidate("shift", seen, subject, _Tested(change.p, rough, least, n, int(places[0])), estimate)


def _trend(seen: SeenDays, subject: InsightSubject, row: Floats, change: Change) -> Candidate:
    recent = row[-WINDOW_DAYS:]
    places = np.flatnonzero(~np.isnan(recent))
    n = len(places)
    (trend,) = trends(recent[np.newaxis]) if change.p <= HIGHEST_P else (None,)
    rough, least = 0.0, math.inf
    if trend is not None and (trend.slope > 0) is change.rises and n >= WINDOW_DAYS // 2:
        rough = trend.slope * SPAN
        away = recent[places] - trend.slope * places
        own = math.sqrt(float(np.var(away)) * n / max(1, n - 2 - (WEEK - 1)))
        held = held_sd(subject, own, n, float(np.mean(recent[places])))
        least = least_detectable(held, WEEK, WEEK) * SPAN / BETWEEN_WEEKS

    def estimate() -> Estimated:
        low, high = (one * SPAN for one in _slopes(recent, places, seen.carried(subject.name)))
        effect, least_of, most_of = (told_effect(subject, one) for one in (rough, low, high))
        since, unit = seen.day(seen.through - SPAN), told_unit(subject)
        sheet = FactSheet(f"{since}/{seen.day(seen.through)}")
        interval = Interval(least_of, most_of, abs(told_effect(subject, least)))
        facts: list[Fact] = [
            sheet.add(f"{subject.name}_four_weeks", effect, unit, Basis.of(LONG_RUN, n, TREND_METHOD), interval)
        ]
        text = trend_text(subject.name, since, Effect(effect, least_of, most_of, unit))
        return Estimated(rough, low, high, facts, text)

    first = len(row) - len(recent) + (int(places[0]) if n else 0)
    return _candidate("trend", seen, subject, _Tested(change.p, rough, least, n, first), estimate)


class _Tested(NamedTuple):
    """What a test came to: p, the effect as the test has it, from which effect on it counts, and its days."""

    p: float
    rough: float
    least: float
    n: int
    first: int


def _candidate(
    kind: InsightKind,
    seen: SeenDays,
    subject: InsightSubject,
    tested: _Tested,
    estimate: Callable[[], Estimated | None],
) -> Candidate:
    return Candidate(
        kind=kind,
        subject=subject,
        p=tested.p,
        rough=tested.rough,
        least_change=tested.least,
        n=tested.n,
        first=seen.first + tested.first,
        last=seen.through,
        confidence=LONG_RUN.confidence(tested.n),
        estimate=estimate,
    )


def _slopes(row: Floats, places: Places, carried: float) -> tuple[float, float]:
    """The 95 % interval of the slope (Sen 1968), wider where days resemble each other."""
    n = len(places)
    apart = np.subtract.outer(places, places)
    earlier = apart > 0
    slopes = np.sort((np.subtract.outer(row[places], row[places])[earlier]) / apart[earlier])
    reach = Z_95 * math.sqrt(n * (n - 1) * (2 * n + 5) / 18 / independent_share(carried))
    place = max(0, math.floor((len(slopes) - reach) / 2) - 1)
    return float(slopes[place]), float(slopes[len(slopes) - 1 - place])
