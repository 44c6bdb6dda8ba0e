"""The analyses and reports of this deployment, for whoever asks for them; knows no numpy until one is made."""

from collections.abc import Callable, Sequence
from datetime import datetime

from hos_pipelines.domain.analysis_due import DueDecision
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import status_counts
from hos_pipelines.settings.model import Engine
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.who import decide_for, due_profiles
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import Mark, ProfileOutcome


class AnalysisRunner:
    """Says who is due, and runs the stages with this deployment's settings, database and clock."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def due(self, analysis_type: AnalysisType) -> list[str]:
        """Who is due now, longest unanalysed first."""
        with self._database.session() as connection:
            return due_profiles(connection, analysis_type, self._now())

    def verdict(self, analysis_type: AnalysisType, profile_id: str, *, is_forced: bool) -> DueDecision:
        """What is decided now for one enrolled profile."""
        with self._database.session() as connection:
            return decide_for(connection, analysis_type, profile_id, self._now(), is_forced=is_forced)

    def run(self, request: AnalysisRequest, mark: Mark) -> list[ProfileOutcome]:
        """Analyses and stores; `mark` is told of each chunk once it is committed.

        Raises:
            DatabaseError: the database cannot be used.
        """
        return on_demand.run_analyses(request, self._read_settings(), self._database, self._now, mark)

    def report(self, profile_ids: Sequence[str], mark: Mark) -> list[ProfileOutcome]:
        """Makes and stores pages; `mark` is told of each chunk once it is committed.

        Raises:
            DatabaseError: the database cannot be used.
        """
        return on_demand.make_reports(profile_ids, self._read_settings(), self._database, self._now, mark)

    def status_counts(self, analysis_type: AnalysisType) -> dict[str, int]:
        """How many active profiles' current results of a kind have each status."""
        with self._database.session() as connection:
            return status_counts(connection, analysis_type)

    def notice(self, engine: Engine | None) -> str | None:
        """Why the rules write although a model could; None where there is nothing to say."""
        return self._read_settings().model.notice(engine)
