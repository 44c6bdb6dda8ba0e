"""How much less energy than needed a plan may hold: only where asked for, small, and never below a floor.

min(500 kcal, a fifth of the need), a tenth below a body-mass index of 25; not below resting energy, nor below 1,200
(women) or 1,500 kcal (men). No weight by a date is promised: bodies adapt, and people differ (Hall 2011, Guo 2018).
"""

from dataclasses import dataclass
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.eater import AdultBody
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal

MOST = Decimal(500)
USUAL_SHARE, LEAN_SHARE = Decimal("0.20"), Decimal("0.10")
UNDERWEIGHT, OVERWEIGHT = Decimal("18.5"), Decimal("25.0")
FLOOR_WOMEN, FLOOR_MEN = Decimal(1200), Decimal(1500)


@dataclass(frozen=True, slots=True)
class Deficit:
    """Kilocalories taken off the need, and what is left; `is_at_floor` where more was asked than may be."""

    kcal: Decimal
    energy: Decimal
    is_at_floor: bool


def deficit_refusal(body: AdultBody) -> Refusal | None:
    """Why this person gets none; the index is taken as it is, not as it is printed."""
    if body.bmi < UNDERWEIGHT:
        return Refusal(
            "underweight",
            "Your weight is below the range that is healthy for your height, so this plan does not take energy away; "
            "please talk to a professional about your wish to lose weight.",
        )
    return None


def share_of(body: AdultBody) -> Decimal:
    """The most that may be taken off, by the body-mass index as it is printed, to a tenth."""
    return USUAL_SHARE if half_up(body.bmi, 1) >= OVERWEIGHT else LEAN_SHARE


def floor_of(body: AdultBody, resting: Decimal) -> Decimal:
    """Below this no plan goes."""
    return max(resting, FLOOR_MEN if body.sex == "male" else FLOOR_WOMEN)


def deficit(need: Decimal, share: Decimal, floor: Decimal) -> Deficit:
    """What is taken off a need: never more than the share, 500 kcal, or what the floor leaves."""
    asked = min(MOST, share * need)
    allowed = max(Decimal(0), min(asked, need - floor))
    return Deficit(half_up(allowed, 1), half_up(need - allowed, 1), is_at_floor=allowed < asked)
