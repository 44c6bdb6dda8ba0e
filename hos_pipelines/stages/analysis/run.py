"""One run of an analysis, from top to bottom: read, analyse, write out, store and mark, chunk by chunk.

While a chunk is analysed the server reads the next one and stores the one before: the one place with a second thread.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime

from threadpoolctl import threadpool_limits

from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analyse import Circumstances, ProfileAnalysis, analyse_profiles
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.engine import open_analyst
from hos_pipelines.stages.analysis.read import ProfileMaterial, read_chunk
from hos_pipelines.stages.analysis.store import store_chunk
from hos_pipelines.stages.analysis.write_out import write_out
from hos_pipelines.stages.data_source import read_data_source
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import Mark, ProfileOutcome

CHUNK_PROFILES = 100


@dataclass(frozen=True, slots=True)
class ChunkAhead:
    """A chunk that is being read, and under what it will be analysed."""

    at: Circumstances
    keys: Sequence[str]
    material: Future[dict[str, ProfileMaterial]]


def run_analyses(
    request: AnalysisRequest, settings: Settings, database: Database, now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """Analyses profiles, due or not; one that fails leaves the others alone. `mark` is told of each chunk committed.

    Raises:
        DatabaseError: the database cannot be used; the chunks marked by then are stored.
    """
    kind, outcomes = request.analysis_type, list[ProfileOutcome]()
    with (
        explain_failures(),
        open_analyst(settings.model, request.engine, database, now, asks_again=request.asks_again) as analyst,
        database.session() as connection,
        # On two threads a product of small matrices waits for the other thread five times as long as it takes.
        threadpool_limits(limits=1, user_api="blas"),
        ThreadPoolExecutor(1, "analysis-session") as session,
    ):
        source = read_data_source(connection, settings.sahha, now())
        size = min(CHUNK_PROFILES, analyst.chunk)
        chunks = [request.profile_ids[start : start + size] for start in range(0, len(request.profile_ids), size)]

        def read(keys: Sequence[str]) -> ChunkAhead:
            at = Circumstances(now(), source, settings, kind, analyst, request.asks_again)
            return ChunkAhead(at, keys, session.submit(here.run, read_chunk, connection, kind, keys, at.now))

        def mark_stored() -> None:
            while storing:
                stored = storing.pop().result()
                mark(stored)
                outcomes.extend(stored)

        here = copy_context()  # with the readings that are kept, where the caller keeps them
        storing: list[Future[list[ProfileOutcome]]] = []  # of the chunk before, until it is marked
        readings = map(read, chunks)  # each begins when it is asked for
        reading = next(readings, None)
        while reading is not None:
            at, keys, material = reading.at, reading.keys, reading.material.result()
            reading = next(readings, None)
            analysed: list[ProfileAnalysis] = []
            for first in range(0, len(keys), analyst.at_once):
                few = keys[first : first + analyst.at_once]
                analysed += write_out(at, analyse_profiles(at, few, material))
                if storing and storing[0].done():
                    mark_stored()
            mark_stored()
            storing.append(session.submit(store_chunk, connection, request, analysed, now()))
        mark_stored()
    return outcomes
