"""What an analysis run is: its configuration, and the profiles it is for."""

from collections.abc import Callable
from typing import Literal

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.sentences import refusal
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.settings.model import Engine
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner

EngineChoice = Literal["deployment", "rules", "openai"]
ENGINE_TEXT = (
    "Who writes the results: rules, or openai (a model chooses among sentences of ours, and its choice is proven), or "
    "deployment for what HOS_ENGINE says; without it the rules."
)


class EngineConfig(dg.Config):
    """Who writes what a run analyses."""

    engine: EngineChoice = Field(default="deployment", description=ENGINE_TEXT)

    @property
    def chosen(self) -> Engine | None:
        """The engine asked for; None for the deployment's."""
        return None if self.engine == "deployment" else self.engine


class AnalysisConfig(EngineConfig):
    """Whom a run without partitions analyses."""

    due: bool = Field(default=False, description="Everyone with enough new readings, or a new night, since the last.")
    profile_ids: list[str] = Field(
        default=[], description="The profiles to analyse, due or not. Leave empty beside due."
    )


def partitions_of(context: dg.AssetExecutionContext) -> list[str]:
    """The partitions a run is for, in order.

    Raises:
        dagster.Failure: there are none.
    """
    if not (context.has_partition_key or context.has_partition_key_range):
        raise refusal("partitions: the run has none; choose at least one profile.")
    keys = sorted(context.partition_keys)
    if not keys:
        raise refusal("partitions: the range holds nobody; its start must not come after its end.")
    return keys


def request_of(config: AnalysisConfig, analysis_type: AnalysisType, runner: AnalysisRunner) -> AnalysisRequest:
    """The analyses of whoever is due, or of the profiles in the configuration.

    Raises:
        dagster.Failure: the configuration names nobody, or names people twice over.
    """
    keys = chosen_profiles(config.due, config.profile_ids, lambda: runner.due(analysis_type))
    return AnalysisRequest(analysis_type, keys, config.chosen)


def chosen_profiles(is_due: bool, profile_ids: list[str], due: Callable[[], list[str]]) -> list[str]:  # noqa: FBT001  as configured
    """Whoever is due, or the profiles named, each once.

    Raises:
        dagster.Failure: nobody is named, or people are named beside those who are due.
    """
    if is_due and profile_ids:
        raise refusal("profile_ids: must be empty beside due, which finds its profiles itself.")
    if is_due:
        return due()
    if not profile_ids:
        raise refusal("profile_ids: is empty, and due is not set; set one of the two.")
    return list(dict.fromkeys(profile_ids))
