"""Week means: this week against the last, and a least change that chance seldom reaches."""

import numpy as np
import pytest

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.week_means import day_sds, week_means
from hos_pipelines.domain.behavior.weekly_rhythm import without_weekdays
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, floats


def test_both_weeks_have_the_mean_of_their_days() -> None:
    row = floats([0.0] * 14 + [1.0] * 7 + [3.0] * 7)
    row[[15, 27]] = np.nan
    found = week_means(row, 27, 1.0, 0.0)
    assert found is not None
    assert (found.this, found.before, found.days, found.days_before) == (3.0, 1.0, 6, 6)


def test_fewer_than_four_days_of_a_week_have_no_mean() -> None:
    row = floats(list(range(28)))
    row[24:] = np.nan
    assert week_means(row, 27, 1.0, 0.0) is None
    assert week_means(row, 23, 1.0, 0.0) is not None
    assert week_means(row[:9], 8, 1.0, 0.0) is None


def test_the_deviation_of_days_leaves_out_those_without_a_value() -> None:
    rows = np.array([[1.0, np.nan, 3.0], [np.nan] * 3, [5.0, 5.0, 5.0]])
    assert day_sds(rows).tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.7])
def test_chance_seldom_reaches_the_least_change(phi: float) -> None:
    rows = autoregressive(np.random.default_rng(1), 2000, 56, phi)
    sds = day_sds(without_weekdays(rows, MONDAY)).tolist()
    found = [week_means(row, 55, sd, phi) for row, sd in zip(rows, sds, strict=True)]
    beyond = [abs(one.this - one.before) >= one.least_change for one in found if one is not None]
    assert len(beyond) == 2000
    assert np.mean(beyond) <= 0.03
