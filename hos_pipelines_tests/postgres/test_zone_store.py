"""A time zone that is told, or corrected, reaches the days and offsets of all that is stored of a person."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection

from hos_pipelines.domain.profiles import Enrolment, zone_of
from hos_pipelines.domain.sync import DEFAULT_RULES, ProfilePull, Stream, plan_window
from hos_pipelines.postgres.planner import due_profile_ids
from hos_pipelines.postgres.profile_store import enrol, sync_targets
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.sahha.pull import ARCHETYPE_PERIOD, FETCH
from hos_pipelines.sahha.translate import Whose

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 10, 12, tzinfo=UTC)
LAST = FIRST + 35 * DAY
LIVES_IN = "Asia/Kolkata"
TABLES = ("biomarkers", "scores", "sahha_archetypes")


def told(day: date, days: int = 1) -> tuple[str, str]:
    """Begin and end of local days, told in UTC."""
    start, end = (
        datetime.combine(day + after * DAY, time(), ZoneInfo(LIVES_IN)).astimezone(UTC) for after in (0, days)
    )
    return start.isoformat().replace("+00:00", "Z"), end.isoformat().replace("+00:00", "Z")


def answer(stream: Stream, since: date, until: date) -> list[dict[str, object]]:
    """What Sahha says of these days."""
    rows: list[dict[str, object]] = []
    for number in range((until - since).days + 1):
        start, end = told(day := since + number * DAY)
        if stream is Stream.BIOMARKERS:
            rows.append(
                {"type": "steps", "periodicity": "daily", "value": "1", "startDateTime": start, "endDateTime": end}
            )
        elif stream is Stream.SCORES:
            rows.append({"type": "sleep", "score": 0.5, "scoreDateTime": start})
        elif day.weekday() == 0:
            start, end = told(day, 7)
            rows.append({"name": "sleep_pattern", "value": "x", "startDateTime": start, "endDateTime": end})
    return rows


def pull(connection: Connection[Any], now: datetime, streams: Sequence[Stream], meanwhile: str | None = None) -> None:
    """What the next pull brings of these streams; `meanwhile` is a zone that is told before it is written."""
    pulls = {}
    for (profile_id, stream), target in sync_targets(connection, streams, ["anna"]).items():
        window = plan_window(target, now, None, DEFAULT_RULES, now - 400 * DAY)
        since, until = window.dates
        if stream is Stream.SAHHA_ARCHETYPES:
            since -= ARCHETYPE_PERIOD
        raw = answer(stream, max(since, FIRST.date() - 9 * DAY), min(until, now.date()))
        whose = Whose(profile_id, profile_id, now, zone_of(target.timezone))
        rows = FETCH[stream][1](raw, whose).rows
        pulls[stream] = [ProfilePull(profile_id, window, rows, timezone=target.timezone)]
    if meanwhile is not None:
        tell(connection, meanwhile)
    write_pulls(connection, pulls)


def tell(connection: Connection[Any], zone: str | None) -> None:
    enrol(connection, [Enrolment("anna", "anna", timezone=zone)], FIRST - 30 * DAY, by_hand=False)


def wrong(connection: Connection[Any]) -> dict[str, tuple[int, bool]]:
    """Of each table how many rows have another offset or day than the person's, and whether it holds any."""
    found = {}
    for table, start in zip(TABLES, ("start_date_time", "score_date_time", "start_date_time"), strict=True):
        rows = connection.execute(f"SELECT {start}, local_date, utc_offset_minutes FROM {table}").fetchall()  # noqa: S608
        days = [(at.astimezone(ZoneInfo(LIVES_IN)).date(), day, offset) for at, day, offset in rows]
        found[table] = sum(day != said or offset != 330 for day, said, offset in days), bool(rows)
    return found


@pytest.mark.parametrize("streams", [tuple(Stream), (Stream.SCORES,)], ids=len)
@pytest.mark.parametrize(
    "zones", [(None,), ("Europe/Berlin",), ("Europe/London",), (None, "Europe/Berlin"), ("America/New_York", "UTC")]
)
def test_after_weeks_of_pulls_a_zone_told_or_corrected_reaches_every_row_of_every_stream(
    connection: Connection[Any], zones: tuple[str | None, ...], streams: tuple[Stream, ...]
) -> None:
    tell(connection, zones[0])
    now = FIRST
    while now < LAST:
        pull(connection, now, streams)
        now += 2 * DAY
    for zone in zones[1:]:
        tell(connection, zone)
        pull(connection, now, streams)
        now += DAY
    assert all(count for count, is_held in wrong(connection).values() if is_held), "as was told"
    tell(connection, LIVES_IN)
    assert due_profile_ids(connection, now, DEFAULT_RULES) == ["anna"]
    pull(connection, now, streams)
    held = {stream.value for stream in streams}
    assert wrong(connection) == {table: (0, table in held) for table in TABLES}
    assert connection.execute("SELECT DISTINCT late_from FROM sync_state").fetchall() == [(None,)]


@pytest.mark.parametrize("pulled_before", [False, True])
def test_what_was_under_way_while_a_zone_was_told_is_asked_for_again(
    connection: Connection[Any], *, pulled_before: bool
) -> None:
    tell(connection, None)
    if pulled_before:
        pull(connection, FIRST, tuple(Stream))
        connection.execute("UPDATE sync_state SET late_from = %s", (FIRST.date() - 9 * DAY,))
    pull(connection, FIRST + DAY, tuple(Stream), meanwhile=LIVES_IN)
    assert due_profile_ids(connection, FIRST + DAY, DEFAULT_RULES) == ["anna"]
    pull(connection, FIRST + 2 * DAY, tuple(Stream))
    assert {count for count, _ in wrong(connection).values()} == {0}
    assert connection.execute("SELECT DISTINCT late_from FROM sync_state").fetchall() == [(None,)]


def test_the_same_zone_again_and_one_of_somebody_without_readings_ask_for_nothing(connection: Connection[Any]) -> None:
    tell(connection, LIVES_IN)
    pull(connection, FIRST, [Stream.SCORES])
    connection.execute("DELETE FROM scores")
    tell(connection, "Europe/Berlin")
    pull(connection, FIRST + DAY, [Stream.BIOMARKERS])
    tell(connection, "Europe/Berlin")
    assert connection.execute("SELECT DISTINCT late_from FROM sync_state").fetchall() == [(None,)]
