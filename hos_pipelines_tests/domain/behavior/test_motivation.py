"""Motivation: hypotheses, marked as such, and none of somebody with few days."""

from datetime import timedelta

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.motivation_results import MotivationProfile
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, night, readings


def profile_of(rows: list[StoredReading]) -> MotivationProfile:
    return analyze_behavior(history(rows)).motivation_profile


def without(rows: list[StoredReading], name: str) -> list[StoredReading]:
    return [row for row in rows if row.type != name]


def test_thin_data_are_no_ground_for_a_guess() -> None:
    profile = profile_of(readings(13))
    assert profile.status is Status.INSUFFICIENT
    assert profile.missing == ["days: has 13, needs 14"]
    assert profile.confidence == "none"
    assert (profile.primary_drivers, profile.tactics, profile.stages) == ([], [], [])
    assert (profile.engagement_style, profile.response_to_setbacks) == (None, None)


def test_everything_is_marked_inferred_and_never_very_sure() -> None:
    profile = profile_of(readings(56))
    assert profile.inferred
    assert profile.confidence == "medium"
    assert profile_of(readings(20)).confidence == "low"


def test_maintenance_is_not_claimed_of_four_weeks() -> None:
    stages = {one.behavior: one.stage for one in profile_of(readings(56, spread=0.1)).stages}
    assert stages["regular_bedtime"] == "action (maintenance not observable)"
    assert stages["exercise"] == "action"
    assert "active_day" not in stages


def test_exercise_given_up_is_before_action() -> None:
    rows = [row for row in readings(56) if row.type != "exercise_duration" or row.local_date < "2026-02-02"]
    stages = {one.behavior: one.stage for one in profile_of(rows).stages}
    assert stages["exercise"] == "pre-action"


def test_friction_calls_for_goals_and_plans_by_their_names_in_the_taxonomy() -> None:
    rows = [row for row in readings(56) if row.type != "exercise_duration" or row.local_date < "2026-02-02"]
    profile = profile_of(rows)
    assert {"Goal setting (behavior)", "Action planning"} <= set(profile.optimal_motivation_tactics)
    assert any("exercise" in one.barrier for one in profile.barrier_patterns)
    assert all(one.fact_ids for one in profile.tactics)


def test_no_driver_style_or_answer_to_setbacks_is_read_into_anybody() -> None:
    for seed in range(1, 9):
        profile = profile_of(readings(56, seed=seed, spread=0.1 * seed))
        assert profile.primary_drivers == []
        assert (profile.engagement_style, profile.response_to_setbacks) == (None, None)


def test_who_meets_no_friction_is_given_no_tactics() -> None:
    assert profile_of(readings(56, spread=0.1)).tactics == []


def test_a_stage_names_the_others_its_interval_reaches() -> None:
    stages = {one.behavior: one for one in profile_of(readings(56, spread=0.1)).stages}
    assert (stages["exercise"].stage, stages["exercise"].may_be) == ("action", ["preparation"])


def short_on_work_days(hours: float) -> list[StoredReading]:
    days = [MONDAY + timedelta(days=index) for index in range(28)]
    return [row for day in days for row in night(day, 0, hours + 2 if day.weekday() >= 5 else hours)]


def test_work_days_that_end_short_nights_are_a_barrier() -> None:
    barrier = profile_of(short_on_work_days(5.5)).barrier_patterns[0]
    assert (barrier.barrier, barrier.frequency) == ("Work days begin earlier than sleep would end", "common")
    assert barrier.fact_ids == ["free_minus_work_wake"]


def test_work_days_that_begin_early_after_enough_sleep_are_no_barrier() -> None:
    assert profile_of(short_on_work_days(7.5)).barrier_patterns == []


def test_no_difference_of_nothing_is_told() -> None:
    rows = [row for index in range(28) for row in night(MONDAY + timedelta(days=index), -1, 8)]
    said = [one.text for one in profile_of(rows).com_b.opportunity]
    assert not any("0 min" in text for text in said)
