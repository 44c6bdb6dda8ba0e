"""What a run of an analysis is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.settings.model import Engine


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """Which analysis of whom, by which engine; None for the deployment's.

    With `asks_again` no answer a model gave before is an end.
    """

    analysis_type: AnalysisType
    profile_ids: Sequence[str]
    engine: Engine | None = None
    asks_again: bool = False
