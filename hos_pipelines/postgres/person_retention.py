"""Deletes plans and how they were adapted, their items, check-ins and journals past their age, some people at a time.

Facts stay until something newer is said, and what was said before with them. Rows of people nobody has enrolled are an
older HolisticOS's own.
"""

from datetime import date
from typing import Any

from psycopg import Connection, sql

PROFILES_AT_ONCE = 500

# A check-in goes with its day, an item once nothing that is kept refers to it; what they said before goes with them.
DELETE_OLD = """
WITH page AS MATERIALIZED (
    SELECT profile_id FROM profiles WHERE profile_id > %(last)s ORDER BY profile_id LIMIT %(size)s
),
gone AS (
    DELETE FROM {table} AS old USING page
    WHERE old.profile_id = page.profile_id AND old.{day} < %(before)s AND {spared}
    RETURNING 1
)
SELECT max(profile_id), (SELECT count(*) FROM gone) FROM page
"""
REFERRED_TO = (
    "NOT EXISTS (SELECT FROM task_checkins AS c WHERE c.profile_id = old.profile_id AND c.plan_item_id = old.id)"
)
FOLLOWED = (
    "EXISTS (SELECT FROM adaptation_states AS later WHERE later.profile_id = old.profile_id "
    "AND later.version > old.version AND later.holds_from <= %(before)s)"
)
TABLES = (
    ("task_checkins", "planned_date", sql.SQL("true")),
    ("daily_journals", "journal_date", sql.SQL("true")),
    ("plan_items", "plan_date", sql.SQL(REFERRED_TO)),
    ("plans", "plan_date", sql.SQL("true")),
    # What is under evaluation stays, and so does the version of the state that holds.
    ("adaptations", "decided_on", sql.SQL("old.standing <> 'open'")),
    ("adaptation_weeks", "week_to", sql.SQL("true")),
    ("adaptation_states", "holds_from", sql.SQL(FOLLOWED)),
)


def delete_old_days(connection: Connection[Any], before: date) -> dict[str, int]:
    """Deletes what is of a local day before that one, and gives the number of rows by table; autocommit is expected."""
    return {name: _delete(connection, name, day, spared, before) for name, day, spared in TABLES}


def _delete(connection: Connection[Any], name: str, day: str, spared: sql.SQL, before: date) -> int:
    statement = sql.SQL(DELETE_OLD).format(table=sql.Identifier(name), day=sql.Identifier(day), spared=spared)
    deleted = 0
    place: str | None = ""
    while place is not None:
        values = {"last": place, "before": before, "size": PROFILES_AT_ONCE}
        place, gone = connection.execute(statement, values).fetchone() or (None, 0)
        deleted += gone
    return deleted
