"""The order in which profiles are locked. Whoever writes several profiles, or their sync state, locks them here first:
always in key order, so that two writers wait for each other and never deadlock.
"""

from collections.abc import Collection
from typing import Any

from psycopg import Connection

LOCK = """
SELECT profile_id FROM profiles WHERE profile_id = ANY(%s) AND status NOT IN ('retired', 'erased')
ORDER BY profile_id
FOR NO KEY UPDATE
"""


def lock_profiles(connection: Connection[Any], profile_ids: Collection[str]) -> set[str]:
    """Locks profiles until the transaction ends; the answer holds those that are enrolled."""
    return {profile_id for (profile_id,) in connection.execute(LOCK, (list(profile_ids),))}
