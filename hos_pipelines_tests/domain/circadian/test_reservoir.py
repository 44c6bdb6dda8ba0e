import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.reservoir import CAPACITY, INITIAL_LEVEL, Day, Reservoir, SleepSpan
from hos_pipelines.domain.circadian.zones import runs_of, zones_of
from hos_pipelines_tests.domain.circadian.sleepers import GOLD

CASES = json.loads((GOLD / "zones_design.json").read_text())["cases"]


def regular_day(bed: int, minutes: int, phase: int | None = None) -> Day:
    """The day after fourteen nights from this minute of the day on, the phase five hours before them."""
    reservoir = Reservoir((bed - 300 if phase is None else phase) % 1440)
    nights = [SleepSpan(bed + 1440 * day, bed + 1440 * day + minutes) for day in range(14)]
    last = bed + 1440 * 14
    deficit = reservoir.deficit(nights, nights[0].start - 960, last, CAPACITY - INITIAL_LEVEL)
    return reservoir.day(deficit, last, last + minutes, last + 1440)


def by_the_minute(phase: int, deficit: float, start: int, minutes: int) -> list[float]:
    """The recurrence as the patent writes it, with its limits."""
    levels, level = [], CAPACITY - deficit
    for minute in range(start, start + minutes):
        hour = 2 * math.pi * (minute - phase) / 1440
        wave = math.cos(hour) + 0.5 * math.cos(2 * hour - 4 * math.pi * 3 / 24)
        level = min(CAPACITY, level + min(3.4, 0.00312 * (CAPACITY - level) - 0.55 * wave))
        levels.append(CAPACITY - level)
    return levels


def case(name: str) -> tuple[int, int]:
    words = name.split()
    hour, minute = map(int, words[1].split(":"))
    return hour * 60 + minute, int(float(words[3]) * 60)


@pytest.mark.parametrize("name", CASES)
def test_energy_and_zones_are_those_of_the_design_to_the_quarter(name: str) -> None:
    bed, minutes = case(name)
    day = regular_day(bed, minutes)
    waking = day.energy[: day.waking_bins]
    assert float(waking.min()) == pytest.approx(CASES[name]["E_min"], abs=1e-2)
    assert float(waking.max()) == pytest.approx(CASES[name]["E_max"], abs=1e-2)
    slot = (bed + minutes) // 15
    for (zone, slots), expected in zip(runs_of(zones_of(waking)), CASES[name]["zones"], strict=True):
        clock = f"{slot % 96 // 4:02d}:{slot % 4 * 15:02d}"
        assert (zone, clock, slots * 15) == (expected["zone"], expected["start"], expected["minutes"])
        slot += slots


def test_there_is_a_dip_after_midday_that_the_evening_makes_good() -> None:
    energy = regular_day(23 * 60, 480).energy
    morning, dip, evening = energy[8], energy[29], energy[48]  # 09:00, 14:15, 19:00
    assert dip < morning < evening


@given(
    phase=st.integers(0, 1439),
    start=st.integers(0, 1439),
    minutes=st.integers(1, 960),
    deficit=st.floats(0, 2600),
)
@settings(max_examples=60)
def test_the_closed_form_of_a_night_is_the_recurrence_by_the_minute(
    phase: int, start: int, minutes: int, deficit: float
) -> None:
    expected = by_the_minute(phase, deficit, start, minutes)
    reservoir = Reservoir(phase)
    assert reservoir.asleep(deficit, start, minutes) == pytest.approx(np.array(expected), abs=1e-6)
    span = SleepSpan(start, start + minutes)
    assert reservoir.deficit([span], start, start + minutes, deficit) == pytest.approx(expected[-1], abs=1e-6)


def test_the_limit_of_filling_binds_after_days_without_sleep() -> None:
    reservoir = Reservoir(1080)
    first = reservoir.asleep(2000.0, 1380, 60)
    assert 2000.0 - float(first[0]) == pytest.approx(3.4)
    assert np.all(np.diff(first) >= -3.4 - 1e-9)


def test_the_reservoir_is_never_fuller_than_full_nor_emptier_than_empty() -> None:
    reservoir = Reservoir(1080)
    assert reservoir.deficit([], 0, 100 * 1440, 0.0) == CAPACITY
    assert float(reservoir.asleep(0.0, 1380, 960).min()) == 0.0


@given(bed=st.integers(0, 95), shift=st.integers(0, 95), minutes=st.integers(20, 40))
@settings(max_examples=30)
def test_sleep_at_another_hour_moves_the_day_and_changes_nothing_else(bed: int, shift: int, minutes: int) -> None:
    one, other = regular_day(bed * 15, minutes * 15), regular_day((bed + shift) * 15, minutes * 15)
    assert one.energy.tolist() == other.energy.tolist()


@given(minutes=st.integers(16, 38))
@settings(max_examples=23)
def test_shorter_sleep_lowers_the_mean_energy(minutes: int) -> None:
    longer, shorter = regular_day(1380, minutes * 15 + 15), regular_day(1380, minutes * 15)
    assert shorter.energy[: longer.waking_bins].mean() < longer.energy[: longer.waking_bins].mean()
