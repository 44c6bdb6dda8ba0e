"""How much data a number needs before it may be said, and how sure it may then sound.

The thresholds are ours, derived from published reliabilities: Fitbit nights for an ICC of 0.6 and 0.8 (PMC10104388),
the five valid day pairs of sleepreg, step days (Sci Rep 2021 11:9633).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

NO_CAP = 0.9
MEDIUM = 0.6
LOW = 0.4


class Status(StrEnum):
    """What an amount of data allows."""

    OK = "ok"
    PRELIMINARY = "preliminary"
    INSUFFICIENT = "insufficient_data"


class Allowed(NamedTuple):
    """What a gate says of an amount: its status, how sure a number of it may sound, and what is lacking."""

    status: Status
    confidence: float
    missing: str | None


# Gates are compared by what they are, not by what they hold: they are asked for by the hundred for every person.
@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """From how many of something a number is preliminary, standard, and as sure as it gets."""

    counted: str
    preliminary: int
    standard: int
    full: int

    def status(self, n: int) -> Status:
        """What this many allow."""
        if n < self.preliminary:
            return Status.INSUFFICIENT
        return Status.PRELIMINARY if n < self.standard else Status.OK

    def confidence(self, n: int, cap: float = NO_CAP) -> float:
        """From 0 to `cap`, never falling as n grows: 0 insufficient, 0.3 to 0.5 preliminary, 0.6 to 0.9 standard."""
        if n < self.preliminary:
            return 0.0
        if n < self.standard:
            sure = 0.3 + 0.2 * (n - self.preliminary) / (self.standard - self.preliminary)
        else:
            sure = 0.6 + 0.3 * min(1.0, (n - self.standard) / max(1, self.full - self.standard))
        return min(cap, round(sure, 3))

    def allowed(self, n: int, cap: float = NO_CAP) -> Allowed:
        """All that is to be said of this many, at once."""
        return _allowed(self, n, cap)

    def missing(self, n: int) -> str | None:
        """What is lacking, as a phrase; None where nothing is."""
        if n >= self.preliminary:
            return None
        return f"{self.preliminary - n} more {self.counted} (has {n}, needs {self.preliminary})"


@lru_cache(maxsize=4096)
def _allowed(gate: Gate, n: int, cap: float) -> Allowed:
    return Allowed(gate.status(n), gate.confidence(n, cap), gate.missing(n))


TIMING = Gate("nights", 3, 10, 21)
FREE_NIGHTS = Gate("free nights", 2, 4, 8)
WORK_NIGHTS = Gate("work nights", 3, 7, 15)
REGULARITY = Gate("pairs of consecutive nights", 5, 11, 18)
VARIABILITY = Gate("nights", 5, 11, 18)
WHOLE_DAYS = Gate("whole days of hourly data", 3, 7, 14)
BASELINE = Gate("days with a value", 7, 14, 28)
LONG_RUN = Gate("days", 14, 28, 56)
DEBT = Gate("nights of the last 14", 7, 10, 14)


def worst(*statuses: Status) -> Status:
    """The most reserved of some statuses."""
    order = (Status.INSUFFICIENT, Status.PRELIMINARY, Status.OK)
    return min(statuses, key=order.index)
