"""Both analyses and the report of everyone, as runs over all partitions, in this process."""

from collections import Counter

import dagster as dg

from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, progress_bar
from hos_pipelines.definitions import defs
from hos_pipelines.environment import read_settings

JOBS = ("analyze_circadian", "analyze_behavior", "make_reports")
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def analyse_everyone() -> dict[str, dict[str, int]]:
    """How many profiles' results have each status, by asset.

    Raises:
        CommandError: a run failed; the Dagster UI says for whom.
    """
    with open_instance(read_settings()) as instance, progress_bar("Analysing", len(JOBS)) as advance:
        keys = instance.get_dynamic_partitions(PARTITIONS_NAME)
        found: dict[str, dict[str, int]] = {}
        for job in JOBS if keys else ():
            found |= _run(instance, job, keys[0], keys[-1])
            advance(1)
    return found


def _run(instance: dg.DagsterInstance, job: str, first: str, last: str) -> dict[str, dict[str, int]]:
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    run = (
        defs()
        .resolve_job_def(job)
        .execute_in_process(instance=instance, tags=tags, run_config=SILENT, raise_on_error=False)
    )
    if not run.success:
        failures = (event.step_failure_data.user_failure_data for event in run.all_events if event.is_step_failure)
        told = next((failure.description for failure in failures if failure is not None), None)
        raise CommandError(told or f"run {run.run_id} of {job} failed; see it in the Dagster UI (`hos up`).")
    counts: dict[str, Counter[str]] = {}
    for event in run.all_events:
        if event.is_step_materialization:
            materialization = event.step_materialization_data.materialization
            metadata = materialization.metadata
            status = metadata["status"].value if "status" in metadata else ""
            name = materialization.asset_key.to_user_string()
            counts.setdefault(name, Counter())[str(status or metadata["outcome"].value)] += 1
    return {name: dict(sorted(count.items())) for name, count in counts.items()}
