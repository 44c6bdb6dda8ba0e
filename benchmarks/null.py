"""People in whom nothing ever changes, and what they are told all the same; and whether planted changes are seen.

Each person has 56 days of readings. Every measure is a normal autoregressive process of the first order with one and
the same `phi`, days being independent at 0. On the weekend half of the people sleep longer and later and walk less. The
whole way is taken from readings to results, so that what counts is what is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.findings import CREDIBLE_Q
from hos_pipelines.domain.behavior.results import BehaviorResult, SeriesBaseline
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import History, Row, read_history

DAYS = 56
PLANTED_DAYS = 14
# What was tuned was tuned on other seeds.
SEED = 20_261_128
LAST_DAY = date(2026, 11, 22)
ZONE = timezone(timedelta(hours=1))
SATURDAY = 5
WAYS: Mapping[str, int] = {"improving": 1, "rising": 1, "declining": -1, "falling": -1}


@dataclass(frozen=True, slots=True)
class Person:
    """The days of one person, oldest first: clock hours from midnight, hours, counts, minutes, bpm, ln ms, scores."""

    last: date
    has_weekend: bool
    onset: Floats
    asleep: Floats
    efficiency: Floats
    steps: Floats
    active: Floats
    exercise: Floats
    pulse: Floats
    ln_hrv: Floats
    scores: Mapping[str, Floats]

    @property
    def days(self) -> list[date]:
        """The local days."""
        return [self.last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


PLANTED: Mapping[str, Callable[[Person], Person]] = {
    "sleep_less_45_min": lambda one: replace(one, asleep=_late(one.asleep, plus=-0.75)),
    "resting_rate_plus_5_bpm": lambda one: replace(one, pulse=_late(one.pulse, plus=5.0)),
    "steps_halved": lambda one: replace(one, steps=_late(one.steps, times=0.5)),
}


def measure_null(people: int, phi: float, seed: int = SEED) -> dict[str, Any]:
    """The shares of people told of what is not there, and of planted changes that are found."""
    told: dict[str, list[bool]] = {}
    found: dict[str, list[bool]] = {name: [] for name in PLANTED}
    for number in range(people):
        person = made_up(np.random.default_rng([seed, number]), phi, has_weekend=number % 2 == 1)
        history = history_of(person)
        of_person = told_of(analyze_behavior(history), analyze_circadian(history))
        if person.has_weekend:
            # What goes with the day of the week is there in them.
            del of_person["weekday_pattern"]
        for name, is_told in of_person.items():
            told.setdefault(name, []).append(is_told)
        for name, plant in PLANTED.items():
            found[name].append(is_found(name, analyze_behavior(history_of(plant(person)))))
    return {
        "people": people,
        "phi": phi,
        "told": {name: _share(flags) for name, flags in told.items()},
        "told_people": {name: sum(flags) for name, flags in told.items()},
        "asked_people": {name: len(flags) for name, flags in told.items()},
        "found": {name: _share(flags) for name, flags in found.items()},
        "found_people": {name: sum(flags) for name, flags in found.items()},
    }


def told_of(behavior: BehaviorResult, circadian: CircadianResult) -> dict[str, bool]:
    """Which findings both results tell."""
    series = behavior.baselines.values()
    patterns = behavior.behavioral_signature.behavioral_patterns
    by_weekday = [fact.value for name, fact in behavior.facts.items() if name.endswith("_weekly_rhythm_q")]
    motives = behavior.motivation_profile
    return {
        "trend": any(one.trend in WAYS and one.change_day is None for one in series),
        "shift": any(one.change_day is not None for one in series),
        "trend_or_shift": any(one.trend in WAYS or one.change_day for one in series)
        or any(one.trend in WAYS for one in patterns),
        "association": bool(behavior.behavioral_signature.associations),
        "weekday_pattern": any(isinstance(q, float) and q < CREDIBLE_Q for q in by_weekday)
        or any("day of the week" in one.text for one in motives.com_b.motivation_reflective),
        "hrv_state": behavior.readiness.hrv_state in ("below", "above"),
        "heart_rate": behavior.readiness.rhr_flag == "raised",
        "style_or_driver": motives.engagement_style is not None or bool(motives.primary_drivers),
        "drift": circadian.facts["drift"].value is not None if "drift" in circadian.facts else False,
    }


def is_found(name: str, result: BehaviorResult) -> bool:
    """Whether a planted change is told, in the right direction."""
    if name == "sleep_less_45_min":
        return _way(result.baselines["sleep_duration"]) < 0
    if name == "steps_halved":
        return _way(result.baselines["steps"]) < 0
    # A higher resting rate is told as a decline.
    pulse = result.baselines["heart_rate_resting"]
    way = _way(pulse) if pulse.change_day else -_way(pulse)
    return way > 0 or result.readiness.rhr_flag == "raised"


def made_up(chance: np.random.Generator, phi: float, *, has_weekend: bool) -> Person:
    """Somebody whose days vary about the same values for ever."""
    last = LAST_DAY - timedelta(days=int(chance.integers(7)))
    first = (last - timedelta(days=DAYS - 1)).weekday()
    weekend = ((first + np.arange(DAYS)) % 7 >= SATURDAY) * float(has_weekend)

    def days(mean: float, sd: float) -> Floats:
        return mean + sd * _course(chance, phi)

    return Person(
        last=last,
        has_weekend=has_weekend,
        onset=days(chance.normal(-0.7, 0.8), 0.5) + 1.0 * weekend,
        asleep=np.clip(days(7.5, 0.6) + 0.75 * weekend, 3.5, 12.0),
        efficiency=np.clip(days(0.9, 0.03), 0.5, 0.99),
        steps=np.maximum(days(chance.normal(8000, 800), 1800) * (1 - 0.2 * weekend), 300.0),
        active=np.maximum(days(150, 40), 5.0),
        exercise=np.maximum(days(15, 25), 0.0),
        pulse=days(chance.normal(58, 4), 3),
        ln_hrv=days(chance.normal(3.8, 0.2), 0.12),
        scores={
            name: np.clip(days(0.7, 0.08), 0.0, 1.0)
            for name in ("sleep", "activity", "wellbeing", "readiness", "mental_wellbeing")
        },
    )


def history_of(person: Person) -> History:
    """The readings of a person, as an analysis takes them."""
    return read_history("somebody", list(_readings(person)), "Foundation Builder")


def _readings(person: Person) -> Iterator[Row]:
    hrv = np.asarray(np.round(np.exp(person.ln_hrv), 1), dtype=np.float64)
    columns: tuple[tuple[str, Floats, str], ...] = (
        ("sleep_duration", np.round(60 * person.asleep), "minute"),
        ("sleep_efficiency", np.round(person.efficiency, 3), "percentage"),
        ("sleep_debt", np.round(_debts(person.asleep), 3), "hour"),
        ("steps", np.round(person.steps), "count"),
        ("active_duration", np.round(person.active), "minute"),
        ("exercise_duration", np.round(person.exercise), "minute"),
        ("heart_rate_resting", np.round(person.pulse, 1), "bpm"),
        ("heart_rate_variability_rmssd", hrv, "millisecond"),
        *((f"score:{name}", np.round(values, 3), "index") for name, values in person.scores.items()),
    )
    in_bed = person.asleep / person.efficiency
    for place, day in enumerate(person.days):
        text = day.isoformat()
        start = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(minutes=round(60 * person.onset[place]))
        end = start + timedelta(minutes=round(60 * in_bed[place]))
        yield "sleep_start_time", text, start.isoformat(), ""
        yield "sleep_end_time", text, end.isoformat(), ""
        for name, values, unit in columns:
            yield name, text, str(values[place]), unit


def _course(chance: np.random.Generator, phi: float) -> Floats:
    """A stationary process of mean 0 and deviation 1."""
    steps = chance.normal(size=DAYS) * np.sqrt(1 - phi**2)
    steps[0] /= np.sqrt(1 - phi**2)
    for place in range(1, DAYS):
        steps[place] += phi * steps[place - 1]
    return np.asarray(steps)


def _debts(asleep: Floats) -> Floats:
    """Sahha's debt of a rolling week, by the formula its readings of 2025 follow."""
    short = np.maximum(0.0, 8 - asleep)
    debts = np.zeros(DAYS)
    for place in range(DAYS):
        week = short[max(0, place - 6) : place + 1]
        debts[place] = len(week) / 8 * (week[-1] + 3 * (week[:-1].mean() if len(week) > 1 else 0.0))
    return debts


def _late(values: Floats, times: float = 1.0, plus: float = 0.0) -> Floats:
    return np.concatenate((values[:-PLANTED_DAYS], times * values[-PLANTED_DAYS:] + plus))


def _way(part: SeriesBaseline) -> int:
    """The direction told: of a shift that of its means, else that of the trend, be it better or worse."""
    if part.change_before is not None and part.change_after is not None:
        return 1 if part.change_after > part.change_before else -1
    return WAYS.get(part.trend or "", 0)


def _share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4)
