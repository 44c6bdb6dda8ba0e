"""Readiness: how the newest complete day stands against the person's own days."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from hos_pipelines.domain.behavior.result_terms import Level
from hos_pipelines.domain.behavior.results import Readiness
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Status, worst
from hos_pipelines.domain.statements import Statement

# A quarter, and a tenth, of normal values lies beyond this many deviations on one side.
QUARTILE_Z, DECILE_Z = 0.6745, 1.2816
TWO_WARNINGS = 2
HrvWord = Literal["below", "within", "above"]
PulseWord = Literal["raised", "usual"]
HRV_WORDS: tuple[HrvWord, ...] = ("below", "within", "above")
PULSE_WORDS: tuple[PulseWord, ...] = ("raised", "usual")


class Vitals(NamedTuple):
    """The facts readiness rests on; score facts are None where no readiness score was delivered."""

    score: Fact | None
    score_z: Fact | None
    hrv: Fact
    pulse: Fact


def readiness(vitals: Vitals, day: date | None) -> Readiness:
    """The part of the result; `day` is the newest complete day, of which it is told.

    Warnings are a score in the worst quarter of the own days, HRV below its band, and a raised resting heart rate. Low:
    two warnings, a raised resting heart rate, or a score in the worst tenth. High: a score in the best quarter and no
    warning. Medium otherwise. Without a score nothing is High; without any of the three there is no level. The rule is
    ours.
    """
    facts = [fact for fact in vitals if fact is not None]
    told = [fact for fact in facts if fact.value is not None]
    judged = [fact for fact in told if fact is not vitals.score]
    level = _level(vitals) if judged else None
    lacking = [f"{fact.id}: {fact.missing}" for fact in facts if fact.missing]
    if vitals.score_z is None:
        lacking.insert(0, "readiness_score: none with a baseline of the own days")
    status = worst(*(fact.status for fact in judged)) if judged else Status.INSUFFICIENT
    return Readiness(
        status=status,
        missing=lacking,
        fact_ids=[fact.id for fact in told],
        day=day if told else None,
        level=level,
        score=_number(vitals.score),
        score_z=_number(vitals.score_z),
        hrv_state=hrv_word(vitals.hrv),
        rhr_flag=pulse_word(vitals.pulse),
        reasons=list(_reasons(vitals)),
    )


def _level(vitals: Vitals) -> Level:
    z = _number(vitals.score_z)
    raised = pulse_word(vitals.pulse) == "raised"
    warnings = sum((z is not None and z <= -QUARTILE_Z, hrv_word(vitals.hrv) == "below", raised))
    if raised or warnings >= TWO_WARNINGS or (z is not None and z <= -DECILE_Z):
        return "Low"
    return "High" if z is not None and z >= QUARTILE_Z and not warnings else "Medium"


def _reasons(vitals: Vitals) -> Iterator[Statement]:
    z = _number(vitals.score_z)
    if vitals.score is not None and vitals.score_z is not None and z is not None:
        place = "above" if z >= QUARTILE_Z else "below" if z <= -QUARTILE_Z else "near"
        text = f"The readiness score of the day is {say_value(vitals.score)}, {place} the middle of the own days."
        yield Statement(text=text, fact_ids=[vitals.score.id, vitals.score_z.id])
    if hrv_word(vitals.hrv) is not None:
        text = f"Heart rate variability of the last week is {say_value(vitals.hrv)} the usual band."
        yield Statement(text=text, fact_ids=[vitals.hrv.id])
    if pulse_word(vitals.pulse) is not None:
        state = "raised" if pulse_word(vitals.pulse) == "raised" else "as usual"
        yield Statement(text=f"Resting heart rate is {state}.", fact_ids=[vitals.pulse.id])


def _number(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def hrv_word(fact: Fact) -> HrvWord | None:
    """Where heart rate variability stands; None where that cannot be told."""
    return next((word for word in HRV_WORDS if word == fact.value), None)


def pulse_word(fact: Fact) -> PulseWord | None:
    """Where the resting heart rate stands; None where that cannot be told."""
    return next((word for word in PULSE_WORDS if word == fact.value), None)
