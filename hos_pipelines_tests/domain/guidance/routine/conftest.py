import pytest

from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.libraries.shipped import shipped_tasks


@pytest.fixture(scope="session")
def library() -> TaskLibrary:
    return shipped_tasks()
