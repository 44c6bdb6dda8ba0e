"""Stores what a chunk came to: results with their watermarks in one transaction, and who failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.analysis_store import note_failures, write_analyses
from hos_pipelines.stages.analysis.analyse import ProfileAnalysis
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.profile_outcome import ProfileOutcome, as_stored


def store_chunk(
    connection: Connection[Any], request: AnalysisRequest, chunk: Sequence[ProfileAnalysis], now: datetime
) -> list[ProfileOutcome]:
    """What came of the chunk once it is committed. Who failed is left alone for a while."""
    with connection.transaction():
        stored = write_analyses(connection, [one.write for one in chunk if one.write is not None])
        outcomes = as_stored((one.outcome for one in chunk), stored)
        request.also(connection, [one for one in outcomes if not one.is_bad])
    bad = [one for one in outcomes if one.is_bad]
    if bad:
        with connection.transaction():
            note_failures(connection, request.analysis_type, [one.profile_id for one in bad], now)
            request.also(connection, bad)
    return outcomes
