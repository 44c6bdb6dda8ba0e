"""A deployment that never calls Sahha, and the stages of guidance at a present that tests move on."""

import pytest

from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.stages.guidance.moving_clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(migrated_url: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})


@pytest.fixture
def runner(settings: Settings, clock: Clock) -> GuidanceRunner:
    return GuidanceRunner(lambda: settings, Database(lambda: settings), clock)
