"""Sahha archetypes: what a closed calendar week or month says about a person. Never from an open period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Literal

from hos_pipelines.simulator.biomarkers import Row
from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.records import ActivityRecord, SleepRecord
from hos_pipelines.simulator.schedule import wall_minutes
from hos_pipelines.simulator.weekly_sleep import NIGHTS, sleep_regularity
from hos_pipelines.simulator.windows import ONE_DAY, windows_of
from hos_pipelines.simulator.wire import iso

Periodicity = Literal["weekly", "monthly"]
_LEAST_DAYS = 14
_LEAST_RECORDED = 3
_FORMAT_VERSION = 1
_PATTERN = "sleep_pattern"

LADDERS: dict[str, tuple[str, str, str, str]] = {
    "activity_level": ("sedentary", "lightly_active", "moderately_active", "highly_active"),
    "exercise_frequency": ("rare_exerciser", "occasional_exerciser", "regular_exerciser", "frequent_exerciser"),
    "mental_wellness": (
        "poor_mental_wellness", "fair_mental_wellness", "good_mental_wellness", "optimal_mental_wellness",
    ),
    "overall_wellness": ("poor_wellness", "fair_wellness", "good_wellness", "optimal_wellness"),
    "sleep_duration": ("very_short_sleeper", "short_sleeper", "average_sleeper", "long_sleeper"),
    "sleep_efficiency": (
        "highly_inefficient_sleeper", "inefficient_sleeper", "efficient_sleeper", "highly_efficient_sleeper",
    ),
    "sleep_quality": ("poor_sleep_quality", "fair_sleep_quality", "good_sleep_quality", "optimal_sleep_quality"),
    "sleep_regularity": (
        "highly_irregular_sleeper", "irregular_sleeper", "regular_sleeper", "highly_regular_sleeper",
    ),
    "bed_schedule": ("very_early_sleeper", "early_sleeper", "late_sleeper", "very_late_sleeper"),
    "wake_schedule": ("very_early_riser", "early_riser", "late_riser", "very_late_riser"),
}  # fmt: skip

# Where the second, third and fourth rung begin. Sahha's cuts are unknown; these put its sample profile where it was.
_CUTS: dict[str, tuple[float, float, float]] = {
    "activity_level": (2500, 7000, 11000),
    "exercise_frequency": (0.1, 0.3, 0.6),
    "mental_wellness": (0.80, 0.88, 0.95),
    "overall_wellness": (330, 400, 450),
    "sleep_duration": (300, 400, 540),
    "sleep_efficiency": (0.75, 0.85, 0.92),
    "sleep_quality": (350, 410, 440),
    "sleep_regularity": (0.80, 0.88, 0.94),
    "bed_schedule": (-180, -60, 60),
    "wake_schedule": (300, 420, 540),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period of whole local days. The wire's end is the midnight that starts `last`."""

    periodicity: Periodicity
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ArchetypeQuery:
    """What a caller asks for; empty name or periodicity means any."""

    names: frozenset[str]
    periodicities: frozenset[str]
    bounds: Bounds


def archetype_rows(view: PersonView, query: ArchetypeQuery) -> list[Row]:
    """Archetypes of closed periods that overlap the bounds, newest first; without bounds, the latest week and month."""
    periods = [one for one in closed_periods(view) if not query.periodicities or one.periodicity in query.periodicities]
    if query.bounds.are_open:
        periods = _latest(periods)
    else:
        periods = [one for one in periods if query.bounds.overlap(*_span(view, one))]
    rows = [row for period in periods for row in _period_rows(view, period)]
    return [row for row in rows if not query.names or row["name"] in query.names]


def closed_periods(view: PersonView) -> list[Period]:
    """Periods that are over, fully received, and end at least two weeks into the data; newest first."""
    candidates = [*_weeks(view), *_months(view)]
    closed = [one for one in candidates if _is_closed(view, one)]
    return sorted(closed, key=lambda one: (one.last, one.periodicity), reverse=True)


def closed_at(view: PersonView, period: Period) -> datetime:
    """The local midnight after the period's last day."""
    return windows_of(view.person, period.last).next_midnight


def _is_closed(view: PersonView, period: Period) -> bool:
    enough = (period.last - view.first_day).days + 1 >= _LEAST_DAYS
    return enough and view.received is not None and view.received >= closed_at(view, period)


