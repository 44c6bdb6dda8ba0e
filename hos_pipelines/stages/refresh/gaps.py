"""Which ranges are missing by the project's settings: as far back as readings are kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.coverage import Gap, Span
from hos_pipelines.domain.sync import Stream, SyncRules, late_start
from hos_pipelines.postgres.coverage_store import find_gaps
from hos_pipelines.postgres.late_store import expecting
from hos_pipelines.postgres.profile_store import sync_targets
from hos_pipelines.settings.settings import Settings


def known_gaps(
    connection: Connection[Any], settings: Settings, now: datetime, profile_ids: Sequence[str] | None = None
) -> list[Gap]:
    """What is missing of active profiles, or of those named, in order of profile and stream; `now` in UTC."""
    rules, kept_since = settings.sync.rules, settings.keep.rules.readings_since(now)
    gaps = find_gaps(connection, kept_since, rules.first_sync, profile_ids)
    gaps += late_gaps(connection, now, rules, kept_since, profile_ids)
    return sorted(gaps, key=lambda gap: (gap.profile_id, list(Stream).index(gap.stream), gap.span.start))


def late_gaps(
    connection: Connection[Any],
    now: datetime,
    rules: SyncRules,
    kept_since: datetime,
    profile_ids: Sequence[str] | None = None,
) -> list[Gap]:
    """The days for which Sahha had nothing, and may have by now: what a pull that is due reaches back for."""
    places = expecting(connection, profile_ids)
    targets = sync_targets(connection, list(Stream), list(dict.fromkeys(profile_id for profile_id, _ in places)))
    gaps = []
    for place in places:
        target = targets.get(place)
        if target is None or target.watermark is None:
            continue
        has_failed = (
            target.lateness.failed_on == now.date()
        )  # until tomorrow, what is late is left alone, not forgotten
        start = late_start(replace(target, lateness=replace(target.lateness, failed_on=None)), now, rules, kept_since)
        if start is not None and start < target.watermark:
            gaps.append(Gap(*place, Span(start, target.watermark), has_failed, is_late=True))
    return gaps
