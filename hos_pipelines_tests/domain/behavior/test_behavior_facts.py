"""The facts of each behavior: figures, intervals, and what is left out because it says nothing of its own."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord, record_behaviors
from hos_pipelines.domain.behavior.behaviors import Behavior, exercise
from hos_pipelines.domain.behavior.weekly_rhythm import WeekdayFinding
from hos_pipelines.domain.facts import FactSheet, Interval
from hos_pipelines.domain.gates import Status
from hos_pipelines_tests.domain.behavior.people import history, reading
from hos_pipelines_tests.domain.behavior.strategies import days_in_a_row, flags, floats
from hos_pipelines_tests.domain.behavior.test_behaviors import day

# The sequence of the behaviour gold: 19 of 22 days done.
GOLD = [True] * 10 + [False] + [True] * 5 + [False, False] + [True] * 4


def behavior(success: Sequence[bool], name: str = "enough_sleep", *, relative: bool = False) -> Behavior:
    return Behavior(name, name, "done", days_in_a_row(len(success)), flags(list(success)), is_relative=relative)


def sleeper(name: str, event: str, hours: Sequence[float], free: Sequence[bool] | None = None) -> Behavior:
    n = len(hours)
    on_free = flags(list(free) if free else [False] * n)
    return Behavior(
        name,
        name,
        "done",
        days_in_a_row(n),
        flags([True] * n),
        event="onset" if event == "onset" else "wake",
        clock_hours=floats(list(hours)),
        free=on_free,
        work=~on_free,
        free_telling=on_free,
    )


def recorded(*behaviors: Behavior) -> tuple[FactSheet, tuple[BehaviorRecord, ...]]:
    sheet = FactSheet(None)
    return sheet, record_behaviors(sheet, behaviors)


def trained(minutes_by_weekday: Sequence[float], weeks: int = 4) -> Behavior:
    """Somebody who wears the device every day and exercises by the week, Monday first."""
    rows = []
    for index in range(7 * weeks):
        rows.append(reading("steps", day(index), 5000, "count"))
        if minutes_by_weekday[index % 7]:
            rows.append(reading("exercise_duration", day(index), minutes_by_weekday[index % 7], "minute"))
    return exercise(history(rows), MONDAY_OF_PEOPLE + 7 * max(0, weeks - 4))


MONDAY_OF_PEOPLE = day(0).toordinal()


def test_an_adherence_has_the_interval_of_wilson_as_its_own() -> None:
    sheet, _ = recorded(behavior(GOLD))
    fact = sheet["enough_sleep_adherence"]
    assert fact.value == pytest.approx(19 / 22)
    assert fact.interval is not None
    assert fact.interval.low == sheet.number("enough_sleep_adherence_low") == pytest.approx(0.6667, abs=1e-4)
    assert fact.interval.high == sheet.number("enough_sleep_adherence_high") == pytest.approx(0.9525, abs=1e-4)
    # 1.96 sqrt(2) standard errors, of which the interval has 3.92.
    assert fact.interval.least_change == pytest.approx((0.9525 - 0.6667) / np.sqrt(2), abs=1e-3)


def test_recovery_that_only_says_the_adherence_again_is_left_out() -> None:
    sheet, _ = recorded(behavior(GOLD))
    assert sheet["enough_sleep_recovery"].value is None
    assert sheet["enough_sleep_recovery"].missing == "more days after a miss to tell it from the adherence"
    assert sheet["enough_sleep_persistence"].value is None


def test_recovery_that_differs_is_told() -> None:
    """Weeks of doing and weeks of leaving: a day after a miss is seldom done."""
    sheet, _ = recorded(behavior(([True] * 7 + [False] * 7) * 2))
    assert sheet.number("enough_sleep_recovery") == pytest.approx(1 / 13)
    assert sheet.number("enough_sleep_persistence") == pytest.approx(12 / 14)


def test_a_day_of_rest_is_no_miss_to_come_back_from() -> None:
    sheet, _ = recorded(trained([50, 0, 50, 0, 50, 0, 0]))
    assert sheet["exercise_recovery"].value is None
    assert "a day of rest is no miss" in (sheet["exercise_recovery"].missing or "")


def test_habit_strength_starts_from_all_there_is_and_names_its_ceiling() -> None:
    month = replace(behavior([True] * 28), seen=flags([True] * 56))
    sheet, _ = recorded(month)
    assert sheet.number("enough_sleep_habit_strength") == pytest.approx(0.9213, abs=1e-4)
    assert "56 days seen reach 0.92" in sheet["enough_sleep_habit_strength"].method
    assert sheet["enough_sleep_habit_strength"].n == 56
    assert sheet.number("enough_sleep_streak") == 56
    assert sheet["enough_sleep_adherence"].n == 28


def test_a_stage_that_may_have_begun_before_the_records_names_the_later_ones() -> None:
    sheet, _ = recorded(behavior([True] * 14))
    assert sheet["enough_sleep_stage"].value == "early_formation"
    assert sheet["enough_sleep_stage"].interval == Interval(None, None, None, ("consolidation", "maintenance"))


def test_a_stage_begun_after_a_lapse_is_known() -> None:
    sheet, _ = recorded(behavior([False] * 10 + [True] * 14))
    assert sheet["enough_sleep_stage"].value == "early_formation"
    assert sheet["enough_sleep_stage"].interval == Interval(None, None, None, ())


def test_who_has_just_lapsed_is_in_no_stage() -> None:
    sheet, _ = recorded(behavior([True] * 20 + [False] * 3))
    assert sheet["enough_sleep_stage"].value is None


def test_a_behavior_measured_by_the_own_days_has_no_strength_and_no_stage() -> None:
    sheet, _ = recorded(behavior([True, False] * 14, "active_day", relative=True))
    assert sheet.number("active_day_adherence") == 0.5
    assert sheet["active_day_habit_strength"].value is None
    assert sheet["active_day_stage"].value is None


def test_a_weekday_finding_is_entered_with_its_q_and_told_only_where_credible() -> None:
    sheet = FactSheet(None)
    weekdays = {
        "enough_sleep": WeekdayFinding(0.6, 0.003, 0.04, is_credible=True),
        "exercise": WeekdayFinding(0.3, 0.04, 0.2, is_credible=False),
    }
    days = [behavior([True, False] * 14), behavior([True, False] * 14, "exercise"), behavior(GOLD, "regular_wake")]
    by_day, by_chance, unknown = record_behaviors(sheet, days, weekdays)
    assert (by_day.goes_by_weekday, by_chance.goes_by_weekday, unknown.goes_by_weekday) == (True, False, False)
    assert sheet.number("enough_sleep_weekly_rhythm") == 0.6
    assert sheet.number("exercise_weekly_rhythm_p") == 0.04
    assert sheet.number("exercise_weekly_rhythm_q") == 0.2
    assert sheet["regular_wake_weekly_rhythm"].value is None


def test_exercise_has_its_minutes_and_days_of_a_week_and_what_they_lack() -> None:
    sheet, _ = recorded(trained([30, 0, 0, 0, 0, 0, 0]))
    assert sheet.number("exercise_weekly_minutes") == 30
    assert sheet.number("exercise_weekly_days") == 1
    assert sheet.number("exercise_weekly_lacking") == 120
    enough, _ = recorded(trained([20, 0, 20, 0, 20, 0, 0]))
    assert enough.number("exercise_weekly_lacking") == 0


def test_the_usual_hour_of_work_and_free_days_stand_by_themselves() -> None:
    """R is the length of (20 + 8 exp(2 pi i 2.6 / 24)) / 28, the deviation 24 / 2 pi times the root of -2 ln R."""
    hours = ([6.0] * 5 + [8.6] * 2) * 4
    sheet, _ = recorded(sleeper("regular_wake", "wake", hours, ([False] * 5 + [True] * 2) * 4))
    assert sheet.number("usual_wake") == pytest.approx(6.0)
    assert sheet.number("usual_wake_work") == pytest.approx(6.0)
    assert sheet.number("usual_wake_free") == pytest.approx(8.6)
    assert sheet.number("regular_wake_timing_sd") == pytest.approx(1.17959, abs=1e-5)
    assert sheet.number("regular_wake_timing_sd_within") == pytest.approx(0.0, abs=1e-6)


def test_who_has_no_usual_hour_is_told_none_but_how_far_days_spread() -> None:
    refused = replace(
        sleeper("regular_wake", "wake", [7.0, 15.0] * 14),
        days=days_in_a_row(0),
        success=flags([]),
        refusal="one usual hour: sleep falls into two groups",
    )
    sheet, (record,) = recorded(refused)
    assert record.status is Status.INSUFFICIENT
    for fact_id in ("typical_wake", "usual_wake", "usual_wake_work", "regular_wake_adherence"):
        assert sheet[fact_id].value is None
        assert sheet[fact_id].missing == "one usual hour: sleep falls into two groups"
    assert sheet["regular_wake_adherence"].n == 28
    assert sheet.number("regular_wake_timing_sd") == pytest.approx(4.498, abs=1e-3)


def test_a_mean_at_an_hour_that_few_days_have_is_nobodys_time() -> None:
    """gold/told: 23 mornings at 07:00 and five day sleeps until 14:30, of which the circular mean is 07:49."""
    sheet, _ = recorded(sleeper("regular_wake", "wake", [7.0] * 23 + [14.5] * 5))
    assert sheet["typical_wake"].value is None
    assert sheet.number("usual_wake") == pytest.approx(7.0)


def test_a_spread_and_a_typical_hour_have_their_intervals() -> None:
    hours = 7 + np.random.default_rng(4).normal(scale=0.5, size=28)
    sheet, _ = recorded(sleeper("regular_wake", "wake", hours.tolist()))
    for fact_id in ("typical_wake", "regular_wake_timing_sd", "regular_wake_timing_sd_within"):
        fact = sheet[fact_id]
        assert fact.interval is not None
        assert fact.interval.low is not None
        assert fact.interval.high is not None
        assert isinstance(fact.value, float)
        assert fact.interval.low < fact.value < fact.interval.high
        assert fact.interval.least_change is not None
