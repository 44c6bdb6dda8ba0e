"""Intervals of the timing facts: past midnight, across zero, and how sure a type may sound near an edge."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from hos_pipelines.domain.circadian.intervals import in_seconds, type_certainty
from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.facts import Fact, FactSheet, Interval
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.circadian.strategies import night, recorded_nights

HOUR = 3600
# Intervals are told to a millionth of an hour.
ROUNDING = 1e-6
CLOCKS = {"msf", "msw", "msf_sc"}
NEVER_BELOW_ZERO = {"sjl", "onset_sd", "offset_sd", "midpoint_sd", "duration_sd", "midpoint_sd_within", "sleep_mean"}


def sleeper(free_later: float = 0.0, bed: float = -1.0, noise: float = 0.5, seed: int = 1, weeks: int = 4) -> FactSheet:
    """The facts of noisy nights from `bed` on, those of weekends later by so many hours."""
    chance = np.random.default_rng(seed)
    windows = []
    for day in range(7 * weeks):
        early, late = chance.normal(0, noise, 2)
        onset = bed + (free_later if day % 7 >= 5 else 0.0) + early
        windows.append(night(day, onset, 8.0 - early + late))
    return windows_facts(windows, WorkWeek())[0]


def ends(fact: Fact) -> tuple[float, float]:
    assert fact.interval is not None
    assert fact.interval.low is not None
    assert fact.interval.high is not None
    return fact.interval.low, fact.interval.high


def test_an_interval_of_clock_times_runs_past_midnight() -> None:
    fact = sleeper(bed=-4.0)["msf_sc"]
    low, high = ends(fact)
    assert low > 23 * HOUR
    assert high < HOUR
    assert isinstance(fact.value, float)
    assert (fact.value - low) % (24 * HOUR) < (high - low) % (24 * HOUR)


def test_an_interval_as_long_as_the_day_is_the_whole_day() -> None:
    assert in_seconds(Interval(-13.0, 17.0, 20.0), 24.0) == Interval(0.0, 24.0 * HOUR, 20.0 * HOUR)
    assert in_seconds(Interval(-1.0, 2.0, 1.5), 24.0) == Interval(23.0 * HOUR, 2.0 * HOUR, 1.5 * HOUR)
    assert in_seconds(Interval(-1.0, 2.0, 1.5)) == Interval(-1.0 * HOUR, 2.0 * HOUR, 1.5 * HOUR)


def test_an_interval_of_jetlag_that_crosses_zero_begins_at_none() -> None:
    sheet = sleeper(free_later=0.1, noise=0.8)
    low, high = ends(sheet["sjl_rel"])
    assert low < 0 < high
    assert ends(sheet["sjl"]) == (0.0, max(-low, high))


def test_an_interval_of_jetlag_that_is_there_beyond_doubt_is_that_of_its_size() -> None:
    earlier = sleeper(free_later=-2.0, noise=0.3)
    low, high = ends(earlier["sjl_rel"])
    assert high < 0
    assert ends(earlier["sjl"]) == (-high, -low)


def test_days_all_alike_leave_no_doubt() -> None:
    sheet = sleeper(free_later=2.0, noise=0.0)
    for name, value in (("msf_sc", 5.0 * HOUR), ("sjl", 2.0 * HOUR)):
        assert ends(sheet[name]) == pytest.approx((value, value), abs=0.01)
        interval = sheet[name].interval
        assert interval is not None
        assert interval.least_change == pytest.approx(0.0, abs=0.01)


def test_two_weeks_of_nights_are_resampled_by_days_and_two_nights_not_at_all() -> None:
    assert sleeper(weeks=2)["onset_sd"].interval is not None
    assert windows_facts([night(0, -1, 8), night(1, -1, 8)], WorkWeek())[0]["msf"].interval is None


def test_more_weeks_leave_less_doubt() -> None:
    def width(weeks: int) -> float:
        spans = [
            (high - low) % (24 * HOUR)
            for low, high in (ends(sleeper(seed=seed, weeks=weeks)["msf_sc"]) for seed in range(12))
        ]
        return float(np.mean(spans))

    assert width(8) < 0.8 * width(4)


def covers(name: str, truth: float, make: Callable[[int], FactSheet], people: int = 150) -> float:
    """The share of people in whose interval the truth lies."""
    held = 0
    for seed in range(people):
        low, high = ends(make(seed)[name])
        held += (truth - low) % (24 * HOUR) <= (high - low) % (24 * HOUR)
    return held / people


@pytest.mark.parametrize(("name", "truth"), [("msf_sc", 4.5 * HOUR), ("sjl_rel", 1.5 * HOUR), ("msw", 3.0 * HOUR)])
def test_an_interval_holds_the_truth_of_nine_in_ten_people(name: str, truth: float) -> None:
    assert covers(name, truth, lambda seed: sleeper(free_later=1.5, seed=seed)) >= 0.9


@pytest.mark.parametrize(
    ("midsleep", "primary", "error", "level", "others"),
    [
        (3.25, "moderate_morning", 0.2, Confidence.HIGH, ()),
        (4.75, "intermediate", 0.4, Confidence.MEDIUM, ("moderate_morning", "moderate_evening")),
        (4.2, "moderate_morning", 0.4, Confidence.LOW, ("intermediate",)),
        (4.2, "moderate_morning", 0.01, Confidence.HIGH, ()),
        (23.0, "extreme_morning", 0.5, Confidence.HIGH, ()),
        (12.0, "extreme_evening", 1.0, Confidence.HIGH, ()),
        (2.0, "extreme_morning", 0.5, Confidence.LOW, ("moderate_morning",)),
    ],
)
def test_a_type_is_as_sure_as_its_midsleep_lies_within_its_edges(
    midsleep: float, primary: str, error: float, level: Confidence, others: tuple[str, ...]
) -> None:
    reach = 1.96 * error
    interval = Interval(midsleep - reach, midsleep + reach, reach * 2**0.5)
    assert type_certainty(midsleep, primary, interval) == (level, others)


def test_a_type_without_an_interval_is_told_with_little_confidence() -> None:
    assert type_certainty(3.25, "moderate_morning", None) == (Confidence.LOW, ())


def test_near_an_edge_the_type_on_its_other_side_is_named() -> None:
    fact = sleeper(bed=0.2, noise=0.6, seed=3)["chronotype"]
    assert fact.value in ("moderate_morning", "intermediate")
    assert fact.interval is not None
    assert {fact.value, *fact.interval.may_be} >= {"moderate_morning", "intermediate"}
    assert fact.confidence in (Confidence.LOW, Confidence.MEDIUM)


@settings(max_examples=60)
@given(recorded_nights())
def test_every_interval_holds_its_value(windows: list[SleepWindow]) -> None:
    for fact in windows_facts(windows, WorkWeek())[0]:
        interval = fact.interval
        if not isinstance(fact.value, float) or interval is None or interval.low is None or interval.high is None:
            continue
        if fact.id in CLOCKS:
            away = (fact.value - interval.low) % (24 * HOUR)
            assert min(away, 24 * HOUR - away) <= (interval.high - interval.low) % (24 * HOUR + 1e-9) + 0.01, fact.id
        else:
            rounding = ROUNDING * HOUR if fact.unit == "second" else ROUNDING
            assert interval.low - rounding <= fact.value <= interval.high + rounding, fact.id
        assert fact.id not in NEVER_BELOW_ZERO or interval.low >= 0
        assert (interval.least_change or 0.0) >= 0


@settings(max_examples=20)
@given(recorded_nights())
def test_the_same_nights_have_the_same_intervals(windows: list[SleepWindow]) -> None:
    assert windows_facts(windows, WorkWeek())[0].facts() == windows_facts([*windows], WorkWeek())[0].facts()
