"""Which texts of a result a model may put anew, and the result with its claims in their place.

Everything else of a result, each number, time, label and enum, stays the rules engine's. So do red flags and notes,
which send people to a doctor, and what else moves heart rate and HRV: such words are chosen once. Claims come in the
model's order; what it leaves out of a list is left out, a section it says nothing of stays as the rules wrote it.
"""

from collections.abc import Iterable, Mapping, Sequence

from hos_pipelines.analyst.evidence import NEW, Evidence, Passage
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior.concerns import ALSO_MOVED
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.behavior.series import KINDS
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.circadian import results as circadian
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.circadian.results import CircadianResult, Constant
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.statements import Statement

EVIDENCE, SLEEP_PATTERN, RECOMMENDATIONS, ARCHETYPE = "evidence", "sleep_pattern", "recommendations", "archetype"
SIGNATURE, DATA_INSIGHTS = "signature", "data_insights"
# What the sentence of a signature may tell: hours of work and free days or of all days, and the rest beside them.
OF_KINDS = ("usual_onset_work", "usual_wake_work", "usual_onset_free", "usual_wake_free")
OF_ALL_DAYS = ("usual_onset", "usual_wake")
BESIDE = "regular_bedtime_timing_sd"
GAP, THE_GAP = "free_minus_work_wake", "Wakes "
ITS_LABEL = "regularity_band"
LEAST_SLEEP = "least_sleep_hours"

Claims = Mapping[str, Sequence[ProvenClaim]]
Cites = Statement | circadian.TimingRecommendation


def evidence_of(result: AnalysisResult, tag: str) -> Evidence:
    """What a model is given of a result, under ids with this tag."""
    analysis = result.analysis_metadata.analysis_type.value
    voice = vocabulary().voice_of(result.archetype)
    return Evidence(analysis, voice, result.facts, passages_of(result), tag, _courses(result))


def _courses(result: AnalysisResult) -> dict[str, int]:
    """Where each series goes over the last four weeks, as far as that is known."""
    if not isinstance(result, BehaviorResult):
        return {}
    ways = {"rising": 1, "falling": -1, "stable": 0}
    better = {kind.prefix: int(kind.better) for kind in KINDS.values()}
    return {
        prefix: ways[one.trend] if one.trend in ways else better[prefix] * (1 if one.trend == "improving" else -1)
        for prefix, one in result.baselines.items()
        if one.trend is not None
    }


def passages_of(result: AnalysisResult) -> list[Passage]:
    """The passages of a result in the order of its sections; none where it has too little data to say anything."""
    if isinstance(result, CircadianResult):
        return _circadian_passages(result)
    if isinstance(result, BehaviorResult):
        return _behavior_passages(result)
    raise TypeError(f"{type(result).__name__}: has no passages a model could write.")


def with_claims(result: AnalysisResult, claims: Iterable[ProvenClaim]) -> AnalysisResult:
    """The result with proven claims in place of its own sentences."""
    by_section: dict[str, list[ProvenClaim]] = {}
    for claim in claims:
        by_section.setdefault(claim.passage.partition("/")[0], []).append(claim)
    if isinstance(result, CircadianResult):
        return _circadian_with(result, by_section)
    if isinstance(result, BehaviorResult):
        return _behavior_with(result, by_section)
    raise TypeError(f"{type(result).__name__}: has no passages a model could write.")


def _circadian_passages(result: CircadianResult) -> list[Passage]:
    schedule = result.schedule_recommendations
    passages = _statements(EVIDENCE, result.chronotype_assessment.supporting_evidence)
    passages += _open(SLEEP_PATTERN, result.biomarker_insights.sleep_pattern_analysis.statements)
    passages += [
        Passage(
            f"{RECOMMENDATIONS}/{place}",
            one.text,
            tuple(one.fact_ids),
            {name: schedule.constants[name] for name in one.constant_ids},
        )
        for place, one in enumerate(schedule.recommendations)
    ]
    custom = schedule.archetype_customization
    cited = [one.fact_ids for one in schedule.recommendations if custom and one.kind in custom.emphasis]
    if custom is not None and cited:
        passages.append(
            Passage(f"{ARCHETYPE}/0", custom.text, tuple(dict.fromkeys(fact_id for ids in cited for fact_id in ids)))
        )
    return passages


def _behavior_passages(result: BehaviorResult) -> list[Passage]:
    signature = result.behavioral_signature
    passages: list[Passage] = []
    if signature.signature_summary is not None:
        passages.append(
            Passage(f"{SIGNATURE}/0", signature.signature_summary, _facts_in(signature.signature_summary, result.facts))
        )
    passages += [
        Passage(f"{RECOMMENDATIONS}/{place}", one.recommendation, tuple(one.fact_ids), beside=_without_note(one.reason))
        for place, one in enumerate(result.recommendations)
    ]
    return passages + _open(DATA_INSIGHTS, result.data_insights)


def _statements(section: str, statements: Sequence[Statement]) -> list[Passage]:
    return [
        Passage(f"{section}/{place}", _without_note(one.text), tuple(one.fact_ids), _constants_of(one.text))
        for place, one in enumerate(statements)
    ]


def _without_note(text: str) -> str:
    """A sentence without what else moves what it tells, which no model puts anew."""
    return text.removesuffix(ALSO_MOVED).rstrip()


def _constants_of(text: str) -> Mapping[str, Constant]:
    """The constant a statement names, which has no list of them."""
    return {name: CONSTANTS[name] for name in (LEAST_SLEEP,) if f"{CONSTANTS[name].value:g} h advised" in text}


