"""The guidance of this deployment, for whoever asks for it; knows no numpy until a stage is run."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.adaptation_checks import adaptation_figures
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.guidance_store import due_for_guidance, guidance_status_counts
from hos_pipelines.postgres.plan_store import refusal_counts
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.profile_outcome import Mark, ProfileOutcome


class GuidanceRunner:
    """Says who is due, and runs the stages with this deployment's settings, database and clock."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def due(self, kind: GuidanceKind) -> list[str]:
        """Who is due now, longest unseen first."""
        with self._database.session() as connection:
            return due_for_guidance(connection, kind, self._now())

    def run(self, kind: GuidanceKind, profile_ids: Sequence[str], mark: Mark) -> list[ProfileOutcome]:
        """Makes and stores; `mark` is told of each chunk once it is committed.

        Raises:
            DatabaseError: the database cannot be used.
        """
        return on_demand.run_guidance(
            GuidanceRequest(kind, profile_ids), self._read_settings(), self._database, self._now, mark
        )

    def status_counts(self, kind: GuidanceKind) -> dict[str, int]:
        """How many active people have rows of each status."""
        with self._database.session() as connection:
            return guidance_status_counts(connection, kind)

    def refusal_counts(self, kind: GuidanceKind) -> dict[str, int]:
        """How many active people are refused a plan, or its figures, by reason; empty of stages that refuse none."""
        with self._database.session() as connection:
            return refusal_counts(connection, kind, self._now())

    def violations(self, kind: GuidanceKind) -> Mapping[str, int]:
        """By check over the tables of a stage: how many rows break it."""
        with self._database.session() as connection:
            return count_violations(connection, kind, self._now())

    def figures(self, kind: GuidanceKind) -> Mapping[str, float]:
        """What a stage comes to over 28 days, of all active people; empty of stages that have none."""
        if kind is not GuidanceKind.ADAPTATION:
            return {}
        with self._database.session() as connection:
            return adaptation_figures(connection, self._now())
