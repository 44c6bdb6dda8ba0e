"""Autocorrelation: the evidence against plain matrices, and what is believed of days that resemble each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, rankdata

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.autocorrelation import (
    EXPECTED_SIZE,
    PHIS,
    Dependence,
    dependences,
    evidence,
    normal_scores,
    prior_of_phi,
)
from hos_pipelines.domain.behavior.changes import alternative_courses
from hos_pipelines.domain.behavior.weekly_rhythm import weekdays_of
from hos_pipelines.domain.clock import Floats
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, floats

ALTERNATIVES, SHARES = alternative_courses(56)


def _dense(scores: Floats, days: Floats, phi: float, course: Floats) -> tuple[float, float]:
    """Both evidences by inverting the whole covariance matrix (REML)."""
    apart = np.abs(days[:, np.newaxis] - days)
    precision = np.linalg.inv(float(phi) ** apart)
    weekdays = weekdays_of(MONDAY + days.astype(np.int64))
    means = 1.0 * (weekdays[:, np.newaxis] == np.unique(weekdays))
    fisher = means.T @ precision @ means
    free = precision - precision @ means @ np.linalg.solve(fisher, means.T @ precision)
    freedom = len(scores) - means.shape[1]
    constant = (np.linalg.slogdet(precision)[1] - np.linalg.slogdet(fisher)[1]) / 2
    unchanged = scores @ free @ scores
    length = course @ free @ course
    changed = unchanged - (course @ free @ scores) ** 2 / (length + EXPECTED_SIZE**-2)
    return (
        constant - freedom / 2 * np.log(unchanged),
        constant - freedom / 2 * np.log(changed) - np.log1p(EXPECTED_SIZE**2 * length) / 2,
    )


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0, 0.5))
def test_the_evidence_is_that_of_the_whole_covariance_whatever_days_are_missing(seed: int, missing: float) -> None:
    chance = np.random.default_rng(seed)
    row = autoregressive(chance, 1, 56, 0.4)
    row[0, chance.random(56) < missing] = np.nan
    known = np.flatnonzero(~np.isnan(row[0]))
    found = evidence(row, MONDAY, ALTERNATIVES)
    scores = normal_scores(row)[0, known]
    for place, phi in enumerate(PHIS.tolist()):
        for number in (1, 6):
            dense = _dense(scores, known.astype(np.float64), phi, ALTERNATIVES[number, known])
            told = (found.unchanged[0, place], found.changed[0, place, number])
            assert told == pytest.approx(dense, abs=1e-6)


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1, max_size=40))
def test_normal_scores_are_quantiles_of_mid_ranks(numbers: list[int | None]) -> None:
    row = floats([np.nan if number is None else float(number) for number in numbers])
    known = ~np.isnan(row)
    scores = normal_scores(row[np.newaxis])[0]
    assert scores[~known].tolist() == [0.0] * int((~known).sum())
    if known.any():
        expected = norm.ppf((rankdata(row[known]) - 0.5) / known.sum())
        assert scores[known] == pytest.approx(expected, abs=1e-9)


def test_one_row_does_not_hide_another() -> None:
    rows = autoregressive(np.random.default_rng(3), 4, 56, 0.3)
    rows[1, :20] = np.nan
    together = evidence(rows, MONDAY, ALTERNATIVES)
    for place, row in enumerate(rows):
        alone = evidence(row[np.newaxis], MONDAY, ALTERNATIVES)
        assert together.unchanged[place] == pytest.approx(alone.unchanged[0], abs=1e-9)
        assert together.changed[place] == pytest.approx(alone.changed[0], abs=1e-9)


@pytest.mark.parametrize("phi", [-0.2, 0.0, 0.3, 0.5, 0.7])
def test_what_days_carry_over_is_learned_from_all_series_together(phi: float) -> None:
    chance = np.random.default_rng(8)
    means, alone = [], []
    for _ in range(40):
        rows = autoregressive(chance, 8, 56, phi)
        means += [one.mean for one in _believed(rows)]
        alone += [_believed(rows[:1])[0].mean]
    assert np.mean(means) == pytest.approx(phi, abs=0.07)
    assert np.std(means) < 0.8 * np.std(alone)


def test_a_slow_series_among_quick_ones_is_not_taken_for_one_of_them() -> None:
    chance = np.random.default_rng(5)
    slow = []
    for _ in range(40):
        rows = autoregressive(chance, 8, 56, 0.0)
        rows[0] = autoregressive(chance, 1, 56, 0.8)[0]
        slow.append(_believed(rows)[0].mean)
    assert np.mean(slow) > 0.5


def test_a_change_is_not_taken_for_days_that_resemble_each_other() -> None:
    chance = np.random.default_rng(6)
    rows = autoregressive(chance, 200, 56, 0.0)
    rows[:, 42:] += 2.0
    means = [_believed(row[np.newaxis])[0].mean for row in rows]
    assert np.mean(means) < 0.15


def test_a_cautious_value_lies_a_deviation_above_the_mean_and_is_never_negative() -> None:
    assert Dependence(0.3, 0.1).cautious == pytest.approx(0.4)
    assert Dependence(-0.3, 0.1).cautious == 0.0
    assert Dependence(0.85, 0.2).cautious == PHIS[-1]


def _believed(rows: Floats) -> list[Dependence]:
    found = evidence(rows, MONDAY, ALTERNATIVES)
    prior = prior_of_phi(found, SHARES)
    assert prior.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    return dependences(found, prior, SHARES)
