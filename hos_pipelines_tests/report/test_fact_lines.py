"""The list of facts: what belongs together stands on a line, what lacks the same is told once."""

from dataclasses import replace

from hos_pipelines.domain.facts import Interval
from hos_pipelines.domain.facts_text import display
from hos_pipelines.report.fact_lines import FactLine, Section, fact_sections
from hos_pipelines.report.page import Report
from hos_pipelines_tests.report.people import fact_of, known, unknown, with_facts


def sections(report: Report) -> dict[str, Section]:
    return {one.title: one for one in fact_sections(report.circadian, report.behavior)}


def line(report: Report, section: str, title: str) -> FactLine:
    (found,) = [one for one in sections(report)[section].lines if one.title == title]
    return found


def test_every_fact_stands_on_exactly_one_line() -> None:
    for report in (known(), unknown()):
        told = [
            (reference.result, reference.fact.id)
            for section in sections(report).values()
            for references in [*(one.references for one in section.lines), *(one.references for one in section.unknown)]
            for reference in references
        ]
        facts = [("c", one) for one in report.circadian.facts] + [("b", one) for one in report.behavior.facts]
        assert sorted(told) == sorted(facts)


def test_a_zone_is_one_line_from_start_to_end() -> None:
    facts = known().circadian.facts
    start, end, level = (display(facts[f"zone_peak_1_{key}"]) for key in ("start", "end", "energy"))
    one = line(known(), "Energy of the predicted day", "High energy, 1")
    assert one.text == f"{start} to {end}, mean level {level}"
    assert len(one.references) == 3


def test_a_habit_is_done_with_its_interval() -> None:
    facts = known().behavior.facts
    rate, low, high = (display(facts[f"exercise_adherence{end}"]) for end in ("", "_low", "_high"))
    assert line(known(), "Habits", "Exercise: done").text == f"{rate} ({low} to {high})"


def test_a_value_has_its_interval_and_what_counts_as_a_change() -> None:
    told = with_facts(known(), fact_of("sleep_need", 7.5, "hour", Interval(7.25, 7.75, 0.25)))
    one = line(told, "How much sleep", "Sleep needed")
    assert one.text == "7 h 30 min (7 h 15 min to 7 h 45 min); a change counts from 15 min"
    assert one.means == "What free nights last, drawn towards 8 h; usual: 7 to 9 h for adults (NSF 2015)"
    assert one.rests_on.startswith("n 28, high")


def test_what_both_results_tell_alike_is_told_once() -> None:
    mean = fact_of("sleep_mean", 6.5, "hour")
    behavior = known().behavior.model_copy(update={"facts": known().behavior.facts | {"sleep_mean": mean}})
    told = with_facts(replace(known(), behavior=behavior), mean)
    references = line(told, "How much sleep", "Hours asleep a day").references
    assert [one.result for one in references] == ["c", "b"]


def test_a_term_is_explained_where_a_section_first_uses_it() -> None:
    explained = [one.means for one in sections(known())["Habits"].lines if one.means]
    assert explained
    assert len(explained) == len(set(explained))


def test_facts_that_lack_the_same_are_told_together() -> None:
    lacking = sections(unknown())["When sleep happens"].unknown
    assert len({one.missing for one in lacking}) == len(lacking)
    assert any(len(one.references) > 3 for one in lacking)


def test_a_method_is_written_once_for_all_that_rest_on_it() -> None:
    energy = sections(known())["Energy of the predicted day"]
    assert len(set(energy.methods.values())) == len(energy.methods)
    assert {one.method for one in energy.lines} == set(energy.methods)
    facts = [reference.fact for one in energy.lines for reference in one.references[:1]]
    assert {fact.method for fact in facts} == set(energy.methods.values())


def test_a_fact_nobody_has_heard_of_is_listed_all_the_same() -> None:
    told = with_facts(known(), fact_of("moonlight_mean", 0.5, "share"))
    assert line(told, "Other", "Moonlight mean").text == "50 %"