def _weeks(view: PersonView) -> Iterator[Period]:
    monday = view.first_day - timedelta(days=view.first_day.weekday())
    while monday <= view.last_day:
        yield Period("weekly", monday, monday + timedelta(days=6))
        monday += timedelta(days=7)


def _months(view: PersonView) -> Iterator[Period]:
    first = view.first_day.replace(day=1)
    while first <= view.last_day:
        following = (first + timedelta(days=32)).replace(day=1)
        yield Period("monthly", first, following - ONE_DAY)
        first = following


def _latest(periods: list[Period]) -> list[Period]:
    newest: dict[str, Period] = {}
    for period in periods:
        newest.setdefault(period.periodicity, period)
    return [period for period in periods if newest[period.periodicity] is period]


def _span(view: PersonView, period: Period) -> tuple[datetime, datetime]:
    return windows_of(view.person, period.first).midnight, windows_of(view.person, period.last).next_midnight


def _period_rows(view: PersonView, period: Period) -> list[Row]:
    days = [period.first + timedelta(days=step) for step in range((period.last - period.first).days + 1)]
    days = [day for day in days if day >= view.first_day]
    nights = [view.final_sleep(day) for day in days]
    active = [view.final_activity(day) for day in days]
    found = _figures(view, nights, [record for record in active if record is not None])
    rows = [_ordinal(view, period, name, figure) for name, figure in found.items()]
    if "bed_schedule" in found:
        rows.append(_pattern(view, period, found))
    return sorted(rows, key=lambda row: str(row["id"]))


def _figures(view: PersonView, nights: list[SleepRecord | None], active: list[ActivityRecord]) -> dict[str, float]:
    figures: dict[str, float] = {}
    slept = [night for night in nights if night is not None]
    if len(active) >= _LEAST_RECORDED:
        figures["activity_level"] = fmean(day.steps for day in active)
        if view.person.wearable:
            figures["exercise_frequency"] = fmean(day.exercise > 0 for day in active)
    regularity = sleep_regularity([None if night is None else wall_minutes(night.night) for night in nights[-NIGHTS:]])
    if regularity is None:
        return figures
    figures |= _sleep_figures(slept) | {"sleep_regularity": regularity, "mental_wellness": regularity}
    if view.person.wearable:
        figures["sleep_efficiency"] = fmean(night.duration / night.in_bed for night in slept)
    return figures


def _sleep_figures(slept: list[SleepRecord]) -> dict[str, float]:
    onsets, wakes = zip(*(wall_minutes(night.night) for night in slept), strict=True)
    duration = fmean(night.duration for night in slept)
    return {
        "sleep_duration": duration,
        "sleep_quality": min(duration, 480),
        "overall_wellness": min(duration, 480),
        "bed_schedule": fmean(onsets),
        "wake_schedule": fmean(wakes),
    }


def _ordinal(view: PersonView, period: Period, name: str, figure: float) -> Row:
    rung = sum(figure >= cut for cut in _CUTS[name])
    return _row(view, period, name, LADDERS[name][rung], rung)


def _pattern(view: PersonView, period: Period, found: dict[str, float]) -> Row:
    steady = "consistent" if found["sleep_regularity"] >= _CUTS["sleep_regularity"][1] else "inconsistent"
    if found["sleep_duration"] < _CUTS["sleep_duration"][0]:
        pattern = "inconsistent_short_sleeper" if steady == "inconsistent" else "chronic_short_sleeper"
    elif found["bed_schedule"] < 0:
        pattern = "consistent_early_sleeper" if steady == "consistent" else "inconsistent_early_riser"
    else:
        pattern = f"{steady}_late_sleeper"
    return _row(view, period, _PATTERN, pattern, 0)


def _row(view: PersonView, period: Period, name: str, value: str, ordinality: int) -> Row:
    person = view.person
    return {
        "id": stable_id(f"{person.seed}|{person.external_id}|archetype|{name}|{period.periodicity}|{period.first}"),
        "name": name,
        "value": value,
        "dataType": "categorical" if name == _PATTERN else "ordinal",
        "periodicity": period.periodicity,
        "startDateTime": iso(windows_of(person, period.first).midnight),
        "endDateTime": iso(windows_of(person, period.last).midnight),
        "ordinality": ordinality,
        "version": _FORMAT_VERSION,
    }
