"""The days insights look at: a row of daily values for each subject, and what is known of how the person lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from hos_pipelines.domain.behavior.changes import Change, changes
from hos_pipelines.domain.behavior.signature import falling_asleep
from hos_pipelines.domain.behavior.vitals import USUAL_DEPENDENCE, current_hrv
from hos_pipelines.domain.clock import Floats, wrap_all
from hos_pipelines.domain.gates import LONG_RUN, Status
from hos_pipelines.domain.history import EMPTY, History, Series
from hos_pipelines.domain.living import Living, living_of
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.sleep import sleep_standing
from hos_pipelines.domain.work_week import WorkWeek

WINDOW_DAYS = 28
CURRENT_DAYS = 2


@dataclass(frozen=True, slots=True)
class SeenDays:
    """Rows of values by day up to `through` (an ordinal), NaN where there is none; column 0 is the ordinal `first`.

    `found` tells of each whether it has changed, where there are days enough, and `carried` what a day has in common
    with the day before.
    """

    first: int
    through: int
    rows: Mapping[str, Floats]
    found: Mapping[str, Change | None]
    nights: SleepHistory
    living: Living
    week: WorkWeek

    def carried(self, name: str) -> float:
        """What a day of this subject carries over to the next, with caution."""
        change = self.found.get(name)
        return (USUAL_DEPENDENCE if change is None else change.dependence).cautious

    def series(self, name: str, days: int) -> Series:
        """The values of so many days up to the newest, without those that lack one."""
        row = self.rows[name][-days:]
        known = np.flatnonzero(~np.isnan(row))
        return Series(known + self.through - len(row) + 1, row[known])

    def is_current(self, name: str) -> bool:
        """Whether there is a value of the last days."""
        return bool((~np.isnan(self.rows[name][-CURRENT_DAYS - 1 :])).any())

    def day(self, ordinal: int) -> date:
        """The date of an ordinal."""
        return date.fromordinal(ordinal)


def see_days(history: History, week: WorkWeek, lived: Mapping[str, Series]) -> SeenDays | None:
    """The days of a person, with what they say of them; None without any reading."""
    if history.through is None:
        return None
    through = history.through.toordinal()
    nights = read_nights(history.windows, week, zone_of(history.timezone))
    living = living_of(nights.since(history.through - timedelta(days=WINDOW_DAYS - 1)), through)
    measured = _columns(history, nights, living, week)
    columns = {name: one for name, one in (measured | dict(lived)).items() if len(one) and one.days[0] <= through}
    if not columns:
        return None
    first = min(int(one.days[0]) for one in columns.values())
    rows = np.full((len(columns), through - first + 1), np.nan)
    for row, one in zip(rows, columns.values(), strict=True):
        within = one.days <= through
        row[one.days[within] - first] = one.values[within]
    found = dict(zip(columns, changes(rows, first), strict=True))
    return SeenDays(first, through, dict(zip(columns, rows, strict=True)), found, nights, living, week)


def lacking(seen: SeenDays | None) -> list[str]:
    """What it takes to tell more, as phrases: of sleep, steps and resting heart rate."""
    told = []
    for name, title in (("sleep_duration", "sleep"), ("steps", "steps"), ("resting_heart_rate", "resting heart rate")):
        row = None if seen is None else seen.rows.get(name)
        n = 0 if row is None else int(np.count_nonzero(~np.isnan(row)))
        if LONG_RUN.status(n) is Status.INSUFFICIENT:
            told.append(f"{title}: {LONG_RUN.missing(n)}")
    return told


def _columns(history: History, nights: SleepHistory, living: Living, week: WorkWeek) -> dict[str, Series]:
    """By subject. Of who has no usual hour nobody can say that it has moved."""
    slept = sleep_standing(nights, week, history.of("sleep_duration"), history.person).hours
    hrv = current_hrv(history)
    variability = EMPTY if hrv is None else history.of(hrv)
    return {
        "sleep_duration": slept,
        "bedtime": falling_asleep(nights) if living.has_usual_hours and len(nights.nights) else EMPTY,
        "sleep_efficiency": history.of("sleep_efficiency"),
        "steps": history.of("steps"),
        "active_duration": history.of("active_duration"),
        "resting_heart_rate": history.of("heart_rate_resting"),
        "hrv": Series(variability.days, np.log(variability.values)),
    }


def midsleep(seen: SeenDays) -> Series:
    """The middle of each night in hours from the usual one, so that midnight does not tear it apart."""
    usual = seen.nights.midpoint.mean if len(seen.nights.nights) else None
    return EMPTY if usual is None else Series(seen.nights.days, wrap_all(seen.nights.midpoints - usual))
