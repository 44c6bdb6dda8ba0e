"""The last seven days of each subject against the 28 before them, in deviations of the person's own days."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK, without_weekdays
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import BASELINE, Gate
from hos_pipelines.domain.guidance.insights.amounts import amount_text, told_effect, told_level, told_unit
from hos_pipelines.domain.guidance.insights.candidates import Candidate, Estimated
from hos_pipelines.domain.guidance.insights.days import SeenDays
from hos_pipelines.domain.guidance.insights.detectable import held_sd, least_detectable, two_sided_p, weigh
from hos_pipelines.domain.guidance.insights.phrases import Effect, recent_text
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS, InsightSubject
from hos_pipelines.domain.resampling import t_95

BEFORE_DAYS = 28
RECENT_WEEK = Gate("days with a value in the last 7", 4, 6, 7)
FEWEST_BEFORE = BASELINE.standard
# The means of seven weekdays are taken out before days are compared.
WEEKDAY_FREEDOM = 6
METHOD = (
    "mean of 7 days less that of the 28 before, without weekday means, days resembling the days before; "
    "Student's t, told from 1.96 SD sqrt(1/7 + 1/28) on"
)
# As a level a clock time is no amount.
WITHOUT_LEVEL = {"bedtime"}


class _RecentEffect(NamedTuple):
    """What a test has found: `reach` is half the interval, `own` the deviation of days, `values` those of the week."""

    difference: float
    reach: float
    own: float
    least: float
    values: Floats
    n: int


def recent(seen: SeenDays) -> Iterator[Candidate]:
    """One candidate for each subject with days enough on both sides and a value of the last days."""
    names = [name for name in seen.rows if seen.is_current(name)]
    if not names:
        return
    block = np.array([seen.rows[name][-WEEK - BEFORE_DAYS :] for name in names])
    oldest = seen.through - block.shape[1] + 1
    for name, raw, free in zip(names, block, without_weekdays(block, oldest), strict=True):
        one = _candidate(seen, name, raw, free)
        if one is not None:
            yield one


def _candidate(seen: SeenDays, name: str, raw: Floats, free: Floats) -> Candidate | None:
    places = np.flatnonzero(~np.isnan(free)).astype(np.int64)
    late = places >= len(free) - WEEK
    n, many = len(places), int(np.count_nonzero(late))
    if many < RECENT_WEEK.preliminary or n - many < FEWEST_BEFORE:
        return None
    values, subject = free[places], SUBJECTS[name]
    now, before = float(values[late].mean()), float(values[~late].mean())
    away = values - np.where(late, now, before)
    own = math.sqrt(float(away @ away) / (n - 2 - WEEKDAY_FREEDOM))
    if own <= 0:
        return None
    weighing = weigh(places.tobytes(), late.tobytes(), seen.carried(name))
    freedom = max(weighing.freedom - WEEKDAY_FREEDOM, 3.0)
    error, difference = own * math.sqrt(weighing.variance), now - before
    least = least_detectable(held_sd(subject, own, n, before), many, n - many)
    return Candidate(
        kind="recent",
        subject=subject,
        p=two_sided_p(difference / error, freedom),
        rough=difference,
        least_change=least,
        n=n,
        first=seen.through - len(free) + 1 + int(places[0]),
        last=seen.through,
        confidence=BASELINE.confidence(n - many),
        estimate=lambda: _estimate(
            seen, subject, _RecentEffect(difference, error * t_95(int(freedom)), own, least, raw[places][late], n)
        ),
    )


def _estimate(seen: SeenDays, subject: InsightSubject, found: _RecentEffect) -> Estimated:
    effect, low, high = (
        told_effect(subject, one)
        for one in (found.difference, found.difference - found.reach, found.difference + found.reach)
    )
    unit, since = told_unit(subject), seen.day(seen.through - WEEK + 1)
    sheet = FactSheet(f"{seen.day(seen.through - WEEK - BEFORE_DAYS + 1)}/{seen.day(seen.through)}")
    facts = list(_facts(sheet, subject, found, Interval(low, high, abs(told_effect(subject, found.least)))))
    level, told = None, next((fact for fact in facts if fact.id.endswith("_last_7")), None)
    if told is not None and isinstance(told.value, float):
        level = amount_text(told.value, told.unit)
    text = recent_text(subject.name, since, Effect(effect, low, high, unit), level)
    return Estimated(found.difference, found.difference - found.reach, found.difference + found.reach, facts, text)


def _facts(sheet: FactSheet, subject: InsightSubject, found: _RecentEffect, interval: Interval) -> Iterator[Fact]:
    name, n = subject.name, len(found.values)
    value = told_effect(subject, found.difference)
    yield sheet.add(
        f"{name}_last_7_difference", value, told_unit(subject), Basis.of(BASELINE, found.n, METHOD), interval
    )
    z = found.difference / found.own
    yield sheet.add(f"{name}_last_7_z", z, "z", Basis.of(BASELINE, found.n, "difference over the SD of single days"))
    if name not in WITHOUT_LEVEL:
        level, unit = told_level(subject, float(found.values.mean()))
        yield sheet.add(f"{name}_last_7", level, unit, Basis.of(RECENT_WEEK, n, "mean of the last 7 days"))
