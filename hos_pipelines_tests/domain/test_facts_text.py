"""How facts are shown: values, intervals, meanings, and their place in a list."""

import re

import pytest

from hos_pipelines.domain.circadian.hourly import hourly_facts, read_hourly
from hos_pipelines.domain.fact_meanings import MEANINGS, meaning
from hos_pipelines.domain.fact_order import OTHER, SECTIONS, by_section, in_order, place
from hos_pipelines.domain.fact_titles import TITLES, title
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, FactValue, Interval
from hos_pipelines.domain.facts_text import display, interval_text, least_change_text, not_enough
from hos_pipelines.domain.gates import TIMING
from hos_pipelines_tests.report.people import hardly_known, known, unknown

COUNTED = Basis.of(TIMING, 21, "counted")
EVERY_FACT = [
    fact
    for report in (known(), hardly_known(), unknown())
    for result in (report.circadian, report.behavior)
    for fact in result.facts.values()
]


def fact_of(value: FactValue, unit: str, interval: Interval | None = None) -> Fact:
    return FactSheet(None).add("fact", value, unit, COUNTED, interval)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (15062.6, "second of the local day", "04:11"),
        (4753.6, "second", "1 h 19 min"),
        (-900.0, "second", "-15 min"),
        (7.5, "hour", "7 h 30 min"),
        (23.999, "local hour", "00:00"),
        (6.25, "clock hour", "06:15"),
        (0.643, "share", "64 %"),
        ("15.0-46.5 %", "percent of people", "15.0-46.5 %"),
        (44.26, "percent of people", "44 %"),
        (0.4, "percent of people", "0.4 %"),
        ("moderate_morning", "label", "moderate morning"),
        (89.154, "index", "89.15"),
        (0.0123, "ratio", "0.012"),
        (6674.0, "count", "6,674"),
        (25.0, "night", "25 nights"),
        (1.0, "day", "1 day"),
        (2.6667, "day", "2.7 days"),
        (285.0, "minute", "4 h 45 min"),
        (57.6, "bpm", "58 bpm"),
        (40.4, "millisecond", "40 ms"),
        (0.00001, "p", "below 0.001"),
        (-1.012, "z", "-1.0 deviations from usual"),
        (0.0, "z", "no deviation from usual"),
        (-32.2, "count per day", "-32 per day"),
        (0.05, "hour per day", "+3 minutes per day"),
        (-0.0021, "share per day", "-0.21 percentage points per day"),
        (0.0, "bpm per day", "no change per day"),
        ([0.0, 61.5, 100.0], "relative energy", "3 values, 0 to 100"),
        (12.5, "furlong", "12.5 furlong"),
    ],
)
def test_a_fact_is_shown_as_people_write_it(value: FactValue, unit: str, text: str) -> None:
    assert display(fact_of(value, unit)) == text


def test_a_fact_without_value_says_what_it_lacks() -> None:
    fact = FactSheet(None).add("fact", 1.0, "hour", Basis.of(TIMING, 1, "counted"))
    assert display(fact) == "Not enough data: nights: has 1, needs 3"
    assert not_enough([]) == "Not enough data"


@pytest.mark.parametrize(
    ("unit", "interval", "text", "least"),
    [
        ("hour", Interval(7.0, 7.5, 0.25), "7 h to 7 h 30 min", "15 min"),
        ("local hour", Interval(23.5, 24.5, 0.5), "23:30 to 00:30", "30 min"),
        ("second of the local day", Interval(84600, 88200, 900), "23:30 to 00:30", "15 min"),
        ("share", Interval(0.45, 0.8), "45 % to 80 %", ""),
        ("bpm", Interval(51.9, 52.1, 3.0), "52 bpm", "3 bpm"),
        ("hour", Interval(None, None, None), "", ""),
        ("hour", None, "", ""),
    ],
)
def test_an_interval_is_said_from_end_to_end(unit: str, interval: Interval | None, text: str, least: str) -> None:
    fact = fact_of(8.0, unit, interval)
    assert (interval_text(fact), least_change_text(fact)) == (text, least)


def test_of_a_category_the_others_are_said() -> None:
    fact = fact_of("intermediate", "label", Interval(None, None, None, ("moderate_morning", "moderate_evening")))
    assert interval_text(fact) == "or moderate morning or moderate evening"


def test_every_fact_has_its_place_in_a_named_section() -> None:
    names = list(SECTIONS)
    assert {fact.id for fact in EVERY_FACT if names[place(fact.id)[0]] == OTHER} == set()
    assert {fact.id for fact in hourly_facts(read_hourly([])) if names[place(fact.id)[0]] == OTHER} == set()
    assert names[place("something_nobody_has_heard_of")[0]] == OTHER


def test_facts_are_read_by_section_whatever_the_order_they_come_in() -> None:
    ids = ["sri", "nights", "a_new_fact", "chronotype", "sleep_mean", "living"]
    ordered = ["living", "sleep_mean", "chronotype", "sri", "nights", "a_new_fact"]
    assert in_order(ids) == in_order(reversed(ids)) == ordered
    assert by_section(ids) == {
        "When sleep happens": ["living"],
        "How much sleep": ["sleep_mean"],
        "Type and body clock": ["chronotype"],
        "How regular": ["sri"],
        "The data beneath": ["nights"],
        OTHER: ["a_new_fact"],
    }
    for report in (known(), hardly_known()):
        for result in (report.circadian, report.behavior):
            assert list(result.facts) == in_order(result.facts)
            shuffled = result.model_copy(update={"facts": dict(sorted(result.facts.items()))})
            assert type(result).model_validate_json(shuffled.model_dump_json()) == result


def test_every_term_is_explained_in_a_line() -> None:
    companions = re.compile(
        r".*_(low|high|mad|z|p|q|before|after|earliest|latest|longest_streak|persistence|stage|concentration)"
    )
    unexplained = {fact.id for fact in EVERY_FACT if meaning(fact.id) is None and not companions.fullmatch(fact.id)}
    assert unexplained == set()
    assert all(len(one.text) <= 90 and len(one.usual) <= 75 for one in MEANINGS.values())


def test_no_title_is_given_twice() -> None:
    assert len(set(TITLES.values())) == len(TITLES)
    assert title("sri") == "sleep regularity index (-100 to 100)"
    assert title("a_new_fact") == "a new fact"
