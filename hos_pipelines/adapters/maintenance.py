"""The nightly work, each piece on its own, as counts that name nobody: what was deleted, and what is missing."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime

import dagster as dg

from hos_pipelines.adapters.event_retention import dagster_session, retain_events, vacuum_events
from hos_pipelines.adapters.instance import PooledEventLogStorage
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.retention import delete_expired
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.gaps import known_gaps

Counts = dict[str, int]


def delete_old_data(database: Database, rules: KeepRules, now: datetime) -> Counts:
    """Deletes what is past its age; the number of rows by table.

    Raises:
        DatabaseError: the database cannot be used.
    """
    with database.session() as connection:
        return delete_expired(connection, rules, now)


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


def count_gaps(database: Database, settings: Settings, now: datetime) -> Counts:
    """How many ranges of each stream are missing, and of how many profiles.

    Raises:
        DatabaseError: the database cannot be used.
    """
    with database.session() as connection:
        gaps = known_gaps(connection, settings, now)
    by_stream = Counter(gap.stream for gap in gaps)
    return {
        **{stream.value: by_stream[stream] for stream in Stream},
        "profiles": len({gap.profile_id for gap in gaps}),
    }
