"""The states of adaptation that plans are made by: which version holds on a day, of many people at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.state_json import state_of
from hos_pipelines.domain.profiles import Archetype

HOLDING = """
SELECT asked.id, s.archetype, s.version, s.holds_from, s.state
FROM unnest(%(profile_ids)s::text[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT archetype, version, holds_from, state FROM adaptation_states
    WHERE profile_id = asked.id AND holds_from <= %(day)s
    ORDER BY version DESC LIMIT 1) AS s
"""

# What is decided on a day holds from the next: a few of the newest are enough for the days around now.
NEWEST = """
SELECT asked.id, s.archetype, s.version, s.holds_from, s.state
FROM unnest(%(profile_ids)s::text[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT archetype, version, holds_from, state FROM adaptation_states
    WHERE profile_id = asked.id
    ORDER BY version DESC LIMIT %(most)s) AS s
ORDER BY asked.id, s.version
"""
MOST_VERSIONS = 16


def read_states(connection: Connection[Any], profile_ids: Sequence[str], day: date) -> dict[str, AdaptationState]:
    """The state that the plan of a day goes by, of each asked for; that of whoever has none yet is version 0."""
    rows = connection.execute(HOLDING, {"profile_ids": list(profile_ids), "day": day})
    found = {key: _held(*row) for key, *row in rows}
    return {key: found.get(key, AdaptationState()) for key in profile_ids}


def read_newest_states(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, list[AdaptationState]]:
    """The newest versions of each, oldest first, for whoever learns the day of each later (`state_on`)."""
    found: dict[str, list[AdaptationState]] = {key: [] for key in profile_ids}
    rows = connection.execute(NEWEST, {"profile_ids": list(profile_ids), "most": MOST_VERSIONS})
    for key, *row in rows:
        found[key].append(_held(*row))
    return found


def _held(archetype: str, version: int, holds_from: date, told: Mapping[str, Any]) -> AdaptationState:
    """The state of a row, with the archetype it was settled for: plans of another one start at MAINTAIN."""
    return replace(state_of(version, holds_from, told), archetype=Archetype(archetype))
