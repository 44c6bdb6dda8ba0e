"""What the daemon does with the partitions that a sensor asks for."""

from typing import Any

import dagster as dg


def do_what_is_asked(instance: dg.DagsterInstance, answer: Any) -> dg.SensorResult:
    """Adds and deletes partitions as the sensor's answer asks; gives the answer."""
    assert isinstance(answer, dg.SensorResult)
    for request in answer.dynamic_partitions_requests or []:
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
        else:
            for key in request.partition_keys:
                instance.delete_dynamic_partition(request.partitions_def_name, key)
    return answer
