"""Takes in how a day was: one journal for each day, the newest word of each field stands."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from psycopg import Connection

from hos_pipelines.domain.person.faults import PersonFaultsError, gathered
from hos_pipelines.domain.person.journal import SaidJournal
from hos_pipelines.domain.person.journal_values import parse_journal
from hos_pipelines.domain.person.local_days import local_day, parse_day
from hos_pipelines.domain.person.word_outcome import WordOutcome
from hos_pipelines.postgres.journal_store import write_journal


class RawJournal(NamedTuple):
    """A journal as it was written: a value by the name of each field."""

    day: str
    said: Mapping[str, object]


def keep_journal(
    connection: Connection[Any], profile_id: str, raw: RawJournal, zone: tzinfo | None, now: datetime
) -> WordOutcome | None:
    """Stores what was said at `now` (UTC); None where the profile is not enrolled. The same again changes nothing.

    Raises:
        PersonFaultsError: a sentence for each fault; nothing was stored.
    """
    faults: list[str] = []
    day, said = None, None
    with gathered(faults):
        day = parse_day("--day", raw.day, local_day(now, zone))
    with gathered(faults):
        said = parse_journal(raw.said)
    if faults or day is None or said is None:
        raise PersonFaultsError(faults)
    return write_journal(connection, SaidJournal(profile_id, day, said), now)
