"""This week against last: what is shown, and that a difference is told only where it is one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import BASELINE
from hos_pipelines.domain.nights import SleepHistory, SleepWindow, read_nights
from hos_pipelines.report.weeks import NO_CHANGE, TOO_FEW, Weeks, compare_weeks
from hos_pipelines_tests.report.people import THROUGH, ZONE, days_back

DAYS = 56
PEOPLE = 200


def slept(onset: Callable[[int], float], hours: Callable[[int], float], missing: tuple[int, ...] = ()) -> SleepHistory:
    """Nights by their number back from THROUGH: from `onset` (24 is midnight) on, so many hours."""
    windows = []
    for day in days_back(DAYS, missing):
        back = (THROUGH - day).days
        start = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=onset(back) - 24)
        windows.append(SleepWindow(start, start + timedelta(hours=hours(back))))
    return read_nights(windows)


def compared(sleep: SleepHistory, facts: dict[str, Fact] | None = None) -> Weeks:
    weeks = compare_weeks(sleep, THROUGH, facts or {})
    assert weeks is not None
    return weeks


def wobble(size: float) -> Callable[[int], float]:
    """The same little differences from night to night in every week."""
    return lambda back: size * (-1) ** (back % 7 % 2)


def test_the_weeks_are_the_last_seven_days_and_the_seven_before() -> None:
    weeks = compared(slept(lambda _: 23, lambda _: 8))
    assert weeks.this == (date(2026, 3, 8), THROUGH)
    assert weeks.last == (date(2026, 3, 1), date(2026, 3, 7))
    assert [row.title for row in weeks.rows] == ["Length of the night", "Falls asleep", "Wakes", "Bedtimes vary by"]


def test_an_hour_and_a_half_less_of_steady_sleep_is_told_with_what_counts() -> None:
    some = wobble(0.2)
    weeks = compared(slept(lambda back: 23 + some(back), lambda back: (6.5 if back < 7 else 8) + some(back)))
    row = weeks.rows[0]
    assert row.is_clear
    assert row[:4] == ("Length of the night", "6 h 32 min", "8 h 02 min", "1 h 30 min shorter")
    assert row.counts_from.endswith("min")


def test_a_difference_within_the_usual_is_no_clear_change() -> None:
    some = wobble(0.8)
    weeks = compared(slept(lambda back: 23 + some(back), lambda back: (7.8 if back < 7 else 8) + some(back)))
    assert {row.change for row in weeks.rows} == {NO_CHANGE}
    assert all(row.counts_from for row in weeks.rows)


def test_bedtimes_about_midnight_are_not_a_day_apart() -> None:
    some = wobble(0.3)
    weeks = compared(slept(lambda back: (24.5 if back < 7 else 23.5) + some(back), lambda _: 7))
    assert weeks.rows[1][1:4] == ("00:33", "23:33", "1 h later")


def test_a_week_with_more_free_days_recorded_is_no_change_by_that() -> None:
    """Of the last week only the weekend and two days are there; on free days sleep begins two hours later."""
    free = {back for back in range(DAYS) if (THROUGH - timedelta(days=back)).weekday() >= 5}
    some = wobble(0.2)
    weeks = compared(slept(lambda back: (25 if back in free else 23) + some(back), lambda _: 8, missing=(2, 3, 4)))
    assert weeks.rows[1].change == NO_CHANGE


def test_of_a_week_with_fewer_than_four_nights_nothing_is_told() -> None:
    weeks = compared(slept(lambda _: 23, lambda _: 8, missing=(0, 1, 2, 3)))
    assert all(row.this == TOO_FEW and not row.is_clear and not row.counts_from for row in weeks.rows)


def test_with_few_nights_in_either_week_there_is_nothing_to_compare() -> None:
    assert compare_weeks(slept(lambda _: 23, lambda _: 8, missing=tuple(range(3, 56))), THROUGH, {}) is None
    assert compare_weeks(slept(lambda _: 23, lambda _: 8, missing=tuple(range(14))), THROUGH, {}) is None
    assert compare_weeks(read_nights([]), THROUGH, {}) is None


def test_whoever_has_no_usual_hours_is_told_no_mean_hour() -> None:
    weeks = compare_weeks(slept(lambda _: 23, lambda _: 8), THROUGH, {}, has_usual_hours=False)
    assert weeks is not None
    assert [row.title for row in weeks.rows] == ["Length of the night"]


def facts_of(this: float, last: float, least: float | None) -> dict[str, Fact]:
    sheet = FactSheet(None)
    basis = Basis.of(BASELINE, 28, "mean of seven days")
    sheet.add("steps_week", this, "count", basis, Interval(None, None, least))
    sheet.add("steps_week_before", last, "count", basis)
    return sheet.facts()


@pytest.mark.parametrize(
    ("this", "least", "change", "counts_from"),
    [(4000.0, 1500.0, "4,000 fewer", "1,500"), (7500.0, 1500.0, NO_CHANGE, "1,500"), (4000.0, None, "", "")],
)
def test_steps_are_told_by_their_facts(this: float, least: float | None, change: str, counts_from: str) -> None:
    row = compared(slept(lambda _: 23, lambda _: 8), facts_of(this, 8000.0, least)).rows[-1]
    assert (row.title, row.last, row.change, row.counts_from) == ("Steps a day", "8,000", change, counts_from)
    assert row.fact_ids == ("steps_week", "steps_week_before")


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.7])
def test_people_in_whom_nothing_changes_are_rarely_told_of_a_change(phi: float) -> None:
    """Nights alike by `phi`, weekends an hour later; told of any of the four rows: at most 8 of 100."""
    rng = np.random.default_rng(7)
    told = 0
    for _ in range(PEOPLE):
        noise = rng.normal(size=(2, DAYS))
        for day in range(1, DAYS):
            noise[:, day] = phi * noise[:, day - 1] + (1 - phi**2) ** 0.5 * noise[:, day]
        onsets, lengths = 23 + 0.6 * noise[0], 7.3 + 0.7 * noise[1]
        onsets[[(THROUGH - timedelta(days=back)).weekday() >= 5 for back in range(DAYS)]] += 1
        weeks = compared(slept(onsets.item, lengths.item))
        told += any(row.change != NO_CHANGE for row in weeks.rows)
    assert told / PEOPLE <= 0.08


def test_two_hours_less_for_a_week_are_found() -> None:
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(PEOPLE):
        lengths = 7.3 + 0.7 * rng.normal(size=DAYS)
        lengths[:7] -= 2
        found += compared(slept(lambda _: 23, lengths.item)).rows[0].change != NO_CHANGE
    assert found / PEOPLE >= 0.8


def test_the_order_of_nights_does_not_matter() -> None:
    sleep = slept(lambda back: 23 + wobble(0.4)(back), lambda _: 8)
    again = read_nights([SleepWindow(night.onset, night.wake) for night in reversed(sleep.nights)])
    assert compared(sleep) == compared(replace(again, set_aside=()))
