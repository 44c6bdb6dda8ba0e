"""Keeps the partitions of an instance equal to the enrolled profiles."""

from collections.abc import Collection
from itertools import islice

import dagster as dg

from hos_pipelines.domain.profiles import PartitionChanges, partition_changes

PARTITIONS_NAME = "profiles"
ADD_AT_ONCE = 5000


def align_partitions(
    instance: dg.DagsterInstance, enrolled: Collection[str], *, may_delete: bool = True
) -> PartitionChanges:
    """Adds missing partitions and deletes those of departed profiles; returns what it did.

    Added straight on the instance, thousands at a time: as sensor requests they would be checked one by one.
    """
    changes = partition_changes(instance.get_dynamic_partitions(PARTITIONS_NAME), enrolled)
    missing = set(changes.add)
    in_order = iter([key for key in enrolled if key in missing])
    while chunk := list(islice(in_order, ADD_AT_ONCE)):
        instance.add_dynamic_partitions(PARTITIONS_NAME, chunk)
    if not may_delete:
        return PartitionChanges(changes.add, ())
    for key in changes.delete:
        instance.delete_dynamic_partition(PARTITIONS_NAME, key)
    return changes
