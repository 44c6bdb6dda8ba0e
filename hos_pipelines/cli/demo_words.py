"""What some of the demo's people say of themselves and of their days, so that there is something to remember."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.journal import SaidJournal
from hos_pipelines.domain.person.said_fact import SaidFact
from hos_pipelines.postgres.fact_store import add_facts
from hos_pipelines.postgres.journal_store import write_journal

SPEAKERS = 3
DAYS = 10
FACTS = (
    (
        SaidFact(FactKey.GOAL, "sleep_better"),
        SaidFact(FactKey.ALLERGIES, ["peanut"]),
        SaidFact(FactKey.BIRTH_DATE, "1988-04-12"),
        SaidFact(FactKey.SEX, "female"),
        SaidFact(FactKey.HEIGHT, 168),
        SaidFact(FactKey.WEIGHT, 64),
    ),
    (SaidFact(FactKey.GOAL, "move_more"), SaidFact(FactKey.DIET, ["vegetarian"])),
    (SaidFact(FactKey.RESTRICTIONS, ["lactose_free"]),),
)
MOODS = ({"energy_level": 2, "mood_rating": 4}, {"stress_level": 4}, {"energy_level": 5, "sleep_quality": 4})


def say_some_words(connection: Connection[Any], profile_ids: Sequence[str], now: datetime) -> None:
    """Has the first few state facts and keep a journal of the last days; said again, it changes nothing."""
    for profile_id, facts, levels in zip(profile_ids[:SPEAKERS], FACTS, MOODS, strict=False):
        add_facts(connection, profile_id, facts, now)
        for back in range(1, DAYS + 1):
            write_journal(connection, SaidJournal(profile_id, (now - timedelta(days=back)).date(), levels), now)
