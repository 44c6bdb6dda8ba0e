"""One person's readings as an analysis takes them: sleep windows, a series of daily values per type, nothing else.

What cannot be believed is set aside with its reason and never enters a number. Order and duplicates do not matter.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby
from math import isfinite, nan
from operator import itemgetter
from statistics import median
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.nights import SetAside, SleepWindow
from hos_pipelines.domain.person.person import UNKNOWN, Person
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.utc_times import in_zone, is_told_in_utc

Floats = npt.NDArray[np.float64]
Ordinals = npt.NDArray[np.int64]

# Four weeks to judge by, and the four before them as a baseline.
LOOKBACK_DAYS = 56
# A night begins on the day before the one it belongs to, seldom two days before.
FARTHEST_DAYS = 2

START, MIDDLE, END = "sleep_start_time", "sleep_mid_time", "sleep_end_time"
SLEEP_TIMES = (START, MIDDLE, END)
SLEEP_DURATION = "sleep_duration"
# A further sleep of a day, of a window of its own: when it began and ended, as an ISO 8601 interval.
OTHER_SLEEP = "other_sleep"
# Beyond these parts of its windows sleep is not theirs (ours): half is the worst efficiency, and naps are a few hours.
LEAST_OF_WINDOW, MOST_OF_WINDOW = 0.4, 1.4
SCORE = "score:"
# Stands for a value that is not final; it is told apart before numbers are read.
RUNNING = "running"


class StoredReading(NamedTuple):
    """A reading of one local day (ISO date) as the database holds it; a score's type begins with `score:`.

    `unit` is empty where none was delivered, `value` None while the day it belongs to is not over: a day half lived is
    no day. Read by the hundred for every person, they are also taken as plain tuples.
    """

    type: str
    local_date: str
    value: str | None
    unit: str


Row = tuple[str, str, str | None, str]
Known = tuple[str, str, str, str]
KIND, LOCAL_DATE, VALUE = itemgetter(0), itemgetter(1), itemgetter(2)


class MeasureRange(NamedTuple):
    """What a type must be delivered as, and between which values a day can be believed."""

    unit: str
    lowest: float
    highest: float


MEASURES: Mapping[str, MeasureRange] = {
    "steps": MeasureRange("count", 0, 200_000),
    "floors_climbed": MeasureRange("count", 0, 5_000),
    "active_hours": MeasureRange("hour", 0, 24),
    "active_duration": MeasureRange("minute", 0, 1_440),
    "exercise_duration": MeasureRange("minute", 0, 1_440),
    "activity_low_intensity_duration": MeasureRange("minute", 0, 1_440),
    "activity_medium_intensity_duration": MeasureRange("minute", 0, 1_440),
    "activity_high_intensity_duration": MeasureRange("minute", 0, 1_440),
    "activity_sedentary_duration": MeasureRange("minute", 0, 1_440),
    "active_energy_burned": MeasureRange("kcal", 0, 20_000),
    "sleep_duration": MeasureRange("minute", 1, 1_440),
    "sleep_in_bed_duration": MeasureRange("minute", 1, 1_440),
    "sleep_latency": MeasureRange("minute", 0, 720),
    "sleep_interruptions": MeasureRange("count", 0, 500),
    "sleep_efficiency": MeasureRange("percentage", 0, 1),
    "sleep_debt": MeasureRange("hour", -100, 100),
    "heart_rate_resting": MeasureRange("bpm", 25, 150),
    "heart_rate_sleep": MeasureRange("bpm", 25, 150),
    "heart_rate_variability_sdnn": MeasureRange("millisecond", 1, 500),
    "heart_rate_variability_rmssd": MeasureRange("millisecond", 1, 500),
}
SCORES = ("sleep", "activity", "wellbeing", "readiness", "mental_wellbeing")
SCORE_MEASURE = MeasureRange("index", 0, 1)
# What each analysis reads; the circadian one knows nothing of steps, so that a walk does not make it stale.
CIRCADIAN_TYPES = (*SLEEP_TIMES, *(name for name in MEASURES if name.startswith("sleep")))
BEHAVIOR_TYPES = (*SLEEP_TIMES, *MEASURES)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one type by local day, oldest first; `days` are proleptic ordinals."""

    days: Ordinals
    values: Floats

    def since(self, day: int) -> "Series":
        """The part from this ordinal on."""
        if not len(self.days) or self.days[0] >= day:
            return self
        start = int(self.days.searchsorted(day))
        return Series(self.days[start:], self.values[start:])

    def __len__(self) -> int:
        return len(self.values)


