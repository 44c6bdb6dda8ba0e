from itertools import pairwise

import pytest

from hos_pipelines.domain.circadian.energy_results import TimelineSlot, Zone
from hos_pipelines.report.energy_curve import INERTIA, bands_of, day_of, draw_energy_curve
from hos_pipelines_tests.report import svg
from hos_pipelines_tests.report.people import hardly_known, known, unknown

SLOTS = known().circadian.energy_timeline


def drawn() -> str:
    picture = draw_energy_curve(known().circadian)
    assert picture is not None
    return picture


def slot(place: int, zone: Zone) -> TimelineSlot:
    return TimelineSlot(f"{place // 4:02d}:{place % 4 * 15:02d}", 50.0, place, zone, "green", "High Energy", "")


def test_the_bands_tile_the_day_that_is_shown() -> None:
    day = day_of(SLOTS)
    bands = bands_of(day)
    assert bands[0].start == 0
    assert all(before.start + before.hours == after.start for before, after in pairwise(bands))
    assert sum(band.hours for band in bands) == len(day) / 4


def test_the_day_is_the_waking_one_with_a_little_night_on_either_side() -> None:
    zones = [one.zone for one in day_of(SLOTS)]
    asleep = sum(one.zone == "sleep" for one in SLOTS)
    assert zones[:6] == zones[-6:] == ["sleep"] * 6
    assert "sleep" not in zones[6:-6]
    assert len(zones) == 96 - asleep + 12


@pytest.mark.parametrize("bed", [0, 4, 30, 80, 95])
def test_the_day_begins_before_waking_wherever_the_night_lies_on_the_clock(bed: int) -> None:
    slots = [slot(place, "sleep" if (place - bed) % 96 < 32 else "peak") for place in range(96)]
    day = day_of(slots)
    waking = next(number for number, one in enumerate(day) if one.zone == "peak")
    assert day[waking].slot_index == (bed + 32) % 96
    assert waking == 6
    assert len(day) == 96 - 32 + 12


def test_without_a_night_the_whole_day_is_shown() -> None:
    slots = [slot(place, "peak") for place in range(96)]
    assert day_of(slots) == slots


def test_every_zone_has_its_band_and_high_and_low_their_words_and_times() -> None:
    picture = drawn()
    zones = known().circadian.energy_zone_analysis
    assert len(svg.ids(picture, "zone-")) == len(bands_of(day_of(SLOTS)))
    assert {"high", "low", "asleep (expected)"} <= set(svg.texts(picture))
    for peak in zones.peak_windows:
        assert peak.time_range.replace("-", "–") in svg.texts(picture)  # noqa: RUF001  as clocks are written


def test_the_dip_after_waking_is_named() -> None:
    assert INERTIA in svg.texts(drawn())
    assert "The dip after waking is sleep inertia." in svg.told(drawn())


def test_bands_are_as_wide_as_their_zones_last() -> None:
    picture = drawn()
    bands = bands_of(day_of(SLOTS))
    spans = [svg.span(picture, one) for one in svg.ids(picture, "zone-")]
    widths = {round((right - left) / band.hours, 2) for (left, right), band in zip(spans, bands, strict=True)}
    assert max(widths) - min(widths) < 0.05


def test_the_picture_makes_no_claim_beyond_the_own_day() -> None:
    picture = drawn()
    assert "Relative energy within the own day" in svg.told(picture)
    assert "%" not in "".join(svg.texts(picture))
    assert "alert" not in picture


def test_without_a_curve_there_is_no_picture() -> None:
    assert draw_energy_curve(unknown().circadian) is None


def test_the_description_tells_when_each_zone_begins() -> None:
    peaks = known().circadian.energy_zone_analysis.peak_windows
    assert all(f"igh from {peak.time_range[:5]}" in svg.told(drawn()) for peak in peaks)


def test_the_same_result_gives_the_same_bytes() -> None:
    assert drawn() == drawn()
    assert draw_energy_curve(hardly_known().circadian) != drawn()
