from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.nights import SleepWindow, read_nights
from hos_pipelines.report.sleep_raster import draw_sleep_raster
from hos_pipelines_tests.report import svg
from hos_pipelines_tests.report.people import MISSING, NAPS, THROUGH, ZONE, asleep, days_back, nights_and_naps


def raster(windows: list[SleepWindow], through: date = THROUGH, days: int = 14) -> str:
    return draw_sleep_raster(read_nights(windows), through, days)


def test_there_is_a_bar_for_each_night_and_each_nap() -> None:
    picture = raster(nights_and_naps())
    assert svg.ids(picture, "night-") == [f"night-{day}" for day in days_back(14, MISSING)]
    assert len(svg.ids(picture, "nap-")) == len(NAPS)
    assert len(svg.ids(picture, "midsleep-")) == 14 - len(MISSING)


def test_a_night_that_was_not_recorded_is_dashed_and_labelled() -> None:
    picture = raster(nights_and_naps())
    assert svg.ids(picture, "missing-") == [
        f"missing-{THROUGH - timedelta(days=back)}" for back in sorted(MISSING)[::-1]
    ]
    legend = 1
    assert svg.texts(picture).count("not recorded") == len(MISSING) + legend


def test_without_any_night_every_row_is_not_recorded() -> None:
    picture = raster([])
    assert len(svg.ids(picture, "missing-")) == 14
    assert svg.ids(picture, "night-") == []
    assert "0 nights recorded, 14 not recorded" in svg.told(picture)


def test_free_days_are_shaded_named_and_said_to_be_estimated() -> None:
    picture = raster(nights_and_naps())
    free = [day for day in days_back(14, MISSING) if day.weekday() >= 5]
    assert svg.ids(picture, "free-") == [f"free-{day}" for day in free]
    assert "free day (estimated)" in svg.texts(picture)
    assert {f"{day:%a} {day.day}" for day in free} <= set(svg.texts(picture))


def test_a_bar_stands_where_the_clock_of_the_person_stood() -> None:
    picture = raster([asleep(THROUGH, onset=24, hours=6), asleep(THROUGH - timedelta(days=1), onset=18, hours=6)])
    midnight_to_six = svg.span(picture, f"night-{THROUGH}")
    six_to_midnight = svg.span(picture, f"night-{THROUGH - timedelta(days=1)}")
    assert midnight_to_six[0] == pytest.approx(six_to_midnight[1])


def test_a_nap_at_noon_is_cut_at_the_edge_of_the_rows() -> None:
    picture = raster([*nights_and_naps(naps=()), asleep(THROUGH - timedelta(days=1), onset=24 + 11.5, hours=1)])
    assert len(svg.ids(picture, "nap-")) == 2


def test_a_day_sleeper_has_rows_about_their_own_night() -> None:
    picture = raster([asleep(day, onset=24 + 9, hours=7) for day in days_back(14)])
    assert svg.ids(picture, "night-") == [f"night-{day}" for day in days_back(14)]
    assert "Rows begin at 00:30" in svg.told(picture)
    clocks = [text for text in svg.texts(picture) if ":" in text]
    assert clocks == ["08:00", "10:00", "12:00", "14:00", "16:00"]


def test_after_a_journey_the_bar_stands_by_the_clock_at_waking() -> None:
    onset = datetime(2026, 3, 13, 23, tzinfo=timezone(timedelta(hours=9)))
    west = timezone(timedelta(hours=-8))
    flown = raster([SleepWindow(onset, (onset + timedelta(hours=8)).astimezone(west))])
    there = raster([SleepWindow(onset.astimezone(west), (onset + timedelta(hours=8)).astimezone(west))])
    assert svg.ids(flown, "night-") == svg.ids(there, "night-")
    assert svg.span(flown, svg.ids(flown, "night-")[0]) == svg.span(there, svg.ids(there, "night-")[0])


def test_the_same_nights_give_the_same_bytes_in_any_order() -> None:
    windows = nights_and_naps()
    assert raster(windows) == raster(windows[::-1])


def test_only_the_asked_days_are_shown() -> None:
    assert len(svg.ids(raster(nights_and_naps(28, (), ()), days=7), "night-")) == 7


@given(
    st.lists(st.tuples(st.integers(0, 24 * 20), st.integers(1, 16), st.integers(-11, 12)), max_size=12),
    st.integers(1, 9),
)
@settings(max_examples=20, deadline=None)
def test_every_row_shows_a_midsleep_or_says_that_it_was_not_recorded(
    sleeps: list[tuple[int, int, int]], days: int
) -> None:
    begin = datetime(2026, 2, 24, tzinfo=UTC)
    windows = []
    for after, hours, offset in sleeps:
        start = (begin + timedelta(hours=after)).astimezone(timezone(timedelta(hours=offset)))
        windows.append(SleepWindow(start, start + timedelta(hours=hours)))
    picture = raster(windows, days=days)
    assert len(svg.ids(picture, "missing-")) + len(svg.ids(picture, "midsleep-")) == days
    named = [one for one in svg.ids(picture, "") if one]
    assert len(named) == len(set(named))


def test_times_are_those_of_the_own_offset() -> None:
    here, elsewhere = asleep(THROUGH, zone=ZONE), asleep(THROUGH, zone=timezone(timedelta(hours=-5)))
    night = f"night-{THROUGH}"
    assert svg.span(raster([here]), night) == svg.span(raster([elsewhere]), night)


def clocks(picture: str) -> list[str]:
    return [text for text in svg.texts(picture) if ":" in text]


def test_the_hours_shown_reach_from_two_before_sleep_to_two_after() -> None:
    picture = raster([asleep(day, onset=23, hours=8) for day in days_back(14)])
    left, right = svg.span(picture, f"night-{THROUGH}")
    assert clocks(picture) == ["22:00", "00:00", "02:00", "04:00", "06:00", "08:00"]
    assert (left - 58) / (right - left) == pytest.approx(2 / 8, abs=0.01)
    assert (332 - right) / (right - left) == pytest.approx(2 / 8, abs=0.01)


def test_whoever_sleeps_around_the_clock_is_shown_the_whole_day() -> None:
    drifting = [asleep(day, onset=22 + 1.5 * number, hours=7) for number, day in enumerate(days_back(14))]
    picture = raster(drifting)
    widest = max(right - left for one in svg.ids(picture, "night-") for left, right in [svg.span(picture, one)])
    assert (332 - 58) / widest == pytest.approx(24 / 7, abs=0.01)
    assert not svg.texts_outside(picture)


def test_the_minutes_that_a_row_cuts_off_a_night_do_not_widen_the_picture() -> None:
    usual = [asleep(day, onset=25, hours=8) for day in days_back(14, (5,))]
    past_noon = asleep(THROUGH - timedelta(days=5), onset=25, hours=11.2)
    picture = raster([*usual, past_noon])
    assert len([one for one in svg.ids(picture, "night-") if "part" in one]) == 1
    assert clocks(picture)[0] == "00:00"


def test_only_what_is_there_is_explained() -> None:
    picture = raster([asleep(day) for day in days_back(5)], days=5)
    assert "nap" not in svg.texts(picture)
    assert "not recorded" not in svg.texts(picture)
    assert "sleep, its middle" in svg.texts(picture)
