"""How strong a short-term memory still is: it halves, the faster the more a thing changes from day to day."""

import math
from datetime import date

from hos_pipelines.domain.memory.memory_key import MemoryCategory, category_of

HALF_LIFE_DAYS = 7
HALF_LIVES = {MemoryCategory.FEELING: 3, MemoryCategory.TIMING: 14}
LEAST_STRENGTH = 0.05


def half_life_of(key: str) -> int:
    """In how many days a memory of this key halves: 3 for mood and energy, 14 for timing, else 7."""
    return HALF_LIVES.get(category_of(key), HALF_LIFE_DAYS)


def strength(days: int, half_life: int, initial: float = 1.0) -> float:
    """`initial * 2^(-days / half-life)`; before its first day nothing is stronger than it was."""
    return float(initial * 2.0 ** (-max(days, 0) / half_life))


def lasting_days(half_life: int) -> int:
    """After how many days a memory is weaker than 0.05: 13, 31 and 61."""
    return math.floor(half_life * math.log2(1 / LEAST_STRENGTH)) + 1


def has_faded(key: str, last: date, today: date) -> bool:
    """Whether short-term memory lets go of it: weaker than 0.05."""
    return strength((today - last).days, half_life_of(key)) < LEAST_STRENGTH
