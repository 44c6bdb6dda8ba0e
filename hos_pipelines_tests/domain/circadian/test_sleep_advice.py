"""Advice on sleep itself: sized by what lacks, silent where chance would do, and other words for other lives."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.recommendations import recommend
from hos_pipelines.domain.circadian.results import ScheduleRecommendations, TimingRecommendation
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, night, sleeper, told

Night = tuple[float, float]
ON_TIMING = {"regularity", "catch_up_sleep", "wake_window", "bed_window", "morning_light", "focus_block", "exercise"}


def advised(rows: list[StoredReading], through_index: int = 27) -> tuple[FactSheet, ScheduleRecommendations]:
    """The sheet, and the advice for the day after so many days from `FIRST`."""
    sheet, day = told(rows, FIRST + timedelta(days=through_index))
    return sheet, recommend(sheet, day, "Foundation Builder")


def of_kind(schedule: ScheduleRecommendations, kind: str) -> list[TimingRecommendation]:
    return [one for one in schedule.recommendations if one.kind == kind]


def kinds(schedule: ScheduleRecommendations) -> set[str]:
    return {one.kind for one in schedule.recommendations}


def lived(of_day: Callable[[int], Night]) -> list[StoredReading]:
    return [row for day in range(28) for row in night(FIRST + timedelta(days=day), *of_day(day))]


def noisy(bed: float, hours: float, spread: float, seed: int = 1, later: float = 0.0) -> list[StoredReading]:
    """Nights that begin this many hours apart (SD), those of the weekend later by some."""
    chance = np.random.default_rng(seed)
    return lived(lambda day: (bed + (later if day % 7 >= 5 else 0.0) + chance.normal(0, spread), hours))


def hour(clock: str) -> float:
    return int(clock[:2]) + int(clock[3:]) / 60


SHORT = {
    "five hours and a half": (sleeper(bed=0.5, hours=5.5), 1.5, "00:30"),
    "six, caught up at weekends": (sleeper(bed=0.0, hours=6.0, lie_in=1.5), 0.75, "00:00"),
    "four and a half": (sleeper(bed=0.5, hours=4.5), 1.5, "00:30"),
}


@pytest.mark.parametrize(("rows", "earlier", "usual"), SHORT.values(), ids=SHORT)
def test_longer_sleep_is_sized_by_what_lacks_in_quarters_of_an_hour(
    rows: list[StoredReading], earlier: float, usual: str
) -> None:
    sheet, schedule = advised(rows)
    fact = sheet["advice_earlier"]
    assert fact.value == earlier
    assert fact.interval is not None
    assert fact.interval.low is not None
    assert fact.interval.high is not None
    assert fact.interval.low <= earlier <= fact.interval.high or earlier == 1.5
    assert schedule.recommendations[0].kind == "sleep_extension"
    (bed,) = of_kind(schedule, "bed_window")
    assert (sheet.number("advice_bed"), bed.end) == (((hour(usual) - earlier) % 24), usual)


@pytest.mark.parametrize(
    "rows",
    [
        sleeper(hours=7.25),
        sleeper(hours=6.5),
        sleeper(hours=8.0),
        noisy(-1.0, 8.0, 0.9),
        sleeper(hours=5.0, days=range(5)),
    ],
    ids=["seven and a quarter", "six and a half without signs", "eight", "eight at changing hours", "five nights"],
)
def test_nobody_else_is_told_to_sleep_longer(rows: list[StoredReading]) -> None:
    sheet, schedule = advised(rows)
    assert "sleep_extension" not in kinds(schedule)
    assert "advice_earlier" not in sheet


def test_a_gap_is_named_only_where_it_is_more_than_two_hours_beyond_chance() -> None:
    clear, doubtful, small = (advised(sleeper(hours=7.5, later=later))[1] for later in (3.0, 2.0, 1.0))
    assert of_kind(clear, "regularity")
    assert not of_kind(doubtful, "regularity")
    assert not of_kind(small, "regularity")
    sheet, schedule = advised(noisy(-1.0, 7.5, 1.2, seed=4, later=2.6))
    gap = sheet["lie_in"].interval
    assert gap is not None
    assert gap.low is not None
    assert gap.low < 2.0 < (sheet.number("lie_in") or 0.0)
    assert not of_kind(schedule, "regularity")


def test_a_wide_gap_and_the_hour_of_getting_up_do_not_fight() -> None:
    sheet, schedule = advised(sleeper(hours=7.0, lie_in=1.0, later=3.0, days=range(26)), 25)
    (gap,) = of_kind(schedule, "regularity")
    (wake,) = of_kind(schedule, "wake_window")
    work, advice = sheet.number("wake_work"), sheet.number("advice_wake")
    assert work is not None
    assert advice is not None
    assert advice - work <= 2.0
    assert (wake.start, wake.end) == ("07:30", "08:30")
    assert "lie_in" in gap.fact_ids


def test_sleep_made_up_at_weekends_is_repair_and_not_irregular() -> None:
    _, schedule = advised(sleeper(hours=6.5, lie_in=1.5))
    assert of_kind(schedule, "catch_up_sleep")
    assert not of_kind(schedule, "regularity")


def test_wandering_nights_are_named_only_beyond_chance() -> None:
    wide, steady = advised(noisy(-0.5, 7.5, 2.0, seed=4)), advised(noisy(-0.5, 7.5, 0.7, seed=4))
    (regularity,) = of_kind(wide[1], "regularity")
    assert "midpoint_sd_within" in regularity.fact_ids
    assert not of_kind(steady[1], "regularity")


TWO_WEEKS = [*range(7), *range(14, 21)]
OTHER_WEEKS = [*range(7, 14), *range(21, 28)]


def test_two_shifts_share_an_anchor_of_sleep_where_there_is_one() -> None:
    sharing = [*sleeper(bed=-2.5, days=TWO_WEEKS), *sleeper(bed=2.5, days=OTHER_WEEKS)]
    apart = [*sleeper(bed=-1.0, days=TWO_WEEKS), *sleeper(bed=8.0, days=OTHER_WEEKS)]
    (anchor,) = of_kind(advised(sharing)[1], "anchor_sleep")
    assert (anchor.start, anchor.end) == ("02:30", "05:30")
    assert kinds(advised(apart)[1]) == {"day_sleep"}


OTHER_LIVES: dict[str, tuple[list[StoredReading], str, set[str]]] = {
    "by day": (sleeper(bed=8.0), "by day", {"day_sleep"}),
    "shifts": ([*sleeper(days=TWO_WEEKS), *sleeper(bed=8.0, days=OTHER_WEEKS)], "changing", {"day_sleep"}),
    "drifting": (lived(lambda day: (-1.0 + day / 2, 8.0)), "drifting", set()),
    "moved": ([*sleeper(days=range(16)), *sleeper(bed=5.0, days=range(16, 28))], "moved", set()),
}


@pytest.mark.parametrize(("rows", "living", "allowed"), OTHER_LIVES.values(), ids=OTHER_LIVES)
def test_who_lives_otherwise_hears_what_fits_or_nothing(
    rows: list[StoredReading], living: str, allowed: set[str]
) -> None:
    sheet, schedule = advised(rows)
    assert sheet["living"].value == living
    assert kinds(schedule) == allowed
    assert not kinds(schedule) & ON_TIMING
    assert schedule.optimal_daily_structure is None
    assert (schedule.status is Status.INSUFFICIENT) == (not allowed)
    assert schedule.missing


def test_on_a_journey_the_hours_left_are_told_and_nothing_of_light() -> None:
    at_home, away = sleeper(days=range(25)), sleeper(days=range(25, 28))
    east = [row._replace(value=(row.value or "").replace("+02:00", "+11:00")) for row in away]
    sheet, schedule = advised([*at_home, *east])
    assert (sheet["living"].value, sheet.number("journey_hours")) == ("on journey", 7.0)
    assert kinds(schedule) == {"journey"}
    assert "7 h" in schedule.recommendations[0].text
    assert (sheet.number("dlmo"), sheet.number("cbt_min"), sheet["chronotype"].value) == (None, None, None)


def test_what_matters_most_comes_first_and_differs_from_person_to_person() -> None:
    people = [
        sleeper(bed=0.5, hours=5.5), sleeper(bed=2.5, hours=8.0), sleeper(hours=7.5, later=3.0),
        sleeper(bed=-3.0, hours=8.0), noisy(-1.0, 7.8, 1.1, seed=3), sleeper(bed=8.0),
    ]  # fmt: skip
    first = [advised(rows)[1].recommendations[0].kind for rows in people]
    assert len(set(first)) >= 4
    assert first[0] == "sleep_extension"


@settings(max_examples=40, deadline=None)
@given(st.integers(-16, 40), st.integers(14, 44), st.integers(-8, 12), st.sets(st.integers(0, 27), max_size=28))
def test_advice_cites_facts_that_say_something_whoever_it_is_for(
    bed: int, length: int, later: int, days: set[int]
) -> None:
    sheet, schedule = advised(sleeper(bed=bed / 4, hours=length / 4, later=later / 4, days=sorted(days)))
    for one in schedule.recommendations:
        assert one.fact_ids
        assert {sheet[fact_id].status for fact_id in one.fact_ids} <= {Status.OK, Status.PRELIMINARY}
        assert {sheet[fact_id].value is None for fact_id in one.fact_ids} == {False}
    assert len(schedule.recommendations) == len({(one.kind, one.start) for one in schedule.recommendations})
