"""How much is known of a person, as rich, developing or sparse: what past analyses and memory amount to in points."""

from datetime import date, timedelta
from enum import StrEnum

RICH_POINTS, DEVELOPING_POINTS = 8, 4
SURE_FROM = 0.6
CONFIRMED_WITHIN = timedelta(days=14)
MANY_ROWS, SOME_ROWS = 5, 2
POINTS_OF_MANY, POINTS_OF_SOME = 3, 1


class MemoryQuality(StrEnum):
    """What memory is worth."""

    RICH = "rich"
    DEVELOPING = "developing"
    SPARSE = "sparse"


def analysis_points(count: int) -> int:
    """Points for past analyses of one kind: 4 from five on, 3 from three on, 2 for one."""
    return next((points for least, points in ((5, 4), (3, 3), (1, 2)) if count >= least), 0)


def memory_points(second_confirmed: date | None, fifth_confirmed: date | None, today: date) -> int:
    """Points for what is remembered: 3 for five live rows of confidence 0.6 confirmed within 14 days, 1 for two.

    Given are the days on which the second and the fifth newest of such rows were confirmed.
    """
    since = today - CONFIRMED_WITHIN
    if fifth_confirmed is not None and fifth_confirmed >= since:
        return POINTS_OF_MANY
    return POINTS_OF_SOME if second_confirmed is not None and second_confirmed >= since else 0


def quality_of(points: int) -> MemoryQuality:
    """Rich from 8 points on, developing from 4, else sparse."""
    if points >= RICH_POINTS:
        return MemoryQuality.RICH
    return MemoryQuality.DEVELOPING if points >= DEVELOPING_POINTS else MemoryQuality.SPARSE
