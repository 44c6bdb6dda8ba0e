"""Rows of insights for tests that do not care what they say."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

TELL = """
INSERT INTO user_insights
    (profile_id, insight_id, meaning, kind, category, subject, direction, band, title, content, action, effect, unit,
     interval_low, interval_high, least_change, p, q, n, window_from, window_to, rank, confidence, fact_ids, evidence,
     rule_version, fingerprint, first_shown_at, last_confirmed_at, expires_at)
VALUES (%(profile_id)s, %(name)s, 'meaning', 'recent', 'sleep', %(name)s, 'down', 'large', 'title', 'content', 'action',
        -1, 'hour', -2, -0.5, 0.4, 0.001, 0.01, 35, %(at)s::date - 35, %(at)s::date, 0.6, 'high', ARRAY['fact'],
        '{"fact": {}}', '1', 'mark', %(at)s, %(at)s, %(expires_at)s)
"""


def tell(connection: Connection[Any], profile_id: str, name: str, expires_at: datetime) -> None:
    """An insight by this name, told a week before it expires; its subject is its name."""
    values = {"profile_id": profile_id, "name": name, "expires_at": expires_at, "at": expires_at - timedelta(days=7)}
    connection.execute(TELL, values)
