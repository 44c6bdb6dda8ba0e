"""The nightly work, each piece on its own, as counts that name nobody: what was deleted, and what is missing."""

from collections import Counter
from datetime import datetime

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.memory_rows import remembered_profiles
from hos_pipelines.postgres.retention import delete_expired
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.profile_outcome import NEW
from hos_pipelines.stages.refresh.gaps import known_gaps

Counts = dict[str, int]


def delete_old_data(database: Database, rules: KeepRules, now: datetime) -> Counts:
    """Deletes what is past its age; the number of rows by table.

    Raises:
        DatabaseError: the database cannot be used.
    """
    with database.session() as connection:
        return delete_expired(connection, rules, now)


def consolidate_memories(database: Database, settings: Settings, now: datetime) -> Counts:
    """Lets the memory of everybody who has one fade by the days that have passed, and takes in what came meanwhile.

    Raises:
        DatabaseError: the database cannot be used.
    """
    with database.session() as connection:
        people = remembered_profiles(connection)
    request = GuidanceRequest(GuidanceKind.MEMORY, people)
    outcomes = on_demand.run_guidance(request, settings, database, lambda: now, lambda _: None)
    return {
        "people": len(people),
        "changed": sum(one.outcome == NEW for one in outcomes),
        "failed": sum(one.is_bad for one in outcomes),
    }


def count_gaps(database: Database, settings: Settings, now: datetime) -> Counts:
    """How many ranges of each stream are missing, and of how many profiles.

    Raises:
        DatabaseError: the database cannot be used.
    """
    with database.session() as connection:
        gaps = known_gaps(connection, settings, now)
    by_stream = Counter(gap.stream for gap in gaps)
    return {
        **{stream.value: by_stream[stream] for stream in Stream},
        "profiles": len({gap.profile_id for gap in gaps}),
    }
