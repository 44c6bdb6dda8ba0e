"""What the steps of guidance do: run the stage, mark chunk by chunk, and fail where somebody failed."""

from collections.abc import Sequence

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.analysis_checks import writing_text
from hos_pipelines.adapters.analysis_marks import failure_of, mark_everyone, mark_news, summary
from hos_pipelines.adapters.analysis_runs import chosen_profiles, partitions_of
from hos_pipelines.adapters.analysis_steps import report_checks
from hos_pipelines.adapters.giving_way import give_way
from hos_pipelines.adapters.guidance_checks import check_figures, check_guidance
from hos_pipelines.adapters.step_events import StepContext, result_marked_by_step
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.profile_outcome import Mark


class GuidanceConfig(dg.Config):
    """Whom a run of guidance without partitions is for."""

    due: bool = Field(default=False, description="Everyone of whom something has moved since the last time.")
    profile_ids: list[str] = Field(default=[], description="The profiles, due or not. Leave empty beside due.")


def guide_partitions(
    context: dg.AssetExecutionContext, kind: GuidanceKind, runner: GuidanceRunner
) -> dg.MaterializeResult[None]:
    """Makes a stage for the run's partitions, and marks those of each chunk once it is committed.

    Raises:
        dagster.Failure: the run has none, or some came to nothing; everyone else's rows are stored and marked.
    """
    mark = mark_everyone(context, kind.value)
    return result_marked_by_step(kind.value, _guide(context, kind, runner, partitions_of(context), mark))


def guide_many(
    context: dg.OpExecutionContext, kind: GuidanceKind, config: GuidanceConfig, runner: GuidanceRunner
) -> None:
    """Makes a stage for whoever is due, or the profiles configured, and marks those it brought something new.

    Raises:
        dagster.Failure: the run names nobody, or some came to nothing; everyone else's rows are stored and marked.
    """
    keys = chosen_profiles(config.due, config.profile_ids, lambda: runner.due(kind))
    report_checks(context, kind.value, _guide(context, kind, runner, keys, mark_news(context, kind.value)))


def _guide(
    context: StepContext, kind: GuidanceKind, runner: GuidanceRunner, keys: Sequence[str], mark: Mark
) -> list[dg.AssetCheckResult]:
    """A step that is about to fail is never asked for its checks, so that they are told before."""
    give_way(context)
    outcomes = runner.run(kind, keys, mark)
    context.log.info("%s%s", summary(kind.value, outcomes), writing_text(outcomes))
    tables = runner.status_counts(kind), runner.violations(kind), runner.refusal_counts(kind)
    checks = [*check_guidance(kind, outcomes, *tables), *check_figures(kind, runner.figures(kind))]
    if (failure := failure_of(outcomes)) is not None:
        report_checks(context, kind.value, checks)
        raise failure
    return checks
