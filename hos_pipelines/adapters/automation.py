"""What Dagster's records say of the automation: which schedules are on, and whether daemons live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

REFRESH, MAINTENANCE = "refresh_active_users", "nightly_maintenance_schedule"
# Without one of these no tick runs to its end; they live in one process.
NEEDED = ("SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR")


@dataclass(frozen=True, slots=True)
class Automation:
    """Since when each schedule is on, None where that is not known, and the last sign of life of the daemons.

    A schedule that is off has no entry. `heartbeat` is that of the needed daemon that was silent longest, None where
    one of them never gave any; `troubled` are the daemons that report an error. Instants in UTC, by the real clock.
    """

    schedules: Mapping[str, datetime | None]
    heartbeat: datetime | None
    troubled: tuple[str, ...]


def read_automation(instance: dg.DagsterInstance) -> Automation:
    """The automation as an instance knows it."""
    beats = instance.get_daemon_heartbeats()
    needed = [beats[name].timestamp for name in NEEDED if name in beats]
    return Automation(
        schedules=_schedules_on(instance),
        heartbeat=datetime.fromtimestamp(min(needed), UTC) if len(needed) == len(NEEDED) else None,
        troubled=tuple(sorted(name for name, beat in beats.items() if beat.errors)),
    )


def _schedules_on(instance: dg.DagsterInstance) -> dict[str, datetime | None]:
    on: dict[str, datetime | None] = {}
    for state in instance.all_instigator_state():
        if state.is_running and state.instigator_name in (REFRESH, MAINTENANCE):
            started = getattr(state.instigator_data, "start_timestamp", None)
            on[state.instigator_name] = None if started is None else datetime.fromtimestamp(started, UTC)
    return on
