"""Pulls that overlap in time: whatever the order in which their answers are written, of each row the version stays that
ranks highest, and what a newer answer did not say again is not held against an older one.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hos_pipelines.domain.looks import KEPT_FOR, Look, later_looks, remember_look
from hos_pipelines.domain.measurements import Reading, archetype_rank, biomarker_rank, score_rank
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream
from hos_pipelines.postgres.look_store import looks_text, read_looks
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines_tests.postgres.rows import NOON, archetype, biomarker, score

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECOND, THIRD = NOON + MINUTE, NOON + 2 * MINUTE


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment("anna", "anna")], NOON, by_hand=True)
    return connection


def pull(at: datetime, rows: Sequence[Reading], days: int = 30) -> ProfilePull:
    """What an answer of this instant holds, asked for so many days."""
    seen = [row._replace(observed_at=at) for row in rows]
    return ProfilePull("anna", PullWindow(at - days * DAY, at), rows=seen)


def written(connection: Connection[Any], stream: Stream, pulls: Sequence[ProfilePull]) -> None:
    """Begins anew and writes these, one after the other."""
    for table in ("sync_state", "sync_coverage", "biomarkers", "scores", "sahha_archetypes"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    for one in pulls:
        write_pulls(connection, {stream: [one]})


def values(connection: Connection[Any], kind: str = "steps") -> list[str]:
    rows = connection.execute("SELECT value FROM biomarkers WHERE type = %s ORDER BY start_date_time", (kind,))
    return [value for (value,) in rows]


BEFORE = NOON - DAY
OVERLAPS = {
    "a stray weekly row of a month ago": (
        pull(BEFORE, [biomarker(day=-20, value="old")]),
        pull(NOON, [biomarker(day=-20, value="new")]),
        pull(SECOND, [biomarker(day=0), biomarker(kind="sleep_debt", day=-30, periodicity="weekly")], days=3),
        "steps",
        ["new", "100"],
    ),
    "a day of the margin that was answered for another type": (
        pull(BEFORE, [biomarker(day=-5, value="old")]),
        pull(NOON, [biomarker(day=-5, value="new")]),
        pull(SECOND, [biomarker(day=0), biomarker(kind="sleep_debt", day=-5)], days=3),
        "steps",
        ["new", "100"],
    ),
    "a day of the window that was answered for another type": (
        pull(BEFORE, [biomarker(day=-1, value="old")]),
        pull(NOON, [biomarker(day=-1, value="new")]),
        pull(SECOND, [biomarker(kind="sleep_debt", day=-1)], days=3),
        "steps",
        ["new"],
    ),
}


def sleep(value: str, hours: int) -> Any:
    """A duration of one of several windows of a day."""
    plain = biomarker(kind="sleep_duration", value=value)
    start, end = plain.start_date_time, plain.end_date_time
    assert end is not None
    return plain._replace(start_date_time=start + timedelta(hours=hours), end_date_time=end + timedelta(hours=hours))


OVERLAPS["one of two sleep windows of a day"] = (
    pull(BEFORE, [sleep("60", 0), sleep("400", 9)]),
    pull(NOON, [sleep("60", 0), sleep("460", 9)]),
    pull(SECOND, [sleep("60", 0)]),
    "sleep_duration",
    ["60", "460"],
)


@pytest.mark.parametrize("name", OVERLAPS)
def test_what_the_newest_answer_does_not_say_is_not_held_against_the_one_before(
    anna: Connection[Any], name: str
) -> None:
    *pulls, kind, expected = OVERLAPS[name]
    for order in permutations(pulls):
        written(anna, Stream.BIOMARKERS, order)
        assert values(anna, kind) == expected, order


def test_a_closed_row_is_not_seen_by_an_answer_that_holds_an_open_one(anna: Connection[Any]) -> None:
    answers = [
        pull(NOON, [biomarker(value="daily")]),
        pull(SECOND, [biomarker(value="no period")._replace(periodicity=None)]),
        pull(THIRD, [biomarker(value="open", periodicity="intraday")]),
    ]
    for order in permutations(answers):
        written(anna, Stream.BIOMARKERS, order)
        assert values(anna) == ["no period"], order


def test_an_answer_that_was_under_way_for_days_adds_rows_and_changes_none(anna: Connection[Any]) -> None:
    late = NOON + KEPT_FOR + 2 * MINUTE
    first, lost = pull(NOON, [biomarker()]), pull(SECOND, [biomarker(value="2"), biomarker(day=1)])
    written(anna, Stream.BIOMARKERS, [first, pull(late, []), lost])
    assert values(anna) == ["100", "100"]
    written(anna, Stream.BIOMARKERS, [first, pull(late, []), lost, pull(late - MINUTE, [biomarker(value="3")])])
    assert values(anna) == ["3", "100"], "and hides none that is younger"


class Case(NamedTuple):
    """How the versions of a stream's rows are made, ranked and read back."""

    stream: Stream
    versions: st.SearchStrategy[Any]
    rank: Callable[[Any], Any]
    read: str


