from itertools import pairwise

import pytest

from hos_pipelines.report.energy_curve import bands_of, draw_energy_curve
from hos_pipelines_tests.report import svg
from hos_pipelines_tests.report.people import hardly_known, known, unknown


def drawn() -> str:
    picture = draw_energy_curve(known().circadian)
    assert picture is not None
    return picture


def test_the_bands_tile_the_day() -> None:
    bands = bands_of(known().circadian.energy_timeline)
    assert bands[0].start == 0
    assert all(before.start + before.hours == after.start for before, after in pairwise(bands))
    assert sum(band.hours for band in bands) == 24


def test_every_zone_has_its_band_and_its_word() -> None:
    picture = drawn()
    bands = bands_of(known().circadian.energy_timeline)
    assert svg.ids(picture, "zone-") == [f"zone-{band.zone}-{band.start:g}" for band in bands]
    assert {"High Energy", "Moderate Energy", "Low Energy", "Sleep"} <= set(svg.texts(picture))
    assert {"high", "moderate", "low", "sleep"} <= set(svg.texts(picture))


def test_bands_are_as_wide_as_their_zones_last() -> None:
    picture = drawn()
    widths = {
        (right - left) / band.hours
        for band in bands_of(known().circadian.energy_timeline)
        for left, right in [svg.span(picture, f"zone-{band.zone}-{band.start:g}")]
    }
    assert min(widths) == pytest.approx(max(widths), rel=1e-4)


def test_the_axis_makes_no_claim_beyond_the_own_day() -> None:
    picture = drawn()
    assert "relative energy (own day)" in svg.texts(picture)
    assert "%" not in "".join(svg.texts(picture))
    assert "alert" not in picture


def test_without_a_curve_there_is_no_picture() -> None:
    assert draw_energy_curve(unknown().circadian) is None


def test_the_description_tells_when_each_zone_begins() -> None:
    peaks = known().circadian.energy_zone_analysis.peak_windows
    assert all(f"high from {peak.time_range[:5]}" in svg.told(drawn()) for peak in peaks)


def test_the_same_result_gives_the_same_bytes() -> None:
    assert drawn() == drawn()
    assert draw_energy_curve(hardly_known().circadian) != drawn()
