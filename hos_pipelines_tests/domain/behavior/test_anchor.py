"""The anchor: an event that comes at one hour, told of the days it does."""

from dataclasses import replace

import pytest

from hos_pipelines.domain.behavior.anchor import anchor_hour, cue_of, steadiest_event
from hos_pipelines.domain.behavior.habit_results import Anchor
from hos_pipelines_tests.domain.behavior.strategies import days_in_a_row, flags
from hos_pipelines_tests.domain.behavior.test_behavior_facts import recorded, sleeper

FREE = ([False] * 5 + [True] * 2) * 4


def test_the_anchor_is_the_event_with_the_lowest_circular_deviation() -> None:
    sheet, records = recorded(
        sleeper("regular_bedtime", "onset", [23.5, 0.5, 0.25, 23.75, 1.0]),
        sleeper("regular_wake", "wake", [7.0, 7.1, 7.2, 7.0, 7.1]),
    )
    anchor = steadiest_event(sheet, records)
    assert anchor is not None
    assert (anchor.event, anchor.days) == ("waking up", "all days")
    assert anchor.clock_hour == pytest.approx(7.08)
    assert cue_of(anchor) == "after waking up"
    # gold/stats: mean 0.199759, SD 0.534412 across midnight
    assert sheet.number("typical_onset") == pytest.approx(0.199759, abs=1e-6)
    assert sheet.number("regular_bedtime_timing_sd") == pytest.approx(0.534412, abs=1e-6)


def test_who_wakes_later_on_free_days_has_an_anchor_on_work_days() -> None:
    """At 06:44, the mean of all days, nobody wakes."""
    sheet, records = recorded(sleeper("regular_wake", "wake", ([6 + 1 / 6] * 5 + [8.6] * 2) * 4, FREE))
    anchor = steadiest_event(sheet, records)
    assert anchor is not None
    assert anchor.days == "work days"
    assert anchor.clock_hour == pytest.approx(6 + 1 / 6)
    assert anchor_hour(anchor) == "on work days at 06:10"
    assert anchor.fact_ids == ["usual_wake_work", "regular_wake_timing_sd_within"]
    assert cue_of(anchor) == "after waking up"


def test_less_than_half_an_hour_between_work_and_free_days_is_one_usual_hour() -> None:
    sheet, records = recorded(sleeper("regular_wake", "wake", ([6.5] * 5 + [6.9] * 2) * 4, FREE))
    anchor = steadiest_event(sheet, records)
    assert anchor is not None
    assert (anchor.days, anchor_hour(anchor)) == ("all days", "usually at 06:37")


def test_day_sleeps_do_not_move_the_anchor() -> None:
    sheet, records = recorded(sleeper("regular_wake", "wake", [7.0] * 23 + [14.5] * 5))
    anchor = steadiest_event(sheet, records)
    assert anchor is not None
    assert anchor.clock_hour == pytest.approx(7.0)
    assert cue_of(anchor) is None


def test_an_event_at_all_hours_is_no_anchor() -> None:
    sheet, records = recorded(sleeper("regular_wake", "wake", [5.0, 9.0, 6.0, 10.0, 7.0]))
    assert steadiest_event(sheet, records) is None


def test_who_has_no_usual_hour_has_no_anchor() -> None:
    refused = replace(
        sleeper("regular_wake", "wake", [7.0] * 20 + [15.0] * 8),
        days=days_in_a_row(0),
        success=flags([]),
        refusal="one usual hour: sleep falls into two groups",
    )
    sheet, records = recorded(refused)
    assert steadiest_event(sheet, records) is None


def test_an_unsteady_event_is_no_cue() -> None:
    assert cue_of(Anchor(event="waking up", clock_hour=7.0, sd=1.1, fact_ids=[])) is None
    assert cue_of(None) is None
