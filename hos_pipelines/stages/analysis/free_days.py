"""Somebody's free days: as they state them, else of their country, or of this deployment, around their readings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from hos_pipelines.domain.calendars import is_known_country, work_week_of
from hos_pipelines.domain.history import LOOKBACK_DAYS, History
from hos_pipelines.domain.person.stated_week import stated_week
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.settings.analysis import AnalysisSettings

# Whether the night after the predicted day is free depends on the day it ends on.
NEXT_NIGHT = timedelta(days=1)


def free_days(settings: AnalysisSettings, country: str | None, days: tuple[date, date] | None) -> WorkWeek:
    """The free days of somebody's country, else of this deployment, from the first to the last day given.

    Without any day it does not matter which are free. A code that is no country's counts as none.
    """
    if days is None:
        return settings.work_week
    if country is not None and is_known_country(country):
        return _country_week(country, *days)
    if settings.country is None:
        return settings.work_week
    usual = _country_week(settings.country, *days)
    return usual if settings.free_days is None else replace(settings.work_week, holidays=usual.holidays)


def free_days_of(
    settings: AnalysisSettings, country: str | None, history: History, said: Mapping[str, Any] | None
) -> WorkWeek:
    """The free days around somebody's readings, the day after them included, since its energy is predicted.

    `said` has the roster and the work days the person stated, as they are stored.
    """
    if history.through is None:
        return stated_week(free_days(settings, country, None), said, None)
    last = history.through + timedelta(days=1)
    first = last - timedelta(days=LOOKBACK_DAYS)
    return stated_week(free_days(settings, country, (first, last)), said, (first, last + NEXT_NIGHT))


@lru_cache(maxsize=256)
def _country_week(country: str, first: date, last: date) -> WorkWeek:
    week = work_week_of(country, range(first.year, last.year + 1))
    return replace(week, holidays=frozenset(day for day in week.holidays if first <= day <= last))
