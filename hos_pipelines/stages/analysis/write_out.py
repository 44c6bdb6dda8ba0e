"""Has the engine write drafts out, the rules or a model, and says what that took."""

from collections.abc import Sequence

from hos_pipelines.analyst.engines import Analyst, Case, Written
from hos_pipelines.domain.gates import Status
from hos_pipelines.postgres.analysis_store import AnalysisWrite, StoredAnalysis
from hos_pipelines.stages.analysis.analyse import (
    AnalysisDraft,
    Circumstances,
    ProfileAnalysis,
    broken_analysis,
    check_result,
)
from hos_pipelines.stages.profile_outcome import NEW, ProfileOutcome
from hos_pipelines.stages.words_counts import words_counts


def write_out(at: Circumstances, found: Sequence[AnalysisDraft | ProfileAnalysis]) -> list[ProfileAnalysis]:
    """Some profiles with their drafts written by the engine, those all at once."""
    drafts = [one for one in found if isinstance(one, AnalysisDraft)]
    written = iter(at.analyst.write([Case(one.known.profile_id, one.result) for one in drafts]))
    return [_finish(at, one, next(written)) if isinstance(one, AnalysisDraft) else one for one in found]


def _finish(at: Circumstances, draft: AnalysisDraft, written: Written) -> ProfileAnalysis:
    known, result = draft.known, written.result
    text, broken_ones = (draft.text, {}) if result is draft.result else check_result(result)
    if broken_ones:
        return broken_analysis(known.profile_id, broken_ones)
    quality, status = result.analysis_metadata.data_quality, result.status.value
    counts = draft.counts | {
        "mode": draft.scope.mode.value,
        "nights": quality.nights,
        "facts": len(result.facts),
        "facts_insufficient": sum(fact.status is Status.INSUFFICIENT for fact in result.facts.values()),
        **_writing_counts(at.analyst, written),
    }
    stored = _to_store(at, draft, written, text)
    write = AnalysisWrite(
        known,
        at.analysis_type,
        stored.fingerprint,
        status,
        at.now,
        at.source.name,
        quality.through,
        stored,
        written.is_final,
    )
    return ProfileAnalysis(ProfileOutcome(known.profile_id, NEW, status, counts=counts), write)


def _writing_counts(analyst: Analyst, written: Written) -> dict[str, int | str | float]:
    """What the writing of a result took, for the UI; nothing where no model was to write."""
    if analyst.model is None:
        return {}
    return words_counts(written.result.analysis_metadata.engine, analyst.model, written)


def _to_store(at: Circumstances, draft: AnalysisDraft, written: Written, text: str) -> StoredAnalysis:
    known, metadata = draft.known, written.result.analysis_metadata
    return StoredAnalysis(
        profile_id=known.profile_id,
        archetype=known.archetype,
        analysis_type=at.analysis_type,
        fingerprint=metadata.fingerprint,
        analyzed_at=at.now,
        status=written.result.status,
        engine=metadata.engine,
        method_version=at.method.version,
        mode=draft.scope.mode,
        news_since=draft.scope.since,
        data_through=metadata.data_quality.through,
        data_source=at.source.name,
        fetched_up_to=known.fetched_up_to,
        result=text,
        model=metadata.model_used,
        prompt_version=metadata.prompt_version,
        tokens=written.usage.tokens,
        cost_usd=written.usd,
        latency_s=round(written.latency_s, 3),
        violations=[one.as_stored() for one in written.violations],
        fallback_reason=written.fallback_reason,
    )
