"""Habits: what the recorded days allow to be said of each behavior."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.habits import BehaviorRecord, cue_of, frictions, habit_analysis, record_behaviors
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row, flags, floats

# The sequence of the behaviour gold: 19 of 22 days done.
GOLD = [True] * 10 + [False] + [True] * 5 + [False, False] + [True] * 4


def behavior(success: Sequence[bool], name: str = "exercise", *, relative: bool = False) -> Behavior:
    return Behavior(name, name, "done", days_in_a_row(len(success)), flags(list(success)), is_relative=relative)


def sleeper(name: str, event: str, hours: Sequence[float]) -> Behavior:
    n = len(hours)
    return Behavior(
        name,
        name,
        "done",
        days_in_a_row(n),
        flags([True] * n),
        event="onset" if event == "onset" else "wake",
        clock_hours=floats(list(hours)),
    )


def recorded(*behaviors: Behavior) -> tuple[FactSheet, tuple[BehaviorRecord, ...]]:
    sheet = FactSheet(None)
    return sheet, record_behaviors(sheet, behaviors)


def test_the_row_of_the_gold_sequence_holds_its_figures() -> None:
    sheet, records = recorded(behavior(GOLD))
    row = habit_analysis(sheet, records).behaviors[0]
    assert row.adherence == pytest.approx(0.863636, abs=1e-6)
    assert (row.current_streak, row.longest_streak) == (4, 10)
    assert row.persistence == pytest.approx(0.888889, abs=1e-6)
    assert row.recovery == pytest.approx(0.666667, abs=1e-6)
    assert row.stage == "early_formation"
    assert row.status is Status.PRELIMINARY
    assert sheet["exercise_adherence"].n == 22


def test_thirteen_days_say_nothing_and_say_what_is_missing() -> None:
    sheet, records = recorded(behavior([True] * 13))
    part = habit_analysis(sheet, records)
    assert part.status is Status.INSUFFICIENT
    assert part.missing == ["exercise: 1 more days (has 13, needs 14)"]
    assert part.behaviors[0].adherence is None
    assert sheet.facts().keys() == {"exercise_adherence"}


def test_a_behavior_kept_for_four_weeks_is_established_and_daily() -> None:
    """HS(28) is 1 less the 66th root of 0.05 to the power of 28."""
    sheet, records = recorded(behavior([True] * 28))
    habit = habit_analysis(sheet, records).established_habits[0]
    assert habit.strength == pytest.approx(0.719426, abs=1e-6)
    assert habit.frequency == "daily"


def test_a_behavior_done_every_other_day_emerges() -> None:
    sheet, records = recorded(behavior([True, False] * 14))
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
    assert friction.friction == "Exercise is met on 4 % of the recorded days."
    assert friction.fact_ids == ["exercise_adherence", "exercise_adherence_high"]


def test_what_is_measured_by_the_own_distribution_is_no_friction() -> None:
    _, records = recorded(behavior([True] + [False] * 27, "active_day", relative=True))
    assert frictions(records) == []


def test_wake_times_are_no_friction_for_who_sleeps_too_little() -> None:
    wake, short = behavior([False] * 28, "regular_wake"), behavior([False] * 28, "enough_sleep")
    _, alone = recorded(wake)
    _, both = recorded(wake, short)
    assert [one.behavior.name for one in frictions(alone)] == ["regular_wake"]
    assert [one.behavior.name for one in frictions(both)] == ["enough_sleep"]


def test_the_anchor_is_the_event_with_the_lowest_circular_deviation() -> None:
    sheet, records = recorded(
        sleeper("regular_bedtime", "onset", [23.5, 0.5, 0.25, 23.75, 1.0]),
        sleeper("regular_wake", "wake", [7.0, 7.1, 7.2, 7.0, 7.1]),
    )
    anchor = habit_analysis(sheet, records).anchor
    assert anchor is not None
    assert anchor.event == "waking up"
    assert cue_of(anchor) == "after waking up"
    # gold/stats: mean 0.199759, SD 0.534412 across midnight
    assert sheet.number("typical_onset") == pytest.approx(0.199759, abs=1e-6)
    assert sheet.number("regular_bedtime_timing_sd") == pytest.approx(0.534412, abs=1e-6)


def test_an_event_that_comes_irregularly_is_no_cue() -> None:
    sheet, records = recorded(sleeper("regular_wake", "wake", [5.0, 9.0, 6.0, 10.0, 7.0]))
    anchor = habit_analysis(sheet, records).anchor
    assert anchor is not None
    assert anchor.sd > 1
    assert cue_of(anchor) is None


def test_the_calendar_holds_recorded_days_only() -> None:
    days = days_in_a_row(20)[np.arange(20) != 5]
    sheet, records = recorded(Behavior("exercise", "exercise", "done", days, flags([True] * 19)))
    calendar = habit_analysis(sheet, records).calendar
    assert len(calendar) == 19
    assert calendar[0] == {"behavior": "exercise", "day": date.fromordinal(MONDAY).isoformat(), "done": True}
    assert [one["day"] for one in calendar] == sorted({one["day"] for one in calendar})
