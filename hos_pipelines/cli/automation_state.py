"""Whether the schedule is on and the daemon lives, as far as Dagster's records can be read from here."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hos_pipelines.cli.output import CommandError
from hos_pipelines.domain.freshness import SILENT_AFTER
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.settings.settings import Settings


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


def read_automation_state(settings: Settings) -> AutomationState:
    """The state as Dagster's records have it; where there are none yet, none are made."""
    at = datetime.now(UTC)
    home = settings.house.home / "dagster" / "dagster.yaml"
    if not os.environ.get("DAGSTER_HOME") and not home.exists():
        return AutomationState(at, unknown=f"not known: no Dagster home at {home.parent} yet; `hos up` makes one")
    # Dagster takes longer to import than everything else here together.
    from hos_pipelines.adapters.automation import MAINTENANCE, REFRESH, read_automation  # noqa: PLC0415
    from hos_pipelines.cli.instance import open_instance  # noqa: PLC0415

    try:
        with open_instance(settings) as instance:
            found = read_automation(instance)
    except (CommandError, DatabaseError) as error:
        reason = error.message if isinstance(error, CommandError) else str(error)
        return AutomationState(at, unknown="not known: Dagster's records cannot be read", error=reason)
    return AutomationState(
        at,
        is_on=REFRESH in found.schedules,
        on_since=found.schedules.get(REFRESH),
        maintenance_is_on=MAINTENANCE in found.schedules,
        heartbeat_at=found.heartbeat,
        troubled=found.troubled,
    )
