"""Analyses as evidence: the labels of a result on the newest day it used.

The same result read again is the same evidence. What is preliminary, stale or insufficient shows nothing lasting.
"""

from collections.abc import Iterable, Iterator, Mapping

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.evidence import Observation
from hos_pipelines.domain.memory.layers import SourceKind
from hos_pipelines.domain.memory.memory_key import KEY
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.levels import word_of

WHOLE = "ok"
SHOWN = 16  # of a fingerprint: enough to find it by
KINDS: Mapping[AnalysisType, SourceKind] = {
    AnalysisType.CIRCADIAN: SourceKind.CIRCADIAN,
    AnalysisType.BEHAVIOR: SourceKind.BEHAVIOR,
}
# By key: the label it is read from, in either result.
LASTING: Mapping[str, str] = {
    "rhythm.chronotype": "chronotype",
    "rhythm.nights": "regularity",
    "rhythm.living": "living",
    "rhythm.sleep": "sleep_standing",
    "rhythm.anchor": "anchor",
    "rhythm.self_regulation": "sophistication",
}


def seen_in_analyses(analyses: Iterable[AnalysisLabels]) -> list[Observation]:
    """What analyses show."""
    return [found for one in analyses for found in _of_one(one)]


def evidence_of(one: AnalysisLabels) -> str:
    """The id of a result as evidence."""
    return f"{one.analysis_type}:{one.fingerprint[:SHOWN]}"


def _of_one(one: AnalysisLabels) -> Iterator[Observation]:
    if one.status != WHOLE or one.day is None:
        return
    labels = {key: one.labels.get(label) for key, label in LASTING.items()}
    stages = {f"habit.{behavior}": stage for behavior, stage in one.habits.items()}
    for key, label in {**labels, **stages}.items():
        word = word_of(label)
        if word is not None and KEY.fullmatch(key):
            yield Observation(key, word, one.day, KINDS[one.analysis_type], evidence_of(one))
