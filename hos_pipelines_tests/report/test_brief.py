"""The answer in brief says what the first screen says, of everybody, and nothing that contradicts it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hos_pipelines.domain.behavior import stale as stale_behavior
from hos_pipelines.domain.circadian import stale as stale_circadian
from hos_pipelines.domain.facts import Interval
from hos_pipelines.report.brief import BriefInput, brief
from hos_pipelines.report.first_screen import first_screen
from hos_pipelines.report.page import Report
from hos_pipelines.simulator.people import KINDS
from hos_pipelines_tests.cli.test_simulated_people import known as simulated
from hos_pipelines_tests.report.people import fact_of, hardly_known, known, unknown, with_facts

HALF_A_DAY = timedelta(hours=12)
MOST_LINES = 11
UNREADABLE = re.compile(r"[a-z]+_[a-z]+|None|nan|\b1 (?:nights|days|requests|people)\b|\d{5,}|[.]{2}|  ")


def subject_of(report: Report) -> BriefInput:
    return BriefInput(report.circadian, report.behavior, report.data_age, report.data_source)


def lines_of(report: Report) -> dict[str, str]:
    return dict(brief(subject_of(report)))


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_of_every_kind_of_people_it_says_what_the_first_screen_says(kind: int) -> None:
    one = simulated(kind)
    screen = first_screen(one.circadian, one.behavior, HALF_A_DAY, "sahha")
    lines = dict(brief(BriefInput(one.circadian, one.behavior, HALF_A_DAY, "sahha")))
    assert len(lines) <= MOST_LINES
    assert lines["Type"].startswith(" ".join(told.text for told in screen.who))
    assert lines["Today"] == (screen.today[0].text if screen.today else screen.unplanned)
    assert screen.sure in lines["How sure"]
    for figure in screen.figures:
        assert figure.value in lines.get("Usual sleep", "") + lines["Sleep"]
    assert ("Midsleep" in lines["Type"]) == any("type" in told.text for told in screen.who)
    for label, text in lines.items():
        assert not UNREADABLE.search(text), (label, text)


def test_whoever_lives_at_changing_hours_gets_no_type_and_no_zones() -> None:
    lines = dict(brief(BriefInput(simulated(3).circadian, simulated(3).behavior, HALF_A_DAY, "sahha")))
    assert lines["Type"] == "Sleep lies at changing times."
    assert lines["Usual sleep"].startswith("Most nights")
    assert not {"Zones", "Missing"} & lines.keys()


@pytest.mark.parametrize("living", ["changing", "drifting", "moved", "on journey"])
def test_whoever_has_no_usual_hours_is_told_none(living: str) -> None:
    lines = lines_of(with_facts(known(), fact_of("living", living)))
    assert "Midsleep" not in lines["Type"]
    assert "Usual sleep" not in lines


def test_too_little_is_said_to_be_too_little() -> None:
    few = lines_of(hardly_known())
    assert "Type" not in few
    assert few["Missing"].startswith("settled free nights: has 1, needs 2")
    assert few["Stands out"] == "Too little is recorded to tell."
    assert "Confidence: low." in few["How sure"]
    nothing = lines_of(unknown())
    assert set(nothing) == {"Today", "Stands out", "Missing", "How sure"}
    assert nothing["How sure"] == "Confidence: none. No night recorded yet."


def test_a_stale_result_says_how_old_and_plans_nothing() -> None:
    was = known()
    stale = replace(
        was,
        circadian=stale_circadian.without_plan(was.circadian, "newer readings"),
        behavior=stale_behavior.without_plan(was.behavior, "newer readings"),
        data_age=timedelta(days=5),
    )
    lines = lines_of(stale)
    assert lines["Stale"] == "The newest reading is 5 days old. This says how it was then, and plans nothing."
    assert lines["Today"] == "Nothing is planned from old data."
    assert not {"Zones", "Missing", "Readiness"} & lines.keys()
    assert lines["Type"] == lines_of(was)["Type"]


@pytest.mark.parametrize(
    ("value", "low", "high", "standing", "told"),
    [
        (4.5, 1.5, 7.5, "short", "Over the last 14 nights sleep falls short of the need by 4 h 30 min (1 h 30 min to"),
        (4.5, 1.5, 7.5, "enough", "No debt that is certain over the last 14 nights"),
        (4.5, -1.5, 7.5, "short", "4 h 30 min short over the last 14 nights, but nothing is certain: from 1 h 30 min"),
        (-0.5, -1.5, 0.5, "enough", "30 min ahead over the last 14 nights, but nothing is certain: from 1 h 30 min"),
        (-3.0, -5.0, -1.0, "enough", "Slept 3 h more than needed over the last 14 nights (1 h to 5 h)."),
    ],
)
def test_the_balance_is_owed_ahead_or_not_certain(
    value: float, low: float, high: float, standing: str, told: str
) -> None:
    report = with_facts(known(), fact_of("sleep_debt_14", value, "hour", Interval(low, high)))
    need = report.circadian.sleep_need.model_copy(update={"standing": standing})
    lines = lines_of(replace(report, circadian=report.circadian.model_copy(update={"sleep_need": need})))
    assert lines["Balance"].startswith(told)
    assert "falls short" not in lines.get("Stands out", "")


def test_of_one_analysis_only_its_own_lines_are_told() -> None:
    report = known()
    alone = dict(brief(BriefInput(report.circadian, None, report.data_age, "sahha")))
    assert {"Type", "Sleep", "Balance", "Zones", "Today"} <= alone.keys()
    habits = dict(brief(BriefInput(None, report.behavior, report.data_age, "sahha")))
    assert {"Rhythm", "Goal", "Today"} <= habits.keys()
    assert not {"Type", "Usual sleep", "Sleep", "Balance", "Zones"} & habits.keys()
    assert "Confidence" not in habits["How sure"]


def test_without_sahha_it_says_so() -> None:
    lines = lines_of(replace(known(), data_source="database_fallback"))
    assert lines["Fallback"] == ("Sahha was not asked or did not answer. Newer data may exist that are not in here.")
