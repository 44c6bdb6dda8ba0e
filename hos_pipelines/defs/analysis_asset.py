"""The two analyses are assets of one make; they differ in what they read, what they say and the group they stand in."""

from collections.abc import Iterator, Sequence

import dagster as dg

from hos_pipelines.adapters.analysis_checks import CHECKS, check_specs
from hos_pipelines.adapters.analysis_runs import EngineConfig
from hos_pipelines.adapters.analysis_steps import analyse_partitions
from hos_pipelines.adapters.backfill_policy import BackfillPolicy
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.sync import Stream
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner

USERS_PER_RUN = 1000


def analysis_asset(  # noqa: PLR0913  what sets one analysis apart, in one place each
    analysis_type: AnalysisType, *, file: str, group: str, description: str, version: str, reads: Sequence[Stream]
) -> dg.AssetsDefinition:
    """The asset of one kind of analysis. Its methods' `version` is written out where it is defined: numpy knows it."""

    @dg.asset(
        name=analysis_type.value,
        description=description,
        deps=[stream.value for stream in reads],
        partitions_def=profiles_partitions,
        backfill_policy=BackfillPolicy(USERS_PER_RUN),
        check_specs=check_specs(analysis_type.value, CHECKS[analysis_type]),
        code_version=f"{version}, prompt {PROMPT_VERSION}",
        group_name=group,
        kinds={"python", "postgres"},
        tags={"layer": "analyses"},
        metadata={**table_metadata("analysis_results"), **code_reference(file)},
        pool="analysis",
    )
    def analysis(
        context: dg.AssetExecutionContext, config: EngineConfig, analysis_runner: dg.ResourceParam[AnalysisRunner]
    ) -> Iterator[dg.MaterializeResult[None]]:
        """Analyses many profiles at once, chunk by chunk, each committed and marked before the next."""
        yield analyse_partitions(context, analysis_type, config, analysis_runner)

    return analysis
