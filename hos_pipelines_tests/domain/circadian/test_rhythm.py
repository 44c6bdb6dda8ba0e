"""The daily rhythm: stability and variability against GGIR and closed forms, level ties, cosinor against scipy."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from hos_pipelines.domain.circadian.rhythm import (
    cosinor,
    daily_profile,
    fit_rhythm,
    interdaily_stability,
    intradaily_variability,
    rest_activity,
)

Floats = npt.NDArray[np.float64]

WEEK = np.arange(168.0)
SINUSOID = 10 + 5 * np.sin(2 * np.pi * WEEK / 24)


def noisy(seed: int, days: int = 10) -> tuple[Floats, Floats]:
    chance = np.random.default_rng(seed)
    times = np.arange(0.5, days * 24)
    return times, 100 + 40 * np.cos(2 * np.pi * (times - 15) / 24) + chance.normal(0, 20, times.size)


def test_a_week_of_a_sinusoid_has_the_figures_of_ggir() -> None:
    """IV 0.067754: GGIR's g.IVIS (Apache-2.0) on 7 days of an hourly sinusoid, IS 1."""
    assert interdaily_stability(SINUSOID) == pytest.approx(1.0, abs=1e-9)
    assert intradaily_variability(SINUSOID) == pytest.approx(0.067754, abs=5e-7)


def test_variability_of_a_long_sinusoid_nears_its_limit() -> None:
    values = np.sin(2 * np.pi * np.arange(24 * 1000) / 24)
    assert intradaily_variability(values) == pytest.approx(4 * np.sin(np.pi / 24) ** 2, abs=1e-5)


def test_noise_has_a_stability_of_about_one_over_the_days_and_a_variability_of_two() -> None:
    """The expectation of an analysis of variance: (24 - 1) / (168 - 1), near 1/7."""
    chance = np.random.default_rng(3)
    weeks = chance.normal(size=(400, 168))
    assert np.mean([interdaily_stability(week) or 0 for week in weeks]) == pytest.approx(23 / 167, abs=0.005)
    assert np.mean([intradaily_variability(week) or 0 for week in weeks]) == pytest.approx(2.0, abs=0.03)


def test_stability_is_the_share_of_variance_the_profile_explains() -> None:
    """The classical form as an analysis of variance of full days: between hours over total, both of the population."""
    _, values = noisy(5)
    days = values.reshape(-1, 24)
    explained = days.mean(axis=0).var() / values.var()
    assert interdaily_stability(values) == pytest.approx(float(explained), abs=1e-12)
    assert intradaily_variability(values) == pytest.approx(
        float((np.diff(values) ** 2).mean() / values.var()), abs=1e-12
    )


def test_missing_hours_are_left_out_and_never_zero() -> None:
    values = SINUSOID.copy()
    values[[5, 30, 31, 100]] = np.nan
    assert interdaily_stability(values) == pytest.approx(1.0, abs=0.03)
    assert intradaily_variability(values) == pytest.approx(0.0677, abs=0.005)


def test_an_hour_never_recorded_leaves_stability_and_levels_unknown() -> None:
    values = SINUSOID.copy()
    values[3::24] = np.nan
    assert np.isnan(daily_profile(values)[3])
    assert interdaily_stability(values) is None
    assert rest_activity(daily_profile(values)) is None


@pytest.mark.parametrize("values", [np.full(168, 7.0), np.full(168, np.nan), np.empty(0)])
def test_what_does_not_vary_has_no_rhythm(values: Floats) -> None:
    assert interdaily_stability(values) is None
    assert intradaily_variability(values) is None
    assert fit_rhythm(np.arange(float(values.size)), values) is None


