"""One person's readings as an analysis takes them: sleep windows, a series of daily values per type, nothing else.

What cannot be believed is set aside with its reason and never enters a number. Order and duplicates do not matter.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.nights import SetAside, SleepWindow

Floats = npt.NDArray[np.float64]
Ordinals = npt.NDArray[np.int64]

START, MIDDLE, END = "sleep_start_time", "sleep_mid_time", "sleep_end_time"
SLEEP_TIMES = (START, MIDDLE, END)
SCORE = "score:"


class StoredReading(NamedTuple):
    """A reading of one local day (ISO date) as the database holds it; a score's type begins with `score:`."""

    type: str
    local_date: str
    value: str
    unit: str | None


class Measure(NamedTuple):
    """What a type must be delivered as, and between which values a day can be believed."""

    unit: str
    lowest: float
    highest: float


MEASURES: Mapping[str, Measure] = {
    "steps": Measure("count", 0, 200_000),
    "floors_climbed": Measure("count", 0, 5_000),
    "active_hours": Measure("hour", 0, 24),
    "active_duration": Measure("minute", 0, 1_440),
    "exercise_duration": Measure("minute", 0, 1_440),
    "activity_low_intensity_duration": Measure("minute", 0, 1_440),
    "activity_medium_intensity_duration": Measure("minute", 0, 1_440),
    "activity_high_intensity_duration": Measure("minute", 0, 1_440),
    "activity_sedentary_duration": Measure("minute", 0, 1_440),
    "active_energy_burned": Measure("kcal", 0, 20_000),
    "sleep_duration": Measure("minute", 1, 1_440),
    "sleep_in_bed_duration": Measure("minute", 1, 1_440),
    "sleep_latency": Measure("minute", 0, 720),
    "sleep_interruptions": Measure("count", 0, 500),
    "sleep_efficiency": Measure("percentage", 0, 1),
    "sleep_debt": Measure("hour", -100, 100),
    "heart_rate_resting": Measure("bpm", 25, 150),
    "heart_rate_sleep": Measure("bpm", 25, 150),
    "heart_rate_variability_sdnn": Measure("millisecond", 1, 500),
    "heart_rate_variability_rmssd": Measure("millisecond", 1, 500),
}
SCORES = ("sleep", "activity", "wellbeing", "readiness", "mental_wellbeing")
SCORE_MEASURE = Measure("index", 0, 1)
READ_TYPES = (*SLEEP_TIMES, *MEASURES)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one type by local day, oldest first; `days` are proleptic ordinals."""

    days: Ordinals
    values: Floats

    def since(self, day: int) -> "Series":
        """The part from this ordinal on."""
        start = int(np.searchsorted(self.days, day))
        return Series(self.days[start:], self.values[start:])

    def __len__(self) -> int:
        return len(self.values)


EMPTY = Series(np.empty(0, dtype=np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class History:
    """All an analysis knows of a person. `through` is the newest local day with a reading, None without any.

    `archetype` is the coaching archetype, `timezone` an IANA name where the profile has one.
    """

    profile_id: str
    archetype: str
    timezone: str | None
    windows: tuple[SleepWindow, ...]
    series: Mapping[str, Series]
    set_aside: tuple[SetAside, ...]
    through: date | None
    readings: int
    digest: str

    def of(self, name: str) -> Series:
        """The series of a type; a score's name begins with `score:`."""
        return self.series.get(name, EMPTY)


def read_history(
    profile_id: str, readings: Iterable[StoredReading], archetype: str, timezone: str | None = None
) -> History:
    """Sorts someone's stored readings into windows and series."""
    distinct = sorted(set(readings), key=_order)
    aside: list[SetAside] = []
    times: dict[str, dict[str, datetime]] = {}
    columns: dict[str, dict[int, float]] = {}
    for reading in distinct:
        if reading.type in SLEEP_TIMES:
            moment = _moment(reading, aside)
            if moment is not None:
                times.setdefault(reading.local_date, {})[reading.type] = moment
            continue
        number = _number(reading, aside)
        if number is not None:
            columns.setdefault(reading.type, {})[date.fromisoformat(reading.local_date).toordinal()] = number
    _drop_unworn(columns, aside)
    windows = tuple(_windows(times, aside))
    series = {name: _series(column) for name, column in columns.items() if column}
    newest = [int(one.days[-1]) for one in series.values()] + [window.end.date().toordinal() for window in windows]
    return History(
        profile_id=profile_id,
        archetype=archetype,
        timezone=timezone,
        windows=windows,
        series=series,
        set_aside=tuple(aside),
        through=date.fromordinal(max(newest)) if newest else None,
        readings=len(distinct),
        digest=hashlib.sha256(json.dumps(distinct).encode()).hexdigest(),
    )


def _order(reading: StoredReading) -> tuple[str, str, str, str]:
    return reading.type, reading.local_date, reading.value, reading.unit or ""


def _moment(reading: StoredReading, aside: list[SetAside]) -> datetime | None:
    day = date.fromisoformat(reading.local_date)
    try:
        moment = datetime.fromisoformat(reading.value)
    except ValueError:
        aside.append(SetAside(reading.type, day, "is no date and time"))
        return None
    if moment.tzinfo is None:
        aside.append(SetAside(reading.type, day, "has no UTC offset"))
        return None
    return moment


def _number(reading: StoredReading, aside: list[SetAside]) -> float | None:
    measure = SCORE_MEASURE if reading.type.startswith(SCORE) else MEASURES.get(reading.type)
    if measure is None:
        return None
    day = date.fromisoformat(reading.local_date)
    if reading.unit not in (None, measure.unit):
        aside.append(SetAside(reading.type, day, f"is not in {measure.unit}"))
        return None
    try:
        number = float(reading.value)
    except ValueError:
        aside.append(SetAside(reading.type, day, "is no number"))
        return None
    if not measure.lowest <= number <= measure.highest:
        aside.append(SetAside(reading.type, day, f"is not from {measure.lowest:g} to {measure.highest:g}"))
        return None
    return number


def _drop_unworn(columns: dict[str, dict[int, float]], aside: list[SetAside]) -> None:
    """A day without a single step is a device left in a drawer, not a day of rest: all its activity goes."""
    steps = columns.get("steps", {})
    for day in [day for day, count in steps.items() if count == 0]:
        aside.append(SetAside("steps", date.fromordinal(day), "not a step all day: not worn"))
        for name in MEASURES:
            if not name.startswith(("sleep", "heart")):
                columns.get(name, {}).pop(day, None)


def _windows(times: Mapping[str, Mapping[str, datetime]], aside: list[SetAside]) -> Iterable[SleepWindow]:
    for day, parts in sorted(times.items()):
        if START in parts and END in parts:
            yield SleepWindow(parts[START], parts[END], parts.get(MIDDLE))
        else:
            lost = START if START not in parts else END
            aside.append(SetAside("sleep_window", date.fromisoformat(day), f"has no {lost}"))


def _series(column: Mapping[int, float]) -> Series:
    days = sorted(column)
    return Series(np.array(days, dtype=np.int64), np.array([column[day] for day in days]))
