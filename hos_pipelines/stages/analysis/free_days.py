"""The free days of somebody's country, or of this deployment: weekends, and public holidays around their readings."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from hos_pipelines.domain.calendars import work_week_of
from hos_pipelines.domain.history import LOOKBACK_DAYS, History
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.settings.analysis import AnalysisSettings


def free_days(settings: AnalysisSettings, country: str | None, days: tuple[date, date] | None) -> WorkWeek:
    """The free days of somebody's country, else of this deployment, from the first to the last day given.

    Without any day it does not matter which are free.
    """
    if days is None:
        return settings.work_week
    if country is not None:
        return _country_week(country, *days)
    if settings.country is None:
        return settings.work_week
    usual = _country_week(settings.country, *days)
    return usual if settings.free_days is None else replace(settings.work_week, holidays=usual.holidays)


def free_days_of(settings: AnalysisSettings, country: str | None, history: History) -> WorkWeek:
    """The free days around somebody's readings, the day after them included, since its energy is predicted."""
    if history.through is None:
        return free_days(settings, country, None)
    last = history.through + timedelta(days=1)
    return free_days(settings, country, (last - timedelta(days=LOOKBACK_DAYS), last))


@lru_cache(maxsize=256)
def _country_week(country: str, first: date, last: date) -> WorkWeek:
    week = work_week_of(country, range(first.year, last.year + 1))
    return replace(week, holidays=frozenset(day for day in week.holidays if first <= day <= last))
