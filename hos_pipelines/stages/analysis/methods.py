"""How each kind of analysis is done: the function, its version, what it reads, and the form of its result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.behavior.behavior_analysis import METHOD_VERSION as BEHAVIOR_VERSION
from hos_pipelines.domain.behavior.behavior_analysis import behavior_steps
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.circadian_analysis import METHOD_VERSION as CIRCADIAN_VERSION
from hos_pipelines.domain.circadian.circadian_analysis import circadian_steps
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import BEHAVIOR_TYPES, CIRCADIAN_TYPES, SCORES, History
from hos_pipelines.domain.in_step import Steps
from hos_pipelines.domain.sync import Stream
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.analysis_store import StoredAnalysis


@dataclass(frozen=True, slots=True)
class Method:
    """How a kind of analysis is done, in parts; `reads` are the types it takes of each stream."""

    analyze: Callable[[History, AnalysisScope, WorkWeek], Steps[AnalysisResult]]
    version: str
    reads: Mapping[Stream, Sequence[str]]


METHODS: Mapping[AnalysisType, Method] = {
    AnalysisType.CIRCADIAN: Method(circadian_steps, CIRCADIAN_VERSION, {Stream.BIOMARKERS: CIRCADIAN_TYPES}),
    AnalysisType.BEHAVIOR: Method(
        behavior_steps, BEHAVIOR_VERSION, {Stream.BIOMARKERS: BEHAVIOR_TYPES, Stream.SCORES: SCORES}
    ),
}

RESULTS: Mapping[AnalysisType, type[AnalysisResult]] = {
    AnalysisType.CIRCADIAN: CircadianResult,
    AnalysisType.BEHAVIOR: BehaviorResult,
}


def outdated(stored: StoredAnalysis) -> str | None:
    """By what a stored result is older than one made now: its method, or the proof its words stood up to; else None."""
    if stored.method_version != METHODS[AnalysisType(stored.analysis_type)].version:
        return "an older method"
    is_of_model = stored.engine == OPENAI
    return "an older prompt" if is_of_model and stored.prompt_version != PROMPT_VERSION else None
