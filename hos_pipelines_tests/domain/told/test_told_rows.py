"""Every input on which the analyses once said something wrong, with what is right; siblings are tested beside it."""

import re
from datetime import timedelta

import pytest

from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.told.looking import Told, number, tell
from hos_pipelines_tests.domain.told.readings import (
    DAYS,
    FIRST,
    LAST,
    by_kind,
    daily,
    durations,
    every,
    file_windows,
    nights,
    plain_nights,
    reading,
    sleep_rows,
)
from hos_pipelines_tests.domain.told.speech import (
    all_sentences,
    asks_for_exercise,
    asks_for_more_sleep,
    calls_sleep_enough,
    hour_of,
    kinds,
    pieces,
    says_sleep_is_owed,
    usual_onsets,
    usual_wakes,
)

WEEK = WorkWeek()
PLAIN = plain_nights()


def facts_of(name: str) -> tuple[FactSheet, SleepHistory]:
    return windows_facts(file_windows(name), WEEK)


def seconds(clock: str) -> float:
    return 3600 * hour_of(clock)


def missing_of(told: Told) -> list[str]:
    """All that either result asks for."""
    parts = [
        part
        for result in told
        for name in type(result).model_fields
        for part in [getattr(result, name)]
        if hasattr(part, "missing")
    ]
    return [*(text for part in parts for text in part.missing), *(fact.missing for fact in told.facts if fact.missing)]


def test_bouts_five_minutes_apart_are_one_night() -> None:
    sheet, sleep = facts_of("split_night_5min.csv")
    assert (len(sleep.nights), len(sleep.naps)) == (28, 0)
    assert sheet.number("duration_mean") == pytest.approx(8.0)
    assert sleep.asleep.mean() == pytest.approx(7.9167, abs=0.0001)
    assert sheet.number("msf_sc") == pytest.approx(seconds("03:00"))
    assert sheet["chronotype_munich"].value == "moderate_early"


def test_who_sleeps_past_noon_is_an_extreme_owl() -> None:
    sheet, _ = facts_of("owl_past_noon.csv")
    assert sheet.number("msf_sc") == pytest.approx(seconds("12:02"), abs=60)
    assert sheet["chronotype"].value == "extreme_evening"
    assert sheet["chronotype_munich"].value == "extreme_late"


def test_three_nights_after_nine_hours_east_no_phase_is_told() -> None:
    sheet, _ = facts_of("jetlag_9h_east_3_nights.csv")
    assert (sheet["dlmo"].value, sheet["cbt_min"].value) == (None, None)


def test_three_nights_after_nine_hours_east_light_is_for_the_afternoon_or_not_at_all() -> None:
    told = tell(sleep_rows(file_windows("jetlag_9h_east_3_nights.csv")))
    begins = [hour_of(one.start) for one in pieces(told.circadian, "morning_light") if one.start]
    assert [hour for hour in begins if not 13 <= hour <= 17] == []


def test_a_wake_time_kept_on_twenty_of_28_days_is_kept_on_twenty_of_28_days() -> None:
    facts = tell(sleep_rows(file_windows("lie_in_2h36.csv"))).facts
    assert number(facts, "regular_wake_adherence") == pytest.approx(20 / 28)


def test_five_day_sleeps_leave_the_wake_time_on_the_23_other_days() -> None:
    facts = tell(sleep_rows(file_windows("five_day_sleeps_of_28.csv"))).facts
    assert number(facts, "regular_wake_adherence") == pytest.approx(23 / 28)


def test_one_day_sleep_among_free_nights_does_not_move_their_middle() -> None:
    sheet, _ = facts_of("five_day_sleeps_of_28.csv")
    assert sheet.number("msf_sc") in (None, pytest.approx(seconds("03:00"), abs=60))


def running_today() -> tuple[list[StoredReading], list[StoredReading]]:
    """27 days of about 8,000 steps and 40 minutes of exercise; and what a 28th holds at nine in the morning."""
    whole = range(DAYS - 1)
    before = [
        *PLAIN[:-3],
        *daily("steps", lambda day: 8000 + 37 * (day.toordinal() % 7), "count", whole),
        *daily("exercise_duration", lambda _: 40, "minute", whole),
        *daily("score:activity", lambda day: 0.6 + 0.01 * (day.toordinal() % 7), "", whole),
    ]
    return before, [
        reading("steps", LAST, None, "count"),
        reading("exercise_duration", LAST, None, "minute"),
        reading("score:activity", LAST, None),
    ]


