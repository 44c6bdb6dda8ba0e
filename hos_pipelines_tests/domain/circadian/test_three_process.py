import numpy as np
import pytest

from hos_pipelines.domain.circadian.three_process import ThreeProcess, personal_phase

MODEL = ThreeProcess()
AT_FIRST = 7.96
# Awake at 07:00 with S 7.96, then nights 23:00-07:00: the schedule of the FIPS run.
NIGHTS = [(23.0 + 24 * day, 31.0 + 24 * day) for day in range(7)]
DAY_8 = MODEL.through(NIGHTS, AT_FIRST, 7.0, 7.0 + 24 * 7)


def test_alertness_at_waking_is_that_of_fips() -> None:
    # FIPS 1.0, TPM defaults, regular 23-07, day 8.
    assert MODEL.alertness(DAY_8, 7.0, np.array([0.0]))[0] == pytest.approx(11.67991, abs=1e-5)


def test_sleepiness_over_the_day_is_that_of_fips() -> None:
    hours = np.array([0.0, 1.0, 5.0, 10.0, 16.0])
    kss = 10.6 - 0.6 * (MODEL.alertness(DAY_8, 7.0, hours) + MODEL.waking_inertia(hours))
    # FIPS 1.0, the Karolinska Sleepiness Scale with W at 07:00, 08:00, 12:00, 17:00 and 23:00.
    assert kss == pytest.approx([7.02405, 4.30926, 3.43137, 3.11672, 5.67474], abs=1e-5)


def test_there_is_one_peak_in_the_late_afternoon_and_no_dip() -> None:
    hours = np.arange(2, 16, 0.25)
    alertness = MODEL.alertness(DAY_8, 7.0, hours) + MODEL.waking_inertia(hours)
    assert MODEL.peak_hour(DAY_8, 7.0, hours) == 16.75
    assert int((np.diff(np.sign(np.diff(alertness))) != 0).sum()) == 1


def test_the_default_phase_belongs_to_a_midsleep_at_three() -> None:
    assert personal_phase(3.0) == pytest.approx(MODEL.phase)
    assert personal_phase(12.0) == pytest.approx(1.8)


def test_sleep_fills_in_a_straight_line_and_then_ever_slower() -> None:
    assert MODEL.asleep(8.0, 2.0) - MODEL.asleep(8.0, 1.0) == pytest.approx(0.80085, abs=1e-4)
    assert MODEL.asleep(MODEL.asleep(8.0, 4.0), 4.0) == pytest.approx(MODEL.asleep(8.0, 8.0))
    assert MODEL.asleep(13.0, 100.0) == pytest.approx(MODEL.upper_asymptote)


def test_someone_who_sleeps_two_hours_later_peaks_two_hours_later() -> None:
    later = [(onset + 2, wake + 2) for onset, wake in NIGHTS]
    moved = ThreeProcess(phase=personal_phase(5.0))
    at_wake = moved.through(later, AT_FIRST, 9.0, 9.0 + 24 * 7)
    hours = np.arange(0, 16, 0.25)
    assert moved.peak_hour(at_wake, 9.0, hours) == MODEL.peak_hour(DAY_8, 7.0, hours) + 2
