"""What the first screen says of whom; what it must not say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hos_pipelines.domain.facts import Interval
from hos_pipelines.domain.facts_text import display
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.statements import Statement
from hos_pipelines.domain.statements import Statement as BehaviorStatement
from hos_pipelines.report.first_screen import FirstScreen, first_screen
from hos_pipelines.report.page import Report, render_page
from hos_pipelines_tests.report.people import fact_of, hardly_known, known, unknown, with_facts
from hos_pipelines_tests.report.reader import Page

FLAG = "Nights have lasted 4 h 30 min for four weeks: have that looked at."


def screen_of(report: Report) -> FirstScreen:
    return first_screen(report.circadian, report.behavior, report.data_age, report.data_source)


def who(report: Report) -> str:
    return " ".join(one.text for one in screen_of(report).who)


def page_of(report: Report) -> Page:
    return Page(render_page(report))


def labels(report: Report) -> list[str]:
    return [one.label for one in screen_of(report).figures]


def test_somebody_well_recorded_is_told_in_a_sentence_and_four_figures() -> None:
    facts = known().circadian.facts
    screen = screen_of(known())
    assert who(known()).startswith("Sleeps")
    assert str(facts["chronotype"].value).replace("_", " ") in who(known())
    assert labels(known())[:2] == ["Work days", "Free days"]
    assert labels(known())[-1] == "Sleep needed"
    work = screen.figures[0]
    assert work.value == f"{display(facts['onset_work'])}–{display(facts['wake_work'])}"  # noqa: RUF001  as on the page
    assert work.below == display(facts["work_nights"])
    for figure in screen.figures:
        assert figure.value in page_of(known()).unfolded


def test_hours_asleep_and_the_need_come_with_their_intervals() -> None:
    told = with_facts(
        known(),
        fact_of("sleep_mean", 6.5, "hour", Interval(6.25, 6.75)),
        fact_of("sleep_need", 7.5, "hour", Interval(7.25, 7.75)),
    )
    figures = {one.label: (one.value, one.below) for one in screen_of(told).figures}
    assert figures["Asleep a day"] == ("6 h 30 min", "6 h 15 min to 6 h 45 min")
    assert figures["Sleep needed"] == ("7 h 30 min", "7 h 15 min to 7 h 45 min")


def test_a_type_comes_with_its_percentile_and_the_others_it_may_be() -> None:
    told = with_facts(
        known(),
        fact_of("living", "by night"),
        fact_of("regularity_plain", "fairly steady"),
        fact_of("chronotype", "intermediate", "label", Interval(None, None, None, ("moderate_morning",))),
        fact_of("chronotype_percentile", 44.26, "percent of people"),
    )
    assert who(told) == (
        "Sleeps by night at fairly steady hours. "
        "An intermediate type (or moderate morning): 44 % of people have their midsleep earlier."
    )


@pytest.mark.parametrize("living", ["changing", "drifting", "moved", "on journey"])
def test_whoever_has_no_usual_hours_is_told_none_and_no_type(living: str) -> None:
    told = with_facts(known(), fact_of("living", living))
    assert "type" not in who(told)
    assert "hours." not in who(told)
    assert not {"Work days", "Free days", "Usual hours"} & set(labels(told))
    assert "Falls asleep" not in page_of(told).section("This week against last")


def test_two_groups_of_nights_are_told_as_two() -> None:
    modes = [
        fact_of(f"mode_{number}_{key}", value, unit)
        for number, onset, wake in ((1, 23.0, 7.0), (2, 8.5, 15.25))
        for key, value, unit in (
            ("onset", onset, "local hour"),
            ("wake", wake, "local hour"),
            ("nights", 12.0, "night"),
        )
    ]
    told = with_facts(known(), fact_of("living", "changing"), *modes)
    assert [(one.label, one.value, one.below) for one in screen_of(told).figures][:2] == [
        ("Half of the nights", "23:00–07:00", "12 nights"),  # noqa: RUF001  as on the page
        ("Other nights", "08:30–15:15", "12 nights"),  # noqa: RUF001  as on the page
    ]


def test_red_flags_stand_out_before_anything_else() -> None:
    circadian = known().circadian.model_copy(update={"red_flags": [Statement(text=FLAG, fact_ids=["duration_mean"])]})
    told = replace(known(), circadian=circadian)
    assert screen_of(told).stands_out[0].text == FLAG
    assert page_of(told).section("What stands out").startswith(FLAG)


def test_changes_stand_out_before_what_goes_together_and_three_at_most() -> None:
    change = BehaviorStatement(text="Steps: about 4,000 before 2026-03-01, 8,000 since.", fact_ids=["steps_change_day"])
    together = [
        BehaviorStatement(text=f"Pair {number} goes together.", fact_ids=["association_1_rho"]) for number in range(5)
    ]
    told = replace(known(), behavior=known().behavior.model_copy(update={"data_insights": [*together, change]}))
    texts = [one.text for one in screen_of(told).stands_out if "owe" not in one.text and "short" not in one.text]
    assert len(screen_of(told).stands_out) == 3
    assert texts[0] == "Steps: about 4,000 before 1 March 2026, 8,000 since."


def short_sleeper() -> Report:
    """Somebody the analysis says sleeps too little."""
    need = known().circadian.sleep_need.model_copy(update={"standing": "short"})
    return replace(known(), circadian=known().circadian.model_copy(update={"sleep_need": need}))


@pytest.mark.parametrize(("low", "is_told"), [(1.5, True), (-1.5, False)])
def test_sleep_owed_stands_out_only_where_its_whole_interval_is_owed(low: float, is_told: bool) -> None:
    told = with_facts(short_sleeper(), fact_of("sleep_debt_14", 4.5, "hour", Interval(low, 7.5)))
    owed = [one for one in screen_of(told).stands_out if "falls short of the need" in one.text]
    assert bool(owed) is is_told


def test_today_has_at_most_three_pieces_in_the_order_of_the_analysis() -> None:
    advice = [one.text for one in known().circadian.schedule_recommendations.recommendations]
    today = [one.text for one in screen_of(known()).today]
    assert today == [text for text in advice if text in today]
    assert (len(today), today[0]) == (3, advice[0])
    assert all(text in page_of(known()).words for text in advice)


def test_today_has_one_piece_of_a_kind_and_none_at_the_hour_of_another() -> None:
    schedule = known().circadian.schedule_recommendations
    first, *rest = (one for one in schedule.recommendations if one.start)
    same_kind = first.model_copy(update={"start": "03:33", "text": "The same kind."})
    same_hour = rest[0].model_copy(update={"start": first.start, "text": "The same hour."})
    advice = schedule.model_copy(update={"recommendations": [first, same_kind, same_hour, *rest]})
    told = replace(known(), circadian=known().circadian.model_copy(update={"schedule_recommendations": advice}))
    today = [one.text for one in screen_of(told).today]
    assert today[0] == first.text
    assert not {"The same kind.", "The same hour."} & set(today)
    assert "The same hour." in page_of(told).words


def test_how_sure_says_the_level_why_and_how_many_nights() -> None:
    section = page_of(known()).section("How sure")
    assert section.startswith(f"Confidence: {screen_of(known()).overall}.")
    assert "25 of 28 nights recorded since 15 February 2026." in section
    assert "Free days are estimated (Saturday, Sunday)." in section
    assert "igh for" in section
    assert "3 h 20 min old" in page_of(known()).unfolded


def test_nights_are_counted_from_the_first_reading() -> None:
    assert screen_of(hardly_known()).recorded == "3 of 3 nights recorded since 12 March 2026."
    first = date(2026, 3, 14)
    metadata = known().behavior.analysis_metadata
    quality = metadata.data_quality.model_copy(update={"nights": 0, "first_day": first, "through": first})
    new = metadata.model_copy(update={"data_quality": quality})
    told = replace(known(), behavior=known().behavior.model_copy(update={"analysis_metadata": new}))
    assert screen_of(told).recorded == "0 of 1 night recorded since 14 March 2026."
    assert screen_of(unknown()).recorded == "No night recorded yet."


def test_nothing_is_told_of_somebody_nothing_is_known_of() -> None:
    screen = screen_of(unknown())
    assert (screen.who, screen.figures, screen.stands_out) == ((), (), ())
    assert [one.text for one in screen.today] == [one.recommendation for one in unknown().behavior.recommendations]
    assert screen.overall is Confidence.NONE
    page = page_of(unknown())
    assert "No data yet" in page.unfolded
    assert "Too little is recorded to tell." in page.section("What stands out")
    assert "Not known yet: " in page.unfolded


def test_three_nights_make_no_type() -> None:
    assert "type" not in who(hardly_known())
    assert "free nights: has 1, needs 2" in page_of(hardly_known()).unfolded


STALE = {
    "by age": replace(known(), data_age=timedelta(days=40)),
    "by status": replace(known(), circadian=known().circadian.model_copy(update={"status": Status.STALE})),
}


@pytest.mark.parametrize("why", STALE)
def test_a_stale_result_says_so_first_and_plans_nothing(why: str) -> None:
    page = page_of(STALE[why])
    assert page.unfolded.index("Stale: the newest reading is") < page.unfolded.index("What stands out")
    assert page.section("What to do today") == "Nothing is planned from old data."
    assert "Energy on" not in page.unfolded
    assert "More advice" not in page.words
    assert "This week against last" not in page.words
    assert "Not known yet" not in page.unfolded


def test_the_age_of_a_stale_result_is_said() -> None:
    assert "Stale: the newest reading is 40 days old." in page_of(STALE["by age"]).unfolded
    assert "Stale" not in page_of(known()).unfolded


def test_a_fallback_is_explained() -> None:
    explained = "Newer data may exist"
    assert explained in page_of(replace(known(), data_source="database_fallback")).unfolded
    assert explained not in page_of(known()).words
