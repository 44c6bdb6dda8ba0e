"""What must hold for every result, whoever made it: a result that breaks one of these is not stored."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf, isfinite
from types import NoneType
from typing import get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError
from typing_extensions import is_typeddict

from hos_pipelines.domain.analysis_result import AnalysisResult, Part
from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, SLOTS, EnergyWindow, TimelineSlot
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.circadian.timeline import LOOKS as LOOKS_OF_ZONE
from hos_pipelines.domain.facts import Fact, FactValue
from hos_pipelines.domain.gates import Confidence, Status

GATES, RANGES, SCHEMA, ZONES = "gates_respected", "facts_in_range", "matches_schema", "zones_tile_the_day"

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
ANY_NUMBER = (-inf, inf)
LOWEST_LEVEL, HIGHEST_LEVEL = 0, 100
INSUFFICIENT = Status.INSUFFICIENT
# Passed over in the search for numbers that are none; facts and slots have a check of their own.
WITHOUT_NUMBERS = frozenset({str, int, NoneType, Fact, TimelineSlot})
LOOKS = frozenset((zone, *looks) for zone, looks in LOOKS_OF_ZONE.items())


def broken_checks(result: AnalysisResult) -> dict[str, str]:
    """The checks a result breaks, each with the first thing that breaks it; never a value.

    Types are left to `write_result`, which looks at every value anyway.
    """
    found = ((name, next(check(result), None)) for name, check in CHECKS.items())
    return {name: what for name, what in found if what is not None}


def write_result(result: AnalysisResult) -> tuple[str, dict[str, str]]:
    """The result as JSON, and what it breaks of its form: empty where each value is of the type its schema names."""
    try:
        return result.model_dump_json(warnings="error"), {}
    except PydanticSerializationError:
        return "", {SCHEMA: _strange_type(result)}


def _strange_type(result: AnalysisResult) -> str:
    """Where a result is not what its schema says; the error of writing it would quote the value."""
    try:
        type(result).model_validate(result.model_dump(warnings=False))
    except ValidationError as error:
        return ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])
    return "a value is not of the type its schema names"


def _gates(result: AnalysisResult) -> Iterator[str]:
    """Nothing is said without data, and nothing rests on facts that are not there."""
    for fact in result.facts.values():
        if (fact.value is None) != (fact.status is INSUFFICIENT):
            yield f"{fact.id} has a value without enough data, or none with it"
        if fact.status is INSUFFICIENT and (fact.confidence is not Confidence.NONE or not fact.missing):
            yield f"{fact.id} is sure of nothing, or does not say what is missing"
    for part in _parts(result):
        strange = [fact_id for fact_id in part.fact_ids if fact_id not in result.facts]
        if strange:
            yield f"{strange[0]} is cited and no fact"
        if part.status is INSUFFICIENT and not part.missing:
            yield f"{type(part).__name__} does not say what is missing"


def _ranges(result: AnalysisResult) -> Iterator[str]:
    for fact in result.facts.values():
        lowest, highest = RANGE_OF_UNIT.get(fact.unit, ANY_NUMBER)
        if not _lies_within(fact.value, lowest, highest):
            yield f"{fact.id} is outside of {lowest:g} to {highest:g} {fact.unit}"


def _lies_within(value: FactValue, lowest: float, highest: float) -> bool:
    """Whether a number, or each of a list, is from lowest to highest; nan is nowhere."""
    if isinstance(value, float):
        return lowest <= value <= highest
    return not isinstance(value, list) or all(lowest <= number <= highest for number in value)


def _schema(result: AnalysisResult) -> Iterator[str]:
    """What writing leaves open: models hold to their bounds from the start, facts and slots do not; JSON has no nan.

    Reading every result back would say the same at five times the price.
    """
    for fact_id, fact in result.facts.items():
        if fact.id != fact_id or not _is_id(fact_id):
            yield "facts has an id that is none, or not that of the fact"
        if None in (fact.unit, fact.n, fact.method, fact.confidence):
            yield f"facts.{fact_id} lacks what every fact has"
        if fact.n < 0 or type(fact.confidence) is not Confidence:
            yield f"facts.{fact_id} has a count or confidence out of bounds"
        if not _is_finite(fact.value):
            yield f"facts.{fact_id}.value is no number of JSON"
    for name in _fields_with(type(result), _mentions_number):
        if not _is_finite(getattr(result, name)):
            yield f"{name} holds no number of JSON"
    if isinstance(result, CircadianResult):
        yield from _strange_slots(result.energy_timeline)


def _strange_slots(slots: Sequence[TimelineSlot]) -> Iterator[str]:
    if any(None in (slot.time, slot.energy_level, slot.slot_index, slot.motivation_message) for slot in slots):
        yield "energy_timeline lacks what every slot has"
    if not all(LOWEST_LEVEL <= slot.energy_level <= HIGHEST_LEVEL for slot in slots):
        yield "energy_timeline has a level out of bounds"
    if not {(slot.zone, slot.zone_color, slot.zone_label) for slot in slots} <= LOOKS:
        yield "energy_timeline has a zone that is none, or in the looks of another"


@lru_cache(maxsize=4096)
def _is_id(fact_id: str) -> bool:
    return re.fullmatch("[a-z][a-z0-9_]*", fact_id) is not None


def _is_finite(value: object) -> bool:
    """Whether no number in a value, however deep, is infinite or none. What a list holds is all of one type."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, BaseModel):
        return all(_is_finite(getattr(value, name)) for name in _fields_with(type(value), _mentions_number))
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list) and value and type(value[0]) not in WITHOUT_NUMBERS:
        return all(map(isfinite if isinstance(value[0], float) else _is_finite, value))
    return True


