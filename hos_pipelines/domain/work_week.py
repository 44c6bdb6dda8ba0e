"""Which days are free. Nobody tells us who works when: weekend and public holidays are an estimate, and said to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import holidays

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


def work_week_of(country: str, years: Iterable[int]) -> WorkWeek:
    """The weekend and the public holidays of a country by its ISO 3166-1 alpha-2 code.

    Raises:
        ValueError: no calendar of this country is known.
    """
    try:
        calendar = holidays.country_holidays(country.upper(), years=list(years))
    except NotImplementedError as error:
        raise ValueError(
            f"{country!r} is no country whose calendar is known; give an ISO code such as DE or SA."
        ) from error
    return WorkWeek(frozenset(calendar.weekend), frozenset(calendar))


def free_weekdays_of(names: str) -> frozenset[int]:
    """The weekdays of a list such as `friday, saturday`.

    Raises:
        ValueError: one of them is no weekday, or all seven are free.
    """
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    strange = [name for name in wanted if name not in WEEKDAYS]
    if strange:
        raise ValueError(f"{strange[0]!r} is no weekday; give names such as saturday, sunday.")
    return frozenset(map(WEEKDAYS.index, wanted))