EMPTY = Series(np.empty(0, dtype=np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class History:
    """All an analysis knows of a person. `begun` and `through` are the oldest and newest local day with a reading.

    Both are None without any. `archetype` is the coaching archetype, `timezone` an IANA name where the profile has one.
    `has_utc_times`: some of the windows were told in UTC.
    """

    profile_id: str
    archetype: str
    timezone: str | None
    windows: tuple[SleepWindow, ...]
    series: Mapping[str, Series]
    set_aside: tuple[SetAside, ...]
    begun: date | None
    through: date | None
    readings: int
    digest: str
    person: Person = UNKNOWN
    has_utc_times: bool = False

    def of(self, name: str) -> Series:
        """The series of a type; a score's name begins with `score:`."""
        return self.series.get(name, EMPTY)


def read_history(
    profile_id: str,
    readings: Iterable[Row],
    archetype: str,
    timezone: str | None = None,
    person: Person = UNKNOWN,
) -> History:
    """Sorts the readings of someone's last LOOKBACK_DAYS local days into windows and series."""
    # Rows mostly come in order: without duplicates and still in theirs they are sorted in a fraction of the time.
    distinct = sorted(_recent(_distinct(readings)))
    aside: list[SetAside] = []
    zone = zone_of(timezone)
    times: dict[str, dict[str, datetime]] = {}
    series: dict[str, Series] = {}
    further: list[SleepWindow] = []
    has_utc_times = False
    for kind, rows in groupby(distinct, key=KIND):
        if kind in SLEEP_TIMES:
            for _, day, value, _ in rows:
                has_utc_times = has_utc_times or is_told_in_utc(value)
                moment = _moment(kind, day, value, aside, zone)
                if moment is not None:
                    times.setdefault(day, {})[kind] = moment
        elif kind == OTHER_SLEEP:
            further += _further(rows, aside, zone)
        else:
            series[kind] = _column(kind, list(rows), aside)
    _drop_unworn(series, aside)
    windows = (*_windows(times, aside), *further)
    _drop_unfitting(series, windows, aside)
    series = {kind: column for kind, column in series.items() if len(column)}
    nights = [window.end.toordinal() for window in windows]
    oldest = [int(one.days[0]) for one in series.values()] + nights
    newest = [int(one.days[-1]) for one in series.values()] + nights
    return History(
        profile_id=profile_id,
        archetype=archetype,
        timezone=timezone,
        windows=windows,
        series=series,
        set_aside=tuple(aside),
        begun=date.fromordinal(min(oldest)) if oldest else None,
        through=date.fromordinal(max(newest)) if newest else None,
        readings=len(distinct),
        digest=_digest(distinct),
        person=person,
        has_utc_times=has_utc_times,
    )


def _distinct(readings: Iterable[Row]) -> Collection[Known]:
    """Each reading once, those of a day that is not over marked as such."""
    rows = dict.fromkeys(map(tuple, readings))
    if None not in map(VALUE, rows):
        return cast("Collection[Known]", rows)
    final = (
        (kind, day, RUNNING if value is None else value, unit) for kind, day, value, unit in cast("list[Row]", rows)
    )
    return dict.fromkeys(final)


def _recent(readings: Collection[Known]) -> Iterable[Known]:
    days = set(map(LOCAL_DATE, readings))
    if not days:
        return ()
    since = (date.fromisoformat(max(days)) - timedelta(days=LOOKBACK_DAYS - 1)).isoformat()
    if min(days) >= since:
        return readings
    return [row for row in readings if row[1] >= since]


def _digest(rows: Iterable[Known]) -> str:
    """Over the fields with separators that no value holds."""
    return hashlib.sha256("\x1e".join(map("\x1f".join, rows)).encode()).hexdigest()


@lru_cache(maxsize=4096)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _moment(kind: str, day: str, value: str, aside: list[SetAside], zone: tzinfo | None) -> datetime | None:
    """A time by the clock it was lived by: told in UTC, by that of the zone, where one is known."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        reason = "is of a day that is not over" if value == RUNNING else "is no date and time"
        aside.append(SetAside(kind, date.fromisoformat(day), reason))
        return None
    if moment.tzinfo is None:
        aside.append(SetAside(kind, date.fromisoformat(day), "has no UTC offset"))
        return None
    if zone is not None and is_told_in_utc(value):
        moment = in_zone(moment, zone)
    if abs(moment.toordinal() - _ordinal(day)) > FARTHEST_DAYS:
        aside.append(SetAside(kind, date.fromisoformat(day), "lies days from its own day"))
        return None
    return moment


@lru_cache(maxsize=256)
def _ordinals(days: tuple[str, ...]) -> Ordinals:
    """Most series of one run have the same days."""
    ordinals = np.fromiter(map(_ordinal, days), np.int64, len(days))
    ordinals.flags.writeable = False
    return ordinals


def _column(kind: str, rows: Sequence[Known], aside: list[SetAside]) -> Series:
    """The believed values of one type by day; of a type that nobody reads, none."""
    measure = SCORE_MEASURE if kind.startswith(SCORE) else MEASURES.get(kind)
    if measure is None:
        return EMPTY
    return _are_all_believable(rows, measure) or _drop_unbelievable(kind, rows, measure, aside)


def _are_all_believable(rows: Sequence[Known], measure: MeasureRange) -> Series | None:
    """The values where there is one a day and all can be believed, as nearly always: half the time of one by one."""
    _, days, values, units = zip(*rows, strict=True)
    try:
        numbers = list(map(float, values))
    except ValueError:
        return None
    is_right = {measure.unit, ""}.issuperset(units) and isfinite(sum(numbers)) and len(set(days)) == len(days)
    if not is_right or min(numbers) < measure.lowest or max(numbers) > measure.highest:
        return None
    return Series(_ordinals(days), np.array(numbers))


def _drop_unbelievable(kind: str, rows: Iterable[Known], measure: MeasureRange, aside: list[SetAside]) -> Series:
    """Those that can be, of values some of which cannot; the others are set aside. Of two of a day the last stands."""
    right_unit, lowest, highest = measure
    column: dict[int, float] = {}
    for _, day, value, unit in rows:
        try:
            number = float(value)
        except ValueError:
            number = nan
        if lowest <= number <= highest and (unit == right_unit or not unit):
            column[_ordinal(day)] = number
        else:
            aside.append(SetAside(kind, date.fromisoformat(day), _doubt(value, unit, measure)))
    return Series(np.fromiter(column, np.int64, len(column)), np.fromiter(column.values(), np.float64, len(column)))


def _doubt(value: str, unit: str, measure: MeasureRange) -> str:
    """Why a value is not believed."""
    if value == RUNNING:
        return "is of a day that is not over"
    if unit not in ("", measure.unit):
        return f"is not in {measure.unit}"
    try:
        float(value)
    except ValueError:
        return "is no number"
    return f"is not from {measure.lowest:g} to {measure.highest:g}"


def _drop_unworn(series: dict[str, Series], aside: list[SetAside]) -> None:
    """A day without a single step is a device left in a drawer, not a day of rest: all its activity goes."""
    steps = series.get("steps", EMPTY)
    unworn = steps.days[steps.values == 0]
    if unworn.size == 0:
        return
    reason = "not a step all day: not worn"
    aside.extend(SetAside("steps", date.fromordinal(day), reason) for day in unworn.tolist())
    for name in MEASURES:
        if name in series and not name.startswith(("sleep", "heart")):
            worn = ~np.isin(series[name].days, unworn)
            series[name] = Series(series[name].days[worn], series[name].values[worn])


def _drop_unfitting(series: dict[str, Series], windows: Sequence[SleepWindow], aside: list[SetAside]) -> None:
    """Hours of sleep that cannot be of the windows delivered with them, on most days, are of another unit or person.

    Sleep has its gaps and naps: a single day is not judged.
    """
    told = series.get(SLEEP_DURATION, EMPTY)
    lasting: dict[int, float] = {}
    for window in windows:  # the duration told of a day is that of its longest sleep
        day, minutes = window.end.toordinal(), (window.end - window.start).total_seconds() / 60
        lasting[day] = max(minutes, lasting.get(day, 0.0))
    given = zip(told.days.tolist(), told.values.tolist(), strict=True)
    shares = [minutes / held for day, minutes in given if (held := lasting.get(day, 0.0)) > 0]
    if shares and not LEAST_OF_WINDOW <= median(shares) <= MOST_OF_WINDOW:
        reason = "does not fit the sleep windows"
        aside.extend(SetAside(SLEEP_DURATION, date.fromordinal(day), reason) for day in told.days.tolist())
        series[SLEEP_DURATION] = EMPTY


def _further(rows: Iterable[Known], aside: list[SetAside], zone: tzinfo | None) -> Iterable[SleepWindow]:
    for kind, day, value, _ in rows:
        start, _, end = value.partition("/")
        moments = [_moment(kind, day, text, aside, zone) for text in (start, end)]
        if moments[0] is not None and moments[1] is not None:
            yield SleepWindow(moments[0], moments[1])


def _windows(times: Mapping[str, Mapping[str, datetime]], aside: list[SetAside]) -> Iterable[SleepWindow]:
    for day, parts in sorted(times.items()):
        if START in parts and END in parts:
            yield SleepWindow(parts[START], parts[END], parts.get(MIDDLE))
        else:
            lost = START if START not in parts else END
            aside.append(SetAside("sleep_window", date.fromisoformat(day), f"has no {lost}"))
