"""How well a task suits one person on one day: the score by which free places of a routine are filled.

Fit and history weigh alike until four outcomes exist; then what was done wins. Weights are ours.
"""

from typing import NamedTuple

from hos_pipelines.domain.guidance.routine.experience import FIRST_COMPLETION, Experience

ARCHETYPE_WEIGHT, MODE_WEIGHT = 0.7, 0.3
FIT, COMPLETION, SATISFACTION, TIME_OF_DAY, RECENT, FRICTION = 0.40, 0.40, 0.10, 0.10, 0.15, 0.20
PREFERRED, ANY_TIME, OTHER_TIME = 1.0, 0.5, 0.0


class Suitability(NamedTuple):
    """The parts of a score, each 0 to 1; `recent` says that its group was used within the cool-down."""

    fit: float
    completion: float
    satisfaction: float
    time_of_day: float
    recent: bool
    friction: float

    @property
    def score(self) -> float:
        """Higher is better; a new task that fits wholly, at its time of day, has 0.83."""
        return (
            FIT * self.fit
            + COMPLETION * self.completion
            + SATISFACTION * self.satisfaction
            + TIME_OF_DAY * self.time_of_day
            - RECENT * self.recent
            - FRICTION * self.friction
        )


def fit_of(archetype_fit: float, mode_fit: float) -> float:
    """How a task fits archetype and mode of a day, 0 to 1, by the former weights."""
    return ARCHETYPE_WEIGHT * archetype_fit + MODE_WEIGHT * mode_fit


def suitability(
    fit: float, time_of_day: float, experience: Experience, *, recent: bool = False, own_mean: float = FIRST_COMPLETION
) -> Suitability:
    """How one task suits somebody who did this with it, at a time of day that is preferred, any or another."""
    return Suitability(
        fit=fit,
        completion=experience.expected_completion(own_mean),
        satisfaction=experience.satisfaction,
        time_of_day=time_of_day,
        recent=recent,
        friction=experience.friction,
    )
