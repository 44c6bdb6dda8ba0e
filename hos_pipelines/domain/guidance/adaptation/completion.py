"""How much of what was due was done. What was not reported was not skipped.

An item is due only on a day of which anything was reported; completed counts 1, partial a half, skipped nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_REPORTING = 0.5


@dataclass(frozen=True, slots=True)
class PlanDay:
    """One day of a plan: items that were planned to be tracked, those of them due, and the completions of these."""

    planned: int
    due: int
    done: float

    @property
    def is_reported(self) -> bool:
        """Whether anything was said of this day."""
        return self.due > 0


@dataclass(frozen=True, slots=True)
class CompletionRate:
    """Several plan days together."""

    days: int
    reported: int
    due: int
    done: float

    @classmethod
    def of(cls, days: Iterable[PlanDay]) -> "CompletionRate":
        """Days on which nothing was planned are none."""
        planned = [day for day in days if day.planned]
        return cls(
            days=len(planned),
            reported=sum(day.is_reported for day in planned),
            due=sum(day.due for day in planned),
            done=sum(day.done for day in planned),
        )

    @property
    def share(self) -> float | None:
        """CompletionRate r, 0 to 1; None where nothing was due."""
        return self.done / self.due if self.due else None

    @property
    def reporting(self) -> float:
        """Share of the plan days of which anything was said, 0 to 1."""
        return self.reported / self.days if self.days else 0.0

    @property
    def is_known(self) -> bool:
        """Whether enough days were reported to speak of completion at all."""
        return self.days > 0 and self.reporting >= LEAST_REPORTING
