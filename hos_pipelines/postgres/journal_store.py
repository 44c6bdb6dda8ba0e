"""Journals, a day at a time: the same again changes nothing, a correction keeps what was before (by a trigger)."""

from datetime import datetime
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.domain.named_ids import named_uuid
from hos_pipelines.domain.person.journal import FIELDS, SaidJournal
from hos_pipelines.domain.person.word_outcome import WordOutcome
from hos_pipelines.postgres.checkin_store import PRESENT, outcome_of
from hos_pipelines.postgres.profile_locks import lock_profiles

BEFORE = """
SELECT to_jsonb(t), recorded_at > %(now)s FROM daily_journals AS t
WHERE profile_id = %(profile_id)s AND journal_date = %(journal_date)s
"""
TELL = sql.SQL(
    """
INSERT INTO daily_journals AS t (id, profile_id, journal_date, completed_at, recorded_at, {fields})
VALUES (%(id)s, %(profile_id)s, %(journal_date)s, %(now)s, %(now)s, {values})
ON CONFLICT (profile_id, journal_date) DO UPDATE SET
    {changes},
    completed_at = excluded.completed_at,
    recorded_at = %(now)s
RETURNING to_jsonb(t)
"""
)


def write_journal(connection: Connection[Any], journal: SaidJournal, now: datetime) -> WordOutcome | None:
    """Stores what was said of a day at `now` (UTC); None where the profile is not enrolled.

    Raises:
        psycopg.errors.IntegrityError: it is nothing the database lets stand, such as a day that is long ago.
    """
    said = [name for name in FIELDS if name in journal.said]
    values = {
        "id": named_uuid(f"{journal.profile_id}|journal|{journal.journal_date}"),
        "profile_id": journal.profile_id,
        "journal_date": journal.journal_date,
        "now": now,
        **journal.said,
    }
    statement = TELL.format(
        fields=sql.SQL(", ").join(map(sql.Identifier, said)),
        values=sql.SQL(", ").join(map(sql.Placeholder, said)),
        changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in said),
    )
    with connection.transaction():
        if not lock_profiles(connection, [journal.profile_id]):
            return None
        connection.execute(PRESENT, values)
        before = connection.execute(BEFORE, values).fetchone()
        after = connection.execute(statement, values).fetchone()
    return None if after is None else outcome_of(before, after[0])
