"""What must hold for every result, whoever made it: a result that breaks one of these is not stored."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from pydantic import BaseModel, ValidationError

from hos_pipelines.domain.analysis import AnalysisResult, Part
from hos_pipelines.domain.circadian.results import SLOT_MINUTES, SLOTS, CircadianResult, EnergyWindow
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Status

GATES, RANGES, SCHEMA, ZONES = "gates_respected", "facts_in_range", "matches_schema", "zones_tile_the_day"
DAY_MINUTES = 1440

# By unit: the lowest and the highest a number of it may be.
RANGE_OF_UNIT: Mapping[str, tuple[float, float]] = {
    "local hour": (0, 24),
    "second of the local day": (0, 86_400),
    "second": (-7 * 86_400, 7 * 86_400),
    "hour": (-24 * 56, 24 * 56),
    "share": (0, 1),
    "index": (-100, 100),
    "relative energy": (0, 100),
}


def broken_checks(result: AnalysisResult) -> dict[str, str]:
    """The checks a result breaks, each with the first thing that breaks it; never a value."""
    found = ((name, next(check(result), None)) for name, check in CHECKS.items())
    return {name: what for name, what in found if what is not None}


def _gates(result: AnalysisResult) -> Iterator[str]:
    """Nothing is said without data, and nothing rests on facts that are not there."""
    for fact in result.facts.values():
        if (fact.value is None) != (fact.status is Status.INSUFFICIENT):
            yield f"{fact.id} has a value without enough data, or none with it"
        if fact.status is Status.INSUFFICIENT and (fact.confidence > 0 or not fact.missing):
            yield f"{fact.id} is sure of nothing, or does not say what is missing"
    for part in _parts(result):
        strange = [fact_id for fact_id in part.fact_ids if fact_id not in result.facts]
        if strange:
            yield f"{strange[0]} is cited and no fact"
        if part.status is Status.INSUFFICIENT and not part.missing:
            yield f"{type(part).__name__} does not say what is missing"


def _ranges(result: AnalysisResult) -> Iterator[str]:
    for fact in result.facts.values():
        lowest, highest = RANGE_OF_UNIT.get(fact.unit, (float("-inf"), float("inf")))
        for number in _numbers(fact):
            if not lowest <= number <= highest:
                yield f"{fact.id} is outside of {lowest:g} to {highest:g} {fact.unit}"


def _numbers(fact: Fact) -> list[float]:
    if isinstance(fact.value, list):
        return fact.value
    return [fact.value] if isinstance(fact.value, float) else []


def _schema(result: AnalysisResult) -> Iterator[str]:
    try:
        type(result).model_validate_json(result.model_dump_json())
    except ValidationError as error:
        yield ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])


def _zones(result: AnalysisResult) -> Iterator[str]:
    if not isinstance(result, CircadianResult) or not result.energy_timeline:
        return
    slots = [slot.slot_index for slot in result.energy_timeline]
    if slots != list(range(SLOTS)):
        yield "energy_timeline does not have each quarter of an hour once"
    if sum(map(_minutes, _windows(result))) != DAY_MINUTES:
        yield "the windows do not add up to a day"
    covered = sorted(slot for window in _windows(result) for slot in _slots(window))
    if any(after - before != 1 for before, after in pairwise(covered)):
        yield "the windows overlap or leave a gap"


def _windows(result: CircadianResult) -> list[EnergyWindow]:
    zones = result.energy_zone_analysis
    return [*zones.peak_windows, *zones.maintenance_windows, *zones.recovery_windows, *zones.sleep_windows]


def _minutes(window: EnergyWindow) -> int:
    return len(_slots(window)) * SLOT_MINUTES


def _slots(window: EnergyWindow) -> list[int]:
    start, end = (int(clock[:2]) * 4 + int(clock[3:]) // SLOT_MINUTES for clock in window.time_range.split("-"))
    return [slot % SLOTS for slot in range(start, end if end > start else end + SLOTS)]


def _parts(model: BaseModel) -> Iterator[Part]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Part):
            yield value
        if isinstance(value, BaseModel):
            yield from _parts(value)


CHECKS: Mapping[str, Callable[[AnalysisResult], Iterator[str]]] = {
    GATES: _gates,
    RANGES: _ranges,
    SCHEMA: _schema,
    ZONES: _zones,
}
