"""Claims in place of a result's sentences: the words change, in the model's order, and nothing else does."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.analyst.evidence import Passage
from hos_pipelines.analyst.passages import passages_of, with_claims
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior.concerns import ALSO_MOVED
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.result_checks import broken_checks, write_result
from hos_pipelines_tests.analyst.people import behavior, circadian, restless, results, very_short
from hos_pipelines_tests.report.people import hardly_known, known, unknown

# Where a result holds the words of its sentences; `#` is a place in a list.
TEXTS = {
    "chronotype_assessment.supporting_evidence.#.text",
    "biomarker_insights.sleep_pattern_analysis.statements.#.text",
    "biomarker_insights.improvement_opportunities.#.text",
    "schedule_recommendations.recommendations.#.text",
    "schedule_recommendations.weekly_optimization.#.text",
    "schedule_recommendations.archetype_customization.text",
    "behavioral_signature.signature_summary",
    "recommendations.#.recommendation",
    "data_insights.#.text",
}
SECTIONS = {
    "evidence": "chronotype_assessment",
    "sleep_pattern": "biomarker_insights",
    "recommendations": "schedule_recommendations",
    "archetype": "schedule_recommendations",
}
each = pytest.mark.parametrize("result", results(), ids=["circadian", "behavior", "restless", "restless behavior"])


def own(result: AnalysisResult) -> list[Passage]:
    """The passages that hold a sentence of the engine's."""
    return [one for one in passages_of(result) if not one.is_new]


def said(passages: Iterable[Passage]) -> list[ProvenClaim]:
    """A claim for each, on the same facts, in words that name the passage."""
    return [ProvenClaim(one.key, f"About {one.key}.", one.fact_ids) for one in passages]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a result's JSON with its path."""
    if isinstance(value, (dict, list)):
        items: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        yield path, type(value)
        for key, part in items:
            yield from leaves(part, f"{path}.{key}".removeprefix("."))
    else:
        yield path, value


def changed(before: AnalysisResult, after: AnalysisResult) -> set[str]:
    """The paths where two results differ; they have the same paths."""
    old, new = dict(leaves(before.model_dump(mode="json"))), dict(leaves(after.model_dump(mode="json")))
    assert old.keys() == new.keys()
    return {path for path in old if old[path] != new[path]}


def places(paths: Iterable[str]) -> set[str]:
    return {re.sub(r"\.\d+(?=\.|$)", ".#", path) for path in paths}


def texts(some: Sequence[Any]) -> list[str]:
    return [one.text for one in some]


@each
def test_with_every_passage_put_anew_all_sentences_change_and_nothing_but_them(
    result: CircadianResult | BehaviorResult,
) -> None:
    after = with_claims(result, said(own(result)))
    paths = changed(result, after)
    assert places(paths) <= TEXTS
    of_passages = [path for path in paths if "weekly_optimization" not in path and "opportunities" not in path]
    assert len(of_passages) == len(own(result))
    assert {one.text for one in own(after)} == {f"About {one.key}." for one in own(result)}
    assert broken_checks(after) == {}
    assert write_result(after)[1] == {}


@pytest.mark.parametrize("report", [known(), restless()], ids=["known", "restless"])
def test_facts_constants_and_the_energy_timeline_are_the_very_same(report: Any) -> None:
    before = circadian(report)
    after = with_claims(before, said(own(before)))
    assert isinstance(after, CircadianResult)
    assert after.facts is before.facts
    assert after.energy_timeline is before.energy_timeline
    assert after.energy_zone_analysis == before.energy_zone_analysis
    assert after.summary == before.summary
    assert after.schedule_recommendations.constants == before.schedule_recommendations.constants
    assert after.analysis_metadata == before.analysis_metadata


def test_what_is_repeated_elsewhere_follows() -> None:
    before = circadian(restless())
    schedule, insights = before.schedule_recommendations, before.biomarker_insights
    assert len(schedule.weekly_optimization) == len(insights.improvement_opportunities) == 2
    after = with_claims(before, said(own(before)))
    assert isinstance(after, CircadianResult)
    anew = {one.kind: one.text for one in after.schedule_recommendations.recommendations}
    weekly = after.schedule_recommendations.weekly_optimization
    assert texts(weekly) == [anew[one.kind] for one in schedule.weekly_optimization]
    assert texts(after.biomarker_insights.improvement_opportunities) == texts(weekly)


