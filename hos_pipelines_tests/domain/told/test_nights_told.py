"""Nights as they are read: bouts of one sleep, late midsleep, journeys by distance and direction, odd sleeps."""

from datetime import timedelta

import pytest

from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.told.looking import tell
from hos_pipelines_tests.domain.told.readings import DAYS, FIRST, every, nights, place, sleep_rows, slept
from hos_pipelines_tests.domain.told.speech import hour_of, kinds, pieces

WEEK = WorkWeek()
THREE_IN_THE_MORNING = 3 * 3600


def split(*gaps: float) -> list[SleepWindow]:
    """Every night from 22:00: three hours and a half, then bouts of two and a half after gaps of so many minutes."""
    bouts: list[SleepWindow] = []
    for day in (FIRST + timedelta(days=one) for one in range(DAYS)):
        bouts.append(SleepWindow(start := slept(day, -2.0, 3.5).start, start + timedelta(hours=3.5)))
        for gap in gaps:
            start = bouts[-1].end + timedelta(minutes=gap)
            bouts.append(SleepWindow(start, start + timedelta(hours=2.5)))
    return bouts


@pytest.mark.parametrize(
    ("gaps", "naps", "asleep"),
    [((59,), 0, 6.0), ((61,), 28, 3.5), ((10, 10), 0, 8.5), ((20, 40, 5), 0, 11.0)],
    ids=["59 min apart", "61 min apart", "three parts", "four parts"],
)
def test_bouts_less_than_an_hour_apart_are_one_night(gaps: tuple[float, ...], naps: int, asleep: float) -> None:
    _, sleep = windows_facts(split(*gaps), WEEK)
    assert (len(sleep.nights), len(sleep.naps)) == (28, naps)
    assert sleep.asleep.mean() == pytest.approx(asleep)


def test_a_nap_in_the_afternoon_stays_a_nap() -> None:
    naps = [slept(FIRST + timedelta(days=one), 14.0, 1.0) for one in range(0, DAYS, 4)]
    sheet, sleep = windows_facts([*nights(every(-1.0, 8.0)), *naps], WEEK)
    assert (len(sleep.nights), len(sleep.naps), sheet.number("nap_days")) == (28, 7, 7)


@pytest.mark.parametrize(
    ("onset", "name", "primary"),
    [
        (9.5, "extreme_late", "extreme_evening"),
        (13.0, "extreme_late", "extreme_evening"),
        (17.5, "extreme_early", "extreme_morning"),
    ],
    ids=["13:30", "17:00", "21:30"],
)
def test_the_circle_of_types_is_cut_at_six_in_the_evening(onset: float, name: str, primary: str) -> None:
    """Where a type is told at all; of who sleeps by day it may be refused."""
    sheet, _ = windows_facts(nights(every(onset, 8.0)), WEEK)
    assert sheet["chronotype_munich"].value in (None, name)
    assert sheet["chronotype"].value in (None, primary)


def journey(hours: int, away: int, home: float = 2.0) -> list[SleepWindow]:
    """Four weeks of which so many nights are spent that far east (west below zero), 23:00 to 07:00 by local clocks."""
    before = nights(every(-1.0, 8.0), range(DAYS - away), home)
    return [*before, *nights(every(-1.0, 8.0), range(DAYS - away, DAYS), home + hours)]


@pytest.mark.parametrize("home", [2.0, 11.0, -9.5, 12.75], ids=["Europe", "Australia", "Marquesas", "Chatham"])
@pytest.mark.parametrize("hours", [9, 6, 3, -3, -6, -9, -11])
def test_two_nights_after_a_journey_no_phase_is_told_and_no_light_advised(hours: int, home: float) -> None:
    """East, light is right only after the temperature minimum, which is still that many hours late."""
    told = tell(sleep_rows(journey(hours, away=2, home=home))).circadian
    assert (told.facts["dlmo"].value, told.facts["cbt_min"].value) == (None, None)
    assert "morning_light" not in kinds(told) or hours > 0
    assert [one.start for one in pieces(told, "morning_light") if one.start and hour_of(one.start) < 4 + hours] == []


@pytest.mark.parametrize(("hours", "unsettled"), [(3, (2, 4)), (6, (5, 7)), (9, (8, 10)), (-3, (1, 4)), (-9, (5, 10))])
def test_nights_after_a_journey_are_unsettled_by_the_hours_crossed(hours: int, unsettled: tuple[int, int]) -> None:
    sheet, _ = windows_facts(journey(hours, away=14), WEEK)
    settled = (sheet.number("free_nights") or 0) + (sheet.number("work_nights") or 0)
    assert unsettled[0] <= DAYS - settled <= unsettled[1]


@pytest.mark.parametrize("hours", [9, -9])
def test_a_midsleep_told_meanwhile_is_that_of_the_nights_at_home(hours: int) -> None:
    told = tell(sleep_rows(journey(hours, away=5))).circadian
    assert told.facts["msf_sc"].value in (None, pytest.approx(THREE_IN_THE_MORNING, abs=60))


@pytest.mark.parametrize("odd", [[12], [12, 13], [5, 19]], ids=["one", "a weekend", "two weekends"])
def test_day_sleeps_among_free_nights_do_not_move_their_middle_unseen(odd: list[int]) -> None:
    windows = nights(lambda day: (8.5, 6.0) if place(day) in odd else (-1.0, 8.0))
    sheet, _ = windows_facts(windows, WEEK)
    for fact_id in ("msf", "msf_sc"):
        assert sheet.number(fact_id) in (None, pytest.approx(THREE_IN_THE_MORNING, abs=900))


def test_a_night_without_sleep_does_not_move_the_middle_of_work_nights() -> None:
    sheet, _ = windows_facts(nights(lambda day: (9.0, 5.0) if place(day) == 9 else (-1.0, 8.0)), WEEK)
    assert sheet.number("msw") in (None, pytest.approx(THREE_IN_THE_MORNING, abs=900))