def test_a_running_day_is_not_a_day() -> None:
    before, today = running_today()
    told = tell([*before, *today], today=LAST).behavior
    facts = told.facts.values()
    yesterday = LAST - timedelta(days=1)
    assert number(facts, "steps_latest") == 8000 + 37 * (yesterday.toordinal() % 7)
    assert number(facts, "exercise_streak") == 27
    assert number(facts, "exercise_adherence") == 1.0
    assert told.facts["exercise_adherence"].n == 27


def test_no_value_of_a_running_day_is_held_against_the_usual_one() -> None:
    before, today = running_today()
    alone, told = tell(before).behavior, tell([*before, *today], today=LAST).behavior
    for fact_id in ("steps_z", "steps_latest", "exercise_duration_z", "activity_score_z", "activity_score_latest"):
        assert told.facts[fact_id].value == alone.facts[fact_id].value


def test_coverage_counts_from_the_first_reading() -> None:
    last_two_weeks = range(14, DAYS)
    rows = [
        *sleep_rows(nights(every(-1.0, 8.0), last_two_weeks)),
        *daily("steps", lambda _: 8000, "count", last_two_weeks),
    ]
    told = tell(rows)
    assert number(told.behavior.facts.values(), "data_coverage") == 1.0
    assert number(told.circadian.facts.values(), "missing_nights") == 0.0
    assert [result.analysis_metadata.data_quality.missing_nights for result in told] == [0, 0]
    indicators = {one.indicator: one for one in told.behavior.sophistication_assessment.readiness_indicators}
    assert indicators["awareness"].present is True


def test_150_minutes_of_exercise_on_three_days_a_week_are_no_concern() -> None:
    training = {0, 2, 4}
    rows = [
        *PLAIN,
        *daily("steps", lambda _: 8000, "count"),
        *daily("exercise_duration", lambda day: 50 if day.weekday() in training else 0, "minute"),
    ]
    assert not asks_for_exercise(tell(rows).behavior)


@pytest.mark.parametrize("is_delivered", [True, False], ids=["delivered", "windows"])
def test_seven_hours_and_a_quarter_every_night_are_enough(*, is_delivered: bool) -> None:
    windows = nights(every(-1.0, 7.75 if is_delivered else 7.25))
    told = tell([*sleep_rows(windows), *(durations(7.25) if is_delivered else ())])
    assert number(told.behavior.facts.values(), "enough_sleep_adherence") == 1.0
    assert asks_for_more_sleep(told) == (False, False)
    assert not says_sleep_is_owed(told)


@pytest.mark.parametrize(("window", "delivered"), [(6.0, 8.0), (8.0, 6.5)])
def test_windows_and_delivered_durations_that_differ_give_one_measure_and_one_need(
    window: float, delivered: float
) -> None:
    told = tell([*sleep_rows(nights(every(-1.0, window))), *durations(delivered)])
    agreeing = tell([*sleep_rows(nights(every(-1.0, delivered))), *durations(delivered)])
    for fact_id in ("sleep_need", "sleep_debt_14"):
        assert number(told.facts, fact_id) == number(agreeing.facts, fact_id)
    assert number(told.behavior.facts.values(), "sleep_duration_median") == delivered
    by_circadian, by_behavior = asks_for_more_sleep(told)
    assert by_circadian == by_behavior
    assert not (by_circadian and calls_sleep_enough(told.behavior))
    assert "delivered" in told.labels()


def test_one_delivered_duration_changes_neither_need_nor_debt() -> None:
    windows = sleep_rows(nights(by_kind((-1.0, 7.0), (-0.5, 7.5))))
    with_one, without = tell([*windows, *durations(6.0, [27])]), tell(windows)
    for fact_id in ("sleep_need", "sleep_debt_14", "enough_sleep_adherence"):
        assert number(without.facts, fact_id) is not None
        assert number(with_one.facts, fact_id) == number(without.facts, fact_id)


def deprived() -> Told:
    return tell(sleep_rows(nights(every(0.5, 4.5))))