def test_what_is_repeated_elsewhere_stays_where_its_advice_is_left_out() -> None:
    before = circadian(restless())
    weekly = texts(before.schedule_recommendations.weekly_optimization)
    other = next(one for one in own(before) if one.section == "recommendations" and one.text not in weekly)
    after = with_claims(before, said([other]))
    assert isinstance(after, CircadianResult)
    schedule = after.schedule_recommendations
    assert texts(schedule.recommendations) == [f"About {other.key}."]
    assert schedule.weekly_optimization == before.schedule_recommendations.weekly_optimization
    assert after.biomarker_insights == before.biomarker_insights


@pytest.mark.parametrize("section", ["evidence", "sleep_pattern", "recommendations", "archetype"])
def test_a_section_nothing_is_said_of_stays_as_the_rules_wrote_it(section: str) -> None:
    before = circadian(known())
    spoken = [one for one in own(before) if one.section == section]
    after = with_claims(before, said(spoken))
    assert {path.partition(".")[0] for path in changed(before, after)} == {SECTIONS[section]}


@each
def test_without_a_claim_the_result_is_as_it_was(result: AnalysisResult) -> None:
    assert with_claims(result, []) == result


def test_claims_stand_in_the_models_order_and_what_it_leaves_out_is_gone() -> None:
    before = circadian(known())
    keys = ["evidence/2", "recommendations/6", "evidence/0", "recommendations/0", "sleep_pattern/1"]
    by_key = {one.key: one for one in own(before)}
    after = with_claims(before, said(by_key[key] for key in keys))
    assert isinstance(after, CircadianResult)
    assert texts(after.chronotype_assessment.supporting_evidence) == ["About evidence/2.", "About evidence/0."]
    statements = after.biomarker_insights.sleep_pattern_analysis.statements
    assert texts(statements) == ["About sleep_pattern/1."]
    advice, old = after.schedule_recommendations.recommendations, before.schedule_recommendations.recommendations
    assert texts(advice) == ["About recommendations/6.", "About recommendations/0."]
    for now, then in zip(advice, [old[6], old[0]], strict=True):
        assert now.model_copy(update={"text": then.text}) == then
    assert broken_checks(after) == {}


def test_the_order_of_behavior_advice_is_the_models_with_reason_and_priority_of_its_own() -> None:
    before = behavior(restless())
    mine = [one for one in own(before) if one.section == "recommendations"]
    after = with_claims(before, said(reversed(mine)))
    assert isinstance(after, BehaviorResult)
    assert [one.recommendation for one in after.recommendations] == [f"About {one.key}." for one in reversed(mine)]
    assert [(one.reason, one.priority) for one in after.recommendations] == [
        (one.reason, one.priority) for one in reversed(before.recommendations)
    ]


@pytest.mark.parametrize(
    ("result", "section", "fact_id"),
    [(circadian(known()), "sleep_pattern", "sri"), (behavior(known()), "data_insights", "steps_median")],
    ids=["circadian", "behavior"],
)
def test_claims_of_the_models_own_stand_beside_the_others_with_their_facts(
    result: AnalysisResult, section: str, fact_id: str
) -> None:
    mine = [one for one in own(result) if one.section == section]
    new = ProvenClaim(f"{section}/new", "Something else.", (fact_id,))
    after = with_claims(result, [new, *said(mine), new])
    assert [one.text for one in own(after) if one.section == section] == [
        "Something else.",
        *(f"About {one.key}." for one in mine),
        "Something else.",
    ]
    assert broken_checks(after) == {}
    if isinstance(after, CircadianResult):
        assert fact_id in after.biomarker_insights.fact_ids
        assert fact_id in after.biomarker_insights.sleep_pattern_analysis.fact_ids


