"""The report page in a real Chromium: on a phone, on a desk, by day, by night, and on paper."""

from pathlib import Path

import pytest

from hos_pipelines.report.page import Report, render_page
from hos_pipelines_tests.browser.chromium import Chromium, find_chromium
from hos_pipelines_tests.report.people import hardly_known, known, unknown

PEOPLE = {"known": known, "hardly known": hardly_known, "unknown": unknown}
EVERYBODY = pytest.mark.parametrize("who", PEOPLE)
# Before it was one page of tables, 23,500 pixels high, on 17 sheets.
HIGHEST_ON_A_DESK, HIGHEST_ON_A_PHONE, SHEETS = 3000, 4500, 2
FIRST_SCREEN = {390: 1150, 1280: 844}
LEGIBLE = 11.0


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    return Chromium(find_chromium(), tmp_path)


def page_of(who: str) -> str:
    report: Report = PEOPLE[who]()
    return render_page(report)


@EVERYBODY
@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "unfolded"])
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_runs_over_the_edge_nor_is_scrolled_sideways(
    chromium: Chromium, who: str, width: int, unfolded: bool
) -> None:
    look = chromium.look(page_of(who), width, unfolded=unfolded)
    assert look.width == width
    assert look.scrolled == 0


def test_the_text_of_pictures_is_legible_on_a_phone(chromium: Chromium) -> None:
    assert chromium.look(page_of("known"), 360).smallest >= LEGIBLE


@pytest.mark.parametrize(("width", "most"), [(390, HIGHEST_ON_A_PHONE), (1280, HIGHEST_ON_A_DESK)])
def test_the_page_is_short_and_its_first_screen_is_one(chromium: Chromium, width: int, most: int) -> None:
    look = chromium.look(page_of("known"), width)
    assert look.height <= most
    assert look.first <= FIRST_SCREEN[width]


def test_by_night_page_and_pictures_are_dark(chromium: Chromium) -> None:
    day, night = (chromium.look(page_of("known"), 390, scheme) for scheme in ("light", "dark"))
    for colors in (day.paper, day.picture):
        assert min(map(int, colors.split(","))) > 230
    for colors in (night.paper, night.picture):
        assert max(map(int, colors.split(","))) < 50


@EVERYBODY
def test_it_is_printed_on_two_sheets_at_most(chromium: Chromium, who: str) -> None:
    assert 1 <= chromium.sheets(page_of(who)) <= SHEETS
