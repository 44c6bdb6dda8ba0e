"""Which days are free. Nobody tells us who works when: weekend and public holidays are an estimate, and said to be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """The free weekdays (Monday is 0) and further free days; a night is free when the day it ends on is."""

    free_weekdays: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = field(default=frozenset())

    @property
    def work_days(self) -> int:
        """Work days of a plain week: WD of the MCTQ."""
        return 7 - len(self.free_weekdays)

    def is_free(self, day: date) -> bool:
        """Whether this local day is taken to be free."""
        return day.weekday() in self.free_weekdays or day in self.holidays


def parse_country(code: str) -> str:
    """A country by its ISO 3166-1 alpha-2 code, in capitals, if its calendar is known.

    Raises:
        ValueError: no calendar of this country is known.
    """
    country = code.strip().upper()
    if not re.fullmatch("[A-Z]{2}", country) or country not in _calendars():
        raise ValueError(f"{code!r} is no country whose calendar is known; give an ISO code such as DE or SA")
    return country


def work_week_of(country: str, years: Iterable[int]) -> WorkWeek:
    """The weekend and the public holidays of a country by its ISO 3166-1 alpha-2 code.

    Raises:
        ValueError: no calendar of this country is known.
    """
    from holidays import country_holidays  # noqa: PLC0415  every process reads settings; few need a calendar

    calendar = country_holidays(parse_country(country), years=list(years))
    return WorkWeek(frozenset(calendar.weekend), frozenset(calendar))


@lru_cache(maxsize=1)
def _calendars() -> frozenset[str]:
    from holidays import list_supported_countries  # noqa: PLC0415  as above

    return frozenset(list_supported_countries())


def free_weekdays_of(names: str) -> frozenset[int]:
    """The weekdays of a list such as `friday, saturday`.

    Raises:
        ValueError: one of them is no weekday or named twice, none is named, or all seven are free.
    """
    wanted = [name.strip().lower() for name in names.split(",")]
    if not all(wanted):
        raise ValueError("has an empty name; give names such as saturday, sunday, with one comma between two")
    strange = [name for name in wanted if name not in WEEKDAYS]
    if strange:
        raise ValueError(f"{strange[0]!r} is no weekday; give names such as saturday, sunday")
    free = frozenset(map(WEEKDAYS.index, wanted))
    if len(free) < len(wanted):
        raise ValueError("names a weekday twice; give each once, such as saturday, sunday")
    if len(free) == len(WEEKDAYS):
        raise ValueError("leaves no work day; name six weekdays at most")
    return free
