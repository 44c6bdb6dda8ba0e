"""What a run of guidance is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.stages.profile_outcome import Also, nothing_else


@dataclass(frozen=True, slots=True)
class GuidanceRequest:
    """Which stage of whom, and what is written along."""

    kind: GuidanceKind
    profile_ids: Sequence[str]
    also: Also = nothing_else
