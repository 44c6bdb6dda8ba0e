"""Trims the log of an instance that keeps it in the project's storage."""

from dataclasses import asdict
from datetime import datetime

import dagster as dg

from hos_pipelines.adapters.instance.event_log import PooledEventLogStorage
from hos_pipelines.adapters.instance.event_retention import dagster_session, retain_events, vacuum_events
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.operations.maintenance import Counts


def trim_dagster_log(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> Counts | None:
    """Deletes what nobody needs any more of Dagster's log; the number of rows by kind. `now` by Dagster's own clock.

    None where the instance keeps its log elsewhere than in the project's storage: that is its owner's business.

    Raises:
        DatabaseError: Dagster's database cannot be reached.
    """
    if not isinstance(instance.event_log_storage, PooledEventLogStorage):
        return None
    with dagster_session(settings) as connection:
        counts = retain_events(connection, now)
        vacuum_events(connection)
    return asdict(counts)
