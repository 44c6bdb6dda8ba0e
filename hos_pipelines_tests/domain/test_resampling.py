"""Resampled weeks: how often a 95 % interval holds the truth, and that the same data give the same interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.resampling import (
    RESAMPLES,
    Floats,
    Ordinals,
    Resampling,
    resample_days,
    share_within,
    t_95,
)

LAST = 739_950


def days_of(weeks: int) -> Ordinals:
    return np.arange(LAST - 7 * weeks + 1, LAST + 1)


def drawn(days: Ordinals, seed: int = 1) -> Floats:
    """How often each day stands in each resample, a row per resample."""
    return resample_days(days, LAST, seed).sums(np.eye(days.size))


def alike(blocks: int) -> Resampling:
    """Resamples of so many blocks that are all the same."""
    return Resampling(np.arange(blocks), np.ones((RESAMPLES, blocks)))


def mean_interval(values: Floats, seed: int) -> tuple[float, float] | None:
    """The 95 % interval of the mean of some weeks of days."""
    resampled = resample_days(days_of(values.size // 7), LAST, seed)
    reach = resampled.reach(resampled.sums(values) / values.size)
    return None if reach is None else (float(values.mean()) - reach, float(values.mean()) + reach)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5])
@pytest.mark.parametrize("weeks", [4, 8])
def test_the_interval_holds_the_true_mean_of_at_least_nine_in_ten_people(weeks: int, phi: float) -> None:
    held = 0
    people = 300
    for person in range(people):
        chance = np.random.default_rng([person, weeks])
        days = chance.normal(size=7 * weeks + 50)
        for place in range(1, days.size):
            days[place] = phi * days[place - 1] + np.sqrt(1 - phi * phi) * days[place]
        weekend = np.where(np.arange(7 * weeks) % 7 >= 5, 1.0, 0.0)
        bounds = mean_interval(days[50:] + weekend, person)
        assert bounds is not None
        held += bounds[0] <= 2 / 7 <= bounds[1]
    assert held / people >= 0.9


def test_the_same_days_and_seed_give_the_same_resamples_and_another_seed_others() -> None:
    one, again, other = (drawn(days_of(4), seed) for seed in (5, 5, 6))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_days_of_one_week_stand_and_fall_together() -> None:
    weeks = drawn(days_of(4)).reshape(RESAMPLES, 4, 7)
    assert (weeks == weeks[:, :, :1]).all()
    assert (weeks[:, :, 0].sum(axis=1) == 4).all()


@pytest.mark.parametrize(
    ("count", "blocks", "is_enough"), [(0, 0, False), (2, 2, False), (3, 3, True), (14, 14, True), (21, 3, True)]
)
def test_fewer_than_three_weeks_are_drawn_by_days(count: int, blocks: int, *, is_enough: bool) -> None:
    resampled = resample_days(np.arange(LAST - count + 1, LAST + 1), LAST, 1)
    assert (resampled.blocks, resampled.is_enough) == (blocks, is_enough)
    assert drawn(np.arange(LAST - count + 1, LAST + 1)).shape == (RESAMPLES, count)


def test_of_too_few_blocks_or_mostly_unknown_values_nothing_is_said() -> None:
    values = np.random.default_rng(1).normal(size=RESAMPLES)
    assert resample_days(days_of(0), LAST, 1).reach(values) is None
    assert alike(2).reach(values) is None
    mostly = np.where(np.arange(RESAMPLES) < RESAMPLES / 2 + 1, np.nan, values)
    assert alike(4).reach(mostly) is None


def test_an_interval_of_few_weeks_is_widened_by_students_t() -> None:
    values = np.random.default_rng(1).normal(size=RESAMPLES)
    few = alike(4)
    assert few.error(values) == pytest.approx(float(values.std()) * (4 / 3) ** 0.5)
    assert few.reach(values) == pytest.approx(3.182 * float(values.std()) * (4 / 3) ** 0.5)
    assert [t_95(1), t_95(29), t_95(30)] == [12.706, 2.045, pytest.approx(1.96, abs=1e-4)]


@pytest.mark.parametrize(
    ("low", "high", "error", "share"),
    [(-1.96, 1.96, 1.0, 0.95), (0.0, 100.0, 1.0, 0.5), (-1.0, 1.0, 0.0, 1.0), (0.5, 1.0, 0.0, 0.0), (-2, 2, 2, 0.6827)],
)
def test_the_share_of_a_normal_deviate_between_two_distances(
    low: float, high: float, error: float, share: float
) -> None:
    assert share_within(low, high, error) == pytest.approx(share, abs=1e-4)


@settings(max_examples=40)
@given(st.sets(st.integers(0, 55)), st.integers(0, 2**63))
def test_every_resample_draws_as_many_blocks_as_there_are(days: set[int], seed: int) -> None:
    ordinals = np.array(sorted(LAST - day for day in days), dtype=np.int64)
    resampled = resample_days(ordinals, LAST, seed)
    by_day = drawn(ordinals, seed)
    assert by_day.shape == (RESAMPLES, len(days))
    assert (by_day >= 0).all()
    weeks = len({day // 7 for day in days})
    assert resampled.blocks == (weeks if weeks >= 3 else len(days))
