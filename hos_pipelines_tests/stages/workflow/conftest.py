"""People of whom there is everything to go by, and workflows at a present that tests move on."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.workflow.outcome import WorkflowOutcome
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.workflow.choose import WorkflowChoice, requests_of
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner
from hos_pipelines_tests.postgres.lives import enrol_people, life, store
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

PEOPLE = ("anna", "ben", "cleo")
BODY = {"birth_date": "1990-03-04", "sex": "female", "height": "168 cm", "weight": "64.5 kg"}

Run = Callable[..., dict[str, WorkflowOutcome]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(migrated_url: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})


@pytest.fixture
def runner(settings: Settings, clock: Clock) -> WorkflowRunner:
    return WorkflowRunner(lambda: settings, Database(lambda: settings), clock)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """Three people with four weeks each, who said who they are."""
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)])
    for name in PEOPLE:
        say(connection, name, **BODY)
    return connection


@pytest.fixture
def run(runner: WorkflowRunner) -> Run:
    """Runs what is chosen; what became of each person, by their id."""

    def run_choice(*profile_ids: str, mark: Callable[..., None] = nothing, **choice: Any) -> dict[str, WorkflowOutcome]:
        requests = requests_of(WorkflowChoice(profile_ids=profile_ids, **choice), runner)
        return {one.profile_id: one for request in requests for one in runner.run(request, mark)}

    return run_choice


def nothing(_stage: object, _outcomes: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def say(connection: Connection[Any], name: str, **facts: object) -> None:
    """Somebody says something of themselves, an hour ago."""
    said = [RawFact(key, value) for key, value in facts.items()]
    say_facts(connection, name, said, UTC, NOON - timedelta(hours=1))


def statuses(outcome: WorkflowOutcome) -> dict[str, str]:
    """What became of each stage."""
    return {stage.value: one.status.value for stage, one in outcome.stages.items()}
