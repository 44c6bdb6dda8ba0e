"""The entries to what takes long to import, which is imported when one is first called; stages do so nowhere else.

Every run is a process of its own, which takes 1.7 s of processor time to start. Those that only refresh do without
numpy and the methods (0.3 s), those whose results the rules write without the openai package (0.6 s), those that load
no input without pandas (0.15 s), and those that find the schema made, without yoyo (0.1 s).
"""
# ruff: noqa: PLC0415

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.domain.sync import Stream
from hos_pipelines.domain.workflow.outcome import WorkflowOutcome
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.profile_outcome import Mark, ProfileOutcome
from hos_pipelines.stages.workflow.workflow_request import MarkStage, WorkflowRequest

if TYPE_CHECKING:
    import pandas as pd

    from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
    from hos_pipelines.stages.database import Database
    from hos_pipelines.stages.requests.answer_surroundings import AnsweredBatch, AnswerSurroundings


def migrate(url: str) -> None:
    """As `postgres.migrate` does it."""
    from hos_pipelines.postgres import migrate as steps

    steps.migrate(url)


def run_analyses(
    request: AnalysisRequest, settings: Settings, database: "Database", now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """As `stages.analysis.run` does it."""
    from hos_pipelines.stages.analysis import run

    return run.run_analyses(request, settings, database, now, mark)


def make_reports(
    profile_ids: Sequence[str], settings: Settings, database: "Database", now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """As `stages.report.run` does it."""
    from hos_pipelines.stages.report import run

    return run.make_reports(profile_ids, settings, database, now, mark)


def run_guidance(
    request: GuidanceRequest, settings: Settings, database: "Database", now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """As `stages.guidance.run` does it, of the stage of this kind."""
    from hos_pipelines.stages.guidance import by_kind

    return by_kind.run_guidance_of(request, settings, database, now, mark)


def run_workflow(
    request: WorkflowRequest, settings: Settings, database: "Database", now: Callable[[], datetime], mark: MarkStage
) -> list[WorkflowOutcome]:
    """As `stages.workflow.run` does it."""
    from hos_pipelines.stages.workflow import run

    return run.run_workflow(request, settings, database, now, mark)


def answer_requests(batch_id: str, attempt: int, around: "AnswerSurroundings") -> "AnsweredBatch":
    """As `stages.requests.answer` does it."""
    from hos_pipelines.stages.requests import answer

    return answer.answer_batch(batch_id, attempt, around)


def open_model_analyst(
    account: ModelAccount, database: "Database", now: Callable[[], datetime], *, asks_again: bool
) -> "AbstractContextManager[OpenAIAnalyst]":
    """As `stages.analysis.model_analyst` does it."""
    from hos_pipelines.stages.analysis import model_analyst

    return model_analyst.open_model_analyst(account, database, now, asks_again=asks_again)


def load_rows(
    connection: Connection[Any], stream: Stream, profile_ids: Sequence[str], since: date | None
) -> "pd.DataFrame":
    """As `postgres.reads` does it."""
    from hos_pipelines.postgres import reads

    return reads.load_rows(connection, stream, profile_ids, since)
