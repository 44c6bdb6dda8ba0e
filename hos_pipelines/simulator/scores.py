"""Score answers: five types a day, from the same days the biomarkers show, with factors and the time of computation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.biomarkers import Row, envelope
from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.factors import FACTORS, noisy, state_of
from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.people import zone_on
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.records import ActivityRecord, SleepRecord
from hos_pipelines.simulator.schedule import wall_minutes
from hos_pipelines.simulator.settings import WireYear
from hos_pipelines.simulator.windows import instants_of, zone_windows
from hos_pipelines.simulator.wire import Wire, iso, iso_utc, iso_z

_ACTIVITY = (
    "steps",
    "active_hours",
    "active_calories",
    "intense_activity_duration",
    "extended_inactivity",
    "floors_climbed",
)
_SLEEP = (
    "sleep_duration", "sleep_regularity", "sleep_continuity", "sleep_debt", "circadian_alignment",
    "physical_recovery", "mental_recovery",
)  # fmt: skip

# Weights were only ever fitted for the sleep score (0.39, 0.28, 0.2, 0.13); everything else counts alike.
_WEIGHTS = {"sleep_duration": 3.0, "sleep_regularity": 2.1, "sleep_debt": 1.5}
_REMEMBERED_DAYS = 4096
_REMEMBERED_FACTORS = 16384


@dataclass(frozen=True, slots=True)
class ScoreType:
    """One score: its factors, the data it needs (`sleep`, `activity`), and where its states begin."""

    factors: tuple[str, ...]
    needs: tuple[str, ...]
    sources: tuple[str, ...]
    states: tuple[float, float, float] = (0.8, 0.6, 0.4)


SCORE_TYPES: dict[str, ScoreType] = {
    "sleep": ScoreType(_SLEEP, ("sleep",), ("sleep",)),
    "activity": ScoreType(_ACTIVITY, ("activity",), ("activity",), (0.75, 0.58, 0.43)),
    "wellbeing": ScoreType(_ACTIVITY + _SLEEP, ("activity", "sleep"), ("activity", "sleep")),
    "mental_wellbeing": ScoreType(
        (
            "steps", "active_hours", "extended_inactivity", "activity_regularity", "sleep_regularity",
            "circadian_alignment",
        ),
        ("activity", "sleep"),
        ("activity", "sleep"),
    ),
    "readiness": ScoreType(
        (
            "sleep_duration", "physical_recovery", "mental_recovery", "sleep_debt", "walking_strain_capacity",
            "exercise_strain_capacity", "resting_heart_rate", "heart_rate_variability",
        ),
        ("sleep",),
        ("sleep", "activity"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A factor with its score, and as the wire writes it but for the id, which is another in every score."""

    name: str
    score: float
    written: Row


def score_rows(view: PersonView, types: frozenset[str], bounds: Bounds, wire: Wire) -> list[Row]:
    """Scores whose local midnight lies within the bounds, newest day first; empty `types` means all five."""
    names = [name for name in SCORE_TYPES if not types or name in types]
    rows: list[Row] = []
    for day in view.days(bounds.start, bounds.end):
        if bounds.contain(instants_of(view.person, day).midnight):
            rows += sorted(_day_scores(view, day, names, wire), key=itemgetter("id"))
    return rows


def _day_scores(view: PersonView, day: date, names: list[str], wire: Wire) -> list[Row]:
    sleep, activity = view.sleep(day), view.activity(day)
    present = {"sleep": sleep is not None, "activity": activity is not None}
    due = [name for name in names if all(present[need] for need in SCORE_TYPES[name].needs)]
    if not view.person.wearable:
        due = [name for name in due if name != "readiness"]
    if not due:
        return []
    measured = {name: _measure(name, value, wire.year) for name, value in _values(view, day, sleep, activity).items()}
    return [_score(view, day, name, measured, wire) for name in due]


def _values(
    view: PersonView, day: date, sleep: SleepRecord | None, activity: ActivityRecord | None
) -> dict[str, float]:
    values: dict[str, float | None] = {}
    if activity is not None:
        values |= _activity_values(view, day, activity)
    if sleep is not None:
        values |= _sleep_values(view, day, sleep)
    return {name: value for name, value in values.items() if value is not None}


