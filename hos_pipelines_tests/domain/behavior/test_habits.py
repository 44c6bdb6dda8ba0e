"""Habits: which behaviors hold, which are on their way, which meet friction."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.habits import frictions, habit_analysis, is_established
from hos_pipelines.domain.gates import Status
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row, flags
from hos_pipelines_tests.domain.behavior.test_behavior_facts import GOLD, behavior, recorded, sleeper, trained


def test_the_row_of_the_gold_sequence_holds_its_figures() -> None:
    sheet, records = recorded(behavior(GOLD, "exercise"))
    row = habit_analysis(sheet, records).behaviors[0]
    assert row.adherence == pytest.approx(0.863636, abs=1e-6)
    assert (row.current_streak, row.longest_streak) == (4, 10)
    # 0.888889 and 0.666667, neither of which differs from the adherence.
    assert (row.persistence, row.recovery) == (None, None)
    assert row.stage == "early_formation"
    assert row.status is Status.PRELIMINARY
    assert sheet["exercise_adherence"].n == 22


def test_thirteen_days_say_nothing_and_say_what_is_missing() -> None:
    sheet, records = recorded(behavior([True] * 13, "exercise"))
    part = habit_analysis(sheet, records)
    assert part.status is Status.INSUFFICIENT
    assert part.missing == ["exercise: days: has 13, needs 14"]
    assert part.behaviors[0].adherence is None
    assert sheet.facts().keys() == {"exercise_adherence"}


def test_a_behavior_kept_for_four_weeks_is_established_and_daily() -> None:
    """HS(28) is 1 less the 66th root of 0.05 to the power of 28."""
    sheet, records = recorded(behavior([True] * 28))
    habit = habit_analysis(sheet, records).established_habits[0]
    assert habit.strength == pytest.approx(0.719426, abs=1e-6)
    assert habit.frequency == "daily"


def test_a_behavior_done_every_other_day_emerges() -> None:
    sheet, records = recorded(behavior([True, False] * 14, "exercise"))
    part = habit_analysis(sheet, records)
    assert [one.pattern for one in part.emerging_patterns] == ["exercise"]
    assert part.emerging_patterns[0].direction is None
    assert part.established_habits == []


def test_a_behavior_that_comes_in_the_second_half_strengthens() -> None:
    sheet, records = recorded(behavior([False] * 14 + [True] * 14))
    assert habit_analysis(sheet, records).emerging_patterns[0].direction == "strengthening"


def test_a_behavior_seldom_done_is_friction_of_high_impact() -> None:
    sheet, records = recorded(behavior([True] + [False] * 27))
    friction = habit_analysis(sheet, records).friction_points[0]
    assert friction.impact == "high"
    assert friction.friction == "Enough_sleep is met on 4 % of the recorded days."
    assert friction.fact_ids == ["enough_sleep_adherence", "enough_sleep_adherence_high"]


def test_what_meets_friction_is_not_told_to_be_on_its_way() -> None:
    sheet, records = recorded(behavior([True] * 13 + [False] * 15))
    part = habit_analysis(sheet, records)
    assert [one.impact for one in part.friction_points] == ["medium"]
    assert part.emerging_patterns == []


def test_advice_that_makes_no_sense_for_a_person_is_no_friction() -> None:
    _, records = recorded(replace(behavior([True] + [False] * 27), may_advise=False))
    assert frictions(records) == []


def test_exercise_is_judged_by_the_week() -> None:
    """43 % of the days, and all that is advised."""
    sheet, records = recorded(trained([50, 0, 50, 0, 50, 0, 0]))
    part = habit_analysis(sheet, records)
    assert part.friction_points == []
    assert part.behaviors[0].adherence == pytest.approx(12 / 28)
    assert part.behaviors[0].weekly_minutes == 150


def test_too_little_exercise_is_told_in_minutes_a_week() -> None:
    sheet, records = recorded(trained([30, 0, 0, 0, 0, 0, 0]))
    friction = habit_analysis(sheet, records).friction_points[0]
    assert friction.friction == "Exercise adds up to 30 min a week, less than is advised."
    assert friction.fact_ids == ["exercise_weekly_minutes", "exercise_weekly_days"]


def test_three_sessions_a_week_become_an_established_habit_within_eight_weeks() -> None:
    _, (month,) = recorded(trained([50, 0, 50, 0, 50, 0, 0], 4))
    sheet, records = recorded(trained([50, 0, 50, 0, 50, 0, 0], 8))
    assert not is_established(month)
    habit = habit_analysis(sheet, records).established_habits[0]
    assert habit.strength == pytest.approx(0.6636, abs=1e-4)
    assert habit.frequency == "weekly"


def test_a_strong_habit_done_on_half_of_the_days_is_not_established() -> None:
    often = replace(behavior([True, False] * 14), seen=flags([True] * 60 + [True, False] * 14))
    _, (record,) = recorded(often)
    assert (record.number("habit_strength") or 0.0) > 0.6
    assert not is_established(record)


def test_bedtimes_that_keep_within_an_hour_are_no_friction_however_few_hit_the_usual_one() -> None:
    hours = [23.0, 24.6, 23.4, 22.4, 24.2, 23.1, 24.4] * 4
    steady = replace(sleeper("regular_bedtime", "onset", hours), success=flags([False] * 28))
    _, records = recorded(steady)
    assert frictions(records) == []
    wild = replace(sleeper("regular_bedtime", "onset", [20.0, 23.0, 26.0, 21.5] * 7), success=flags([False] * 28))
    _, records = recorded(wild)
    assert [one.behavior.name for one in frictions(records)] == ["regular_bedtime"]


def test_what_is_measured_by_the_own_distribution_is_no_friction() -> None:
    _, records = recorded(behavior([True] + [False] * 27, "active_day", relative=True))
    assert frictions(records) == []


def test_wake_times_are_no_friction_for_who_sleeps_too_little() -> None:
    wake, short = behavior([False] * 28, "regular_wake"), behavior([False] * 28)
    _, alone = recorded(wake)
    _, both = recorded(wake, short)
    assert [one.behavior.name for one in frictions(alone)] == ["regular_wake"]
    assert [one.behavior.name for one in frictions(both)] == ["enough_sleep"]


def test_the_calendar_holds_recorded_days_only() -> None:
    days = days_in_a_row(20)[np.arange(20) != 5]
    sheet, records = recorded(Behavior("exercise", "exercise", "done", days, flags([True] * 19)))
    calendar = habit_analysis(sheet, records).calendar
    assert len(calendar) == 19
    assert calendar[0] == {"behavior": "exercise", "day": date.fromordinal(MONDAY).isoformat(), "done": True}
    assert [one["day"] for one in calendar] == sorted({one["day"] for one in calendar})