VALUES, NUMBERS = st.sampled_from(["1", "2", None]), st.sampled_from([None, 0.0, 1.0, 2.0])
CASES = (
    Case(
        Stream.BIOMARKERS,
        st.builds(
            lambda day, value, rhythm: biomarker(day=day, value=value)._replace(periodicity=rhythm),
            st.integers(0, 1),
            VALUES,
            st.sampled_from([None, "daily", "intraday"]),
        ),
        biomarker_rank,
        "SELECT type, start_date_time, periodicity, value FROM biomarkers",
    ),
    Case(
        Stream.SCORES,
        st.builds(
            lambda kind, value, made, version: score(
                value, calculated_at=None if made is None else NOON - made * DAY, version=version
            )._replace(type=kind),
            st.sampled_from(["sleep", "activity"]),
            st.sampled_from([0.1, 0.2, None]),
            st.sampled_from([None, 1, 2, 5]),
            NUMBERS,
        ),
        score_rank,
        "SELECT type, score_date_time, calculated_at, version, score FROM scores",
    ),
    Case(
        Stream.SAHHA_ARCHETYPES,
        st.builds(
            lambda value, version, rhythm: archetype(value, periodicity=rhythm)._replace(version=version),
            st.sampled_from(["early", "late"]),
            NUMBERS,
            st.sampled_from([None, "weekly"]),
        ),
        archetype_rank,
        "SELECT name, periodicity, version, value FROM sahha_archetypes",
    ),
)
WIDTHS = {Stream.BIOMARKERS: 4, Stream.SCORES: 3, Stream.SAHHA_ARCHETYPES: 4}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stream.value)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_answers_with_nulls_and_repeats_gives_the_same_table(
    anna: Connection[Any], case: Case, data: st.DataObject
) -> None:
    """An answer holds one version of a row, or does not speak of it; each is written once or more often."""
    width = WIDTHS[case.stream]
    rows = st.lists(case.versions, max_size=2, unique_by=lambda row: row[:width])
    answers = [pull(NOON + number * MINUTE, data.draw(rows), days=3) for number in range(data.draw(st.integers(3, 4)))]
    repeats = data.draw(st.lists(st.sampled_from(answers), max_size=2))
    order = data.draw(st.permutations([*answers, *repeats]))
    written(anna, case.stream, order)
    found = anna.execute(case.read).fetchall()
    highest: dict[Any, Any] = {}
    for row in sorted((row for one in answers for row in one.rows), key=case.rank):
        highest[row[:width]] = row
    names = [name.strip() for name in case.read.removeprefix("SELECT ").partition(" FROM ")[0].split(",")]
    expected = [tuple(getattr(row, name) for name in names) for row in highest.values()]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_of_each_version_it_is_kept_when_it_was_seen_last_and_for_two_days() -> None:
    looks: tuple[Look, ...] = ()
    for minutes, versions in ((0, {1, 2}), (30, {2, 3}), (10, {1, 3})):
        looks = remember_look(looks, Look(NOON + minutes * MINUTE, frozenset(versions)))
    assert looks == (Look(NOON + 10 * MINUTE, frozenset({1})), Look(NOON + 30 * MINUTE, frozenset({2, 3})))
    assert read_looks(_parsed(looks)) == looks
    assert later_looks(looks, NOON + 10 * MINUTE, NOON + DAY) == [looks[1]]
    newest = NOON + KEPT_FOR + 20 * MINUTE
    assert remember_look(looks, Look(newest, frozenset())) == looks[1:]
    assert later_looks(looks[1:], NOON, newest) == [Look(NOON + 20 * MINUTE, None), looks[1]]


def _parsed(looks: Sequence[Look]) -> Any:
    return json.loads(looks_text(looks))
