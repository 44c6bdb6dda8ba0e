"""Advice on the waking day: no hour nobody keeps, no two pieces that fight, and nothing for whom it would not fit."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.insights import integration
from hos_pipelines.domain.circadian.recommendations import recommend
from hos_pipelines.domain.circadian.results import TimingRecommendation
from hos_pipelines.domain.circadian.timeline import energy_zones
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, night, sleeper, told

OUTSIDE = {"morning_light", "exercise", "focus_block", "recovery_break"}
EVENING = {"evening_dimming", "wind_down", "wake_window", "bed_window"}
OF_THE_DAY = OUTSIDE | EVENING | {"nap", "caffeine_cut_off", "meal_timing"}


def advised(
    rows: list[StoredReading], through_index: int = 27
) -> tuple[FactSheet, dict[str, list[TimingRecommendation]]]:
    """The sheet and the advice by kind, for the day after so many days from `FIRST`."""
    sheet, day = told(rows, FIRST + timedelta(days=through_index))
    by_kind: dict[str, list[TimingRecommendation]] = {}
    for one in recommend(sheet, day, "Foundation Builder").recommendations:
        by_kind.setdefault(one.kind, []).append(one)
    return sheet, by_kind


def hour(clock: str | None) -> float:
    assert clock is not None
    return int(clock[:2]) + int(clock[3:]) / 60


def since(start: float, clock: str | None) -> float:
    return (hour(clock) - start) % 24


@pytest.mark.parametrize("bed", [-5.0, -4.0, -3.0, 0.0, 2.0, 4.0])
def test_nobody_is_sent_training_before_six_or_after_nine_in_the_evening(bed: float) -> None:
    _, advice = advised(sleeper(bed=bed))
    for one in advice.get("exercise", []):
        assert hour(one.start) >= 6.0
        assert hour(one.start) < hour(one.end) <= 21.0


@pytest.mark.parametrize(("bed", "light"), [(-1.0, "07:00"), (1.0, "09:00")])
def test_light_is_taken_from_waking(bed: float, light: str) -> None:
    _, advice = advised(sleeper(bed=bed))
    assert [one.start for one in advice["morning_light"]] == [light]


def test_light_waits_for_six_and_is_none_of_the_earliest() -> None:
    _, short = advised(sleeper(bed=-0.25, hours=5.5))
    assert [one.start for one in short["morning_light"]] == ["06:00"]
    for bed in (-5.0, -3.0):
        assert {"morning_light", "evening_dimming"}.isdisjoint(advised(sleeper(bed=bed))[1])


def test_light_waits_for_the_minimum_of_temperature() -> None:
    sheet, advice = advised(sleeper(bed=-0.5, hours=6.0, later=3.5, lie_in=3.5))
    minimum = sheet.number("cbt_min")
    assert minimum is not None
    (light,) = advice["morning_light"]
    assert hour(light.start) >= minimum > (sheet.number("predicted_wake") or 0.0)


@pytest.mark.parametrize("bed", [8.0, 6.5])
def test_who_sleeps_by_day_is_sent_into_no_light(bed: float) -> None:
    _, advice = advised(sleeper(bed=bed))
    assert not set(advice) & OF_THE_DAY


def test_nobody_is_sent_out_for_light_when_the_afternoon_ends() -> None:
    _, advice = advised(sleeper(bed=5.75, hours=6.0, later=4.0, lie_in=3.0))
    assert [one for one in advice.get("morning_light", []) if hour(one.end) > 17.0] == []


def test_the_last_coffee_does_not_come_before_the_first() -> None:
    _, advice = advised(sleeper(bed=-2.0, hours=14.5))
    assert "caffeine_cut_off" not in advice
    assert advised(sleeper(bed=-2.0, hours=13.0))[1]["caffeine_cut_off"]


def test_on_a_free_day_light_and_meals_go_by_the_getting_up_that_is_advised() -> None:
    before_saturday = sleeper(hours=7.0, lie_in=1.0, later=3.0, days=range(26))
    sheet, advice = advised(before_saturday, 25)
    assert (sheet.number("predicted_wake"), sheet.number("advice_wake")) == (10.0, 8.0)
    assert [one.start for one in advice["morning_light"]] == ["08:00"]
    assert [(one.start, one.end) for one in advice["meal_timing"]] == [("10:00", "22:00")]


def test_training_of_early_types_comes_first_and_of_others_last() -> None:
    early, late = advised(sleeper(bed=-2.0)), advised(sleeper(bed=1.5))
    assert hour(early[1]["exercise"][0].start) < 12.0
    assert since(9.5, late[1]["exercise"][0].start) > 4.0


@pytest.mark.parametrize("bed", [-5.0, -4.0, -3.0, -2.0, -1.0])
def test_early_types_are_sent_to_train_at_no_hour_of_the_evening(bed: float) -> None:
    sheet, advice = advised(sleeper(bed=bed))
    assert str(sheet["chronotype"].value).endswith("_morning")
    bedtime = sheet.number("predicted_bed") or 0.0
    for one in advice.get("exercise", []):
        assert (bedtime - hour(one.end)) % 24 >= 6.0
    result = energy_zones(sheet, told(sleeper(bed=bed), FIRST + timedelta(days=27))[1])
    for window in result.peak_windows:
        if "training" in window.optimal_activities:
            assert (bedtime - hour(window.time_range[-5:])) % 24 >= 6.0


def test_training_is_told_with_the_hours_of_each_strain() -> None:
    (one,) = advised(sleeper(bed=1.5))[1]["exercise"]
    assert "at least 4 hours before bed, moderate ones 2 hours, easy ones 1 hour" in one.text
    assert set(one.constant_ids) == {"exercise_hours", "moderate_exercise_hours", "light_exercise_hours"}


def test_coffee_is_told_by_dose_where_the_day_is_long_enough_for_a_double_one() -> None:
    sheet, advice = advised(sleeper())
    (one,) = advice["caffeine_cut_off"]
    assert (one.start, sheet.number("advice_caffeine_double")) == ("14:00", 9.75)
    assert "a double one by 09:45" in one.text
    sheet, advice = advised(sleeper(hours=10.0, bed=-2.0))
    (one,) = advice["caffeine_cut_off"]
    assert "advice_caffeine_double" not in sheet
    assert "double" not in one.text


def test_a_nap_is_for_who_sleeps_too_little_before_fifteen_and_eight_hours_before_bed() -> None:
    assert "nap" not in advised(sleeper())[1]
    sheet, advice = advised(sleeper(hours=6.5, lie_in=2.0))
    assert sheet["sleep_standing"].value == "short"
    (one,) = advice["nap"]
    assert 12.0 <= hour(one.start) < hour(one.end) <= 15.0
    assert ((sheet.number("advice_bed") or 0.0) - hour(one.end)) % 24 >= 8.0
    assert "nap" not in advised(sleeper(bed=-1.0, hours=5.5))[1]


def test_nothing_later_than_its_strain_allows_is_called_fit_for_effort() -> None:
    for bed in (-5.0, -1.0, 1.5, 4.0):
        sheet, day = told(sleeper(bed=bed))
        schedule = recommend(sheet, day, "Foundation Builder")
        bedtime = sheet.number("predicted_bed") or 0.0
        for one in integration(sheet, day, schedule).for_routine_agent.activity_intensity_by_time:
            left = (bedtime - hour(one.time_range[-5:])) % 24
            least = {"high": 4.0, "moderate": 2.0, "low": 0.0}[one.intensity]
            assert left >= least, (bed, one)


def test_times_are_told_to_the_quarter_of_an_hour() -> None:
    rows = [row for day in range(28) for row in night(FIRST + timedelta(days=day), -0.87 + day % 3 / 7, 7.61)]
    _, advice = advised(rows)
    clocks = [clock for kind in advice.values() for one in kind for clock in (one.start, one.end) if clock]
    assert {clock[3:] for clock in clocks} <= {"00", "15", "30", "45"}


@settings(max_examples=60, deadline=None)
@given(st.integers(-20, 24), st.integers(14, 56), st.integers(-8, 16), st.integers(-8, 12), st.integers(0, 6))
def test_no_two_pieces_of_a_day_fight(bed: int, length: int, later: int, lie_in: int, weekday: int) -> None:
    rows = sleeper(
        bed=bed / 4, hours=length / 4, later=later / 4, lie_in=max(lie_in, 14 - length) / 4, days=range(21 + weekday)
    )
    sheet, advice = advised(rows, 20 + weekday)
    if "wind_down" not in advice:
        assert not set(advice) & OF_THE_DAY
        return
    wake = sheet.number("predicted_wake") or 0.0
    bedtime = since(wake, advice["wind_down"][0].end)
    for one in advice.get("focus_block", []):
        assert since(wake, one.end) <= since(wake, advice["wind_down"][0].start)
    for one in advice.get("exercise", []):
        assert 6.0 <= hour(one.start) < hour(one.end) <= 21.0
        assert since(wake, one.end) <= bedtime - 4.0 + 1e-9
    for one in advice.get("morning_light", []):
        assert hour(one.start) >= 6.0
        minimum = sheet.number("cbt_min")
        assert minimum is None or not 0 < (minimum - hour(one.start)) % 24 < 6
    for one in advice.get("caffeine_cut_off", []):
        assert 1.0 <= since(wake, one.start) <= bedtime - 8.8 + 1e-9
    for kind in ("focus_block", "exercise", "recovery_break", "nap", "meal_timing"):
        for one in advice.get(kind, []):
            assert since(wake, one.end) <= bedtime + 1e-9, kind


def test_before_the_day_is_known_nothing_is_said_of_it() -> None:
    assert not set(advised(sleeper(days=[26, 27]))[1]) & OF_THE_DAY
    moved = [*sleeper(days=range(16)), *sleeper(bed=5.0, days=range(16, 28))]
    sheet, advice = advised(moved)
    assert sheet["living"].value == "moved"
    assert not set(advice) & OF_THE_DAY
