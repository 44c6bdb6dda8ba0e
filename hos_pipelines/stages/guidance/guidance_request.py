"""What a run of guidance is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind


@dataclass(frozen=True, slots=True)
class GuidanceRequest:
    """Which stage of whom."""

    kind: GuidanceKind
    profile_ids: Sequence[str]
