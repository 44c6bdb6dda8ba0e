"""Stores what a chunk came to: results with their watermarks in one transaction, and who failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import note_failures, write_analyses
from hos_pipelines.stages.analysis.analyse import Analysed
from hos_pipelines.stages.profile_outcome import LEFT, ProfileOutcome, failed_outcome


def store_chunk(
    connection: Connection[Any], analysis_type: AnalysisType, chunk: Sequence[Analysed], now: datetime
) -> list[ProfileOutcome]:
    """The chunk as it is committed; who left while it was computed has no result. Who failed is tried again later."""
    stored = write_analyses(connection, [one.write for one in chunk if one.write is not None])
    outcomes = [
        one.outcome
        if one.outcome.is_bad or one.outcome.profile_id in stored
        else failed_outcome(one.outcome.profile_id, LEFT)
        for one in chunk
    ]
    bad = [one.profile_id for one in outcomes if one.is_bad]
    if bad:
        note_failures(connection, analysis_type, bad, now)
    return outcomes
