"""What a run of an analysis is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.settings.model import Engine
from hos_pipelines.stages.profile_outcome import Also, nothing_else


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """Which analysis of whom, by which engine; None for the deployment's.

    With `asks_again` no answer a model gave before is an end. `also` writes along, on the thread that stores.
    """

    analysis_type: AnalysisType
    profile_ids: Sequence[str]
    engine: Engine | None = None
    asks_again: bool = False
    also: Also = nothing_else
