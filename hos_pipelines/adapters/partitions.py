"""Keeps the partitions of an instance equal to the enrolled profiles, and deletes none that is in use."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import dagster as dg
from dagster._core.execution.backfill import (  # noqa: TID251  which backfills are under way: no public door says it
    BULK_ACTION_TERMINAL_STATUSES,
    BulkActionsFilter,
    BulkActionStatus,
)

from hos_pipelines.domain.profiles import PartitionChanges, partition_changes

PARTITIONS_NAME = "profiles"
ADD_AT_ONCE = 5000
START_TAG, END_TAG = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
ACTIVE = [status for status in BulkActionStatus if status not in BULK_ACTION_TERMINAL_STATUSES]
# A run that a command made and never began, since it was killed in between, stays as it is for ever.
BEGUN_WITHIN = timedelta(hours=2)


def align_partitions(
    instance: dg.DagsterInstance, enrolled: Collection[str], *, may_delete: bool = True
) -> PartitionChanges:
    """Adds missing partitions and deletes those of departed profiles; returns what it did."""
    changes = partition_changes(instance.get_dynamic_partitions(PARTITIONS_NAME), enrolled)
    add_partitions(instance, enrolled, changes.add)
    if not may_delete:
        return PartitionChanges(changes.add, ())
    for key in changes.delete:
        instance.delete_dynamic_partition(PARTITIONS_NAME, key)
    return changes


def add_partitions(instance: dg.DagsterInstance, enrolled: Collection[str], missing: Collection[str]) -> None:
    """Adds partitions in the order of enrolment, thousands at a time: a sensor's requests are checked one by one."""
    wanted = set(missing)
    in_order = iter([key for key in enrolled if key in wanted])
    while chunk := list(islice(in_order, ADD_AT_ONCE)):
        instance.add_dynamic_partitions(PARTITIONS_NAME, chunk)


@dataclass
class Holders:
    """Who is working on partitions: `keys` are held by runs that name them, `reason` says who holds all others."""

    keys: set[str] = field(default_factory=set)
    reason: str | None = None

    def free(self, keys: Collection[str]) -> list[str]:
        """Those of the keys that nobody holds."""
        return [] if self.reason else [key for key in keys if key not in self.keys]


def find_holders(instance: dg.DagsterInstance, known: Sequence[str], now: datetime) -> Holders:
    """Every run of every job and every backfill that has not ended, `now` by Dagster's own clock.

    A run without partitions may be about anybody, as a tick's batch is, and so may a backfill, whose runs are still to
    come; either holds all there are.
    """
    backfills = instance.get_backfills(filters=BulkActionsFilter(statuses=ACTIVE), limit=1)
    if backfills:
        return Holders(reason="a backfill is under way")
    runs = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    made = dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED], created_after=now - BEGUN_WITHIN)
    holders, places = Holders(), {key: place for place, key in enumerate(known)}
    for run in [*runs, *instance.get_runs(made)]:
        start, end = run.tags.get(START_TAG), run.tags.get(END_TAG)
        if "dagster/partition" in run.tags:
            holders.keys.add(run.tags["dagster/partition"])
        elif start in places and end in places:
            holders.keys.update(known[places[start] : places[end] + 1])
        else:
            return Holders(reason=f"a run of {run.job_name} is under way")
    return holders