@lru_cache(maxsize=256)
def _fields_with(model: type[BaseModel], mentions: Callable[[object], bool]) -> tuple[str, ...]:
    """The fields of a model that may hold what is looked for: most hold words, and are most of what there is."""
    return tuple(name for name, field in model.model_fields.items() if mentions(field.annotation))


def _mentions_number(annotation: object) -> bool:
    """Whether a type may hold a number with a fraction, however deep."""
    if is_typeddict(annotation):
        return any(map(_mentions_number, get_type_hints(annotation).values()))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_fields_with(annotation, _mentions_number))
    return annotation is float or any(map(_mentions_number, get_args(annotation)))


def _mentions_model(annotation: object) -> bool:
    """Whether a type may be a model itself, not a list of some."""
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel)
    return get_origin(annotation) is not list and any(map(_mentions_model, get_args(annotation)))


def _zones(result: AnalysisResult) -> Iterator[str]:
    if not isinstance(result, CircadianResult) or not result.energy_timeline:
        return
    slots = [slot.slot_index for slot in result.energy_timeline]
    if slots != list(range(SLOTS)):
        yield "energy_timeline does not have each quarter of an hour once"
    covered = sorted(slot for window in _windows(result) for slot in _slots(window))
    if len(covered) != SLOTS:
        yield "the windows do not add up to a day"
    if any(after - before != 1 for before, after in pairwise(covered)):
        yield "the windows overlap or leave a gap"


def _windows(result: CircadianResult) -> list[EnergyWindow]:
    zones = result.energy_zone_analysis
    return [*zones.peak_windows, *zones.maintenance_windows, *zones.recovery_windows, *zones.sleep_windows]


def _slots(window: EnergyWindow) -> list[int]:
    start, end = (int(clock[:2]) * 4 + int(clock[3:]) // SLOT_MINUTES for clock in window.time_range.split("-"))
    return [slot % SLOTS for slot in range(start, end if end > start else end + SLOTS)]


def _parts(model: BaseModel) -> Iterator[Part]:
    for name in _fields_with(type(model), _mentions_model):
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            if isinstance(value, Part):
                yield value
            yield from _parts(value)


CHECKS: Mapping[str, Callable[[AnalysisResult], Iterator[str]]] = {
    GATES: _gates,
    RANGES: _ranges,
    SCHEMA: _schema,
    ZONES: _zones,
}