def test_least_and_most_active_hours() -> None:
    profile = np.array([1, 0, 0, 1, 2, 3, 5, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.float64)
    levels = rest_activity(profile)
    assert levels is not None
    assert (levels.l5, levels.l5_start) == (0.8, 23.5)
    assert (levels.m10, levels.m10_start) == pytest.approx((8.9, 7.5))
    assert levels.relative_amplitude == pytest.approx((8.9 - 0.8) / (8.9 + 0.8))


def test_a_night_without_a_step_has_its_least_active_hours_in_its_middle() -> None:
    profile = np.zeros(24)
    profile[7:23] = 500
    levels = rest_activity(profile)
    assert levels is not None
    assert (levels.l5, levels.l5_start, levels.relative_amplitude) == (0.0, 0.5, 1.0)
    assert levels.m10_start == 10.0


def test_where_all_hours_are_alike_none_is_the_least_active() -> None:
    levels = rest_activity(np.full(24, 3.0))
    assert levels is not None
    assert (levels.l5_start, levels.m10_start, levels.relative_amplitude) == (None, None, 0.0)
    still = rest_activity(np.zeros(24))
    assert still is not None
    assert still.relative_amplitude is None


@settings(max_examples=60)
@given(st.lists(st.integers(0, 50), min_size=24, max_size=24), st.integers(0, 23))
def test_levels_turn_with_the_clock(hours: list[int], by: int) -> None:
    profile = np.array(hours, dtype=np.float64) + np.arange(24) * 1e-3
    before, after = rest_activity(profile), rest_activity(np.roll(profile, by))
    assert before is not None
    assert after is not None
    assert (after.l5, after.m10) == pytest.approx((before.l5, before.m10))
    if before.l5_start is not None and after.l5_start is not None:
        assert (after.l5_start - before.l5_start - by) % 24 == pytest.approx(0.0)


@pytest.mark.parametrize("period", [24.0, 12.0])
def test_a_cosinor_finds_what_an_iterative_fit_finds(period: float) -> None:
    times, values = noisy(11)

    def wave(at: Floats, mesor: float, amplitude: float, peak: float) -> Floats:
        return np.asarray(mesor + amplitude * np.cos(2 * np.pi * (at - peak) / period))

    start = (100.0, 10.0, 3.0)
    expected, _ = optimize.curve_fit(wave, times, values, start, ftol=1e-15, xtol=1e-15, gtol=1e-15)
    if expected[1] < 0:
        expected = np.array([expected[0], -expected[1], expected[2] + period / 2])
    fit = cosinor(times, values, 1, period)
    assert fit is not None
    assert (fit.mesor, fit.amplitude, fit.peak) == pytest.approx(
        (expected[0], expected[1], expected[2] % period), rel=1e-6
    )


@pytest.mark.parametrize("harmonics", [1, 2, 3])
def test_a_cosinor_is_the_least_squares_fit_of_its_normal_equations(harmonics: int) -> None:
    times, values = noisy(13)
    columns = [np.ones_like(times)]
    for order in range(1, harmonics + 1):
        columns += [np.cos(2 * np.pi * order * times / 24), np.sin(2 * np.pi * order * times / 24)]
    design = np.stack(columns, axis=1)
    weights = np.linalg.solve(design.T @ design, design.T @ values)
    residual = ((values - design @ weights) ** 2).sum()
    without = design[:, :-2] @ np.linalg.lstsq(design[:, :-2], values, rcond=None)[0]
    spare = times.size - design.shape[1]
    statistic = (((values - without) ** 2).sum() - residual) / 2 / (residual / spare)
    fit = cosinor(times, values, harmonics)
    assert fit is not None
    assert fit.weights == pytest.approx(weights, abs=1e-9)
    assert fit.curve(times) == pytest.approx(design @ weights, abs=1e-9)
    assert fit.r2 == pytest.approx(1 - residual / ((values - values.mean()) ** 2).sum(), abs=1e-12)
    assert fit.p == pytest.approx(float(stats.f.sf(statistic, 2, spare)), rel=1e-8)


def test_an_exact_wave_is_found_exactly_and_needs_no_further_harmonic() -> None:
    fit = fit_rhythm(WEEK, 10 + 5 * np.cos(2 * np.pi * (WEEK - 15.25) / 24))
    assert fit is not None
    assert (fit.mesor, fit.amplitude, fit.peak) == pytest.approx((10, 5, 15.25), abs=1e-9)
    assert (fit.harmonics, fit.r2) == pytest.approx((1, 1.0))
    assert (fit.crest, fit.trough) == pytest.approx((15.25, 3.25), abs=1e-9)


def test_harmonics_are_kept_while_they_explain_something() -> None:
    chance = np.random.default_rng(1)
    first, second = np.cos(2 * np.pi * (WEEK - 15) / 24), np.cos(2 * np.pi * (WEEK - 9) / 12)
    noise = chance.normal(0, 0.5, WEEK.size)
    plain, double = fit_rhythm(WEEK, 5 * first + noise), fit_rhythm(WEEK, 5 * first + 2 * second + noise)
    assert plain is not None
    assert double is not None
    assert (plain.harmonics, double.harmonics) == (1, 2)


def test_the_crest_of_the_curve_is_its_highest_point() -> None:
    times, _ = noisy(2)
    values = 3 * np.cos(2 * np.pi * (times - 17) / 24) + 2 * np.cos(2 * np.pi * (times - 8) / 12)
    fit = cosinor(times, values, 2)
    assert fit is not None
    fine = np.arange(0, 24, 1e-4)
    assert fit.crest == pytest.approx(float(fine[np.argmax(fit.curve(fine))]), abs=1e-3)
    assert fit.trough == pytest.approx(float(fine[np.argmin(fit.curve(fine))]), abs=1e-3)


def test_missing_values_do_not_move_an_exact_wave() -> None:
    values = 10 + 5 * np.cos(2 * np.pi * (WEEK - 20) / 24)
    values[3:60:7] = np.nan
    fit = cosinor(WEEK, values)
    assert fit is not None
    assert (fit.amplitude, fit.peak, fit.n) == pytest.approx((5, 20, 159))


def test_times_that_do_not_tell_harmonics_apart_are_not_fitted() -> None:
    values = np.random.default_rng(0).normal(size=20)
    assert cosinor(np.arange(20.0) * 24, values) is None
    assert cosinor(np.arange(3.0), values[:3]) is None


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 24))
def test_a_later_rhythm_peaks_so_much_later(seed: int, later: float) -> None:
    times, values = noisy(seed)
    before, after = cosinor(times, values), cosinor(times + later, values)
    assert before is not None
    assert after is not None
    assert (after.peak - before.peak - later + 12) % 24 - 12 == pytest.approx(0, abs=1e-7)
    assert (after.mesor, after.amplitude, after.r2) == pytest.approx((before.mesor, before.amplitude, before.r2))
