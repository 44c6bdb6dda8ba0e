"""Who is analysed: whoever is due now, or what is decided for one person."""

from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_due import DueDecision, decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import read_states


def due_profiles(connection: Connection[Any], analysis_type: AnalysisType, now: datetime) -> list[str]:
    """Who is due now, longest unanalysed first."""
    return [state.profile_id for state in read_states(connection, analysis_type) if decide(state, now).is_due]


def decide_for(
    connection: Connection[Any], analysis_type: AnalysisType, profile_id: str, now: datetime, *, is_forced: bool
) -> DueDecision:
    """What is decided now for one enrolled profile."""
    (state,) = read_states(connection, analysis_type, [profile_id])
    return decide(state, now, is_forced=is_forced)
