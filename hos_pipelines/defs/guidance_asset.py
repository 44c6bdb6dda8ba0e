"""The stages of guidance are assets of one make; they differ in what they rest on, what they say and where they lie."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from hos_pipelines.adapters.analysis_checks import check_specs
from hos_pipelines.adapters.backfill_policy import BackfillPolicy
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.guidance_checks import GUIDANCE_CHECKS
from hos_pipelines.adapters.guidance_steps import guide_partitions
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner

GUIDED_PER_RUN = 1000


def guidance_asset(
    kind: GuidanceKind, *, file: str, description: str, table: str, deps: Sequence[dg.AssetsDefinition | str]
) -> dg.AssetsDefinition:
    """The asset of one stage of guidance; `table` is where its rows lie, `deps` what it rests on."""

    @dg.asset(
        name=kind.value,
        description=description,
        deps=deps,
        partitions_def=profiles_partitions,
        backfill_policy=BackfillPolicy(GUIDED_PER_RUN),
        check_specs=check_specs(kind.value, GUIDANCE_CHECKS[kind]),
        code_version=RULE_VERSIONS[kind],
        group_name="guidance",
        kinds={"python", "postgres"},
        tags={"layer": "guidance"},
        metadata=_metadata(table, file),
        pool="analysis",
    )
    def guidance(
        context: dg.AssetExecutionContext, guidance_runner: dg.ResourceParam[GuidanceRunner]
    ) -> Iterator[dg.MaterializeResult[None]]:
        """Makes the rows of many people, chunk by chunk, each committed and marked before the next."""
        yield guide_partitions(context, kind, guidance_runner)

    return guidance


def _metadata(table: str, file: str) -> Mapping[str, object]:
    return {**table_metadata(table), **code_reference(file)}
