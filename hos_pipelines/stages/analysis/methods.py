"""How each kind of analysis is done: the function, its version, what it reads, and the form of its result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.behavior.behavior_analysis import METHOD_VERSION as BEHAVIOR_VERSION
from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.circadian_analysis import METHOD_VERSION as CIRCADIAN_VERSION
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import BEHAVIOR_TYPES, CIRCADIAN_TYPES, SCORES, History
from hos_pipelines.domain.sync import Stream
from hos_pipelines.domain.work_week import WorkWeek


@dataclass(frozen=True, slots=True)
class Method:
    """How a kind of analysis is done; `reads` are the types it takes of each stream."""

    analyze: Callable[[History, AnalysisScope, WorkWeek], AnalysisResult]
    version: str
    reads: Mapping[Stream, Sequence[str]]


METHODS: Mapping[AnalysisType, Method] = {
    AnalysisType.CIRCADIAN: Method(analyze_circadian, CIRCADIAN_VERSION, {Stream.BIOMARKERS: CIRCADIAN_TYPES}),
    AnalysisType.BEHAVIOR: Method(
        analyze_behavior, BEHAVIOR_VERSION, {Stream.BIOMARKERS: BEHAVIOR_TYPES, Stream.SCORES: SCORES}
    ),
}

RESULTS: Mapping[AnalysisType, type[AnalysisResult]] = {
    AnalysisType.CIRCADIAN: CircadianResult,
    AnalysisType.BEHAVIOR: BehaviorResult,
}