def test_four_and_a_half_hours_every_night_are_no_perfect_score() -> None:
    assert deprived().circadian.biomarker_insights.circadian_health_score != 100


def test_free_nights_that_exist_are_not_asked_for() -> None:
    assert [text for text in missing_of(deprived()) if "free night" in text] == []


def test_need_and_debt_of_the_most_deprived_are_told_with_their_bounds() -> None:
    facts = deprived().circadian.facts
    for fact_id in ("sleep_need", "sleep_debt_14"):
        assert isinstance(facts[fact_id].value, float)
        assert facts[fact_id].interval is not None


def test_the_last_coffee_is_not_before_waking() -> None:
    told = tell(sleep_rows(nights(every(-2.0, 15.25)))).circadian
    structure = told.schedule_recommendations.optimal_daily_structure
    assert "caffeine_cut_off" not in kinds(told)
    assert structure is None or structure.caffeine_cut_off is None


@pytest.mark.parametrize(
    ("midsleep", "share"),
    [(2.0, 2.0), (2.75, 13.0), (3.75, 31.5), (4.75, 28.5), (5.75, 15.0), (6.75, 6.5), (8.0, 3.5)],
    ids=["extreme early", "moderate early", "slight early", "intermediate", "slight late", "moderate late", "extreme"],
)
def test_the_share_of_a_type_is_how_many_people_are_of_it(midsleep: float, share: float) -> None:
    told = tell(sleep_rows(nights(every(midsleep - 4, 8.0)))).circadian
    for shown in (told.facts["chronotype_share"].value, told.chronotype_assessment.share_of_population):
        assert [float(one) for one in re.findall(r"\d+\.?\d*", str(shown))] == [share]


def test_readings_that_end_sixteen_months_ago_are_stale_and_plan_nothing() -> None:
    told = tell(PLAIN, today=LAST + timedelta(days=487))
    assert [result.status for result in told] == [Status.STALE, Status.STALE]
    assert told.circadian.energy_zone_analysis.predicted_day is None
    assert told.circadian.schedule_recommendations.recommendations == []
    assert told.behavior.recommendations == []


def journey_in_home_offset() -> list[StoredReading]:
    """Nine hours east on the fifteenth day, delivered by clocks that stayed at home."""
    after = nights(every(14.0, 8.0), range(14, DAYS))
    return sleep_rows([*nights(every(-1.0, 8.0), range(14)), *after])


LIVING = {
    "sleeps by day": (sleep_rows(nights(every(6.5, 8.0))), "by_day"),
    "drifts": (sleep_rows(nights(lambda day: (-1.0 + 0.25 * (day - FIRST).days, 8.0))), "drift"),
    "has moved": (journey_in_home_offset(), "moved"),
}


@pytest.mark.parametrize(("rows", "kind"), LIVING.values(), ids=LIVING)
def test_sleep_by_day_is_not_called_shift_work(rows: list[StoredReading], kind: str) -> None:
    told = tell(rows)
    assert told.circadian.facts["shift_work"].value != "yes"
    assert [text for text in (*all_sentences(told), *missing_of(told)) if re.search("shift.?work", text)] == []
    assert [label for label in told.labels() if kind in label]


def test_the_mean_of_two_modes_is_not_told_as_usual() -> None:
    """Two weeks of nights, then two of day sleep: nobody falls asleep or wakes at the mean of both."""
    by_night, by_day = nights(every(-1.0, 8.0), range(14)), nights(every(8.0, 7.5), range(14, DAYS))
    told = tell(sleep_rows([*by_night, *by_day]))
    assert [hour for hour in usual_onsets(told) if min(abs(hour - 23), abs(hour - 8)) > 1] == []
    assert [hour for hour in usual_wakes(told) if min(abs(hour - 7), abs(hour - 15.5)) > 1] == []


@pytest.mark.parametrize("days", [[20], range(DAYS)], ids=["one day", "every day"])
def test_naps_are_not_known_where_a_delivered_duration_is_longer_than_its_window(days: list[int]) -> None:
    beside = [place for place in range(DAYS) if place not in days]
    told = tell([*sleep_rows(nights(every(0.0, 6.5))), *durations(7.5, days), *durations(6.2, beside)]).circadian
    assert told.facts["nap_days"].value is None
    assert told.analysis_metadata.data_quality.naps != 0
