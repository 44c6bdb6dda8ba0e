"""What the steps of analyses and reports do: run the stage, mark chunk by chunk, and fail where somebody failed."""

from collections.abc import Sequence

import dagster as dg

from hos_pipelines.adapters.analysis_checks import CHECKS, check_results, writing_text
from hos_pipelines.adapters.analysis_marks import failure_of, mark_everyone, mark_news, summary
from hos_pipelines.adapters.analysis_runs import AnalysisConfig, EngineConfig, partitions_of, request_of
from hos_pipelines.adapters.giving_way import give_way
from hos_pipelines.adapters.step_events import StepContext, report_check_evaluations, result_marked_by_step
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.profile_outcome import Mark

REPORT = "analysis_report"


def analyse_partitions(
    context: dg.AssetExecutionContext, analysis_type: AnalysisType, config: EngineConfig, runner: AnalysisRunner
) -> dg.MaterializeResult[None]:
    """Analyses the run's partitions, and marks those of each chunk once it is committed.

    Raises:
        dagster.Failure: the run has none, or some could not be analysed; everyone else is stored and marked.
    """
    asset = analysis_type.value
    request = AnalysisRequest(analysis_type, partitions_of(context), config.chosen)
    return result_marked_by_step(asset, _analyse(context, request, runner, mark_everyone(context, asset)))


def analyse_many(
    context: dg.OpExecutionContext, analysis_type: AnalysisType, config: AnalysisConfig, runner: AnalysisRunner
) -> None:
    """Analyses whoever is due, or the profiles configured, and marks those it brought something new.

    Raises:
        dagster.Failure: the run names nobody, or some could not be analysed; everyone else is stored and marked.
    """
    request = request_of(config, analysis_type, runner)
    checks = _analyse(context, request, runner, mark_news(context, analysis_type.value))
    report_checks(context, analysis_type.value, checks)


def report_partitions(context: dg.AssetExecutionContext, runner: AnalysisRunner) -> dg.MaterializeResult[None]:
    """Makes the pages of the run's partitions, and marks those of each chunk once it is committed.

    Raises:
        dagster.Failure: the run has none, or some pages could not be made; everyone else's is stored and marked.
    """
    outcomes = runner.report(partitions_of(context), mark_everyone(context, REPORT))
    context.log.info(summary(REPORT, outcomes))
    if (failure := failure_of(outcomes)) is not None:
        raise failure
    return result_marked_by_step(REPORT)


def report_checks(context: StepContext, asset: str, checks: Sequence[dg.AssetCheckResult]) -> None:
    """Records what the checks of an asset came to, whatever becomes of the step."""
    key = dg.AssetKey(asset)
    report_check_evaluations(
        context,
        [
            dg.AssetCheckEvaluation(key, one.check_name or "", one.passed, one.metadata, severity=one.severity)
            for one in checks
        ],
    )


def _analyse(
    context: StepContext, request: AnalysisRequest, runner: AnalysisRunner, mark: Mark
) -> list[dg.AssetCheckResult]:
    """A step that is about to fail is never asked for its checks, so that they are told before."""
    give_way(context)
    kind, asset = request.analysis_type, request.analysis_type.value
    if (notice := runner.notice(request.engine)) is not None:
        context.log.info(notice)
    outcomes = runner.run(request, mark)
    context.log.info("%s%s", summary(asset, outcomes), writing_text(outcomes))
    checks = list(check_results(outcomes, runner.status_counts(kind), CHECKS[asset]))
    if (failure := failure_of(outcomes)) is not None:
        report_checks(context, asset, checks)
        raise failure
    return checks
