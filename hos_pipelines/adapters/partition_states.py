"""Which partitions Dagster shows as failed, asked of its own log."""

from collections.abc import Collection

import dagster as dg

from hos_pipelines.adapters.instance.event_log import PooledEventLogStorage

RUNS_AT_ONCE = 1000


def failed_partitions(instance: dg.DagsterInstance, asset: str, partitions: Collection[str] | None = None) -> set[str]:
    """Of these partitions, or of all there are, those the UI shows as failed: tried last in vain, by a failed run."""
    key, storage = dg.AssetKey(str(asset)), instance.event_log_storage
    if partitions is not None and isinstance(storage, PooledEventLogStorage):
        return storage.failed_attempts(key, partitions)
    attempts = storage.get_latest_asset_partition_materialization_attempts_without_materializations(key)
    wanted = {name: run_id for name, (run_id, _) in attempts.items() if partitions is None or name in partitions}
    failed = _failed_runs(instance, set(wanted.values()))
    return {name for name, run_id in wanted.items() if run_id in failed}


def _failed_runs(instance: dg.DagsterInstance, run_ids: Collection[str]) -> set[str]:
    failed: set[str] = set()
    in_order = sorted(run_ids)
    for start in range(0, len(in_order), RUNS_AT_ONCE):
        wanted = dg.RunsFilter(run_ids=in_order[start : start + RUNS_AT_ONCE], statuses=[dg.DagsterRunStatus.FAILURE])
        failed.update(run.run_id for run in instance.get_runs(wanted))
    return failed
