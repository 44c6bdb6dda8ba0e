"""Sleep pressure against the closed form of a schedule kept forever, and a table of an independent calculation."""

import json

import pytest

from hos_pipelines.domain.circadian.two_process import TwoProcess
from hos_pipelines_tests.domain.circadian.sleepers import GOLD, equilibrium

MODEL = TwoProcess()
EXPECTED = json.loads((GOLD / "two_process.expected.json").read_text())


@pytest.mark.parametrize("awake", [15, 16, 17, 18, 19])
def test_a_schedule_kept_forever_ends_in_the_forced_equilibrium(awake: int) -> None:
    expected = EXPECTED["forced_equilibrium_S (chi_w=18.2,chi_s=4.2,U=1,L=0)"][f"{awake}h wake/{24 - awake}h sleep"]
    nights = [(awake + 24.0 * day, 24.0 + 24 * day) for day in range(14)]
    wake = MODEL.through(nights, 0.9, 0, 24 * 14)
    assert wake == pytest.approx(expected["S_wake"], abs=1e-6)
    assert MODEL.awake(wake, awake) == pytest.approx(expected["S_sleep_onset"], abs=1e-6)
    assert equilibrium(MODEL, awake) == pytest.approx((expected["S_wake"], expected["S_sleep_onset"]), abs=1e-6)


def test_pressure_rises_awake_and_falls_asleep_as_in_the_table() -> None:
    wake, bed = equilibrium(MODEL, 16)
    for hours, expected in EXPECTED["S_after_hours_awake_from_16_8_equilibrium"].items():
        assert MODEL.awake(wake, float(hours)) == pytest.approx(expected, abs=1e-6)
    for hours, expected in EXPECTED["S_after_hours_asleep_from_16_8_equilibrium"].items():
        assert MODEL.asleep(bed, float(hours)) == pytest.approx(expected, abs=1e-6)
