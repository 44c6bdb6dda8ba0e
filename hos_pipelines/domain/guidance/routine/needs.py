"""Which needs of the library's tasks are met, each with the facts that say so: what has no fact is not met."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hos_pipelines.domain.guidance.routine.anchors import Anchors
from hos_pipelines.domain.guidance.routine.limits import Readiness
from hos_pipelines.domain.person.person import OLDER

LAST_WEEKDAY = 6
FactValues = Mapping[str, float | str | Sequence[float] | None]


@dataclass(frozen=True, slots=True)
class DayCircumstances:
    """What decides over needs beside the facts of the analyses: the day, how ready, at work or not, how old.

    `work_facts` say that there is work on it; `is_shift_worker` is by their own roster; `keeps_journal` says
    that they have written one in the last days.
    """

    day: date
    anchors: Anchors
    readiness: Readiness | None = None
    work_facts: tuple[str, ...] = ()
    is_shift_worker: bool = False
    age: int | None = None
    keeps_journal: bool = False


def met_needs(facts: FactValues, given: DayCircumstances) -> dict[str, tuple[str, ...]]:
    """By need the facts behind it, of the values of both analyses' facts by id."""
    needs = (*_of_the_day(given), *_of_zones_and_series(facts), *_of_the_person(facts, given))
    return {need: ids for need, ids in needs if ids}


def _of_the_day(given: DayCircumstances) -> Iterator[tuple[str, tuple[str, ...]]]:
    anchors = given.anchors.times.fact_ids
    for need in ("wake", "bed", "meals"):
        yield need, anchors
    if given.day.weekday() == LAST_WEEKDAY:
        yield "weekly", anchors
    yield "work_day", given.work_facts
    if given.keeps_journal:
        yield "journal", ("daily_journals",)


def _of_zones_and_series(facts: FactValues) -> Iterator[tuple[str, tuple[str, ...]]]:
    for zone in ("peak", "recovery", "maintenance"):
        yield f"zone_{zone}", _said(facts, f"zone_{zone}_1_start")
    yield "focus_block", _said(facts, "zone_peak_1_start")
    for fact_id in ("predicted_wake", "predicted_bed", "cbt_min"):
        yield fact_id, _said(facts, fact_id)
    yield "steps", _said(facts, "steps_median")
    yield "sedentary_series", _said(facts, "sedentary_duration_median")


def _of_the_person(facts: FactValues, given: DayCircumstances) -> Iterator[tuple[str, tuple[str, ...]]]:
    if facts.get("sleep_standing") == "short":
        yield "sleep_debt_14", _said(facts, "sleep_debt_14", "sleep_standing")
    if given.is_shift_worker:
        yield "shift_work", ("roster",)
    elif facts.get("shift_work") == "yes":
        yield "shift_work", ("shift_work",)
    if given.readiness in ("Low", "High"):
        yield f"readiness_{given.readiness.lower()}", _said(facts, "readiness_score_latest", "hrv_state", "rhr_flag")
    if given.age is not None and given.age >= OLDER:
        yield "age_65_plus", ("birth_date",)


def _said(facts: FactValues, *fact_ids: str) -> tuple[str, ...]:
    return tuple(fact_id for fact_id in fact_ids if facts.get(fact_id) is not None)
