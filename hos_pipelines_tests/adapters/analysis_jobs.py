"""Runs of the analysis jobs in this process, and what they leave in Dagster and in PostgreSQL."""

from typing import Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import StoredAnalysis, read_current

PEOPLE = ["anna", "ben", "cleo", "dora"]
CIRCADIAN, BEHAVIOR, REPORT = "circadian_analysis", "behavior_analysis", "analysis_report"
JOBS = {CIRCADIAN: "analyze_circadian", BEHAVIOR: "analyze_behavior", REPORT: "make_reports"}
DUE = {CIRCADIAN: "analyze_due_circadian", BEHAVIOR: "analyze_due_behavior"}
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
EVERYONE = {START: "anna", END: "dora"}
ALLOWED = {
    "outcome", "status", "mode", "data_source", "data_age_minutes", "readings", "nights", "facts", "facts_insufficient",
}  # fmt: skip
REPORT_ALLOWED = {"outcome", "bytes", "fingerprint", "kept_in", "open_with"}
CHECKS = {"gates_respected", "facts_in_range", "matches_schema", "few_insufficient", "few_fallbacks"}


def run(instance: dg.DagsterInstance, asset: str = CIRCADIAN, **arguments: Any) -> dg.ExecuteInProcessResult:
    """A run over partitions, as the code location defines it."""
    job = defs().resolve_job_def(JOBS[asset])
    return job.execute_in_process(instance=instance, raise_on_error=False, **arguments)


def run_due(instance: dg.DagsterInstance, asset: str = CIRCADIAN, **values: Any) -> dg.ExecuteInProcessResult:
    """A run without partitions, as the sensors request it."""
    config = {"ops": {DUE[asset].removeprefix("analyze_"): {"config": values}}}
    job = defs().resolve_job_def(DUE[asset])
    return job.execute_in_process(instance=instance, raise_on_error=False, run_config=config)


def refusal(result: dg.ExecuteInProcessResult) -> str:
    """The sentence a run ended with."""
    assert not result.success
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None, result.get_step_failure_events()[0].step_failure_data.error_display_string
    assert failure.description is not None
    return failure.description


def materialized(instance: dg.DagsterInstance, asset: str = CIRCADIAN) -> set[str]:
    return set(instance.get_materialized_partitions(dg.AssetKey(asset)))


def events(instance: dg.DagsterInstance, asset: str = CIRCADIAN) -> list[tuple[str, dict[str, Any]]]:
    """Partition and metadata of every materialisation so far, oldest first."""
    records = instance.fetch_materializations(dg.AssetKey(asset), limit=100).records
    found = [record.asset_materialization for record in reversed(records)]
    return [(one.partition or "", {name: it.value for name, it in one.metadata.items()}) for one in found if one]


def checks(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """What each check of a run came to, passed or not."""
    told = [entry.dagster_event for entry in instance.all_logs(result.run_id)]
    found = [event.event_specific_data for event in told if event is not None]
    return {one.check_name: one.passed for one in found if isinstance(one, dg.AssetCheckEvaluation)}


def stored(connection: Connection[Any], profile_id: str, asset: str = CIRCADIAN) -> StoredAnalysis:
    found = read_current(connection, profile_id, AnalysisType(asset))
    assert found is not None
    return found


def analysed(connection: Connection[Any], asset: str = CIRCADIAN) -> set[str]:
    """Whose watermark has moved, which is also who has a result."""
    marks = connection.execute(
        "SELECT user_id FROM archetype_analysis_tracking WHERE analysis_type = %s AND analyzed_at IS NOT NULL", (asset,)
    )
    results = connection.execute("SELECT profile_id FROM analysis_results WHERE analysis_type = %s", (asset,))
    names = {name for (name,) in marks}
    assert names == {name for (name,) in results}
    return names
