"""What memory takes of a stored analysis: labels, the day it is of, and its fingerprint; never a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hos_pipelines.domain.analysis_scope import AnalysisType


@dataclass(frozen=True, slots=True)
class AnalysisLabels:
    """The labels of a result that stands. `day` is the newest local day it used; `habits` are stages by behavior."""

    analysis_type: AnalysisType
    fingerprint: str
    status: str
    analyzed_at: datetime
    day: date | None
    labels: Mapping[str, str | None] = field(default_factory=dict)
    habits: Mapping[str, str | None] = field(default_factory=dict)
