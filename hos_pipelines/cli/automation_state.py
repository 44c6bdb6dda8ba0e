"""Whether the schedule is on and the daemon lives: what is known of both at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hos_pipelines.domain.freshness import SILENT_AFTER


@dataclass(frozen=True, slots=True)
class AutomationState:
    """The schedule and the daemon at the moment `at`, by the real clock; None is what is not known.

    `unknown` says why nothing is, `error` that it should have been.
    """

    at: datetime
    is_on: bool | None = None
    on_since: datetime | None = None
    maintenance_is_on: bool | None = None
    heartbeat_at: datetime | None = None
    troubled: tuple[str, ...] = ()
    unknown: str | None = None
    error: str | None = None

    @property
    def on_for(self) -> timedelta | None:
        """How long the schedule has been on; None while it is off, or where that is not known."""
        if not self.is_on:
            return None
        return timedelta.max if self.on_since is None else max(self.at - self.on_since, timedelta(0))

    @property
    def heartbeat_age(self) -> timedelta | None:
        """How long ago the last sign of life of the daemon was."""
        return None if self.heartbeat_at is None else max(self.at - self.heartbeat_at, timedelta(0))

    @property
    def is_alive(self) -> bool | None:
        """Whether the daemon gave one within the last minutes."""
        if self.is_on is None:
            return None
        return self.heartbeat_age is not None and self.heartbeat_age <= SILENT_AFTER
