"""Analyses profiles, each by itself although in step; whatever goes wrong with one is its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hos_pipelines.analyst.engines import Analyst
from hos_pipelines.domain.analysis_due import decide
from hos_pipelines.domain.analysis_result import AnalysisResult, fingerprint
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.history import read_history
from hos_pipelines.domain.in_step import Steps, in_step
from hos_pipelines.domain.person.known_person import known_person
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.result_checks import broken_checks, write_result
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.postgres.analysis_store import AnalysisInput, AnalysisWrite
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.free_days import free_days_of
from hos_pipelines.stages.analysis.methods import METHODS, Method
from hos_pipelines.stages.analysis.read import ProfileMaterial
from hos_pipelines.stages.data_source import DataSource
from hos_pipelines.stages.profile_outcome import FAILED, UNCHANGED, ProfileOutcome, failed_outcome, outcome_of_error


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, under which settings and by which engine a chunk is analysed."""

    now: datetime
    source: DataSource
    settings: Settings
    analysis_type: AnalysisType
    analyst: Analyst
    asks_again: bool

    @property
    def method(self) -> Method:
        """How this kind of analysis is done."""
        return METHODS[self.analysis_type]


@dataclass(frozen=True, slots=True)
class AnalysisDraft:
    """A result that is computed and not yet written out."""

    known: AnalysisInput
    scope: AnalysisScope
    result: AnalysisResult
    text: str
    counts: dict[str, int | str | float]


@dataclass(frozen=True, slots=True)
class ProfileAnalysis:
    """What is told of a profile, and what is to be stored of it; nothing is where it failed."""

    outcome: ProfileOutcome
    write: AnalysisWrite | None = None


def analyse_profiles(
    at: Circumstances, profile_ids: Sequence[str], material: Mapping[str, ProfileMaterial]
) -> list[AnalysisDraft | ProfileAnalysis]:
    """Drafts for the engine; or all there is to say, where the stored result still holds or there is none."""
    return in_step([_steps_of(at, key, material.get(key)) for key in profile_ids])


def _steps_of(
    at: Circumstances, profile_id: str, material: ProfileMaterial | None
) -> Steps[AnalysisDraft | ProfileAnalysis]:
    if material is None:
        return ProfileAnalysis(failed_outcome(profile_id, NOT_ENROLLED))
    try:
        return (yield from _analyse(at, material))
    except Exception as error:  # noqa: BLE001  the line between one person's data and everyone else's
        return ProfileAnalysis(outcome_of_error(profile_id, "could not be analysed", error))


def check_result(result: AnalysisResult) -> tuple[str, dict[str, str]]:
    """The result as JSON, and the checks it breaks."""
    text, misfits = write_result(result)
    return text, misfits or broken_checks(result)


def broken_analysis(profile_id: str, checks: dict[str, str]) -> ProfileAnalysis:
    """A profile whose result breaks checks."""
    name, what = next(iter(checks.items()))
    error = f"its result breaks {name} ({what}); nothing was stored."
    return ProfileAnalysis(ProfileOutcome(profile_id, FAILED, error=error, broken_checks=checks))


def _analyse(at: Circumstances, material: ProfileMaterial) -> Steps[AnalysisDraft | ProfileAnalysis]:
    known = material.known
    person = known_person(known.said, at.now.date())
    history = read_history(known.profile_id, material.readings, known.archetype, known.timezone, person)
    week = free_days_of(at.settings.analysis, known.country, history, known.said)
    of_data = fingerprint(history, at.analysis_type, at.method.version, week)
    mark = at.analyst.fingerprint(of_data, known.archetype)
    scope = decide(material.state, at.now, is_forced=True).scope
    counts: dict[str, int | str | float] = {"readings": history.readings, "data_source": at.source.name}
    if history.through is not None:
        counts["data_age_minutes"] = age_of(history.through, at.now) // timedelta(minutes=1)
    if mark == known.stored_fingerprint and not (at.asks_again and at.analyst.model):
        status = known.stored_status or ""
        write = AnalysisWrite(known, at.analysis_type, mark, status, at.now, at.source.name, history.through, None)
        return ProfileAnalysis(ProfileOutcome(known.profile_id, UNCHANGED, status, counts=counts), write)
    yield
    result = as_seen((yield from at.method.analyze(history, scope, week)), at.now)
    yield
    text, broken_ones = check_result(result)
    if broken_ones:
        return broken_analysis(known.profile_id, broken_ones)
    return AnalysisDraft(known, scope, result, text, counts)
