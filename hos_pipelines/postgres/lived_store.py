"""Plan days as those live them who have them: the routine that stands for a day, with the items that count."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

DAYS = """
SELECT l.profile_id, l.plan_date, l.beds_at, i.id, i.item_id, coalesce(i.category, ''), i.estimated_duration_minutes,
       i.starts_at
FROM plans AS l
LEFT JOIN plan_items AS i
    ON i.profile_id = l.profile_id AND i.plan_date = l.plan_date AND i.source = 'routine_plan' AND i.is_trackable
    AND i.superseded_at IS NULL
WHERE l.kind = 'routine' AND l.superseded_at IS NULL AND l.beds_at > %(after)s AND l.beds_at <= %(until)s
ORDER BY l.profile_id, l.plan_date, i.starts_at, i.item_id
"""

NIGHTS = """
SELECT profile_id, local_date, value FROM biomarkers
WHERE profile_id = ANY(%(profile_ids)s) AND type = 'sleep_duration' AND local_date BETWEEN %(since)s AND %(until)s
ORDER BY profile_id, local_date
"""

STAGES = """
SELECT profile_id, holds_from, state ->> 'stage' FROM adaptation_states
WHERE profile_id = ANY(%(profile_ids)s)
ORDER BY profile_id, version
"""
CHANGES = """
SELECT a.profile_id, coalesce(a.holds_from, a.decided_on + 1), a.trigger, a.action, a.lever, judged.verdict, a.standing
FROM adaptations AS a
LEFT JOIN LATERAL (
    SELECT verdict FROM adaptation_evaluations AS e WHERE e.adaptation_id = a.adaptation_id
    ORDER BY attempt DESC LIMIT 1) AS judged ON true
WHERE a.profile_id = ANY(%(profile_ids)s)
ORDER BY a.profile_id, a.decided_on, a.lever
"""


@dataclass(frozen=True, slots=True)
class StageFrom:
    """How demanding plans are from a day on, until a later one of these."""

    holds_from: date
    stage: str


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A change of the plans of one person; `verdict` is the newest, None where there is none yet."""

    holds_from: date
    trigger: str
    action: str
    lever: str
    verdict: str | None
    standing: str


@dataclass(frozen=True, slots=True)
class CountedItem:
    """An item of a routine that counts; `key` is its id, `item_id` its name within the plan."""

    key: UUID
    item_id: str
    category: str
    minutes: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class EndedDay:
    """A day of one person that ends at `beds_at`."""

    profile_id: str
    plan_date: date
    beds_at: datetime
    items: list[CountedItem] = field(default_factory=list)


def read_ended_days(connection: Connection[Any], after: datetime, until: datetime) -> Sequence[EndedDay]:
    """The planned days of everybody that end after an instant and not after another, oldest first of each person."""
    found: dict[tuple[str, date], EndedDay] = {}
    for profile_id, day, beds_at, *item in connection.execute(DAYS, {"after": after, "until": until}):
        planned = found.setdefault((profile_id, day), EndedDay(profile_id, day, beds_at))
        if item[0] is not None:
            planned.items.append(CountedItem(*item))
    return list(found.values())


def read_nights(
    connection: Connection[Any], profile_ids: Sequence[str], since: date, until: date
) -> dict[str, dict[date, float]]:
    """Minutes asleep by profile and the local day a night ends on."""
    found: dict[str, dict[date, float]] = {}
    values = {"profile_ids": list(profile_ids), "since": since, "until": until}
    for profile_id, day, minutes in connection.execute(NIGHTS, values):
        found.setdefault(profile_id, {})[day] = float(minutes)
    return found


def read_stages(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, list[StageFrom]]:
    """How demanding the plans of these people were made, in the order of decisions."""
    found: dict[str, list[StageFrom]] = {}
    for profile_id, holds_from, stage in connection.execute(STAGES, {"profile_ids": list(profile_ids)}):
        found.setdefault(profile_id, []).append(StageFrom(holds_from, stage))
    return found


def read_changes(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, list[ChangeSeen]]:
    """The changes of these people's plans, oldest first."""
    found: dict[str, list[ChangeSeen]] = {}
    for profile_id, *change in connection.execute(CHANGES, {"profile_ids": list(profile_ids)}):
        found.setdefault(profile_id, []).append(ChangeSeen(*change))
    return found
