from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.zones import runs_of, without_short, zones_of
from hos_pipelines.domain.guidance.routine.day_blocks import (
    BLOCKS,
    FEWEST_SLOTS,
    TooShortDayError,
    ZoneSpan,
    blocks_of,
)
from hos_pipelines_tests.domain.circadian.test_reservoir import regular_day

# Sleep of fourteen regular nights, and the clock times at which the five blocks begin and the day ends.
GOLD = {
    ("23:00", "07:00"): "07:00 08:15 13:15 15:30 21:30 23:00",
    ("01:00", "09:00"): "09:00 10:15 15:15 17:30 23:30 01:00",
    ("22:00", "05:30"): "05:30 07:15 12:15 14:45 20:30 22:00",
    ("00:00", "06:00"): "06:00 09:15 14:30 16:30 22:30 00:00",
    ("09:00", "17:00"): "17:00 18:15 23:15 01:30 07:30 09:00",
    ("21:30", "07:30"): "07:30 08:30 12:00 14:00 20:00 21:30",
}


def minute_of(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def zones_after(bed: int, asleep: int) -> tuple[list[ZoneSpan], int]:
    day = regular_day(bed, asleep)
    runs = without_short(runs_of(zones_of(day.energy[: day.waking_bins])))
    ends = list(accumulate(slots for _, slots in runs))
    return [ZoneSpan(zone, end - slots, end) for (zone, slots), end in zip(runs, ends, strict=True)], day.waking_bins


@pytest.mark.parametrize("sleep", GOLD)
def test_blocks_of_regular_nights_are_those_of_the_design(sleep: tuple[str, str]) -> None:
    bed, wake = map(minute_of, sleep)
    zones, waking = zones_after(bed, (wake - bed) % 1440)
    blocks = blocks_of(zones, waking)
    edges = [*(block.start for block in blocks), blocks[-1].end]
    told = [(wake + 15 * edge) % 1440 for edge in edges]
    assert " ".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in told) == GOLD[sleep]


@given(bed=st.integers(0, 1439), asleep=st.integers(18, 40).map(lambda quarters: quarters * 15))
@settings(max_examples=1_500, deadline=None)
def test_blocks_tile_any_waking_day_and_none_is_too_short(bed: int, asleep: int) -> None:
    zones, waking = zones_after(bed, asleep)
    blocks = blocks_of(zones, waking)
    assert [block.name for block in blocks] == list(BLOCKS)
    assert (blocks[0].start, blocks[-1].end) == (0, waking)
    assert all(one.end == following.start for one, following in pairwise(blocks))
    assert min(block.minutes for block in blocks) >= 45
    assert 60 <= blocks[-1].minutes <= 150
    assert [zone for block in blocks for zone in block.zones if zone.start >= zone.end] == []
    assert sum(zone.end - zone.start for block in blocks for zone in block.zones) == waking


@given(waking=st.integers(FEWEST_SLOTS, 90))
def test_without_zones_the_day_is_cut_by_proportion(waking: int) -> None:
    blocks = blocks_of([], waking)
    assert sum(block.minutes for block in blocks) == waking * 15
    assert min(block.minutes for block in blocks) >= 45
    assert all(not block.zones for block in blocks)


def test_a_day_too_short_for_five_blocks_is_refused() -> None:
    with pytest.raises(TooShortDayError, match="23 quarters of an hour"):
        blocks_of([], FEWEST_SLOTS - 1)


@given(bed=st.integers(0, 1439), shift=st.integers(1, 95))
def test_a_shift_of_sleep_shifts_the_blocks(bed: int, shift: int) -> None:
    here, there = (zones_after(start, 480) for start in (bed, (bed + 15 * shift) % 1440))
    assert blocks_of(*here) == blocks_of(*there)
