"""Where assets and sensors get analyses from. The methods bring numpy along, so they are loaded when first used."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import dagster as dg

from hos_pipelines.adapters.analysis_output import report_checks, settle_analyses
from hos_pipelines.adapters.analysis_runs import (
    AnalysisBatch,
    AnalysisConfig,
    EngineConfig,
    ReadingSource,
    engine_of,
)
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import status_counts
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database

if TYPE_CHECKING:
    from hos_pipelines.adapters.analyses import Analyses


class Laboratory:
    """The analyses of this deployment, by the name of their asset."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def batch(
        self, context: dg.AssetExecutionContext, sources: Sequence[ReadingSource], config: EngineConfig
    ) -> AnalysisBatch:
        """The analyses of the run's partitions, by the asset it makes.

        Raises:
            dagster.Failure: the run has none.
        """
        return self._analyses().batch(context, sources, engine_of(config))

    def reports(self, context: dg.AssetExecutionContext) -> AnalysisBatch:
        """The reports of the run's partitions.

        Raises:
            dagster.Failure: the run has none.
        """
        from hos_pipelines.adapters.reports import Reports  # noqa: PLC0415  brings numpy along

        return Reports(self._read_settings, self._database, self._now).batch(context)

    def analyse(self, context: dg.OpExecutionContext, analysis_type: str, config: AnalysisConfig) -> None:
        """Analyses whoever is due, or the profiles configured, commits it, and marks whom it brought something new.

        Raises:
            dagster.Failure: the run names nobody, or some profiles could not be analysed; everyone else's is committed.
        """
        batch = self._analyses().due_batch(AnalysisType(analysis_type), config)
        settle_analyses(context, self._database, batch)
        report_checks(context, self._database, batch)

    def due_count(self, analysis_type: str) -> int:
        """How many profiles are due for one kind of analysis now."""
        return len(self._analyses().due(AnalysisType(analysis_type)))

    def status_counts(self, batch: AnalysisBatch) -> dict[str, int]:
        """How many active profiles' current results of a kind have each status."""
        with self._database.session() as connection:
            return status_counts(connection, AnalysisType(batch.asset))

    def _analyses(self) -> "Analyses":
        from hos_pipelines.adapters.analyses import Analyses  # noqa: PLC0415  see above

        return Analyses(self._read_settings, self._database, self._now)
