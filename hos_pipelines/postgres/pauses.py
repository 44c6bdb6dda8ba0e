"""Whom Sahha's answers pause, and what resumes them. What a person decided is never undone here."""

from collections.abc import Collection
from typing import Any, LiteralString

from psycopg import Connection

GONE_REASON = "gone: Sahha no longer knows this profile"
REFUSED_REASON = "refused: Sahha turns requests for this profile down; see sync_state.last_error"

# Of a profile `p`: whether it is paused because of what Sahha said, and not because a person wanted it to.
BY_SAHHA: LiteralString = "p.status = 'paused' AND coalesce(p.status_reason, '') ~ '^(gone|refused):'"

PAUSE = """
UPDATE profiles SET status = 'paused', status_reason = %s, updated_at = now()
WHERE profile_id = ANY(%s) AND status = 'active'
"""

PAUSED_BY_SAHHA: LiteralString = f"""
SELECT p.profile_id FROM profiles AS p WHERE p.external_id = ANY(%s) AND {BY_SAHHA}
ORDER BY p.profile_id
FOR NO KEY UPDATE
"""  # noqa: S608

RESUME: LiteralString = f"""
WITH resumed AS (
    UPDATE profiles AS p SET status = 'active', status_reason = NULL, updated_at = now()
    WHERE p.profile_id = ANY(%s) AND {BY_SAHHA}
    RETURNING p.profile_id
)
UPDATE sync_state AS s SET gone_since = NULL, refusals = 0 FROM resumed WHERE s.profile_id = resumed.profile_id
"""  # noqa: S608


def pause(connection: Connection[Any], profile_ids: Collection[str], reason: str) -> None:
    """Pauses active profiles, which the caller has locked."""
    if profile_ids:
        connection.execute(PAUSE, (reason, list(profile_ids)))


def reset_refusals(connection: Connection[Any], profile_ids: Collection[str]) -> None:
    """Sets the counts of refusals back for profiles that a person enrols again or that Sahha lists or reports on."""
    connection.execute(
        "UPDATE sync_state SET gone_since = NULL, refusals = 0 WHERE profile_id = ANY(%s) "
        "AND (gone_since IS NOT NULL OR refusals > 0)",
        (list(profile_ids),),
    )


def resume(connection: Connection[Any], profile_ids: Collection[str]) -> None:
    """Resumes those of the profiles, which the caller has locked, that Sahha's answers paused; counts are reset."""
    connection.execute(RESUME, (list(profile_ids),))


def resume_listed(connection: Connection[Any], external_ids: Collection[str]) -> None:
    """Resumes whom Sahha lists after all."""
    with connection.transaction():
        paused = connection.execute(PAUSED_BY_SAHHA, (list(external_ids),)).fetchall()
        resume(connection, [profile_id for (profile_id,) in paused])
