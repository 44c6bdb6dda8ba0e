"""Complete workflows of many people: everyone due and stored, with one and with two processes; and nobody changed.

`one_s` and `two_s` are people per second by the clock, of as many people each, from PostgreSQL and back with every
stage recorded, by processes that look for garbage as seldom as a run's. `one_cpu_ms` is a process's processor time of
one person; the server has its own. `unchanged_…` are the same of people of whom nothing has moved. `failed` counts
whoever came to less than they could.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import psutil
from psycopg import Connection

from benchmarks.analysis import MEGABYTE, NOW, fill_people
from benchmarks.guidance import CHECKINS, ITEMS, JOURNALS
from benchmarks.plans import EMPTY, FACTS
from hos_pipelines.adapters.instance.garbage import collect_seldom
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

DATABASE = "bench_workflow"


@dataclass(frozen=True, slots=True)
class WorkflowPass:
    """What one pass took: people a second, processor time of one, the largest process, and how many failed."""

    people_s: float
    processor_ms: float
    peak_mb: float
    failed: int


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
        one = _timed(pool, url, [first])
        two = _timed(pool, url, [second[::2], second[1::2]])
        for _ in range(2):  # what memory has learned, insights look at once more
            _timed(pool, url, [first, second])
        unchanged = _timed(pool, url, [names])
        unchanged_two = _timed(pool, url, [first, second])
    return {
        "users": users,
        "one_s": round(one.people_s, 1),
        "two_s": round(two.people_s, 1),
        "one_cpu_ms": round(one.processor_ms, 2),
        "unchanged_s": round(unchanged.people_s, 1),
        "unchanged_two_s": round(unchanged_two.people_s, 1),
        "unchanged_cpu_ms": round(unchanged.processor_ms, 3),
        "failed": one.failed + two.failed,
        "peak_mb": round(max(one.peak_mb, two.peak_mb, unchanged.peak_mb)),
    }


def _fill_lives(connection: Connection[Any]) -> None:
    values: dict[str, date] = {"day": NOW.date(), "now": NOW}
    for query in (ITEMS, CHECKINS, JOURNALS, FACTS):
        connection.execute(query, values)
    connection.execute("VACUUM ANALYZE")


def _timed(pool: ProcessPoolExecutor, url: str, parts: Sequence[Sequence[str]]) -> WorkflowPass:
    """How fast so many processes are at once, each with its part of the people."""
    begun = time.perf_counter()
    found = list(pool.map(_run, [url] * len(parts), parts))
    people = sum(map(len, parts))
    return WorkflowPass(
        people / (time.perf_counter() - begun),
        1000 * sum(processor for processor, _, _ in found) / people,
        max(peak for _, peak, _ in found),
        sum(failed for _, _, failed in found),
    )


def _warm(url: str) -> None:
    """Imports what a run needs, and leaves it out of every look for garbage, as a run's process does."""
    _run(url, ["nobody"])
    collect_seldom()


def _run(url: str, names: Sequence[str]) -> tuple[float, float, int]:
    """One run over these people: seconds of processor time, megabytes of this process, how many failed in part."""
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    runner = WorkflowRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    request = WorkflowRequest({key: uuid4() for key in names}, "named")
    begun = time.process_time()
    outcomes = runner.run(request, _nothing)
    processor, peak = time.process_time() - begun, psutil.Process().memory_info().rss / MEGABYTE
    return processor, peak, sum(not one.status.is_success for one in outcomes)


def _nothing(_stage: object, _outcomes: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""
