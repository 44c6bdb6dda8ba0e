"""The calendars of countries: which are known, and the weekend and public holidays of each."""

import re
from collections.abc import Iterable
from functools import lru_cache

from holidays import country_holidays, list_supported_countries

from hos_pipelines.domain.work_week import WorkWeek


def parse_country(code: str) -> str:
    """A country by its ISO 3166-1 alpha-2 code, in capitals, if its calendar is known.

    Raises:
        ValueError: no calendar of this country is known.
    """
    country = code.strip().upper()
    if not re.fullmatch("[A-Z]{2}", country) or country not in _countries():
        raise ValueError(f"{code!r} is no country whose calendar is known; give an ISO code such as DE or SA")
    return country


def is_known_country(code: str) -> bool:
    """Whether the calendar of a country is known; an app may have written another code."""
    return code in _countries()


def work_week_of(country: str, years: Iterable[int]) -> WorkWeek:
    """The weekend and the public holidays of a country by its ISO 3166-1 alpha-2 code.

    Raises:
        ValueError: no calendar of this country is known.
    """
    calendar = country_holidays(parse_country(country), years=list(years))
    return WorkWeek(frozenset(calendar.weekend), frozenset(calendar))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(list_supported_countries())
