"""How active somebody is, as the energy equations ask it: from energy of activity that a device measured.

Never from steps: under doubly labelled water they say nothing of the category (Ohkawara 2011). Wrist devices err much
(O'Driscoll 2020), so it takes 14 worn days, an edge within 0.05 leaves both sides open, and confidence is medium.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from hos_pipelines.domain.guidance.nutrition.eater import Category
from hos_pipelines.domain.guidance.nutrition.energy_need import CATEGORIES
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up

LEAST_DAYS = 14
# PAL from which each category but the first begins, and the end of what a person can keep up.
EDGES: tuple[Decimal, ...] = (Decimal("1.53"), Decimal("1.68"), Decimal("1.85"))
LEAST_PAL, MOST_PAL = Decimal("1.00"), Decimal("2.50")
UNSURE = Decimal("0.05")
DIGESTION = Decimal("0.9")
EVALUATIONS_APART = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Activity:
    """The physical activity level, and the categories it may be: one, or the two beside a near edge."""

    pal: Decimal
    categories: tuple[Category, ...]


def total_energy(resting: Decimal, active: Decimal) -> Decimal:
    """(REE + AEE) / 0.9: a tenth goes into digestion, by convention."""
    return (resting + active) / DIGESTION


def category_of(pal: Decimal) -> Category:
    """The category a level lies in."""
    return CATEGORIES[sum(pal >= edge for edge in EDGES)]


def measured_activity(resting: Decimal, active_days: Sequence[Decimal]) -> Activity | None:
    """What the median of worn days comes to; None of fewer than 14, or of a level nobody has or keeps up."""
    if len(active_days) < LEAST_DAYS:
        return None
    pal = total_energy(resting, median(active_days)) / resting
    if not LEAST_PAL <= pal < MOST_PAL:
        return None
    near = [place for place, edge in enumerate(EDGES) if abs(pal - edge) <= UNSURE]
    categories = CATEGORIES[near[0] : near[-1] + 2] if near else (category_of(pal),)
    return Activity(half_up(pal, 3), categories)


def settled(before: Category | None, evaluations: Sequence[tuple[date, Category]]) -> Category | None:
    """The category to go by: another one only once two evaluations, a week or more apart, agree on it."""
    current = before
    candidates = list(evaluations)
    for at, (day, found) in enumerate(candidates):
        earlier = [other for other in candidates[:at] if day - other[0] >= EVALUATIONS_APART]
        if found != current and earlier and earlier[-1][1] == found:
            current = found
    return current
