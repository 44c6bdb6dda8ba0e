"""Change points: the Nile, which fell once, and series that never shifted."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.behavior.change_point import ChangePoint, best_splits
from hos_pipelines.domain.clock import Floats
from hos_pipelines_tests.domain.behavior.strategies import by_day, floats, recorded_days

# Annual flow at Aswan 1871-1970, 1e8 cubic metres (Cobb 1978, the data set Nile of R).
# fmt: off
NILE = floats([
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
])
# fmt: on
SHIFTED = st.tuples(
    st.lists(st.integers(0, 5), min_size=14, max_size=28), st.lists(st.integers(0, 5), min_size=14, max_size=28)
)


def _change_point(values: Floats) -> ChangePoint | None:
    """The best split of a row where Pettitt's p is below 0.05."""
    (found,) = best_splits(np.atleast_2d(values))
    return found if found is not None and found.p < 0.05 else None


def test_the_nile_fell_after_1898() -> None:
    found = _change_point(NILE)
    assert found is not None
    assert found.column == 28
    assert (found.before, found.after) == pytest.approx((1097.75, 849.972), abs=1e-3)
    assert found.k == 1617
    assert found.p == pytest.approx(3.591e-07, abs=1e-10)


@given(st.lists(st.integers(-9, 9), min_size=14, max_size=60))
def test_a_change_is_the_split_of_least_error_and_pettitt_believes_it(numbers: list[int]) -> None:
    found = _change_point(floats(numbers))
    n = len(numbers)
    k = max(abs(sum(np.sign(a - b) for a in numbers[:i] for b in numbers[i:])) for i in range(1, n))
    p = min(1.0, 2 * math.exp(-6 * k * k / (n**3 + n**2)))
    if found is None:
        assert p >= 0.05
        return
    assert found.k == k
    assert found.p == pytest.approx(p, rel=1e-9)
    errors = {i: _error(numbers[:i]) + _error(numbers[i:]) for i in range(7, n - 6)}
    assert errors[found.column] == pytest.approx(min(errors.values()), abs=1e-9)


@given(SHIFTED, st.integers(20, 90))
def test_a_clear_shift_is_found_where_it_is(halves: tuple[list[int], list[int]], step: int) -> None:
    before, after = halves
    found = _change_point(floats([*before, *(number + step for number in after)]))
    assert found is not None
    assert found.column == len(before)
    assert found.after > found.before


def test_what_never_shifts_has_no_change_point() -> None:
    assert _change_point(np.full(28, 0.1)) is None
    assert _change_point(floats([1, 2] * 14)) is None


@given(st.lists(st.integers(-9, 9), min_size=14, max_size=60))
def test_the_best_split_is_there_however_little_is_to_be_split(numbers: list[int]) -> None:
    (split,) = best_splits(floats(numbers)[np.newaxis])
    found = _change_point(floats(numbers))
    assert split is not None
    assert found in (None, split)
    assert (found is None) == (split.p >= 0.05)
    assert split.before == pytest.approx(np.mean(numbers[: split.column]))
    assert split.after == pytest.approx(np.mean(numbers[split.column :]))


def test_less_than_two_weeks_have_no_change_point() -> None:
    assert _change_point(floats([0] * 6 + [9] * 7)) is None


def test_no_side_of_a_change_is_shorter_than_a_week() -> None:
    found = _change_point(floats([0, 1, 0] + [50, 51, 52, 53] * 5 + [90] * 12))
    assert found is not None
    assert 7 <= found.column <= 28


@given(SHIFTED.flatmap(lambda halves: st.tuples(st.just(halves), recorded_days(len(halves[0]) + len(halves[1])))))
def test_days_without_a_value_only_move_a_change_to_its_day(
    drawn: tuple[tuple[list[int], list[int]], np.ndarray],
) -> None:
    (before, after), days = drawn
    values = floats([*before, *(number + 20 for number in after)])
    found, dense = _change_point(by_day(days, values)), _change_point(values)
    assert found is not None
    assert dense is not None
    assert found.column == days[dense.column] - days[0]
    assert (found.before, found.after, found.k, found.p) == (dense.before, dense.after, dense.k, dense.p)


def test_without_values_there_is_no_change_point() -> None:
    assert best_splits(np.full((2, 56), np.nan)) == [None, None]
    assert best_splits(np.empty((0, 56))) == []


def _error(numbers: list[int]) -> float:
    return float(np.square(np.array(numbers) - np.mean(numbers)).sum())
