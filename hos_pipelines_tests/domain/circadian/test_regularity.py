"""Regularity: the index against sleepreg and closed forms, unknown nights, composite phase deviation."""

import csv
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hos_pipelines.domain.circadian.regularity import (
    composite_phase_deviation,
    consecutive_pairs,
    day_pairs,
    deviation_about_mean,
)
from hos_pipelines.domain.clock import circular_mean, circular_sd
from hos_pipelines.domain.nights import SleepHistory, SleepWindow
from hos_pipelines_tests.domain.circadian.strategies import every_night, night, read, recorded_nights

GOLD = Path(__file__).parent.parent / "gold" / "sri"
SLEEPREG = {row["File"]: float(row["SRI"]) for row in csv.DictReader((GOLD / "expected.csv").read_text().splitlines())}
Flags = npt.NDArray[np.bool_]


def states(file: str) -> list[tuple[bool, int]]:
    """Asleep or not, and from which second of the epoch on; the last row only ends the recording."""
    return [(state == "1", int(second)) for state, second in csv.reader((GOLD / file).read_text().splitlines())]


def index_of(sleep: SleepHistory) -> float | None:
    return day_pairs(sleep).sri


def windows_of(file: str) -> list[SleepWindow]:
    rows = states(file)
    at = [datetime.fromtimestamp(second, UTC) for _, second in rows]
    return [SleepWindow(at[i], at[i + 1]) for i, (asleep, _) in enumerate(rows) if asleep]


@pytest.mark.parametrize("file", [file for file in SLEEPREG if file != "all_nighter_day10.csv"])
def test_the_index_of_windows_equals_that_of_sleepreg(file: str) -> None:
    assert index_of(read(windows_of(file))) == pytest.approx(SLEEPREG[file], abs=1e-6)


def test_a_missing_night_is_never_awake() -> None:
    """Sleepreg, told that the night of day 10 was spent awake, says 95.06; we are told nothing of it."""
    assert index_of(read(windows_of("all_nighter_day10.csv"))) == 100.0


def test_a_missing_night_takes_away_both_of_its_pairs() -> None:
    late = [night(day, 1 if day % 2 else -1, 8) for day in range(10)]
    whole = index_of(read(late))
    assert whole == pytest.approx(100 - 200 * 4 / 24)
    assert index_of(read(late[:4] + late[5:])) == pytest.approx(whole)


@pytest.mark.parametrize("windows", [[], every_night([3], -1, 8), every_night([0, 2, 4, 6], -1, 8)])
def test_without_a_pair_of_days_there_is_no_index(windows: list[SleepWindow]) -> None:
    assert index_of(read(windows)) is None


def test_a_day_sleeper_is_as_regular_as_anyone() -> None:
    assert index_of(read(every_night(range(10), 8, 8))) == 100.0


def test_a_nap_of_some_days_lowers_the_index() -> None:
    nights = every_night(range(11), -1, 8)
    naps = [night(day, 9, 1) for day in range(0, 11, 2)]
    assert index_of(read(nights + naps)) == pytest.approx(100 - 200 / 24)


def test_elapsed_hours_count_across_a_change_of_clocks() -> None:
    summer = timezone(timedelta(hours=1))
    kept_by_instants = [night(day, -1, 8) for day in range(5)] + [night(day, 0, 8, summer) for day in range(5, 10)]
    assert index_of(read(kept_by_instants)) == 100.0
    kept_by_the_clock = [night(day, -1, 8) for day in range(5)] + [night(day, -1, 8, summer) for day in range(5, 10)]
    shifted = index_of(read(kept_by_the_clock))
    assert shifted is not None
    assert 97 < shifted < 99


def test_a_night_of_a_wrong_year_does_not_matter() -> None:
    stray = SleepWindow(datetime(1971, 1, 1, 23, tzinfo=UTC), datetime(1971, 1, 2, 7, tzinfo=UTC))
    assert index_of(read([stray, *every_night(range(10), -1, 8)])) == 100.0


@settings(max_examples=40)
@given(recorded_nights(), st.integers(-110, 110))
def test_the_index_does_not_depend_on_the_hour(windows: list[SleepWindow], minutes: int) -> None:
    by = timedelta(minutes=minutes)
    later = [SleepWindow(one.start + by, one.end + by) for one in windows]
    # What is slept after the noon that ends a day has no pair.
    assume(all(one.end.time() <= time(12) for one in later))
    assert index_of(read(later)) == index_of(read(windows))


@settings(max_examples=40)
@given(recorded_nights(), st.integers(-180, 60))
def test_the_index_does_not_depend_on_the_label_of_the_zone(windows: list[SleepWindow], minutes: int) -> None:
    def told(moment: datetime) -> datetime:
        return moment.astimezone(timezone((moment.utcoffset() or timedelta()) + timedelta(minutes=minutes)))

    relabelled = [SleepWindow(told(one.start), told(one.end)) for one in windows]
    assert index_of(read(relabelled)) == index_of(read(windows))


@pytest.mark.parametrize(
    ("hours", "mean", "spread"),
    [([23.5, 0.5, 0.25, 23.75, 1.0], 0.199759, 0.534412), ([3.1, 3.4, 2.9, 4.6, 4.9, 3.2, 3.0], 3.581395, 0.756118)],
)
def test_clock_hours_spread_round_the_circle(hours: list[float], mean: float, spread: float) -> None:
    clock = np.array(hours)
    assert (circular_mean(clock), circular_sd(clock)) == pytest.approx((mean, spread), abs=1e-6)
    assert circular_sd(clock) == pytest.approx(float(stats.circstd(clock, high=24)), abs=1e-9)


def test_phase_deviation_joins_mistiming_and_irregularity() -> None:
    """By hand: sqrt(1 + 1), sqrt(0 + 1), sqrt(4 + 4); the day after the gap has no day before it."""
    days, midpoints = np.array([1, 2, 3, 5, 6]), np.array([3.0, 4.0, 3.0, 3.0, 5.0])
    expected = (2**0.5 + 1 + 8**0.5) / 3
    assert composite_phase_deviation(days, midpoints, 3.0) == pytest.approx(expected)
    assert consecutive_pairs(days).tolist() == [True, True, False, True]


def test_phase_deviation_goes_across_midnight() -> None:
    days = np.array([1, 2])
    assert composite_phase_deviation(days, np.array([23.5, 0.5]), 23.5) == pytest.approx(2**0.5)
    assert deviation_about_mean(days, np.array([23.5, 0.5])) == pytest.approx(1.25**0.5)


def test_phase_deviation_needs_days_that_follow_each_other() -> None:
    assert composite_phase_deviation(np.array([1, 3]), np.array([3.0, 3.0]), 3.0) is None
    assert deviation_about_mean(np.array([], dtype=np.int64), np.array([])) is None
