"""Reads from Dagster's records whether the schedule is on and the daemon lives. It imports Dagster: a second."""

from datetime import datetime

from hos_pipelines.adapters.automation import MAINTENANCE, REFRESH, read_automation
from hos_pipelines.cli.automation_state import AutomationState
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.settings.settings import Settings


def read_records(settings: Settings, at: datetime) -> AutomationState:
    """The state at this moment, by the real clock."""
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