def test_facts_a_claim_cites_besides_are_cited_by_what_it_stands_in() -> None:
    before = circadian(known())
    after = with_claims(before, [ProvenClaim("recommendations/0", "Get up.", ("sri",))])
    assert isinstance(after, CircadianResult)
    schedule = after.schedule_recommendations
    assert schedule.recommendations[0].fact_ids == [
        *before.schedule_recommendations.recommendations[0].fact_ids,
        "sri",
    ]
    assert "sri" in schedule.fact_ids
    assert set(before.schedule_recommendations.fact_ids) <= set(schedule.fact_ids)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_is_chosen_in_whatever_order_nothing_but_sentences_changes_and_the_result_holds(
    data: st.DataObject,
) -> None:
    result = data.draw(st.sampled_from(results()))
    chosen = data.draw(st.lists(st.sampled_from(own(result)), unique_by=lambda one: one.key))
    after = with_claims(result, said(chosen))
    assert broken_checks(after) == {}
    assert write_result(after)[1] == {}
    lists = re.compile(
        r"(chronotype_assessment\.supporting_evidence|biomarker_insights\.(sleep_pattern_analysis\.statements|"
        r"improvement_opportunities)|schedule_recommendations\.(recommendations|weekly_optimization)|recommendations|"
        r"data_insights)\.\d+(\..*)?"
    )
    single = {"schedule_recommendations.archetype_customization.text", "behavioral_signature.signature_summary"}

    def but_for_sentences(of: AnalysisResult) -> list[tuple[str, Any]]:
        every = leaves(of.model_dump(mode="json"))
        return [(path, value) for path, value in every if not lists.fullmatch(path) and path not in single]

    assert but_for_sentences(after) == but_for_sentences(result)


@pytest.mark.parametrize("report", [hardly_known(), unknown()], ids=["hardly known", "unknown"])
def test_no_passage_rests_on_a_fact_without_a_value(report: Any) -> None:
    for result in (circadian(report), behavior(report)):
        cited = [fact_id for one in passages_of(result) for fact_id in one.fact_ids]
        assert all(result.facts[fact_id].value is not None for fact_id in cited)


@each
def test_every_passage_has_a_key_of_its_own_and_facts_to_rest_on(result: AnalysisResult) -> None:
    passages = passages_of(result)
    assert len({one.key for one in passages}) == len(passages)
    assert all(one.text and one.fact_ids for one in own(result))


def test_red_flags_and_notes_stay_as_the_rules_wrote_them() -> None:
    before = circadian(very_short())
    assert [one.fact_ids for one in before.red_flags] == [["sleep_mean"]]
    told = {one.text for one in own(before)}
    assert told.isdisjoint(one.text for one in (*before.red_flags, *before.notes))
    after = with_claims(before, said(own(before)))
    assert isinstance(after, CircadianResult)
    assert (after.red_flags, after.notes) == (before.red_flags, before.notes)


def test_what_else_moves_heart_rate_is_no_model_s_to_put_anew_and_stays_behind_what_it_says() -> None:
    before = behavior(restless())
    [noted] = [one for one in before.data_insights if one.text.endswith(ALSO_MOVED)]
    assert noted.fact_ids[0] == "heart_rate_resting_trend_slope"
    assert not [one for one in passages_of(before) if ALSO_MOVED in one.text + one.beside]
    after = with_claims(before, said(own(before)))
    assert isinstance(after, BehaviorResult)
    assert [one.text.endswith(ALSO_MOVED) for one in after.data_insights] == [
        one.text.endswith(ALSO_MOVED) for one in before.data_insights
    ]
    new = ProvenClaim("data_insights/new", "It is rising.", ("heart_rate_resting_trend_slope",))
    after = with_claims(before, [new])
    assert isinstance(after, BehaviorResult)
    assert texts(after.data_insights) == [f"It is rising. {ALSO_MOVED}"]


def test_the_signature_rests_on_the_hours_it_tells() -> None:
    cited = {
        name: next(one.fact_ids for one in passages_of(behavior(report)) if one.section == "signature")
        for name, report in (("of kinds", known()), ("of all days", very_short()))
    }
    assert cited["of kinds"][:4] == ("usual_onset_work", "usual_wake_work", "usual_onset_free", "usual_wake_free")
    assert cited["of all days"][:2] == ("usual_onset", "usual_wake")
    assert {ids[-1] for ids in cited.values()} == {"regularity_band"}
