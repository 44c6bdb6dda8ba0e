"""What Dagster's UI shows of each partition, and what it should show by sync_state."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster._core.storage.partition_status_cache import (  # noqa: TID251  what the UI shows
    get_and_update_asset_status_cache_value,
)

from hos_pipelines.adapters.marking import NOBODY_FAILS
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.sync import Stream
from hos_pipelines_tests.faults.deployment import Deployment

GREEN, RED, BLUE, GREY = "green", "red", "blue", "grey"

STATES = "SELECT stream, profile_id, last_success_at IS NOT NULL, attempts FROM sync_state"

Colors = dict[tuple[str, str], str]


@contextmanager
def instance_of(deployment: Deployment) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance of a deployment, opened in this process."""
    before = dict(os.environ)
    os.environ.update(deployment.environment)
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        os.environ.clear()
        os.environ.update(before)


def colors_of(deployment: Deployment) -> Colors:
    """The color of every partition of every stream, as the UI works it out."""
    with instance_of(deployment) as instance:
        return {
            (stream.value, person): color
            for stream in Stream
            for person, color in _colors(instance, stream, deployment.people).items()
        }


def _colors(instance: dg.DagsterInstance, stream: Stream, people: list[str]) -> dict[str, str]:
    status = get_and_update_asset_status_cache_value(instance, dg.AssetKey(stream.value), profiles_partitions)
    if status is None:
        return dict.fromkeys(people, GREY)
    in_progress, failed, materialized = (
        set(subset.get_partition_keys())
        for subset in (
            status.deserialize_in_progress_partition_subsets(profiles_partitions),
            status.deserialize_failed_partition_subsets(profiles_partitions),
            status.deserialize_materialized_partition_subsets(profiles_partitions),
        )
    )
    return {
        person: BLUE if person in in_progress
        else RED if person in failed
        else GREEN if person in materialized
        else GREY
        for person in people
    }  # fmt: skip


def named_as_failing(deployment: Deployment) -> set[tuple[str, str]]:
    """Whom the check of each stream names."""
    with instance_of(deployment) as instance:
        return {(stream.value, person) for stream in Stream for person in _named(instance, stream)}


def _named(instance: dg.DagsterInstance, stream: Stream) -> list[str]:
    key = dg.AssetCheckKey(dg.AssetKey(stream.value), NOBODY_FAILS)
    [record] = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    assert record.event is not None
    evaluation: Any = record.event.get_dagster_event().event_specific_data
    return list(evaluation.metadata["failing_profiles"].value)


def shown_is_true(deployment: Deployment) -> None:
    """Green is who answered last; red, or named by the check, is who did not; grey is who was never pulled."""
    colors, named = colors_of(deployment), named_as_failing(deployment)
    states = {(stream, person): (ever, attempts) for stream, person, ever, attempts in deployment.rows(STATES)}
    for place, color in colors.items():
        ever, attempts = states.get(place, (False, 0))
        assert (place in named) == (attempts > 0), place
        expected = {RED, GREEN if ever else GREY} if attempts else {GREEN if ever else GREY}
        assert color in expected, (place, color, ever, attempts)
