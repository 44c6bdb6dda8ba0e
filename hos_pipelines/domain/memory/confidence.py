"""How sure a memory is: Beta counts over local days that weigh less the older they are, and decay without support.

By outcomes alone: reading a row changes nothing here.
"""

from collections.abc import Iterable
from datetime import date

from hos_pipelines.domain.memory.layers import COUNTED_DAYS

COUNT_HALF_LIFE_DAYS = 60
DECAY_HALF_LIFE_DAYS = 90
STATED_CONFIDENCE = 1.0
_WEIGHTS: tuple[float, ...] = tuple(2.0 ** (-age / COUNT_HALF_LIFE_DAYS) for age in range(COUNTED_DAYS + 1))


def beta_confidence(supports: float, contradictions: float) -> float:
    """`(S + 1) / (S + C + 2)`: the mean of a Beta distribution that began even."""
    return (supports + 1) / (supports + contradictions + 2)


def discounted(days: Iterable[date], today: date) -> float:
    """How much days count today: each `2^(-age / 60)`, none older than 180 days; one to come counts as today."""
    ordinal = today.toordinal()
    ages = (max(ordinal - day.toordinal(), 0) for day in days)
    return sum(_WEIGHTS[age] for age in ages if age <= COUNTED_DAYS)


def confidence_of(support: Iterable[date], contradiction: Iterable[date], today: date) -> float:
    """The confidence in a value by the days for and against it. One more day against it never raises it."""
    return beta_confidence(discounted(support, today), discounted(contradiction, today))


def decay(days: int) -> float:
    """What is left of the confidence in a learned row so many days after it was last confirmed: `2^(-days / 90)`."""
    return float(2.0 ** (-max(days, 0) / DECAY_HALF_LIFE_DAYS))
