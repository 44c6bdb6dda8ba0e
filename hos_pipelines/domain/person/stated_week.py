"""Free days as a person states them, in place of those that are estimated: by weekday, or day by day by a roster."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.roster import read_roster
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek

EVERY_DAY = frozenset(range(len(WEEKDAYS)))


def stated_week(estimated: WorkWeek, said: Mapping[str, Any] | None, days: tuple[date, date] | None) -> WorkWeek:
    """The week of somebody who stated a roster or work days, by the values of these facts; else the estimated one.

    By a roster a day is free or not from the first to the last of `days`; where it says nothing, and on public holidays
    of a stated week, the estimate stands. A roster goes before a week.
    """
    roster, work_days = (None if said is None else said.get(key) for key in (FactKey.ROSTER, FactKey.WORK_DAYS))
    if roster is not None and days is not None:
        return _by_roster(estimated, roster, *days)
    if work_days is not None:
        free = EVERY_DAY - {WEEKDAYS.index(name) for name in work_days}
        return replace(estimated, free_weekdays=free, is_stated=True)
    return estimated


def _by_roster(estimated: WorkWeek, stored: Mapping[str, Any], first: date, last: date) -> WorkWeek:
    roster = read_roster(stored)
    told = {
        day: roster.is_free(day) for day in (first + timedelta(days=after) for after in range((last - first).days + 1))
    }
    free = frozenset(day for day, is_free in told.items() if is_free)
    working = frozenset(day for day, is_free in told.items() if is_free is False)
    if not free | working:
        return estimated
    unsaid = frozenset(day for day in estimated.holidays if told.get(day) is None)
    return WorkWeek(estimated.free_weekdays, free | unsaid, working, is_stated=True, is_by_roster=True)
