"""Whom and what one refresh is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.sync import Stream


@dataclass(frozen=True, slots=True)
class RefreshScope:
    """The profiles and streams of a refresh, and how far back it reaches: `days`, or from the watermark where None.

    `batch_id` is set where a tick leased the profiles to it; `is_partitioned` where each profile is a partition that
    the run is to make.
    """

    profile_ids: Sequence[str]
    streams: Sequence[Stream] = tuple(Stream)
    days: int | None = None
    gaps_only: bool = False
    batch_id: str | None = None
    is_partitioned: bool = False

    @property
    def may_open_breaker(self) -> bool:
        """Whether an outage it meets concerns everybody: one met for a single person, asked for by hand, does not."""
        return self.batch_id is not None or len(self.profile_ids) > 1
