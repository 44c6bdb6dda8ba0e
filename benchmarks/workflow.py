"""Complete workflows of many people: everyone due and stored, with one and with two processes; and nobody changed.

`one_s` and `two_s` are people per second by the clock, of as many people each, from PostgreSQL and back with every
stage recorded. `one_cpu_ms` is this process's processor time of one person; the server has its own. `unchanged_…` are
the same of people of whom nothing has moved. `failed` counts whoever came to less than they could.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import psutil
from psycopg import Connection

from benchmarks.analysis import MEGABYTE, NOW, fill_people
from benchmarks.guidance import CHECKINS, ITEMS, JOURNALS
from benchmarks.plans import EMPTY, FACTS
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

DATABASE = "bench_workflow"
ANEW = """
TRUNCATE workflow_executions, analysis_results, archetype_analysis_tracking, user_insights, longterm_memory,
         shortterm_memory, working_memory, meta_memory, memory_consolidation CASCADE
"""


def measure_workflow(url: str, users: int) -> dict[str, Any]:
    """People per second of complete workflows, and the largest memory of this process."""
    ensure_database(url, DATABASE)
    url = with_database(url, DATABASE)
    migrate(url)
    names = [f"bench-{number:06d}" for number in range(2 * users)]
    with connect(url) as connection:
        fill_people(connection, names, 28)
        connection.execute(EMPTY)
        connection.execute(ANEW)
        _fill_lives(connection)
    first, second = names[:users], names[users:]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, [url, url]))
        processor = time.process_time()
        one, failed = _timed(url, first)
        processor = time.process_time() - processor
        two, failed_of_two = _timed_in(pool, url, second)
        for _ in range(2):  # what memory has learned, insights look at once more
            _run(url, names)
        unchanged, _ = _timed(url, names)
        unchanged_two, _ = _timed_in(pool, url, names)
    return {
        "users": users,
        "one_s": round(one, 1),
        "two_s": round(two, 1),
        "one_cpu_ms": round(1000 * processor / users, 2),
        "unchanged_s": round(unchanged, 1),
        "unchanged_two_s": round(unchanged_two, 1),
        "failed": failed + failed_of_two,
        "peak_mb": round(psutil.Process().memory_info().rss / MEGABYTE),
    }


def _fill_lives(connection: Connection[Any]) -> None:
    values: dict[str, date] = {"day": NOW.date(), "now": NOW}
    for query in (ITEMS, CHECKINS, JOURNALS, FACTS):
        connection.execute(query, values)
    connection.execute("VACUUM ANALYZE")


def _timed(url: str, names: Sequence[str]) -> tuple[float, int]:
    begun = time.perf_counter()
    failed = _run(url, names)
    return len(names) / (time.perf_counter() - begun), failed


def _timed_in(pool: ProcessPoolExecutor, url: str, names: Sequence[str]) -> tuple[float, int]:
    """As fast as two processes are, half of the people each."""
    half = len(names) // 2
    begun = time.perf_counter()
    failed = sum(pool.map(_run, [url, url], [names[:half], names[half:]]))
    return len(names) / (time.perf_counter() - begun), failed


def _warm(url: str) -> int:
    """Imports what a run needs."""
    return _run(url, ["nobody"])


def _run(url: str, names: Sequence[str]) -> int:
    """One run over these people; how many failed, at least in part."""
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    runner = WorkflowRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    request = WorkflowRequest({key: uuid4() for key in names}, "named")
    return sum(not one.status.is_success for one in runner.run(request, _nothing))


def _nothing(_stage: object, _outcomes: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""