def _open(section: str, statements: Sequence[Statement]) -> list[Passage]:
    """The statements of a section that may take claims of the model's own beside them."""
    return [*_statements(section, statements), Passage(f"{section}/{NEW}", "")]


def _facts_in(summary: str, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The facts the sentence of a signature tells; two hours would be those of all days, more those of each kind."""
    shown = {
        one: say_value(facts[one]).lstrip("-")
        for one in (*OF_KINDS, *OF_ALL_DAYS, BESIDE)
        if one in facts and facts[one].value is not None
    }
    hours = {shown[one] for one in OF_KINDS if one in shown}
    is_of_kinds = len(hours) > len(OF_ALL_DAYS) and all(hour in summary for hour in hours)
    told = [one for one in (*(OF_KINDS if is_of_kinds else OF_ALL_DAYS), BESIDE) if shown.get(one, "\n") in summary]
    told += [GAP] if THE_GAP in summary else []
    return tuple(told) if facts[ITS_LABEL].value is None else (*told, ITS_LABEL)


def _circadian_with(result: CircadianResult, claims: Claims) -> CircadianResult:
    chronotype, insights = result.chronotype_assessment, result.biomarker_insights
    pattern, schedule = insights.sleep_pattern_analysis, result.schedule_recommendations
    evidence = _claims_or_usual(claims, EVIDENCE, chronotype.supporting_evidence)
    statements = _claims_or_usual(claims, SLEEP_PATTERN, pattern.statements)
    advice = {
        place: _with_text(schedule.recommendations[place], claim)
        for place, claim in _place_claims(claims, RECOMMENDATIONS)
    }
    anew = {schedule.recommendations[place].text: one for place, one in advice.items()}
    better = [
        Statement(text=anew[one.text].text, fact_ids=anew[one.text].fact_ids) if one.text in anew else one
        for one in insights.improvement_opportunities
    ]
    pattern = pattern.model_copy(update={"statements": statements, "fact_ids": _cite(pattern.fact_ids, statements)})
    return result.model_copy(
        update={
            "chronotype_assessment": chronotype.model_copy(
                update={"supporting_evidence": evidence, "fact_ids": _cite(chronotype.fact_ids, evidence)}
            ),
            "biomarker_insights": insights.model_copy(
                update={
                    "sleep_pattern_analysis": pattern,
                    "improvement_opportunities": better,
                    "fact_ids": _cite(insights.fact_ids, statements),
                }
            ),
            "schedule_recommendations": schedule.model_copy(
                update={
                    "recommendations": list(advice.values()) or schedule.recommendations,
                    "weekly_optimization": [anew.get(one.text, one) for one in schedule.weekly_optimization],
                    "archetype_customization": _customization(schedule, claims),
                    "fact_ids": sorted(_cite(schedule.fact_ids, advice.values())),
                }
            ),
        }
    )


def _with_text(advice: circadian.TimingRecommendation, claim: ProvenClaim) -> circadian.TimingRecommendation:
    """Advice in other words: its kind, its times and its constants stay."""
    return advice.model_copy(update={"text": claim.text, "fact_ids": _merge_ids(advice.fact_ids, claim.fact_ids)})


def _customization(
    schedule: circadian.ScheduleRecommendations, claims: Claims
) -> circadian.ScheduleCustomization | None:
    custom = schedule.archetype_customization
    say_value = claims.get(ARCHETYPE)
    return custom.model_copy(update={"text": say_value[0].text}) if custom is not None and say_value else custom


def _behavior_with(result: BehaviorResult, claims: Claims) -> BehaviorResult:
    signature, summary = result.behavioral_signature, claims.get(SIGNATURE)
    if summary:
        signature = signature.model_copy(
            update={
                "signature_summary": summary[0].text,
                "fact_ids": _merge_ids(signature.fact_ids, summary[0].fact_ids),
            }
        )
    advice = [
        result.recommendations[place].model_copy(
            update={
                "recommendation": claim.text,
                "fact_ids": _merge_ids(result.recommendations[place].fact_ids, claim.fact_ids),
            }
        )
        for place, claim in _place_claims(claims, RECOMMENDATIONS)
    ]
    return result.model_copy(
        update={
            "behavioral_signature": signature,
            "recommendations": advice or result.recommendations,
            "data_insights": _with_notes(
                _claims_or_usual(claims, DATA_INSIGHTS, result.data_insights), result.data_insights
            ),
        }
    )


def _claims_or_usual(claims: Claims, section: str, usual: list[Statement]) -> list[Statement]:
    say_value = claims.get(section, ())
    return [Statement(text=claim.text, fact_ids=list(claim.fact_ids)) for claim in say_value] or usual


def _with_notes(told: list[Statement], usual: list[Statement]) -> list[Statement]:
    """With what else moves it behind each statement on facts of which the rules say so."""
    noted = {fact_id for one in usual if one.text.endswith(ALSO_MOVED) for fact_id in one.fact_ids}
    return [
        one.model_copy(update={"text": f"{_without_note(one.text)} {ALSO_MOVED}"})
        if noted.intersection(one.fact_ids)
        else one
        for one in told
    ]


def _place_claims(claims: Claims, section: str) -> list[tuple[int, ProvenClaim]]:
    """The claims of a section with the places of the passages they stand for."""
    return [(int(claim.passage.rpartition("/")[2]), claim) for claim in claims.get(section, ())]


def _cite(fact_ids: Sequence[str], cites: Iterable[Cites]) -> list[str]:
    return _merge_ids(fact_ids, [fact_id for one in cites for fact_id in one.fact_ids])


def _merge_ids(first: Sequence[str], then: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*first, *then]))
