"""How sleep and steps lie in the fortnight that judges a change, against the four weeks of its baseline.

It is told as what came since, never as what the change did, and weighs nothing in the verdict.
"""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

import numpy as np

from hos_pipelines.domain.behavior.wording import HOURS
from hos_pipelines.domain.guidance.insights.amounts import amount_text, range_text
from hos_pipelines.domain.guidance.insights.contrasts import contrast
from hos_pipelines.domain.guidance.insights.detectable import held_sd, independent_share, least_detectable
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS, InsightSubject
from hos_pipelines.domain.history import MEASURES

# The series, each with the subject of insights it is, and how much of that subject's unit one of its own is.
BODY_SERIES: Mapping[str, tuple[InsightSubject, float]] = {
    "sleep_duration": (SUBJECTS["sleep_duration"], 1 / 60),
    "steps": (SUBJECTS["steps"], 1.0),
}
FEWEST_BEFORE, FEWEST_SINCE = 14, 10
# What a day has in common with the day before; independent days would call a difference in seven chance.
CARRIED = 0.3


@dataclass(frozen=True, slots=True)
class BodyShift:
    """How far a series lies from where it was, in its subject's unit: the shift with its 95 % interval, and of how many
    days before and since.
    """

    name: str
    shift: float
    low: float
    high: float
    before: int
    since: int


def body_shifts(
    series: Mapping[str, Mapping[date, float]],
    before: tuple[date, date],
    since: tuple[date, date],
    unlike_others: AbstractSet[date],
) -> tuple[BodyShift, ...]:
    """Each series that has moved by more than it does by itself, from one span of local days to a later one.

    The shift is that of Hodges and Lehmann (1963); it counts from 1.96 SD sqrt(1/n + 1/m) on, widened where days
    resemble each other, and where its interval holds no zero. Days unlike others are left out, and so are days on which
    nothing that can be believed was measured; of fewer than 14 before and 10 since nothing is told.
    """
    found = (
        _shift(name, *(_values(name, of, span, unlike_others) for span in (before, since)))
        for name, of in sorted(series.items())
        if name in BODY_SERIES
    )
    return tuple(one for one in found if one is not None)


def body_text(shifts: Sequence[BodyShift]) -> str:
    """What has moved since, as a sentence; empty where nothing has."""
    return f"Since then: {'; '.join(map(_moved_text, shifts))}." if shifts else ""


def _shift(name: str, before: list[float], since: list[float]) -> BodyShift | None:
    n, m = len(before), len(since)
    if n < FEWEST_BEFORE or m < FEWEST_SINCE:
        return None
    subject, _ = BODY_SERIES[name]
    values, is_since = np.array(before + since), np.arange(n + m) >= n
    found = contrast(values, is_since, carried=CARRIED)
    if found is None or found.low <= 0 <= found.high:
        return None
    groups = (values[:n], values[n:])
    own = math.sqrt(sum(float(np.var(one)) * len(one) for one in groups) / (n + m - 2))
    held = held_sd(subject, own, n + m, float(np.mean(groups[0])))
    if abs(found.shift) < least_detectable(held, n, m) / math.sqrt(independent_share(CARRIED)):
        return None
    return BodyShift(name, round(found.shift, 4), round(found.low, 4), round(found.high, 4), n, m)


def _values(
    name: str, series: Mapping[date, float], span: tuple[date, date], unlike_others: AbstractSet[date]
) -> list[float]:
    _, factor = BODY_SERIES[name]
    measure = MEASURES[name]
    # A day without a step was not worn.
    lowest = max(measure.lowest, 1)
    return [
        value * factor
        for day, value in sorted(series.items())
        if span[0] <= day <= span[1] and day not in unlike_others and lowest <= value <= measure.highest
    ]


def _moved_text(one: BodyShift) -> str:
    subject, _ = BODY_SERIES[one.name]
    fewer, of_day = ("less", "a night") if subject.unit == HOURS else ("fewer", "a day")
    amount, way = amount_text(one.shift, subject.unit), "more" if one.shift > 0 else fewer
    return f"{amount} {way} {subject.title.lower()} {of_day} ({range_text(one.low, one.high, subject.unit)})"
