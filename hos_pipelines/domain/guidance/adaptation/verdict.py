"""Whether a change of plans was one for the better: a difference of completion with its interval, never a bare number.

The baseline leaves out the week that set the change off: a low week is followed by a usual one with nothing done, which
passes for success by 13 to 25 points (regression to the mean).
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

NORMAL_95 = 1.959963984540054
LEAST_BASELINE_DUE, LEAST_MONITORED_DUE = 14, 14
ROLLBACK_FALL = Fraction(1, 5)
LOW_SATISFACTION = 2.0
LOW_READINESS_DAYS = 3

Verdict = Literal["better", "worse", "inconclusive"]
RollbackReason = Literal["worse", "fell", "satisfaction", "readiness"]


class Done(NamedTuple):
    """Completions among what was due; halves count."""

    done: float
    due: int

    @property
    def share(self) -> float:
        """0 to 1.

        Raises:
            ZeroDivisionError: nothing was due.
        """
        return self.done / self.due


class Difference(NamedTuple):
    """A later share less an earlier one, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Monitored:
    """What was seen in the days after a change."""

    completion: Done
    satisfaction: float | None = None
    low_readiness_days: int = 0


def difference(before: Done, after: Done) -> Difference:
    """Newcombe's interval of a difference of two independent shares, method 10 (1998), from Wilson's of each.

    Raises:
        ValueError: one of them has nothing due.
    """
    if not before.due or not after.due:
        raise ValueError("A difference of completion needs something due on both sides.")
    value = after.share - before.share
    (low_before, high_before), (low_after, high_after) = _wilson(before), _wilson(after)
    return Difference(
        value,
        max(-1.0, value - math.hypot(after.share - low_after, high_before - before.share)),
        min(1.0, value + math.hypot(high_after - after.share, before.share - low_before)),
    )


def verdict_of(before: Done, after: Done) -> Verdict:
    """Better or worse where the interval is clear of zero; too little on either side is inconclusive."""
    if before.due < LEAST_BASELINE_DUE or not after.due:
        return "inconclusive"
    _, low, high = difference(before, after)
    if low > 0:
        return "better"
    return "worse" if high < 0 else "inconclusive"


def rollback_reason(before: Done, after: Monitored) -> RollbackReason | None:
    """Why a change is taken back; None where it stays."""
    if verdict_of(before, after.completion) == "worse":
        return "worse"
    if _fell(before, after.completion):
        return "fell"
    if after.satisfaction is not None and after.satisfaction <= LOW_SATISFACTION:
        return "satisfaction"
    return "readiness" if after.low_readiness_days >= LOW_READINESS_DAYS else None


def _fell(before: Done, after: Done) -> bool:
    """Whether completion fell by a fifth or more, in exact fractions, so that exactly a fifth is one."""
    if before.due < LEAST_BASELINE_DUE or after.due < LEAST_MONITORED_DUE:
        return False
    return Fraction(before.done) / before.due - Fraction(after.done) / after.due >= ROLLBACK_FALL


def _wilson(done: Done) -> tuple[float, float]:
    """Wilson's score interval (1927)."""
    z2 = NORMAL_95**2
    centre = (done.done + z2 / 2) / (done.due + z2)
    half = NORMAL_95 / (done.due + z2) * math.sqrt(done.done * (done.due - done.done) / done.due + z2 / 4)
    return centre - half, centre + half
