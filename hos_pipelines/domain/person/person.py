"""What is known of somebody besides readings. Nothing is guessed: where nothing has been said, an adult is assumed.

Hours of sleep by age: National Sleep Foundation 2015; for adults seven or more (AASM and Sleep Research Society 2015).
Chronotype shifts with age, latest at about nineteen (Fischer 2017): no norms are given by it.
"""

from dataclasses import dataclass

ADULT, OLDER, TEEN = 18, 65, 14


@dataclass(frozen=True, slots=True)
class Person:
    """Age in years and circumstances; None where it is not known."""

    age: int | None = None
    is_pregnant: bool | None = None
    drives_for_a_living: bool | None = None

    @property
    def sleep_range(self) -> tuple[float, float]:
        """The least and the most hours of sleep recommended at this age; those of adults where it is not known."""
        if self.age is None or ADULT <= self.age < OLDER:
            return 7.0, 9.0
        if self.age >= OLDER:
            return 7.0, 8.0
        return (8.0, 10.0) if self.age >= TEEN else (9.0, 11.0)

    @property
    def refusal(self) -> str | None:
        """Why no advice is given; None where it may be: what is known of adults need not hold for everybody."""
        if self.age is not None and self.age < ADULT:
            return "an adult: these rules are made of studies of adults"
        if self.is_pregnant:
            return "advice of those who care for the pregnancy: these rules know nothing of it"
        return None

    @property
    def caution(self) -> str | None:
        """What has to be said beside every hour told; None for most people."""
        if self.drives_for_a_living:
            return "No hour of this day says that it is safe to drive: whoever is sleepy stops."
        return None


UNKNOWN = Person()
