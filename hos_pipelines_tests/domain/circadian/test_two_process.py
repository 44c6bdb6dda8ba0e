import json

import numpy as np
import pytest

from hos_pipelines.domain.circadian.two_process import TwoProcess, skewed_wave
from hos_pipelines_tests.domain.circadian.sleepers import GOLD

MODEL = TwoProcess()
EXPECTED = json.loads((GOLD / "two_process.expected.json").read_text())


@pytest.mark.parametrize("awake", [15, 16, 17, 18, 19])
def test_a_schedule_kept_forever_ends_in_the_forced_equilibrium(awake: int) -> None:
    expected = EXPECTED["forced_equilibrium_S (chi_w=18.2,chi_s=4.2,U=1,L=0)"][f"{awake}h wake/{24 - awake}h sleep"]
    wake, bed = MODEL.equilibrium(awake, 24 - awake)
    assert wake == pytest.approx(expected["S_wake"], abs=1e-6)
    assert bed == pytest.approx(expected["S_sleep_onset"], abs=1e-6)


def test_pressure_rises_awake_and_falls_asleep_as_in_the_table() -> None:
    wake, bed = MODEL.equilibrium(16, 8)
    for hours, expected in EXPECTED["S_after_hours_awake_from_16_8_equilibrium"].items():
        assert MODEL.awake(wake, float(hours)) == pytest.approx(expected, abs=1e-6)
    for hours, expected in EXPECTED["S_after_hours_asleep_from_16_8_equilibrium"].items():
        assert MODEL.asleep(bed, float(hours)) == pytest.approx(expected, abs=1e-6)


def test_nights_in_a_row_lead_to_the_equilibrium_from_anywhere() -> None:
    nights = [(16.0 + 24 * day, 24.0 + 24 * day) for day in range(14)]
    assert MODEL.through(nights, 0.9, 0, 24 * 14) == pytest.approx(MODEL.equilibrium(16, 8)[0], abs=1e-6)


def test_without_an_alarm_clock_sleep_settles_as_bisection_and_an_ode_solver_found() -> None:
    expected = next(value for name, value in EXPECTED.items() if name.startswith("threshold_model"))["bisection"]
    sleep = MODEL.free_running(30)[-1]
    assert sleep.onset % 24 == pytest.approx(expected["sleep_onset_h_after_C_upcross"], abs=1e-6)
    assert sleep.hours == pytest.approx(expected["sleep_dur_h"], abs=1e-6)
    assert sleep.pressure_onset == pytest.approx(expected["S_onset"], abs=1e-6)
    assert sleep.pressure_wake == pytest.approx(expected["S_wake"], abs=1e-6)


@pytest.mark.parametrize(("lower", "sleeps_per_day"), [(0.09, 0.75), (0.50, 1.5), (0.58, 2.0)])
def test_the_published_patterns_of_sleep_come_out(lower: float, sleeps_per_day: float) -> None:
    # npj Biol Timing Sleep 2025, figure 1c-e.
    sleeps = TwoProcess(upper=0.75, lower=lower, amplitude=0.07).free_running(160)
    days = (sleeps[-1].onset - sleeps[39].onset) / 24
    assert 120 / days == pytest.approx(sleeps_per_day, abs=1e-3)


def test_a_threshold_that_pressure_never_meets_is_refused() -> None:
    with pytest.raises(ValueError, match="meets no threshold"):
        TwoProcess(upper=1.5).next_sleep(0.0)


def test_the_skewed_wave_has_its_five_harmonics() -> None:
    expected = 0.97 - 0.07 + 0.001  # Daan 1984 at a quarter of the cycle: the even harmonics vanish
    assert float(skewed_wave(6.0)) == pytest.approx(expected, abs=1e-12)
    assert skewed_wave(np.array([0.0, 12.0, 24.0])) == pytest.approx([0, 0, 0], abs=1e-12)
