"""The signature: rhythm, regularity, contrasts and what goes together, each from enough days or not at all."""

from datetime import timedelta

import numpy as np
import pytest

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
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
    assert signature.signature_summary.startswith(
        "On work days falls asleep at 23:30 and wakes at 07:30; on free days falls asleep at 01:30 and wakes at 09:30."
    )


def test_a_small_difference_of_free_days_is_told_beside_one_usual_hour() -> None:
    result = result_of(weeks_of(-0.5, 8, 0.4))
    summary = result.behavioral_signature.signature_summary
    assert summary is not None
    assert summary.startswith("Usually falls asleep at 23:")
    assert "Wakes 24 min later on free days than on work days." in summary
    gap = result.facts["free_minus_work_wake"]
    assert gap.interval is not None
    assert (gap.interval.low, gap.interval.high) == pytest.approx((0.4, 0.4))


@pytest.mark.parametrize("later", [0.0, 0.1, -0.1])
def test_a_difference_of_minutes_is_the_same_time(later: float) -> None:
    summary = result_of(weeks_of(-0.5, 8, later)).behavioral_signature.signature_summary
    assert summary is not None
    assert "Wakes at about the same time on free days as on work days." in summary
    assert "0 min" not in summary.replace("of 0 min", "")


def test_a_difference_that_may_be_chance_is_not_told() -> None:
    chance = np.random.default_rng(4)
    rows = [row for index in range(28) for row in night(MONDAY + timedelta(days=index), chance.normal(-0.5, 1.2), 8)]
    result = result_of(rows)
    gap = result.facts["free_minus_work_wake"]
    assert gap.interval is not None
    assert gap.interval.low is not None
    assert gap.interval.high is not None
    assert gap.interval.low < 0 < gap.interval.high
    assert "free days" not in (result.behavioral_signature.signature_summary or "")


def test_nobody_with_changing_hours_is_told_of_a_usual_one() -> None:
    """Early and late shifts by the week: two groups of hours that have nothing to do with free days."""
    rows = []
    for index in range(28):
        onset = -2.0 if index // 7 % 2 == 0 else 5.0
        rows += night(MONDAY + timedelta(days=index), onset, 7.5)
    signature = result_of(rows).behavioral_signature
    assert signature.signature_summary is None
    assert signature.signature is None
    assert signature.typical_wake is None


def test_the_band_of_regularity_names_the_bands_its_spread_may_lie_in() -> None:
    chance = np.random.default_rng(1)
    rows = [row for index in range(28) for row in night(MONDAY + timedelta(days=index), chance.normal(-0.5, 0.52), 8)]
    band = result_of(rows).facts["regularity_band"]
    assert band.interval is not None
    assert set(band.interval.may_be) | {band.value} == {"high", "medium"}


def test_other_free_weekdays_turn_the_contrast() -> None:
    fridays = WorkWeek(frozenset({4, 5}))
    signature = result_of(weeks_of(-0.5, 8, 2), fridays).behavioral_signature
    # Saturdays late and Fridays not: mean 1 h; Sundays late among five work days: circular mean near 0.4 h
    assert signature.free_minus_work_wake == pytest.approx(0.6, abs=0.05)


def test_steps_of_free_days_are_counted_and_nobodys_motives_are_read_from_them() -> None:
    for free_steps, ratio in ((9000, 1.125), (4000, 0.5)):
        signature = result_of([*weeks_of(-1, 8, 0), *stepping(8000, free_steps)]).behavioral_signature
        assert (signature.primary_motivation, signature.free_work_steps_ratio) == (None, ratio)


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
        rows.append(reading("heart_rate_resting", day, 70 - float(steps or 0) / 500, "bpm"))
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
