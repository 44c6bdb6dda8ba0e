"""How hard anybody is sent to move so many hours before bed, by the table of sources."""

from hos_pipelines.domain.circadian.advice_sources import EXERCISE_BEFORE_BED, constant
from hos_pipelines.domain.circadian.results import Intensity

EARLY, EARLIEST_TYPE = "_morning", "extreme_morning"


def is_early_type(chronotype: object) -> bool:
    """Whether the type that a fact says, by five names, is one of the two early ones; of none it is not."""
    return isinstance(chronotype, str) and chronotype.endswith(EARLY)


def hours_before_bed(effort: str, *, is_early: bool) -> float:
    """How long before bed a `vigorous`, `moderate` or `light` effort is over; early types leave the evening out.

    Exercise in the evening moved the clock of early types later (Thomas 2020); walking was not among it.
    """
    hours = constant(EXERCISE_BEFORE_BED[effort])
    return max(hours, constant("early_type_exercise_hours")) if is_early and effort != "light" else hours


def most_intensity(hours_left: float, *, is_early: bool) -> Intensity:
    """The most that activity may be which ends so many hours before bed."""
    if hours_left >= hours_before_bed("vigorous", is_early=is_early):
        return "high"
    return "moderate" if hours_left >= hours_before_bed("moderate", is_early=is_early) else "low"
