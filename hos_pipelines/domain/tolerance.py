"""How many people may fail in a run over many before it is the run that has failed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A share of the people of a run, from 0 to 1; fewer than `people` never fail it, however few it is for."""

    share: float = 0.05
    people: int = 3

    def is_exceeded(self, failed: int, total: int) -> bool:
        """Whether so many of so many are too many."""
        return failed >= self.people and failed > self.share * total

    def __str__(self) -> str:
        return f"more than {self.share:.4g} of the profiles and at least {self.people}"
