"""Synthetic users: people of the simulator whose data go somewhere, or are too few, and both analyses of each."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import BEHAVIOR_TYPES, LOOKBACK_DAYS, StoredReading, read_history
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.sahha.translate import Whose, translate_biomarkers, translate_scores
from hos_pipelines.simulator.biomarkers import BiomarkerQuery, biomarker_rows
from hos_pipelines.simulator.people import KINDS, index_of
from hos_pipelines.simulator.person_view import view_person
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.scores import score_rows
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.wire import Wire

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DEMO_NOW, DEMO_DAYS = datetime(2026, 11, 1, 12, tzinfo=UTC), 45
EVERYTHING = BiomarkerQuery(frozenset({"activity", "body", "sleep", "vitals"}), frozenset(), Bounds(None, None))
WIRE = Wire("2025")
MOVING = (
    "steps", "active_duration", "exercise_duration", "heart_rate_resting", "heart_rate_variability_rmssd",
    "heart_rate_variability_sdnn", "sleep_duration", "score:activity", "score:readiness", "score:sleep",
)  # fmt: skip
HIGHEST = {"score:": 1.0, "sleep_efficiency": 1.0}
DAILY_CHANGE, STEP = 0.015, 0.3
WEEK, STRAINED_DAYS = 7, 3
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One result of one user and what a model would be given of it."""

    result: CircadianResult | BehaviorResult
    evidence: Evidence

    @property
    def archetype(self) -> str:
        """How the person is spoken to."""
        return self.result.archetype

    @property
    def area(self) -> str:
        """Which analysis it is of."""
        return "circadian" if isinstance(self.result, CircadianResult) else "behavior"


@dataclass(frozen=True, slots=True)
class User:
    """A user with data as they came, and the same user with too little of them for some facts."""

    name: str
    sheets: tuple[Sheet, ...]
    sparse: tuple[Sheet, ...]


def demo_sheets(person: str) -> tuple[Sheet, ...] | None:
    """Both results of one of twelve people as `hos demo --days 45` makes them, by external id or kind; else None."""
    settings = SimulatorSettings(users=len(KINDS), days=DEMO_DAYS, at=DEMO_NOW)
    index = index_of(person, len(KINDS)) if person not in KINDS else KINDS.index(person)
    return None if index is None else _sheets(*_readings(settings, index), "")


def synthetic_users(cases: int) -> Iterator[User]:
    """The same users for the same number of cases: twelve kinds of people, seven ways their data go."""
    settings = SimulatorSettings(users=cases, days=LOOKBACK_DAYS, at=NOW)
    archetypes = list(Archetype)
    for index in range(cases):
        name, rows = _readings(settings, index)
        chance = Random(index)
        archetype = archetypes[index % len(archetypes)]
        lived = FATES[index % len(FATES)](rows, chance)
        yield User(name, _sheets(name, lived, archetype), _sheets(name, _few_days(rows, chance), archetype))


def _readings(settings: SimulatorSettings, index: int) -> tuple[str, list[StoredReading]]:
    """What the database would hold of a person: of several rows of a day the last."""
    view = view_person(settings, index, settings.at)
    whose = Whose(view.person.external_id, view.person.external_id, settings.at)
    newest: dict[tuple[str, str], StoredReading] = {}
    biomarkers = translate_biomarkers(biomarker_rows(view, EVERYTHING, WIRE), whose).rows
    for row in sorted(biomarkers, key=lambda row: row.start_date_time):
        if row.type in BEHAVIOR_TYPES and row.value is not None:
            day = row.local_date.isoformat()
            newest[row.type, day] = StoredReading(row.type, day, row.value, row.unit or "")
    scores = translate_scores(score_rows(view, frozenset(), EVERYTHING.bounds, WIRE), whose).rows
    for score in sorted(scores, key=lambda score: score.score_date_time):
        if score.score is not None:
            day = score.local_date.isoformat()
            kind = f"score:{score.type}"
            newest[kind, day] = StoredReading(kind, day, str(score.score), "")
    return view.person.external_id, list(newest.values())


def _sheets(name: str, rows: Sequence[StoredReading], archetype: str) -> tuple[Sheet, ...]:
    history = read_history(name, rows, archetype)
    results: list[CircadianResult | BehaviorResult] = [analyze_circadian(history), analyze_behavior(history)]
    return tuple(Sheet(one, evidence_of(one, _tag(f"{name} {history.digest}"))) for one in results)


def _tag(of: str) -> str:
    """Five characters, the first a letter."""
    digest = hashlib.blake2b(of.encode(), digest_size=8).digest()
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return letters[digest[0] % 22] + "".join(letters[one % len(letters)] for one in digest[1:5])


def _as_it_is(rows: list[StoredReading], _: Random) -> list[StoredReading]:
    return rows


def _drifting(sign: int) -> Callable[[list[StoredReading], Random], list[StoredReading]]:
    """Half of the series go up, or down, by so much a day."""

    def change(rows: list[StoredReading], chance: Random) -> list[StoredReading]:
        moved = set(chance.sample(MOVING, len(MOVING) // 2))
        return [
            _scaled(row, 1 + sign * DAILY_CHANGE * (LOOKBACK_DAYS / 2 - _age(row))) if row.type in moved else row
            for row in rows
        ]

    return change


def _shifted(rows: list[StoredReading], chance: Random) -> list[StoredReading]:
    """Since some day of the last weeks half of the series lie higher or lower."""
    moved = {name: 1 + chance.choice((-STEP, STEP)) for name in chance.sample(MOVING, len(MOVING) // 2)}
    since = chance.randrange(10, 25)
    return [_scaled(row, moved[row.type]) if row.type in moved and _age(row) < since else row for row in rows]


def _strained(rows: list[StoredReading], _: Random) -> list[StoredReading]:
    """Heart rate variability low for a week, resting heart rate high for three days."""
    return [_of_heart(row, 0.7, 1.25) for row in rows]


def _rested(rows: list[StoredReading], _: Random) -> list[StoredReading]:
    return [_of_heart(row, 1.4, 1.0) for row in rows]


def _of_heart(row: StoredReading, variability: float, rate: float) -> StoredReading:
    if row.type.startswith("heart_rate_variability") and _age(row) < WEEK:
        return _scaled(row, variability)
    if row.type == "heart_rate_resting" and _age(row) < STRAINED_DAYS:
        return _scaled(row, rate)
    return row


def _few_days(rows: list[StoredReading], chance: Random) -> list[StoredReading]:
    """Some days only, or work days only and nothing of the heart."""
    if chance.random() < 1 / 3:
        return [
            row for row in rows if date.fromisoformat(row.local_date).weekday() <= FRIDAY and "heart" not in row.type
        ]
    kept = chance.choice((2, 4, 6, 9))
    return [row for row in rows if _age(row) < kept]


def _age(row: StoredReading) -> int:
    return (NOW.date() - date.fromisoformat(row.local_date)).days


def _scaled(row: StoredReading, factor: float) -> StoredReading:
    """A reading times a factor, within what can be believed."""
    if row.value is None:
        return row
    most = next((limit for start, limit in HIGHEST.items() if row.type.startswith(start)), float("inf"))
    return row._replace(value=str(min(most, max(0.01, round(float(row.value) * factor, 2)))))


FATES: Sequence[Callable[[list[StoredReading], Random], list[StoredReading]]] = (
    _as_it_is, _drifting(1), _drifting(-1), _shifted, _strained, _rested, _few_days,
)  # fmt: skip
