"""Forgetting at the person's word: the key goes from every layer and from the log, and its hash stays."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.memory.layers import RULE_VERSION
from hos_pipelines.domain.memory.memory_key import key_hash
from hos_pipelines.postgres.profile_locks import lock_profiles

IS_FORGOTTEN = """
SELECT EXISTS (SELECT FROM memory_consolidation
               WHERE profile_id = %(profile_id)s AND key_hash = %(key_hash)s AND operation = 'forget')
"""

# The page that shows what is remembered goes too; it is made again without the key.
FORGET = """
WITH known AS (
    SELECT FROM working_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
    UNION ALL SELECT FROM shortterm_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
    UNION ALL SELECT FROM longterm_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
    UNION ALL SELECT FROM memory_consolidation WHERE profile_id = %(profile_id)s AND key_hash = %(key_hash)s
), is_known AS (
    SELECT EXISTS (SELECT FROM known) AS is_true
), working AS (
    DELETE FROM working_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
), short AS (
    DELETE FROM shortterm_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
), long AS (
    DELETE FROM longterm_memory WHERE profile_id = %(profile_id)s AND memory_key = %(key)s
), log AS (
    DELETE FROM memory_consolidation WHERE profile_id = %(profile_id)s AND key_hash = %(key_hash)s
), page AS (
    DELETE FROM analysis_reports WHERE profile_id = %(profile_id)s AND (SELECT is_true FROM is_known)
), version AS (
    UPDATE meta_memory SET version = version + 1, recorded_at = %(now)s
    WHERE profile_id = %(profile_id)s AND (SELECT is_true FROM is_known)
)
INSERT INTO memory_consolidation (profile_id, key_hash, operation, layer_from, reason, rule_version, recorded_at)
SELECT %(profile_id)s, %(key_hash)s, 'forget', 'longterm', 'the person asked for it', %(rule_version)s, %(now)s
FROM is_known WHERE is_true
"""


class Forgotten(StrEnum):
    """What came of forgetting a key."""

    NOW = "forgotten"
    BEFORE = "forgotten before"
    UNKNOWN = "unknown"


def forget(connection: Connection[Any], profile_id: str, key: str, now: datetime) -> Forgotten:
    """Forgets a key of one person for good.

    A consolidation that read the person's memory before writes nothing of it: the version has moved on.
    """
    values = {
        "profile_id": profile_id,
        "key": key,
        "key_hash": key_hash(profile_id, key),
        "now": now,
        "rule_version": RULE_VERSION,
    }
    with connection.transaction():
        lock_profiles(connection, [profile_id])
        if (connection.execute(IS_FORGOTTEN, values).fetchone() or (False,))[0]:
            return Forgotten.BEFORE
        return Forgotten.NOW if connection.execute(FORGET, values).rowcount else Forgotten.UNKNOWN
