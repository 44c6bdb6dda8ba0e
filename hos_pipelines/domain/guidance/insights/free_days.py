"""Free days against work days of the same weeks: hours, length of sleep and steps."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.gates import FREE_NIGHTS, MEDIUM, NO_CAP, WORK_NIGHTS
from hos_pipelines.domain.guidance.insights.candidates import HIGHEST_P, Candidate, Estimated
from hos_pipelines.domain.guidance.insights.contrasts import contrast, week_turn_p
from hos_pipelines.domain.guidance.insights.days import WINDOW_DAYS, SeenDays, midsleep
from hos_pipelines.domain.guidance.insights.detectable import held_sd, least_detectable
from hos_pipelines.domain.guidance.insights.phrases import Effect, contrast_text
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS, InsightSubject
from hos_pipelines.domain.history import Ordinals, Series
from hos_pipelines.domain.nights import Flags
from hos_pipelines.domain.sleep import free_days

METHOD = (
    "Hodges-Lehmann (1963) of free against work days of the same week; p by turning the weeks, days in their order; "
    "free days are {}"
)
# Whoever lives so has free days that differ from work days by choice; of others a calendar tells nothing.
BY_THE_CALENDAR = ("by_night", "irregular", "unknown")
BEDTIME, SLEEP, STEPS = "free_days_midsleep", "free_days_sleep", "free_days_steps"


class _DaysOfBothKinds(NamedTuple):
    """Values of days with whether each is free, and the week each belongs to, counted back from the newest."""

    days: Ordinals
    values: Floats
    is_free: Flags
    weeks: Ordinals


def on_free_days(seen: SeenDays, seed: int) -> Iterator[Candidate]:
    """One candidate for each of the three that has days enough of both kinds in the last four weeks."""
    if not (seen.week.is_stated or seen.living.kind in BY_THE_CALENDAR or seen.living.by_day_kind):
        return
    columns = {
        BEDTIME: (midsleep(seen).since(seen.through - WINDOW_DAYS + 1), "bedtime"),
        SLEEP: (_recent(seen, "sleep_duration"), "sleep_duration"),
        STEPS: (_recent(seen, "steps"), "steps"),
    }
    for name, (series, of_days) in columns.items():
        if len(series):
            one = _candidate(seen, SUBJECTS[name], series, seen.carried(of_days), seed)
            if one is not None:
                yield one


def _recent(seen: SeenDays, name: str) -> Series:
    return seen.series(name, WINDOW_DAYS) if name in seen.rows else Series(np.empty(0, np.int64), np.empty(0))


def _candidate(seen: SeenDays, subject: InsightSubject, series: Series, carried: float, seed: int) -> Candidate | None:
    is_free = free_days(series.days, seen.week)
    free, work = int(np.count_nonzero(is_free)), int(np.count_nonzero(~is_free))
    if free < FREE_NIGHTS.standard or work < WORK_NIGHTS.standard:
        return None
    sides = _DaysOfBothKinds(series.days, series.values, is_free, (seen.through - series.days) // WEEK)
    p = week_turn_p(*sides[:3], seed)
    if p is None:
        return None
    found = contrast(sides.values, sides.is_free, sides.weeks, carried) if p <= HIGHEST_P else None
    held = held_sd(subject, _sd_within(sides), len(series), float(series.values[~is_free].mean()))
    least = math.inf if found is None else least_detectable(held, free, work)

    def estimate() -> Estimated | None:
        if found is None:
            return None
        since = seen.day(int(series.days[0]))
        sheet = FactSheet(f"{since}/{seen.day(seen.through)}")
        told, cap = ("stated", NO_CAP) if seen.week.is_stated else ("estimated", MEDIUM)
        basis = Basis.of_all({FREE_NIGHTS: free, WORK_NIGHTS: work}, METHOD.format(told), cap)
        interval = Interval(found.low, found.high, least)
        facts = [
            sheet.add(f"{subject.name}_difference", found.shift, subject.unit, basis, interval),
            sheet.add(f"{subject.name}_delta", found.delta, "delta", basis.by("Cliff's delta, within weeks")),
        ]
        text = contrast_text(subject.name, since, Effect(found.shift, found.low, found.high, subject.unit))
        return Estimated(found.shift, found.low, found.high, facts, text, found.delta)

    return Candidate(
        kind="contrast",
        subject=subject,
        p=p,
        rough=0.0 if found is None else found.shift,
        least_change=least,
        n=len(series),
        first=int(series.days[0]),
        last=seen.through,
        confidence=NO_CAP,
        estimate=estimate,
    )


def _sd_within(sides: _DaysOfBothKinds) -> float:
    """The deviation of single days of one kind."""
    away = np.concatenate([side - side.mean() for side in (sides.values[sides.is_free], sides.values[~sides.is_free])])
    return math.sqrt(float(away @ away) / (len(away) - 2))
