"""How amounts of a subject are said, and how a logarithm is told as a share."""

import math

from hos_pipelines.domain.behavior.wording import HOURS, SHARE, duration_text
from hos_pipelines.domain.guidance.insights.subjects import LN, POINTS, InsightSubject


def told_unit(subject: InsightSubject) -> str:
    """The unit an effect is told in: of logarithms a share."""
    return SHARE if subject.unit == LN else subject.unit


def told_effect(subject: InsightSubject, effect: float) -> float:
    """An effect as it is told: a difference of logarithms as a share of what was."""
    return math.expm1(effect) if subject.unit == LN else effect


def told_level(subject: InsightSubject, level: float) -> tuple[float, str]:
    """A level and its unit as they are told."""
    return (math.exp(level), "millisecond") if subject.unit == LN else (level, subject.unit)


def amount_text(value: float, unit: str) -> str:
    """An amount without its sign: `1 h 10 min`, `5 bpm`, `2,300`, `4 %`."""
    size = abs(value)
    if unit == HOURS:
        return duration_text(size)
    if unit == SHARE:
        return f"{100 * size:.0f} %"
    if unit == POINTS:
        return f"{size:.1f} points"
    if unit == "count":
        return f"{round(size, -2):,.0f}" if size >= 1000 else f"{size:.0f}"  # noqa: PLR2004  steps are counted roughly
    return f"{size:.0f} {'min' if unit == 'minute' else 'ms' if unit == 'millisecond' else unit}"


def range_text(low: float, high: float, unit: str) -> str:
    """The ends of an interval that does not hold zero, the smaller first."""
    near, far = sorted((abs(low), abs(high)))
    one, other = amount_text(near, unit), amount_text(far, unit)
    return one if one == other else f"{one} to {other}"
