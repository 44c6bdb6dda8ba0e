"""Free days: weekends and holidays by country, or by name."""

from datetime import date

import pytest

from hos_pipelines.domain.calendars import parse_country, work_week_of
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek, free_weekdays_of


def test_saturday_and_sunday_are_free_where_nothing_is_said() -> None:
    week = WorkWeek()
    assert [week.is_free(date(2026, 10, day)) for day in (30, 31)] == [False, True]
    assert week.work_days == 5


def test_a_country_brings_its_weekend_and_its_holidays() -> None:
    egypt = work_week_of("eg", [2026])
    assert egypt.free_weekdays == {4, 5}
    assert work_week_of("DE", [2026]).is_free(date(2026, 10, 3))
    assert work_week_of("DE", [2026]).is_free(date(2026, 12, 25))
    assert not work_week_of("DE", [2026]).is_free(date(2026, 10, 1))


@pytest.mark.parametrize("code", ["XX", "Germany", "", "D E", "de-by"])
def test_an_unknown_country_is_named_with_a_remedy(code: str) -> None:
    with pytest.raises(ValueError, match="is no country whose calendar is known; give an ISO code such as DE or SA"):
        parse_country(code)


def test_weekdays_are_read_by_name() -> None:
    assert free_weekdays_of("Friday, saturday") == {4, 5}
    assert WorkWeek(free_weekdays_of("monday,tuesday,wednesday,thursday,friday,saturday")).work_days == 1


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("sunday,caturday", "'caturday' is no weekday; give names such as saturday, sunday"),
        ("", "has an empty name"),
        (",", "has an empty name"),
        ("friday,,saturday", "has an empty name"),
        ("friday,", "has an empty name"),
        ("sunday, Sunday", "names a weekday twice"),
        (",".join(WEEKDAYS), "leaves no work day"),
    ],
)
def test_a_list_of_free_days_that_cannot_be_meant_is_refused_with_a_remedy(names: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        free_weekdays_of(names)
