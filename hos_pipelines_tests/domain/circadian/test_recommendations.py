import re
from collections.abc import Iterator

import pytest

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.circadian.recommendations import EMPHASIS, recommend
from hos_pipelines.domain.circadian.results import ScheduleRecommendations, TimingRecommendation
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Fact, FactSheet
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.circadian.sleepers import sleeper, told

NUMBER = re.compile(r"\d+:\d+|\d+ h \d+ min|\d+(?:\.\d+)? (?:h|min|hours?|minutes)\b|\d+(?:\.\d+)?")
DIAGNOSES = re.compile(
    r"\b(insomnia|apnea|apnoea|disorder|disease|syndrome|depress|melatonin|medic|diagnos)", re.IGNORECASE
)
WORDS = {"hour": ("hours", "hour"), "minute": ("minutes", "min"), "local hour": (), "share": ()}
PEOPLE = {
    "regular": sleeper(),
    "short of sleep in the week": sleeper(hours=6.5, lie_in=2.0, later=0.0),
    "very late on free days": sleeper(hours=7.0, lie_in=1.0, later=3.0),
    "short of sleep always": sleeper(bed=0.5, hours=5.5),
    "late": sleeper(bed=2.0, hours=8.0),
    "early": sleeper(bed=-3.0, hours=8.5),
}


def advised(
    rows: list[StoredReading], archetype: str = "Foundation Builder"
) -> tuple[FactSheet, ScheduleRecommendations]:
    sheet, day = told(rows)
    return sheet, recommend(sheet, day, archetype)


def of_kind(schedule: ScheduleRecommendations, kind: str) -> list[TimingRecommendation]:
    return [one for one in schedule.recommendations if one.kind == kind]


def displays(fact: Fact) -> Iterator[str]:
    """How a fact's number may be written."""
    if not isinstance(fact.value, float):
        return
    if fact.unit == "local hour":
        yield clock_text(fact.value)
    if fact.unit in ("hour", "second"):
        yield duration_text(fact.value / (3600 if fact.unit == "second" else 1))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_number_is_one_of_the_cited_facts_or_a_declared_constant(person: str) -> None:
    sheet, schedule = advised(PEOPLE[person])
    assert schedule.recommendations
    for one in schedule.recommendations:
        known = {text for fact_id in one.fact_ids for text in displays(sheet[fact_id])}
        for constant in (schedule.constants[name] for name in one.constant_ids):
            known |= {f"{constant.value:g} {unit}" for unit in WORDS[constant.unit]}
        assert set(NUMBER.findall(one.text)) <= known, one.text
        assert {clock for clock in (one.start, one.end) if clock} <= known, one.text


@pytest.mark.parametrize("person", PEOPLE)
def test_every_recommendation_rests_on_facts_that_say_something(person: str) -> None:
    sheet, schedule = advised(PEOPLE[person])
    for one in schedule.recommendations:
        assert one.fact_ids
        assert all(sheet[fact_id].status is not Status.INSUFFICIENT for fact_id in one.fact_ids)
        assert not DIAGNOSES.search(one.text)


def test_every_constant_says_where_it_comes_from() -> None:
    assert all(constant.source and constant.unit for constant in CONSTANTS.values())
    _, schedule = advised(sleeper())
    used = {name for one in schedule.recommendations for name in one.constant_ids}
    assert set(schedule.constants) == used


def test_a_regular_day_is_laid_along_the_energy_curve() -> None:
    structure = advised(sleeper())[1].optimal_daily_structure
    assert structure is not None
    assert structure.wake_window is not None
    assert structure.bed_window is not None
    assert (structure.wake_window.ideal_time, structure.wake_window.acceptable_range) == ("07:00", "06:30-07:30")
    assert (structure.bed_window.ideal_time, structure.bed_window.acceptable_range) == ("23:00", "22:30-23:30")
    assert structure.peak_performance_blocks == ["08:15-10:45", "18:00-20:15"]
    assert structure.exercise_timing == ["08:15-10:45"]  # of early types the first peak
    assert structure.caffeine_cut_off == "14:00"
    assert structure.meal_timing == "08:00-20:00"
    assert structure.morning_light == "07:00-09:00"
    assert structure.evening_wind_down == "22:00-23:00"


