"""Associations: rank correlations against scipy, the correction for their number, and pairs that say nothing."""

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm, spearmanr

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.associations import (
    Association,
    benjamini_hochberg,
    free_days,
    is_circular,
    row_associations,
)
from hos_pipelines.domain.behavior.autocorrelation import Dependence
from hos_pipelines.domain.behavior.day_grid import day_grid
from hos_pipelines.domain.behavior.weekly_rhythm import without_weekdays
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import BEHAVIOR_TYPES, SCORES, Series
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, floats

COLUMNS = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=34, max_size=34), min_size=2, max_size=4)


def _never(_first: str, _second: str) -> bool:
    return False


def _series(values: list[int | None] | Floats) -> Series:
    days = [MONDAY + day for day, value in enumerate(values) if value is not None]
    return Series(np.array(days, dtype=np.int64), floats([float(value) for value in values if value is not None]))


def associations(
    series: Mapping[str, Series],
    exclude: Callable[[str, str], bool] = is_circular,
    dependence: Mapping[str, Dependence] | None = None,
) -> list[Association]:
    names = sorted(name for name, one in series.items() if len(one))
    rows = day_grid([series[name] for name in names]).rows if names else np.empty((0, 0))
    return row_associations(names, rows, exclude, dependence)


def _paired(first: Series, second: Series, lag: int) -> tuple[Floats, Floats]:
    later = dict(zip((second.days - lag).tolist(), second.values.tolist(), strict=True))
    both = [(value, later[day]) for day, value in zip(first.days.tolist(), first.values, strict=True) if day in later]
    return floats([one for one, _ in both]), floats([other for _, other in both])


@settings(max_examples=60)
@given(COLUMNS)
def test_rho_p_and_q_are_those_of_the_days_both_have(columns: list[list[int | None]]) -> None:
    series = {f"measure_{letter}": _series(column) for letter, column in zip("abcd", columns, strict=False)}
    found = {(one.first, one.second, one.lag): one for one in associations(series, _never)}
    expected = {}
    for first, second in combinations(sorted(series), 2):
        for one, other, lag in ((first, second, 0), (first, second, 1), (second, first, 1)):
            x, y = _paired(series[one], series[other], lag)
            if len(x) >= 21 and np.ptp(x) > 0 and np.ptp(y) > 0:
                expected[one, other, lag] = (float(spearmanr(x, y).statistic), len(x))
    assert found.keys() == expected.keys()
    for key, (rho, n) in expected.items():
        assert found[key].rho == pytest.approx(rho, abs=1e-9)
        assert found[key].n == n
        p = 2 * norm.sf(np.arctanh(min(abs(rho), 1 - 1e-12)) * np.sqrt((n - 3) / 1.06))
        assert found[key].p == pytest.approx(p, abs=1e-9)
    if found:
        corrected = false_discovery_control([one.p for one in found.values()])
        assert [one.q for one in found.values()] == pytest.approx(corrected.tolist(), abs=1e-12)


def test_the_normal_approximation_is_close_to_the_t_distribution() -> None:
    generator = np.random.default_rng(9)
    x = generator.normal(size=28)
    for strength in (0.2, 0.5, 0.8):
        y = strength * x + generator.normal(size=28)
        (found,) = (one for one in associations({"x": _series(x), "y": _series(y)}, _never) if one.lag == 0)
        assert found.p == pytest.approx(spearmanr(x, y).pvalue, abs=0.02)


def test_a_day_later_is_told_from_the_same_day() -> None:
    values = np.random.default_rng(2).normal(size=40)
    series = {"steps": Series(MONDAY + np.arange(40), values), "heart_rate_sleep": _series(np.roll(values, 1))}
    best = associations(series)[0]
    assert (best.first, best.second, best.lag) == ("steps", "heart_rate_sleep", 1)
    assert best.rho == pytest.approx(1.0)
    assert best.n == 39
    assert best.q < 1e-6


def test_days_that_resemble_each_other_count_for_fewer() -> None:
    """Of two series that each carry a half over, 56 days are worth as many as 30 independent ones (Bartlett 1935)."""
    assert free_days(56, None) == 53
    assert free_days(56, (0.0, 0.0)) == 47
    assert free_days(56, (0.5, 0.5)) == pytest.approx(50 * 0.75 / 1.25 - 3)
    values = autoregressive(np.random.default_rng(1), 2, 56, 0.0)
    series = {name: _series(row) for name, row in zip("xy", values, strict=True)}
    plain = associations(series, _never)
    slow = associations(series, _never, dict.fromkeys("xy", Dependence(0.5, 0.05)))
    by_pair = {one[:3]: one for one in plain}
    assert all(one.rho == by_pair[one[:3]].rho and one.p > by_pair[one[:3]].p for one in slow)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.7])
