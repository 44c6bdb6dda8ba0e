from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.energy_results import Zone
from hos_pipelines.domain.circadian.reservoir import Day
from hos_pipelines.domain.circadian.zones import (
    hour_of,
    percentile,
    runs_of,
    slot_of,
    without_short,
    zones_of,
    zones_of_day,
)
from hos_pipelines_tests.domain.circadian.test_reservoir import regular_day

waking_days = st.lists(st.floats(60, 100), min_size=32, max_size=84).map(np.array)


def days() -> st.SearchStrategy[Day]:
    return waking_days.filter(lambda energy: float(np.ptp(energy)) > 1).map(
        lambda energy: Day(np.concatenate([energy, np.full(96 - len(energy), 70.0)]), len(energy))
    )


def test_a_clock_hour_goes_to_the_nearest_quarter_and_halves_go_up() -> None:
    assert [slot_of(hour) for hour in (0.0, 7.1, 7.125, 7.1249999999, 23.9, 23.874)] == [0, 28, 29, 29, 0, 95]
    assert hour_of(97) == 0.25


@given(st.lists(st.floats(-50, 150), min_size=1, max_size=90), st.integers(0, 100))
@settings(max_examples=60)
def test_percentiles_are_those_of_numpy(values: list[float], percent: int) -> None:
    assert abs(percentile(sorted(values), percent) - float(np.percentile(values, percent))) < 1e-9


@given(waking_days)
@settings(max_examples=60)
def test_peaks_are_at_least_three_tenths_of_the_day_and_recovery_a_quarter(energy: np.ndarray) -> None:
    zones = zones_of(energy)
    assert zones.count("peak") >= 0.3 * (len(zones) - 1)
    assert zones.count("peak") + zones.count("recovery") >= 0.5 * (len(zones) - 1)
    assert max(energy) in [value for value, zone in zip(energy, zones, strict=True) if zone == "peak"]


def test_a_short_run_goes_to_its_longer_neighbour_and_the_first_may_stay() -> None:
    runs: list[tuple[Zone, int]] = [
        ("recovery", 1),
        ("maintenance", 4),
        ("peak", 1),
        ("maintenance", 3),
        ("recovery", 1),
        ("peak", 9),
        ("maintenance", 1),
    ]
    assert without_short(runs) == [("recovery", 1), ("maintenance", 8), ("peak", 11)]


def test_of_two_equal_neighbours_the_earlier_inherits() -> None:
    assert without_short([("peak", 3), ("maintenance", 1), ("recovery", 3)]) == [("peak", 4), ("recovery", 3)]


@given(days(), st.integers(0, 95))
@settings(max_examples=80)
def test_zones_tile_the_day_without_gap_or_overlap(day: Day, wake_slot: int) -> None:
    zoned_day = zones_of_day(day, wake_slot)
    assert sum(run.slots for run in zoned_day.runs) == 96
    assert zoned_day.runs[0].start == wake_slot
    assert all(run.end == following.start for run, following in pairwise(zoned_day.runs))
    assert zoned_day.runs[-1].end == wake_slot
    assert all(run.zone != following.zone for run, following in pairwise(zoned_day.runs))
    assert all(run.slots >= 2 for run in zoned_day.runs[1:])
    asleep = [(wake_slot + slot) % 96 for slot in range(day.waking_bins, 96)]
    told = [run.start + slot for run in zoned_day.runs if run.zone == "sleep" for slot in range(run.slots)]
    assert [slot % 96 for slot in told] == asleep
    assert min(zoned_day.levels) == 0
    assert max(zoned_day.levels) == 100


@given(st.integers(0, 95), st.integers(0, 95), st.integers(20, 40))
@settings(max_examples=30)
def test_sleep_moved_by_quarters_moves_the_zones_by_as_many_slots(bed: int, shift: int, slots: int) -> None:
    one = zones_of_day(regular_day(bed * 15, slots * 15), (bed + slots) % 96)
    other = zones_of_day(regular_day((bed + shift) * 15, slots * 15), (bed + slots + shift) % 96)
    assert [(run.zone, (run.start + shift) % 96, run.slots) for run in one.runs] == list(other.runs)
    assert tuple(np.roll(one.levels, shift)) == other.levels


def test_runs_count_equal_neighbours_together() -> None:
    assert runs_of(["peak", "peak", "sleep", "peak"]) == [("peak", 2), ("sleep", 1), ("peak", 1)]