def _activity_values(view: PersonView, day: date, record: ActivityRecord) -> dict[str, float | None]:
    chance = draws(f"{view.person.seed}|strain|{view.person.index}|{day}", 3)
    wearable = view.has_worn(day)
    return {
        "steps": record.steps,
        "active_hours": record.active_hours,
        "active_calories": record.active_kcal,
        "intense_activity_duration": record.medium + record.high if wearable else None,
        "extended_inactivity": int(view.sedentary(day, record.active) * 0.55),
        "floors_climbed": record.floors if wearable else None,
        "activity_regularity": round(0.7 + 0.29 * chance[0], 2),
        "walking_strain_capacity": round(0.75 + 0.2 * chance[1], 2),
        "exercise_strain_capacity": round(0.7 + 0.25 * chance[2], 2),
    }


def _sleep_values(view: PersonView, day: date, record: SleepRecord) -> dict[str, float | None]:
    onset, _ = wall_minutes(record.night)
    vitals = view.vitals(day)
    return {
        "sleep_duration": record.duration,
        "sleep_regularity": view.regularity(day),
        "sleep_debt": view.debt(day),
        # Two real points only: asleep at 22:00 reads 60, at 23:00 reads 30.
        "circadian_alignment": abs(onset) / 2,
        "sleep_continuity": record.awake if vitals else None,
        "physical_recovery": record.deep if vitals else None,
        "mental_recovery": record.rem if vitals else None,
        "resting_heart_rate": vitals.heart_rate_resting if vitals else None,
        "heart_rate_variability": vitals.variability_rmssd if vitals else None,
    }


def _score(view: PersonView, day: date, name: str, measured: dict[str, _Measured], wire: Wire) -> Row:
    kind, person = SCORE_TYPES[name], view.person
    found = {factor: measured[factor] for factor in kind.factors if factor in measured}
    score = _weigh(found)
    row_id = stable_id(f"{person.seed}|{person.external_id}|score|{name}|{day}")
    state, computed = state_of(score, kind.states), _computed_at(view, day, kind)
    ending: Row = {"dataSources": list(kind.sources), "scoreDateTime": _midnight_label(zone_on(person, day), day)}
    if wire.year == "2024":
        every = [found.get(factor) or _Measured(factor, 0.0, _legacy_factor(factor)) for factor in kind.factors]
        body = {"type": name, "score": score, "state": state, "factors": _add_ids(row_id, every)}
        return {"id": row_id} | envelope(view, row_id) | body | ending | {"createdAt": iso_z(computed), "version": 1.0}
    return {
        "id": row_id,
        "type": name,
        "state": state,
        "score": score,
        "factors": _add_ids(row_id, found.values()),
        **ending,
        "createdAtUtc": iso_utc(computed),
        "version": 1,
    }


@lru_cache(maxsize=_REMEMBERED_DAYS)
def _midnight_label(zone: ZoneInfo, day: date) -> str:
    return iso(zone_windows(zone, day).midnight)


def _weigh(factors: dict[str, _Measured]) -> float:
    weights = total = 0.0
    for name, measured in factors.items():
        weight = _WEIGHTS.get(name, 1.0)
        weights += weight
        total += weight * measured.score
    return round(total / weights, 2)


def _computed_at(view: PersonView, day: date, kind: ScoreType) -> datetime:
    moments = [view.sleep_computed_at(day)] if "sleep" in kind.needs else []
    if "activity" in kind.sources and view.activity(day) is not None:
        moments.append(view.activity_computed_at(day))
    return max(moments)


def _add_ids(score_id: str, factors: Iterable[_Measured]) -> list[Row]:
    return [{**factor.written, "id": stable_id(f"{score_id}|{factor.name}")} for factor in factors]


@lru_cache(maxsize=_REMEMBERED_FACTORS)
def _measure(name: str, value: float, year: WireYear) -> _Measured:
    score = FACTORS[name].score(value)
    if year == "2024":
        return _Measured(name, score, _legacy_factor(name, float(value), score))
    return _Measured(name, score, _factor(name, value, score))


def _factor(name: str, value: float, score: float) -> Row:
    factor = FACTORS[name]
    return {
        "id": None,
        "name": name,
        "value": noisy(value),
        "goal": factor.goal,
        "score": noisy(score),
        "state": state_of(score, factor.states),
        "unit": factor.unit,
    }


def _legacy_factor(name: str, value: float | None = None, score: float | None = None) -> Row:
    factor = FACTORS[name]
    return {
        "goal": factor.goal,
        "id": None,
        "name": name,
        "score": score,
        "state": None if score is None else state_of(score, factor.states),
        "unit": factor.unit,
        "value": value,
    }