def test_p_is_what_it_says_where_nothing_goes_together(phi: float) -> None:
    people = autoregressive(np.random.default_rng(2), 2 * 300, 56, phi).reshape(300, 2, 56)
    dependence = dict.fromkeys("xy", Dependence(phi, 0.05))
    p = []
    for rows in people:
        free = without_weekdays(rows, MONDAY)
        series = {name: _series(row) for name, row in zip("xy", free, strict=True)}
        p += [one.p for one in associations(series, _never, dependence)]
    assert np.mean(np.array(p) < 0.05) <= 0.06


def test_twenty_days_in_common_are_too_few() -> None:
    values = np.random.default_rng(2).normal(size=40)
    early, late = Series(MONDAY + np.arange(40), values), Series(MONDAY + 20 + np.arange(40), values)
    found = associations({"steps": early, "sleep_duration": late})
    assert [(one.first, one.second, one.lag, one.n) for one in found] == [("steps", "sleep_duration", 1, 21)]
    short = Series(MONDAY + np.arange(20), values[:20])
    assert associations({"steps": short, "sleep_duration": short}) == []
    assert associations({}) == []


def test_what_never_varies_goes_with_nothing() -> None:
    varied = Series(MONDAY + np.arange(28), np.arange(28.0))
    assert associations({"steps": varied, "sleep_duration": Series(varied.days, np.full(28, 0.1))}) == []


def test_what_is_excluded_is_not_looked_at() -> None:
    generator = np.random.default_rng(1)
    series = {
        name: Series(MONDAY + np.arange(30), generator.normal(size=30))
        for name in ("steps", "active_hours", "sleep_duration", "score:sleep")
    }
    found = {(one.first, one.second, one.lag) for one in associations(series)}
    assert found == {
        pair
        for movement in ("steps", "active_hours")
        for sleep in ("sleep_duration", "score:sleep")
        for pair in ((*sorted((movement, sleep)), 0), (movement, sleep, 1), (sleep, movement, 1))
    }


@settings(max_examples=30)
@given(st.permutations(["steps", "sleep_duration", "heart_rate_resting", "heart_rate_variability_sdnn"]))
def test_the_order_of_the_series_changes_nothing(names: list[str]) -> None:
    generator = np.random.default_rng(8)
    rows = {
        name: Series(MONDAY + np.arange(30), np.round(generator.normal(size=30), 1))
        for name in ("steps", "sleep_duration", "heart_rate_resting", "heart_rate_variability_sdnn")
    }
    assert associations({name: rows[name] for name in names}) == associations(rows)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), max_size=40))
def test_the_correction_is_that_of_benjamini_and_hochberg(p: list[float]) -> None:
    found = benjamini_hochberg(p)
    if p:
        assert found == pytest.approx(false_discovery_control(p).tolist(), abs=1e-12)
    assert all(one <= corrected <= 1 for one, corrected in zip(p, found, strict=True))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sleep_debt", "score:sleep"),
        ("sleep_duration", "score:readiness"),
        ("steps", "score:activity"),
        ("activity_sedentary_duration", "score:activity"),
        ("sleep_deep_duration", "score:sleep"),
        ("sleep_interruptions", "score:sleep"),
        ("sleep_start_time", "score:mental_wellbeing"),
        ("heart_rate_variability_sdnn", "score:readiness"),
        ("heart_rate_resting", "score:readiness"),
        ("score:wellbeing", "score:activity"),
        ("score:mental_wellbeing", "score:sleep"),
        ("score:readiness", "score:sleep"),
        ("active_duration", "activity_low_intensity_duration"),
        ("steps", "active_hours"),
        ("steps", "active_energy_burned"),
        ("sleep_duration", "sleep_in_bed_duration"),
        ("sleep_duration", "sleep_efficiency"),
        ("sleep_latency", "sleep_efficiency"),
        ("sleep_duration", "sleep_debt"),
        ("sleep_duration", "activity_sedentary_duration"),
        ("steps", "activity_sedentary_duration"),
        ("heart_rate_resting", "heart_rate_sleep"),
        ("steps", "something_new"),
    ],
)
def test_things_made_of_each_other_are_never_compared(first: str, second: str) -> None:
    assert is_circular(first, second)
    assert is_circular(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("steps", "sleep_duration"),
        ("steps", "score:sleep"),
        ("steps", "heart_rate_resting"),
        ("heart_rate_variability_rmssd", "sleep_duration"),
        ("heart_rate_variability_rmssd", "heart_rate_resting"),
        ("heart_rate_resting", "score:sleep"),
        ("sleep_latency", "exercise_duration"),
        ("sleep_interruptions", "sleep_duration"),
    ],
)
def test_things_measured_apart_are_compared(first: str, second: str) -> None:
    assert not is_circular(first, second)
    assert not is_circular(second, first)


@pytest.mark.parametrize("name", [*BEHAVIOR_TYPES, *(f"score:{score}" for score in SCORES)])
def test_every_type_that_is_read_is_known_and_circular_with_itself(name: str) -> None:
    assert is_circular(name, name)
    assert not is_circular(name, "heart_rate_variability_sdnn") or not is_circular(name, "sleep_latency")
