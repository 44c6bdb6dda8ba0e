"""How much of what was due people reported, many at once, each by the days of their own zone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.person.local_days import local_day
from hos_pipelines.domain.person.reporting import Reporting, report, settling
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.zone_store import zones_now


def read_reporting(
    connection: Connection[Any], profile_ids: Sequence[str], as_of: datetime, days: int = 7
) -> dict[str, Reporting]:
    """What each of these people had reported at an instant (UTC) of the newest `days` that are settled."""
    zones = {key: zone_of(zone) or UTC for key, zone in zones_now(connection, profile_ids).items()}
    # Whoever is ahead of UTC has begun a day that others have not, and the last two are not settled.
    today = as_of.date()
    since, until = today - timedelta(days=days + 2), today + timedelta(days=1)
    engagement = read_engagement(connection, list(zones), since, until, as_of)
    found = {}
    for key, zone in zones.items():
        settles = settling(engagement[key], zone)
        newest = local_day(as_of, zone)
        while settles(newest) > as_of:
            newest -= timedelta(days=1)
        found[key] = report(engagement[key], newest - timedelta(days=days - 1), newest, settles, as_of)
    return found
