"""Working memory: what is of use today, gone after 24 hours, and never evidence of anything."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.layers import WORKING_FOR
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.from_analyses import evidence_of
from hos_pipelines.domain.memory.sources.levels import word_of

STALE = "stale"


class WorkingMemory(NamedTuple):
    """One thing of today: the day it is of, when it came to be, and when it is over (UTC)."""

    key: str
    value: str
    evidence_id: str
    day: date
    recorded_at: datetime
    expired_at: datetime


def of_today(analyses: Iterable[AnalysisLabels], now: datetime) -> tuple[WorkingMemory, ...]:
    """What stands of the analyses of the last 24 hours: which there are, and how ready the person is."""
    held: list[WorkingMemory] = []
    for one in analyses:
        over = one.analyzed_at + WORKING_FOR
        if one.analyzed_at > now or over <= now or one.day is None:
            continue
        name = "circadian" if one.analysis_type is AnalysisType.CIRCADIAN else "behavior"
        told = {f"analysis.{name}": word_of(one.status)}
        if one.analysis_type is AnalysisType.BEHAVIOR and one.status != STALE:
            told["readiness.today"] = word_of(one.labels.get("readiness"))
        held += [
            WorkingMemory(key, value, evidence_of(one), one.day, one.analyzed_at, over)
            for key, value in told.items()
            if value is not None
        ]
    return tuple(sorted(held))
