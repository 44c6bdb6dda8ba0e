from pathlib import Path

import pytest

from hos_pipelines.domain.guidance.library_file import LibraryFile
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary, parse_tasks


@pytest.fixture(scope="session")
def library() -> TaskLibrary:
    text = Path("/work/shared/data/tasks.csv").read_text()
    return parse_tasks(LibraryFile("tasks.csv", "1", 69, text))
