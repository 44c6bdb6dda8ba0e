"""The signature: rhythm, regularity, contrasts and what goes together, each from enough days or not at all."""

from datetime import timedelta

import pytest

from hos_pipelines.domain.behavior.analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, night, reading, readings


def weeks_of(onset: float, hours: float, later_on_free_days: float, days: int = 28) -> list[StoredReading]:
    rows = []
    for index in range(days):
        day = MONDAY + timedelta(days=index)
        shift = later_on_free_days if day.weekday() >= 5 else 0.0
        rows += night(day, onset + shift, hours)
    return rows


def stepping(work: int, free: int) -> list[StoredReading]:
    days = [MONDAY + timedelta(days=index) for index in range(28)]
    return [reading("steps", day, free if day.weekday() >= 5 else work, "count") for day in days]


def result_of(rows: list[StoredReading], week: WorkWeek | None = None) -> BehaviorResult:
    return analyze_behavior(history(rows), week=week)


def test_a_fixed_schedule_has_no_spread_and_full_concentration() -> None:
    signature = result_of(weeks_of(-0.5, 8, 0)).behavioral_signature
    assert signature.typical_onset == pytest.approx(23.5)
    assert signature.typical_wake == pytest.approx(7.5)
    assert signature.onset_sd == pytest.approx(0, abs=1e-6)
    assert signature.wake_concentration == pytest.approx(1)
    assert signature.routine_index == pytest.approx(1)
    assert signature.regularity == "high"


def test_the_weekend_shift_is_the_difference_between_free_and_work_days() -> None:
    signature = result_of(weeks_of(-0.5, 8, 2)).behavioral_signature
    assert signature.free_minus_work_wake == pytest.approx(2)
    # SD of 8 days at +2 h and 20 at 0, circular: close to the linear 0.9035
    assert signature.onset_sd == pytest.approx(0.9035, abs=0.02)
    assert signature.regularity == "medium"
    assert signature.signature_summary is not None
    assert "Wakes 2 h 00 min later on free days than on work days." in signature.signature_summary


def test_other_free_weekdays_turn_the_contrast() -> None:
    fridays = WorkWeek(frozenset({4, 5}))
    signature = result_of(weeks_of(-0.5, 8, 2), fridays).behavioral_signature
    # Saturdays late and Fridays not: mean 1 h; Sundays late among five work days: circular mean near 0.4 h
    assert signature.free_minus_work_wake == pytest.approx(0.6, abs=0.05)


def test_free_days_as_active_as_work_days_speak_for_own_choice_and_say_so_as_a_guess() -> None:
    free = result_of([*weeks_of(-1, 8, 0), *stepping(8000, 9000)]).behavioral_signature
    duty = result_of([*weeks_of(-1, 8, 0), *stepping(8000, 4000)]).behavioral_signature
    assert (free.primary_motivation, free.free_work_steps_ratio) == ("intrinsic", 1.125)
    assert (duty.primary_motivation, duty.free_work_steps_ratio) == ("extrinsic", 0.5)
    assert free.primary_motivation_inferred


def test_without_free_days_there_is_no_contrast() -> None:
    signature = result_of(weeks_of(-0.5, 8, 0), WorkWeek(frozenset())).behavioral_signature
    assert signature.free_minus_work_wake is None
    assert any("free nights" in missing for missing in signature.missing)


def test_what_goes_together_is_told_without_a_cause_and_with_its_facts() -> None:
    rows = readings(56)
    for index in range(1, 56):
        day, before = MONDAY + timedelta(days=index), MONDAY + timedelta(days=index - 1)
        steps = next(row.value for row in rows if row.type == "steps" and row.local_date == before.isoformat())
        rows = [row for row in rows if (row.type, row.local_date) != ("heart_rate_resting", day.isoformat())]
        rows.append(reading("heart_rate_resting", day, 70 - float(steps) / 500, "bpm"))
    result = result_of(rows)
    one = result.behavioral_signature.associations[0]
    assert (one.first, one.second, one.when) == ("steps", "heart_rate_resting", "next day")
    assert one.rho < -0.9
    assert result.facts["association_1_rho"].value == one.rho
    assert "tended to go together" in one.text
    assert not {"because", "causes", "leads", "due"} & set(one.text.split())


def test_scores_are_never_associated_with_what_they_are_made_of() -> None:
    for seed in range(1, 6):
        for one in result_of(readings(56, seed=seed)).behavioral_signature.associations:
            assert "score" not in one.first + one.second


def test_someone_with_three_nights_has_times_but_no_regularity() -> None:
    signature = result_of(readings(3)).behavioral_signature
    assert signature.typical_wake is not None
    assert signature.onset_sd is None
    assert signature.regularity is None
    assert signature.confidence == "low"


def test_someone_without_nights_has_no_rhythm() -> None:
    signature = result_of(stepping(8000, 8000)).behavioral_signature
    assert signature.typical_wake is None
    assert signature.signature_summary is None
    assert signature.routine_index is None