def test_the_coffee_stops_at_least_8_8_hours_before_bed() -> None:
    sheet, schedule = advised(sleeper(bed=0.25))
    (caffeine,) = of_kind(schedule, "caffeine_cut_off")
    assert sheet.number("predicted_bed") == 0.25
    assert caffeine.start == "15:15"
    assert "8.8" in caffeine.text


def test_training_ends_four_hours_before_bed_even_where_energy_stays_high() -> None:
    for rows in PEOPLE.values():
        sheet, schedule = advised(rows)
        for one in of_kind(schedule, "exercise"):
            end, bed = sheet.number("advice_exercise_end"), sheet.number("predicted_bed")
            assert end is not None
            assert bed is not None
            assert one.end == clock_text(end)
            assert (bed - end) % 24 >= 4


def test_light_waits_for_the_temperature_minimum_of_somebody_who_rises_before_it() -> None:
    rows = sleeper(bed=-0.5, hours=6.0, later=3.5, lie_in=3.5)
    sheet, schedule = advised(rows)
    minimum = sheet.number("cbt_min")
    assert minimum is not None
    (light,) = of_kind(schedule, "morning_light")
    wake = sheet.number("predicted_wake") or 0.0
    assert wake == 5.5
    assert minimum > wake
    assert light.start == clock_text(-(-minimum * 4 // 1) / 4)


def test_sleeping_in_after_short_work_nights_is_not_scolded() -> None:
    _, schedule = advised(PEOPLE["short of sleep in the week"])
    (catch_up,) = of_kind(schedule, "catch_up_sleep")
    assert "fine" in catch_up.text
    assert not of_kind(schedule, "regularity")
    assert catch_up in schedule.weekly_optimization


def test_free_days_that_begin_more_than_two_hours_later_are_named() -> None:
    _, schedule = advised(PEOPLE["very late on free days"])
    (regularity,) = of_kind(schedule, "regularity")
    assert {"wake_work", "wake_free", "lie_in"} == set(regularity.fact_ids)


def test_short_nights_call_for_earlier_ones_and_never_for_later() -> None:
    sheet, schedule = advised(PEOPLE["short of sleep always"])
    assert of_kind(schedule, "sleep_extension")
    (bed,) = of_kind(schedule, "bed_window")
    assert bed.end == clock_text(sheet.number("predicted_bed") or 0.0)


def test_a_regular_sleeper_is_told_nothing_about_the_week() -> None:
    assert advised(sleeper())[1].weekly_optimization == []


@pytest.mark.parametrize("archetype", EMPHASIS)
def test_an_archetype_hears_the_same_advice_with_another_emphasis(archetype: str) -> None:
    _, schedule = advised(sleeper(), archetype)
    assert schedule.recommendations == advised(sleeper())[1].recommendations
    assert schedule.archetype_customization is not None
    assert schedule.archetype_customization.archetype == archetype
    assert set(schedule.archetype_customization.emphasis) <= {one.kind for one in schedule.recommendations}
    assert not NUMBER.search(schedule.archetype_customization.text)


def test_an_archetype_nobody_knows_changes_nothing() -> None:
    assert advised(sleeper(), "Night Watch")[1].archetype_customization is None


def test_without_facts_there_is_no_advice_but_what_is_missing() -> None:
    sheet, schedule = advised(sleeper(days=[26, 27]))
    assert schedule.status is Status.INSUFFICIENT
    assert schedule.recommendations == []
    assert schedule.optimal_daily_structure is None
    assert schedule.constants == {}
    assert schedule.missing == ["nights: has 2, needs 3"]
    assert not [fact.id for fact in sheet if fact.id.startswith("advice_")]
