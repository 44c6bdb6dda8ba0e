"""Score answers: five types a day, from the same days the biomarkers show, with factors and the time of computation."""

from dataclasses import dataclass
from datetime import date, datetime

from hos_pipelines.simulator.biomarkers import Row, envelope
from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.factors import FACTORS, noisy, state_of
from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.records import ActivityRecord, SleepRecord
from hos_pipelines.simulator.schedule import wall_minutes
from hos_pipelines.simulator.vantage import Vantage
from hos_pipelines.simulator.windows import windows_of
from hos_pipelines.simulator.wire import Wire, iso, iso_z

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


def score_rows(view: Vantage, types: frozenset[str], bounds: Bounds, wire: Wire) -> list[Row]:
    """Scores whose local midnight lies within the bounds, newest day first; empty `types` means all five."""
    names = [name for name in SCORE_TYPES if not types or name in types]
    rows: list[Row] = []
    for day in view.days(bounds.start, bounds.end):
        if bounds.contain(windows_of(view.person, day).midnight):
            rows += sorted(_day_scores(view, day, names, wire), key=lambda row: str(row["id"]))
    return rows


def _day_scores(view: Vantage, day: date, names: list[str], wire: Wire) -> list[Row]:
    sleep, activity = view.sleep(day), view.activity(day)
    present = {"sleep": sleep is not None, "activity": activity is not None}
    due = [name for name in names if all(present[need] for need in SCORE_TYPES[name].needs)]
    if not view.person.wearable:
        due = [name for name in due if name != "readiness"]
    if not due:
        return []
    values = _values(view, day, sleep, activity)
    return [_score(view, day, name, values, wire) for name in due]


def _values(view: Vantage, day: date, sleep: SleepRecord | None, activity: ActivityRecord | None) -> dict[str, float]:
    values: dict[str, float | None] = {}
    if activity is not None:
        values |= _activity_values(view, day, activity)
    if sleep is not None:
        values |= _sleep_values(view, day, sleep)
    return {name: value for name, value in values.items() if value is not None}


def _activity_values(view: Vantage, day: date, record: ActivityRecord) -> dict[str, float | None]:
    chance = draws(view.person.seed, "strain", view.person.index, day)
    wearable = view.person.wearable
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


def _sleep_values(view: Vantage, day: date, record: SleepRecord) -> dict[str, float | None]:
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


def _score(view: Vantage, day: date, name: str, values: dict[str, float], wire: Wire) -> Row:
    kind = SCORE_TYPES[name]
    score = _weighted({factor: values[factor] for factor in kind.factors if factor in values})
    row_id = stable_id(view.person.seed, view.person.external_id, "score", name, day)
    ending: Row = {
        "dataSources": list(kind.sources),
        "scoreDateTime": iso(windows_of(view.person, day).midnight),
    }
    state, computed = state_of(score, kind.states), _computed_at(view, day, kind)
    if wire.year == "2024":
        factors = [_legacy_factor(row_id, factor, values.get(factor)) for factor in kind.factors]
        body = {"type": name, "score": score, "state": state, "factors": factors}
        return {"id": row_id} | envelope(view, row_id) | body | ending | {"createdAt": iso_z(computed), "version": 1.0}
    lean = [_factor(row_id, factor, values[factor]) for factor in kind.factors if factor in values]
    body = {"id": row_id, "type": name, "state": state, "score": score, "factors": lean}
    return body | ending | {"createdAtUtc": iso(computed), "version": 1}


def _weighted(values: dict[str, float]) -> float:
    weights = {name: _WEIGHTS.get(name, 1.0) for name in values}
    total = sum(weights[name] * FACTORS[name].score(value) for name, value in values.items())
    return round(total / sum(weights.values()), 2)


def _computed_at(view: Vantage, day: date, kind: ScoreType) -> datetime:
    moments = [view.sleep_computed_at(day)] if "sleep" in kind.needs else []
    if "activity" in kind.sources and view.activity(day) is not None:
        moments.append(view.activity_computed_at(day))
    return max(moments)


def _factor(score_id: str, name: str, value: float) -> Row:
    factor = FACTORS[name]
    score = factor.score(value)
    return {
        "id": stable_id(score_id, name),
        "name": name,
        "value": noisy(value),
        "goal": factor.goal,
        "score": noisy(score),
        "state": state_of(score, factor.states),
        "unit": factor.unit,
    }


def _legacy_factor(score_id: str, name: str, value: float | None) -> Row:
    factor = FACTORS[name]
    score = None if value is None else factor.score(value)
    return {
        "goal": factor.goal,
        "id": stable_id(score_id, name),
        "name": name,
        "score": score,
        "state": None if score is None else state_of(score, factor.states),
        "unit": factor.unit,
        "value": None if value is None else float(value),
    }
