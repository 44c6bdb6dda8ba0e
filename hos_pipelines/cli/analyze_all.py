"""Analyses, guidance and the report of everyone, as runs over all partitions, in this process; where there is news."""

from collections import Counter
from collections.abc import Sequence

import dagster as dg

from hos_pipelines.adapters.analysis_steps import REPORT
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.interruption import INTERRUPTED
from hos_pipelines.cli.output import CommandError, broken_off, progress_bar
from hos_pipelines.cli.refresh import COMMAND_TAG, CUT
from hos_pipelines.definitions import defs
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.analysis_store import read_current
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import outdated
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.report.gather import report_stands

JOBS = {
    AnalysisType.CIRCADIAN.value: "analyze_circadian",
    AnalysisType.BEHAVIOR.value: "analyze_behavior",
    GuidanceKind.INSIGHTS.value: "make_insights",
    GuidanceKind.MEMORY.value: "make_memory",
    GuidanceKind.ROUTINE_PLAN.value: "make_routine_plan",
    GuidanceKind.NUTRITION_PLAN.value: "make_nutrition_plan",
    GuidanceKind.ADAPTATION.value: "make_adaptation",
    REPORT: "make_reports",
}
SAID = {
    AnalysisType.CIRCADIAN.value: "People's sleep and energy",
    AnalysisType.BEHAVIOR.value: "People's habits",
    GuidanceKind.INSIGHTS.value: "What stands out",
    GuidanceKind.MEMORY.value: "What is remembered",
    GuidanceKind.ROUTINE_PLAN.value: "The day that comes",
    GuidanceKind.NUTRITION_PLAN.value: "Its meals",
    GuidanceKind.ADAPTATION.value: "What plans become",
    REPORT: "People's reports",
}
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def analyse_everyone(command: str) -> dict[str, dict[str, int]]:
    """How many profiles' results have each status, by asset. What stands as it is, is not made again.

    The runs are tagged with the `command`.

    Raises:
        CommandError: a run failed; the Dagster UI says for whom.
    """
    found: dict[str, dict[str, int]] = {}
    with open_instance(read_settings()) as instance:
        keys = instance.get_dynamic_partitions(PARTITIONS_NAME)
        for asset, job in JOBS.items() if keys else ():
            with progress_bar(SAID[asset], len(keys)) as advance:
                standing = _standing(instance, asset, keys)
                found[asset] = standing or _run_job(instance, job, keys[0], keys[-1], command).get(asset, {})
                advance(len(keys))
    return found


def _standing(instance: dg.DagsterInstance, asset: str, keys: Sequence[str]) -> dict[str, int] | None:
    """The counts of what there is, where nobody's would change and everybody's is in the UI; else None."""
    if not set(keys) <= set(instance.get_materialized_partitions(dg.AssetKey(asset))):
        return None
    if asset in set(GuidanceKind):
        return _standing_guidance(GuidanceKind(asset), keys)
    return _standing_reports(keys) if asset == REPORT else _standing_results(AnalysisType(asset), keys)


def _standing_guidance(kind: GuidanceKind, keys: Sequence[str]) -> dict[str, int] | None:
    runner = GuidanceRunner(read_settings, open_database(), now)
    counts = runner.status_counts(kind)
    return None if runner.due(kind) or sum(counts.values()) < len(keys) else counts


def _standing_reports(keys: Sequence[str]) -> dict[str, int] | None:
    with open_database().session() as connection:
        return {"unchanged": len(keys)} if all(report_stands(connection, key, now()) for key in keys) else None


def _standing_results(analysis_type: AnalysisType, keys: Sequence[str]) -> dict[str, int] | None:
    database, by_model = open_database(), read_settings().model.engine == "openai"
    due = set(AnalysisRunner(read_settings, database, now).due(analysis_type))
    statuses: Counter[str] = Counter()
    with database.session() as connection:
        for key in keys:
            stored = read_current(connection, key, analysis_type)
            if key in due or stored is None or outdated(stored) is not None:
                return None
            if (stored.model is not None) != by_model:
                return None
            statuses[stored.status] += 1
    return dict(sorted(statuses.items()))


def _run_job(instance: dg.DagsterInstance, job: str, first: str, last: str, command: str) -> dict[str, dict[str, int]]:
    partitions = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    tags = {**partitions, COMMAND_TAG: command}
    run = (
        defs()
        .resolve_job_def(job)
        .execute_in_process(instance=instance, tags=tags, run_config=SILENT, raise_on_error=False)
    )
    if not run.success:
        failures = (event.step_failure_data.user_failure_data for event in run.all_events if event.is_step_failure)
        errors = (event.step_failure_data.error for event in run.all_events if event.is_step_failure)
        if any(error is not None and error.cls_name in CUT for error in errors):
            raise broken_off(INTERRUPTED)
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
