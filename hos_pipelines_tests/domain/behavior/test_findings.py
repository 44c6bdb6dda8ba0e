"""Findings: one correction over all that is looked at, and nothing told of people in whom nothing changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.findings import CREDIBLE_Q, Findings, Sought, findings, weighted_q
from hos_pipelines.domain.behavior.weekly_rhythm import weekdays_of
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import EMPTY, Series
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row, flags, floats

NAMES = ("steps", "sleep_duration", "heart_rate_resting", "heart_rate_variability_rmssd", "exercise_duration")
HRV = "heart_rate_variability_rmssd"


def _behavior(success: Floats, name: str = "exercise") -> Behavior:
    return Behavior(name, name, "", days_in_a_row(len(success)), flags(success.tolist()))


def _found(rows: Floats, behaviors: tuple[Behavior, ...] = ()) -> Findings:
    days = days_in_a_row(rows.shape[1])
    series = {name: Series(days, row) for name, row in zip(NAMES, rows, strict=True)}
    series[HRV] = Series(days, np.exp(3.8 + 0.12 * series[HRV].values))
    return findings(Sought(series, NAMES, NAMES, behaviors, HRV, int(days[-1])))


@settings(max_examples=60)
@given(st.lists(st.floats(1e-9, 1), max_size=40))
def test_equal_weights_are_the_correction_of_benjamini_and_hochberg(p: list[float]) -> None:
    found = weighted_q([(one, 3.0) for one in p])
    if p:
        assert found == pytest.approx(false_discovery_control(p).tolist(), abs=1e-12)
    assert all(0 <= one <= 1 for one in found)


def test_a_weightier_test_needs_less_and_the_others_need_more() -> None:
    plain = weighted_q([(0.02, 1.0), (0.02, 1.0), (0.5, 1.0)])
    weighted = weighted_q([(0.02, 2.0), (0.02, 0.5), (0.5, 0.5)])
    assert plain == pytest.approx([0.03, 0.03, 0.5])
    assert weighted == pytest.approx([0.03, 0.06, 1.0])
    assert weighted_q([(0.02, 2.0)]) == [0.02]
    assert weighted_q([(0.02, 2.0)], 8.0) == pytest.approx([0.08])


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5])
def test_of_people_in_whom_nothing_changes_few_are_told_of_anything(phi: float) -> None:
    people = autoregressive(np.random.default_rng(12), 5 * 400, 56, phi).reshape(400, 5, 56)
    found = [_found(rows) for rows in people]
    assert np.mean([any(one.is_credible for one in each.changes.values()) for each in found]) <= 0.07
    assert np.mean([bool(each.associations) for each in found]) <= 0.04
    assert np.mean([(each.hrv_q or 1.0) < CREDIBLE_Q for each in found]) <= 0.04


def test_a_change_is_found_among_all_that_is_looked_at() -> None:
    rows = autoregressive(np.random.default_rng(2), 5, 56, 0.0)
    rows[0, 42:] -= 2.5
    found = _found(rows)
    assert [name for name, one in found.changes.items() if one.is_credible] == ["steps"]
    assert found.changes["steps"].q < 0.01


def test_the_week_of_hrv_is_one_of_the_findings() -> None:
    rows = autoregressive(np.random.default_rng(2), 5, 56, 0.0)
    rows[3, 49:] -= 2.5
    q = _found(rows).hrv_q
    assert q is not None
    assert q < CREDIBLE_Q
    assert findings(Sought({}, NAMES, NAMES, (), None, MONDAY)).hrv_q is None


def test_what_is_done_on_weekends_goes_with_the_day_of_the_week() -> None:
    days = days_in_a_row(28)
    weekend = (weekdays_of(days) >= 5).astype(np.float64)
    often = floats([0, 1, 1, 0] * 7)
    rows = autoregressive(np.random.default_rng(2), 5, 56, 0.3)
    found = _found(rows, (_behavior(weekend), _behavior(often, "enough_sleep"))).weekdays
    assert found["exercise"].is_credible
    assert found["exercise"].eta_squared == pytest.approx(1)
    assert found["exercise"].p <= found["exercise"].q < CREDIBLE_Q
    assert not found["enough_sleep"].is_credible


def test_a_behavior_of_few_days_or_that_never_varies_has_no_weekday_finding() -> None:
    rows = autoregressive(np.random.default_rng(2), 5, 56, 0.3)
    found = _found(rows, (_behavior(floats([0, 1] * 6)), _behavior(np.ones(28), "enough_sleep")))
    assert found.weekdays == {}


def test_the_weekend_alone_makes_nothing_go_together() -> None:
    weekend = 3.0 * (weekdays_of(days_in_a_row(56)) >= 5)
    people = autoregressive(np.random.default_rng(3), 5 * 200, 56, 0.3).reshape(200, 5, 56) + weekend
    assert np.mean([bool(_found(rows).associations) for rows in people]) <= 0.03


def test_what_goes_together_is_found_free_of_its_weekdays() -> None:
    rows = autoregressive(np.random.default_rng(4), 5, 56, 0.0)
    rows[2, 1:] = -rows[0, :-1] + 0.2 * rows[2, 1:]
    best = _found(rows).associations[0]
    assert (best.first, best.second, best.lag) == ("steps", "heart_rate_resting", 1)
    assert best.rho < -0.8
    assert best.q < 0.001


def test_what_is_only_looked_at_for_its_days_is_not_told() -> None:
    rows = autoregressive(np.random.default_rng(5), 5, 56, 0.0)
    rows[4, 40:] += 9
    days = days_in_a_row(56)
    series = {name: Series(days, row) for name, row in zip(NAMES, rows, strict=True)}
    found = findings(Sought(series | {"score:sleep": EMPTY}, NAMES[:4], NAMES[:2], (), None, int(days[-1])))
    assert set(found.changes) == set(NAMES[:4])
    assert all({one.first, one.second} <= set(NAMES[:2]) for one in found.associations)
