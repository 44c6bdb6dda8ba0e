"""The numbers of the facts page to the printed digit, and closed forms against independent ones."""

import math
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from hos_pipelines.domain.guidance.insights.contrasts import (
    LARGE,
    MEDIUM,
    SMALL,
    contrast,
    permutation_p,
    week_turn_p,
)
from hos_pipelines.domain.guidance.insights.detectable import (
    held_sd,
    independent_share,
    least_detectable,
    two_sided_p,
    weigh,
)
from hos_pipelines.domain.guidance.insights.ranking import news_of, rank_of
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS, TYPICAL_SLEEP_SD

SLEEP = SUBJECTS["sleep_duration"]


def test_the_least_detectable_change_of_sleep() -> None:
    """77 min as printed; both figures hold for 1.29 h, which is 77 min to the minute."""
    minutes = 60 * TYPICAL_SLEEP_SD
    assert round(minutes) == 77
    assert round(least_detectable(minutes, 7, 28)) == 64
    assert round(least_detectable(minutes, 14, 28)) == 50


def test_a_person_is_held_against_their_own_days_never_less_than_half_of_what_is_typical() -> None:
    assert held_sd(SLEEP, 0.9, 14, 7.0) == 0.9
    assert held_sd(SLEEP, 0.9, 13, 7.0) == TYPICAL_SLEEP_SD
    assert held_sd(SLEEP, 0.1, 35, 7.0) == TYPICAL_SLEEP_SD / 2
    assert held_sd(SUBJECTS["steps"], 100.0, 35, 8000.0) == pytest.approx(0.175 * 8000)


def test_days_that_resemble_each_other_count_for_fewer() -> None:
    assert round(independent_share(0.3), 2) == 0.54
    assert round(1 / math.sqrt(independent_share(0.3)), 2) == 1.36


def test_many_tests_at_once_find_something_in_most_runs() -> None:
    assert round(1 - 0.95**30, 2) == 0.79
    assert round(1 - 0.99**30, 2) == 0.26


def test_rank_and_news() -> None:
    assert rank_of(1, 1, 1, 1) == pytest.approx(1.0)
    each = [rank_of(*(float(place == one) for place in range(4))) for one in range(4)]
    assert each == [0.35, 0.30, 0.25, 0.10]
    assert news_of(None) == 1.0
    assert news_of(timedelta(days=7)) == 0.5
    assert news_of(timedelta(days=14)) == 0.75
    assert news_of(timedelta(days=-1)) == 0.0
    assert (SMALL, MEDIUM, LARGE) == (0.147, 0.33, 0.474)


@pytest.mark.parametrize(("t", "freedom"), [(0.0, 10), (1.0, 5), (2.0, 12), (3.5, 8), (2.2, 40)])
def test_the_approximation_of_student(t: float, freedom: float) -> None:
    assert two_sided_p(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), rel=0.02, abs=1e-4)


def test_independent_days_weigh_as_in_a_textbook() -> None:
    days, late = np.arange(35, dtype=np.int64), np.arange(35) >= 28
    weighing = weigh(days.tobytes(), late.tobytes(), 0.0)
    assert weighing.variance == pytest.approx(1 / 7 + 1 / 28)
    assert weighing.freedom == pytest.approx(33)


def test_hodges_lehmann_and_its_interval_are_those_of_all_pairs() -> None:
    chance = np.random.default_rng(1)
    one, other = chance.normal(0, 1, 14), chance.normal(1, 1, 11)
    found = contrast(np.concatenate((one, other)), np.repeat((False, True), (14, 11)))
    assert found is not None
    pairs = np.sort(np.subtract.outer(other, one).ravel())
    assert found.shift == pytest.approx(float(np.median(pairs)))
    u = stats.mannwhitneyu(other, one).statistic
    assert found.delta == pytest.approx(2 * u / (14 * 11) - 1)
    # The interval holds exactly those shifts that the rank test would not reject, but for a step of the ranks.
    for shift, is_within in ((found.low + 0.02, True), (found.high - 0.02, True), (found.low - 0.3, False)):
        p = stats.mannwhitneyu(other - shift, one, method="asymptotic", use_continuity=False).pvalue
        assert bool(p > 0.03) is is_within


def test_within_weeks_only_days_of_the_same_week_are_compared() -> None:
    values = np.array([1.0, 2.0, 101.0, 103.0, 104.0])
    free = np.array([False, True, False, False, True])
    found = contrast(values, free, np.array([1, 1, 0, 0, 0]))
    assert found is not None
    assert (found.shift, found.delta, found.n, found.m) == (1.0, 1.0, 3, 2)
    assert contrast(values[:3], np.array([False, False, True]), np.array([1, 1, 0])) is None


def test_a_permutation_is_exact_while_arrangements_are_few_and_seeded_where_they_are_many() -> None:
    chance = np.random.default_rng(2)
    values, second = chance.normal(size=10), np.arange(10) >= 6
    away = values - values.mean()
    sums = [abs(sum(away[list(some)])) for some in combinations(range(10), 4)]
    exact = sum(one >= abs(away[second].sum()) - 1e-9 for one in sums) / len(sums)
    assert permutation_p(values, second, 1) == pytest.approx(exact)
    many, late = chance.normal(size=40), np.arange(40) >= 25
    assert math.comb(40, 15) > 100_000
    assert permutation_p(many, late, 7) == permutation_p(many, late, 7)
    p = stats.ttest_ind(many[late], many[~late]).pvalue
    assert permutation_p(many, late, 7) == pytest.approx(p, abs=0.03)
    assert permutation_p(values, second & False, 1) is None


def test_weeks_are_turned_through_all_their_days() -> None:
    days = np.arange(1, 22, dtype=np.int64)
    free = days % 7 >= 5
    assert week_turn_p(days, np.where(free, 1.0, 0.0), free, 0) == pytest.approx(1 / 7**3, rel=0.01)
    longer = np.arange(1, 57, dtype=np.int64)
    p = week_turn_p(longer, np.where(longer % 7 >= 5, 1.0, 0.0), longer % 7 >= 5, 3)
    assert p == pytest.approx(1 / 5000)
    assert week_turn_p(days, np.ones(21), free, 0) is None
