"""The energy of activity that a plan of a day goes by: worn days well before it, and the category that has settled.

The days end two before the planned one, so that what comes in while it runs does not change its portions.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.activity_category import EVALUATIONS_APART, measured_activity, settled
from hos_pipelines.domain.guidance.nutrition.eater import Category

DAYS, EVALUATIONS = timedelta(days=28), 4
LAST_BEFORE = timedelta(days=2)
# From the first evaluation on, before the planned day.
LOOK_BACK = LAST_BEFORE + DAYS + (EVALUATIONS - 1) * EVALUATIONS_APART

EnergyDays = Mapping[date, Decimal]


def energy_days(measured: EnergyDays, planned: date) -> tuple[Decimal, ...]:
    """The worn days of the four weeks that a plan goes by, oldest first."""
    return _days_until(measured, planned - LAST_BEFORE)


def settled_category(measured: EnergyDays, planned: date, resting: Decimal) -> Category | None:
    """The category that evaluations a week apart agree on; None where none has said one alone."""
    last = planned - LAST_BEFORE
    evaluations = []
    for back in reversed(range(EVALUATIONS)):
        day = last - back * EVALUATIONS_APART
        found = measured_activity(resting, _days_until(measured, day))
        if found is not None and len(found.categories) == 1:
            evaluations.append((day, found.categories[0]))
    return settled(None, evaluations)


def _days_until(measured: EnergyDays, last: date) -> tuple[Decimal, ...]:
    return tuple(measured[day] for day in sorted(measured) if last - DAYS < day <= last)
