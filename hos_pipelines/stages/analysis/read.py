"""Reads a chunk of profiles at one instant: who they are, what is known of them, and their readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_due import AnalysisState
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.history import LOOKBACK_DAYS, Row
from hos_pipelines.postgres.analysis_store import AnalysisInput, read_inputs, read_states
from hos_pipelines.postgres.connection import consistent_read
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.stages.analysis.methods import METHODS


@dataclass(frozen=True, slots=True)
class ProfileMaterial:
    """All that the analysis of one profile is made from."""

    known: AnalysisInput
    state: AnalysisState
    readings: Sequence[Row]


def read_chunk(
    connection: Connection[Any], analysis_type: AnalysisType, profile_ids: Sequence[str], now: datetime
) -> dict[str, ProfileMaterial]:
    """What there is of these profiles, in one transaction; who is not enrolled is missing from the answer."""
    with consistent_read(connection):
        states = {one.profile_id: one for one in read_states(connection, analysis_type, profile_ids)}
        known = read_inputs(connection, analysis_type, profile_ids, now)
        readings = load_readings(connection, METHODS[analysis_type].reads, profile_ids, LOOKBACK_DAYS, now.date())
    return {
        key: ProfileMaterial(known[key], states[key], readings.get(key, ()))
        for key in profile_ids
        if key in known and key in states
    }
