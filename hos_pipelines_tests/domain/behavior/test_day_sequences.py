"""Order: transitions, entropy and routine against figures worked out by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from hos_pipelines.domain.behavior.day_sequences import (
    entropy_rate,
    routine_index,
    stationary,
    transition_matrix,
)
from hos_pipelines_tests.domain.behavior.gold import GOLD
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row

STATES = st.lists(st.integers(0, 2), min_size=2, max_size=60)


def test_the_gold_chain_is_reproduced() -> None:
    gold = GOLD["markov"]
    assert stationary(np.array(gold["P"])) == pytest.approx(gold["stationary"], abs=1e-9)
    assert entropy_rate(np.array(gold["P"])) == pytest.approx(gold["entropy_rate_bits"], abs=1e-9)


def test_transitions_are_counted_from_row_to_column() -> None:
    found = transition_matrix(np.array([0, 0, 1, 0, 0, 1, 1]), 2)
    assert found is not None
    assert found.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    longer = transition_matrix(np.array([0, 1, 1, 1, 0, 1]), 2)
    assert longer is not None
    assert longer == pytest.approx(np.array([[0.0, 1.0], [1 / 3, 2 / 3]]))


def test_a_transition_across_an_unrecorded_day_does_not_count() -> None:
    days = np.array([MONDAY, MONDAY + 1, MONDAY + 3, MONDAY + 4])
    found = transition_matrix(np.array([0, 1, 0, 1]), 2, days)
    assert found is None
    assert transition_matrix(np.array([0, 1, 0, 1]), 2, days_in_a_row(4)) is not None


def test_a_state_that_was_never_left_leaves_the_chain_unknown() -> None:
    assert transition_matrix(np.array([1, 1, 1]), 2) is None


def test_a_chain_that_depends_on_its_start_has_no_stationary_shares() -> None:
    assert stationary(np.eye(2)) is None
    assert entropy_rate(np.eye(2)) is None


def test_strict_alternation_holds_no_surprise_and_a_coin_one_bit() -> None:
    assert entropy_rate(np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx(0, abs=1e-12)
    assert entropy_rate(np.full((2, 2), 0.5)) == pytest.approx(1, abs=1e-12)


@given(STATES)
def test_shares_are_stationary_and_entropy_keeps_its_bounds(states: list[int]) -> None:
    matrix = transition_matrix(np.array(states), 3)
    if matrix is None:
        return
    assert matrix.sum(axis=1) == pytest.approx(np.ones(3))
    shares, bits = stationary(matrix), entropy_rate(matrix)
    if shares is None or bits is None:
        assert (shares, bits) == (None, None)
        return
    assert shares @ matrix == pytest.approx(shares, abs=1e-9)
    assert shares.sum() == pytest.approx(1)
    assert 0 <= bits <= np.log2(3) + 1e-9


def test_the_routine_index_is_the_median_correlation_of_neighboring_days() -> None:
    rows = np.random.default_rng(4).normal(size=(6, 24))
    expected = np.median([pearsonr(one, other).statistic for one, other in pairwise(rows)])
    assert routine_index(rows) == pytest.approx(expected, abs=1e-9)


def test_the_same_day_again_and_again_is_all_routine() -> None:
    assert routine_index(np.tile(np.arange(24.0), (5, 1))) == pytest.approx(1)


def test_a_day_without_record_or_without_variation_is_no_part_of_a_routine() -> None:
    rows = np.tile(np.arange(24.0), (5, 1))
    rows[2] = np.nan
    assert routine_index(rows) == pytest.approx(1)
    assert routine_index(np.ones((5, 24))) is None
    assert routine_index(rows[1:4]) is None
    assert routine_index(rows[:1]) is None


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_two_states_have_the_shares_of_the_general_solution(leave: float, come_back: float) -> None:
    pair = np.array([[1 - leave, leave], [come_back, 1 - come_back]])
    # The second state cut in two that nothing tells apart.
    split = np.array(
        [
            [1 - leave, leave / 2, leave / 2],
            [come_back, (1 - come_back) / 2, (1 - come_back) / 2],
            [come_back, (1 - come_back) / 2, (1 - come_back) / 2],
        ]
    )
    shares, split_shares = stationary(pair), stationary(split)
    assert shares is not None
    assert split_shares is not None
    assert split_shares == pytest.approx([shares[0], shares[1] / 2, shares[1] / 2], abs=1e-9)
