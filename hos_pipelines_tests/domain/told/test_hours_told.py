"""Hours and advice of who keeps none: shifts half a night apart, one odd day a week, moved, scattered, very early."""

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from hos_pipelines_tests.domain.told.looking import Told, number, tell
from hos_pipelines_tests.domain.told.readings import (
    DAYS,
    Night,
    by_kind,
    durations,
    every,
    lived,
    nights,
    place,
    plain_nights,
    sleep_rows,
)
from hos_pipelines_tests.domain.told.speech import all_sentences, usual_onsets, usual_wakes

KEEP_UP = re.compile("Keep (up )?a regular")
USUAL = re.compile("usually (falls|lasts)|Usually falls|[Oo]n (work|free) days")


def off(day: date) -> float:
    """A third of an hour or less, by the day."""
    return float(np.random.default_rng(place(day)).uniform(-0.3, 0.3))


def weeks_of_shifts(day: date) -> Night:
    return (-3.0 if place(day) // 7 % 2 == 0 else 0.5) + off(day), 6.8


def saturdays_at_work(day: date) -> Night:
    return (8.0, 6.0) if day.weekday() == 5 else (-1.0 + off(day), 8.0)


def anywhere(day: date) -> Night:
    return float(np.random.default_rng(place(day)).uniform(-5.0, 5.0)), 7.0


def told_of(of_day: Callable[[date], Night], *, with_days: bool = True) -> Told:
    rows = [*sleep_rows(nights(of_day)), *(lived(range(DAYS)) if with_days else [])]
    return tell(rows)


SCATTERED = {
    "early and late weeks": weeks_of_shifts,
    "a shift every Saturday": saturdays_at_work,
    "anywhere": anywhere,
}


@pytest.mark.parametrize("of_day", SCATTERED.values(), ids=SCATTERED)
def test_scattered_nights_tell_no_type_no_mean_and_nothing_to_keep_up(of_day: Callable[[date], Night]) -> None:
    told = told_of(of_day)
    assert told.circadian.facts["living"].value == "irregular"
    assert told.circadian.chronotype_assessment.primary_type is None
    assert number(told.circadian.facts.values(), "onset_mean") is None
    assert number(told.circadian.facts.values(), "predicted_wake") is None
    assert [text for text in all_sentences(told) if KEEP_UP.search(text)] == []
    assert any("one fixed time of getting up" in text for text in all_sentences(told))


@pytest.mark.parametrize("of_day", [weeks_of_shifts, anywhere])
def test_of_two_halves_neither_is_usual(of_day: Callable[[date], Night]) -> None:
    told = told_of(of_day)
    assert (usual_onsets(told), usual_wakes(told)) == ([], [])
    assert [text for text in all_sentences(told) if USUAL.search(text)] == []


def test_one_odd_day_a_week_leaves_the_hours_of_the_others() -> None:
    for result in told_of(saturdays_at_work):
        hours = [number(result.facts.values(), f"usual_{event}") for event in ("onset", "wake")]
        assert hours == pytest.approx([23.0, 7.0], abs=0.2)


def test_a_holiday_four_hours_later_has_moved_sleep_and_made_nobody_sleep_by_day() -> None:
    told = told_of(lambda day: ((-1.0 if place(day) < DAYS // 2 else 3.0) + off(day), 8.0))
    assert told.circadian.facts["living"].value == "moved"
    assert [text for text in all_sentences(told) if re.search("by day|on all days", text)] == []


def test_groups_of_nights_that_both_lie_in_the_night_bring_no_advice_on_sleep_by_day() -> None:
    told = told_of(lambda day: (-4.0 if place(day) // 2 % 2 else 1.5, 7.0))
    assert told.circadian.facts["living"].value == "changing"
    assert [text for text in all_sentences(told) if "by day" in text] == []


@pytest.mark.parametrize("hours_a_day", [0.9, 1.0])
def test_free_days_of_who_drifts_round_the_clock_are_not_compared(hours_a_day: float) -> None:
    told = told_of(lambda day: (-1.0 + hours_a_day * place(day), 8.0))
    assert number(told.behavior.facts.values(), "free_minus_work_wake") is None
    assert [text for text in all_sentences(told) if "free days" in text] == []


def test_nobody_keeps_up_what_the_other_analysis_calls_a_gap() -> None:
    told = told_of(by_kind((0.5, 5.0), (0.5, 11.0)))
    assert any("a gap of at most 2 hours" in text for text in all_sentences(told))
    assert [text for text in all_sentences(told) if "Keep up a regular wake time" in text] == []


def test_enough_sleep_on_a_third_of_nights_is_nothing_to_keep_up() -> None:
    told = told_of(lambda day: (-1.0, 8.0 if place(day) % 3 == 0 else 6.0))
    assert [text for text in all_sentences(told) if "Keep up enough sleep" in text] == []


def test_the_earliest_are_not_told_to_become_earlier_still() -> None:
    told = told_of(lambda day: (-5.5 + off(day), 7.0))
    assert told.circadian.chronotype_assessment.primary_type == "extreme_morning"
    kinds = {one.kind for one in told.circadian.schedule_recommendations.recommendations}
    assert kinds.isdisjoint({"morning_light", "evening_dimming"})


@pytest.mark.parametrize("hours", [7.4 / 60, 2.5, 12.0])
def test_hours_asleep_that_are_not_of_the_windows_are_set_aside(hours: float) -> None:
    told = tell([*plain_nights(), *durations(hours)])
    assert number(told.circadian.facts.values(), "sleep_mean") == pytest.approx(8.0)
    told_lengths = [text for text in all_sentences(told) if re.search("talk to a doctor", text)]
    assert told_lengths == []


@pytest.mark.parametrize("hours", [4.0, 7.4, 10.5])
def test_hours_asleep_with_waking_and_naps_are_believed(hours: float) -> None:
    told = tell([*plain_nights(), *durations(hours)])
    assert number(told.circadian.facts.values(), "sleep_mean") == pytest.approx(hours)


def test_an_hour_and_a_half_at_most_is_advised_and_so_says_its_interval() -> None:
    told = tell([*sleep_rows(nights(every(-1.0, 4.0))), *durations(3.8)])
    fact = told.circadian.facts["advice_earlier"]
    assert fact.value == 1.5
    assert fact.interval is not None
    assert fact.interval.low is not None
    assert fact.interval.high is not None
    assert fact.interval.low <= 1.5 <= fact.interval.high
