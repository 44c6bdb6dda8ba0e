"""What the sync state keeps of late uploads: holes, days Sahha gave no answer for, and scores to be asked for again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.measurements import Reading
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import DEFAULT_RULES, ProfilePull, Stream, plan_window
from hos_pipelines.postgres.planner import due_profile_ids
from hos_pipelines.postgres.profile_store import enrol, sync_targets
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.stages.refresh.gaps import late_gaps
from hos_pipelines_tests.postgres.rows import NOON, biomarker, score

DAY = timedelta(days=1)
MINUTES = timedelta(minutes=40)
KEPT = NOON - 400 * DAY
LATE_WATCH = NOON + 13 * DAY


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """One person, enrolled long ago, who does not use the app right now."""
    enrol(connection, [Enrolment("anna", "anna")], NOON - 100 * DAY, by_hand=False)
    connection.execute("UPDATE profiles SET last_active_at = NULL")
    return connection


def nights(*days: int) -> list[Reading]:
    """Nights of these days from now on, as a watch tells them, and the steps of the phone beside it."""
    steps = biomarker(kind="steps", day=max(days))
    return [*(biomarker(kind="sleep_deep_duration", day=day) for day in days), steps]


def pull(people: Connection[Any], now: Any, rows: Sequence[Reading], stream: Stream = Stream.BIOMARKERS) -> Any:
    """Writes a pull from the watermark that brings these rows, and answers its window."""
    window = plan_window(sync_targets(people, [stream], ["anna"])["anna", stream], now, None, DEFAULT_RULES, KEPT)
    write_pulls(people, {stream: [ProfilePull("anna", window, rows=rows, change_count=1)]})
    return window


def test_an_upload_that_brings_the_newest_days_first_is_waited_for(people: Connection[Any]) -> None:
    pull(people, NOON, nights(-2, -1, 0))
    pull(people, LATE_WATCH - 2 * DAY, [biomarker(kind="steps", day=11)])
    pull(people, LATE_WATCH, nights(0, 12, 13))
    people.execute("UPDATE profiles SET change_count = 2")
    (gap,) = late_gaps(people, LATE_WATCH + MINUTES, DEFAULT_RULES, KEPT, ["anna"])
    window = pull(people, LATE_WATCH + MINUTES, nights(*range(14)))
    assert (gap.span.start, window.start.date()) == (window.start, NOON.date())
    (holes,) = people.execute("SELECT holes FROM sync_state WHERE stream = 'biomarkers'").fetchone() or ((),)
    assert {group for group, *_ in holes} == {"activity"}  # the phone's days that never came; the watch's are all there


def test_where_biomarkers_came_late_scores_are_asked_for_again(people: Connection[Any]) -> None:
    pull(people, NOON, nights(-2, -1, 0))
    pull(people, NOON, [score()], Stream.SCORES)
    pull(people, LATE_WATCH - 2 * DAY, [biomarker(kind="steps", day=11)])
    pull(people, LATE_WATCH, nights(*range(14)))
    late_from = people.execute("SELECT late_from FROM sync_state WHERE stream = 'scores'").fetchone()
    assert late_from is not None
    assert late_from[0] is not None
    assert late_from[0] < (LATE_WATCH - 10 * DAY).date()


def test_what_sahha_gave_no_answer_for_is_owed_and_left_alone_until_tomorrow(people: Connection[Any]) -> None:
    pull(people, NOON, nights(-2, -1, 0))
    people.execute("UPDATE sync_state SET late_from = %s", ((NOON - 90 * DAY).date(),))
    at = NOON + MINUTES
    wide = plan_window(
        sync_targets(people, [Stream.BIOMARKERS], ["anna"])["anna", Stream.BIOMARKERS], at, None, DEFAULT_RULES, KEPT
    )
    assert wide.start.date() == (NOON - 90 * DAY).date()
    assert wide.live_start is not None
    for stream in Stream:
        cut = replace(wide, start=wide.live_start, is_cut=True)
        write_pulls(people, {stream: [ProfilePull("anna", cut, rows=nights(0) if stream is Stream.BIOMARKERS else ())]})
    assert "anna" not in due_profile_ids(people, at + MINUTES, DEFAULT_RULES)
    assert any(gap.has_failed for gap in late_gaps(people, at + MINUTES, DEFAULT_RULES, KEPT, ["anna"]))
    assert "anna" in due_profile_ids(people, at + DAY - MINUTES, DEFAULT_RULES)
    window = pull(people, at + DAY, nights(1))
    assert window.start.date() == (NOON - 90 * DAY).date()
