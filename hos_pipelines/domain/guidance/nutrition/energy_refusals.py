"""Who gets no energy and no macronutrients, and why: the plan keeps meal times, plates and restrictions.

A range made of studies of adults is not given to a child, nor to whom a care team feeds, nor to whom figures do harm
(Eikey 2021). The order is that of the reasons: whom numbers harm is told nothing else.
"""

from collections.abc import Iterator
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.eater import CARE_FLAGS, EATERS_FLAGS, EATING_DISORDER, Eater
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal

ADULT = 19
OLDEST = 110
OLDEST_WEIGHT_DAYS = 90
WEIGHTS, HEIGHTS = (Decimal(35), Decimal(250)), (Decimal(130), Decimal(220))


def numbers_refusal(eater: Eater) -> Refusal | None:
    """The first reason to say no number at all; None where figures may be told."""
    return next(_reasons(eater), None)


def _reasons(eater: Eater) -> Iterator[Refusal]:
    if EATING_DISORDER in eater.flags:
        yield Refusal("eating_disorder", "This plan is told without numbers, so that eating stays about food.")
    if eater.has_opted_out_of_numbers:
        yield Refusal("opt_out_of_numbers", "This plan is told without numbers, as you wish.")
    yield from _age(eater)
    unknown = sorted(eater.flags - EATERS_FLAGS)
    if unknown:
        yield Refusal("unknown_health_flag", "Something was said of your health that we cannot read: state it again.")
    for flag, name in CARE_FLAGS.items():
        if flag in eater.flags:
            yield Refusal(flag, f"With {name} amounts belong to you and your care team, so none are given here.")
    yield from _weight(eater)
    yield from _height(eater)


def _age(eater: Eater) -> Iterator[Refusal]:
    if eater.age is None and eater.is_adult is None:
        yield Refusal("adult_status_unknown", "Amounts are made for adults: say your birth date to get them.")
    elif eater.is_adult is False or (eater.age is not None and eater.age < ADULT):
        yield Refusal(
            "below_19",
            "Amounts are made for adults from nineteen years on, so this plan is told without any.",
        )
    elif eater.age is None:
        yield Refusal("age_unknown", "Amounts depend on age: say your birth date to get them.")
    elif eater.age > OLDEST:
        yield Refusal("age_out_of_range", "The equations for amounts do not reach this age: check your birth date.")


def _weight(eater: Eater) -> Iterator[Refusal]:
    if eater.weight_kg is None:
        yield Refusal("weight_unknown", "Amounts depend on weight: say yours in kilograms to get them.")
    elif not _lies_within(eater.weight_kg, WEIGHTS):
        yield Refusal("weight_out_of_range", "The equations for amounts do not reach this weight: check it.")
    elif eater.weight_age_days > OLDEST_WEIGHT_DAYS:
        yield Refusal("weight_old", "The weight we know is too old for amounts: say what it is now.")


def _height(eater: Eater) -> Iterator[Refusal]:
    if eater.height_cm is None:
        yield Refusal("height_unknown", "Amounts depend on height: say yours in centimetres to get them.")
    elif not _lies_within(eater.height_cm, HEIGHTS):
        yield Refusal("height_out_of_range", "The equations for amounts do not reach this height: check it.")


def _lies_within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return value.is_finite() and bounds[0] <= value <= bounds[1]
