"""What readings mean: the user's day, which version of one stays, and how an answer that contradicts itself settles."""

from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.measurements import (
    Biomarker,
    archetype_supersedes,
    biomarker_supersedes,
    last_value_per_key,
    score_supersedes,
    window_local_date,
)
from hos_pipelines_tests.postgres.rows import NOON, archetype, biomarker, score

OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        ("2025-07-11T00:00:00+12:00", "2025-07-11T23:59:59+12:00", date(2025, 7, 11)),
        ("2025-07-11T00:00:00+12:00", "2025-07-12T00:00:00+12:00", date(2025, 7, 11)),
        ("2025-07-09T18:00:00+12:00", "2025-07-10T17:59:59+12:00", date(2025, 7, 10)),
        ("2024-06-02T18:00:00+10:00", "2024-06-03T18:00:00+10:00", date(2024, 6, 3)),
        ("2025-07-03T18:00:00+12:00", "2025-07-11T17:59:59+12:00", date(2025, 7, 11)),
        ("2024-12-31T18:00:00-03:00", "2025-01-01T18:00:00-03:00", date(2025, 1, 1)),
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", date(2026, 10, 25)),
        ("2025-07-11T06:00:00+12:00", "2025-07-11T06:00:00+12:00", date(2025, 7, 11)),
        ("2025-07-11T00:00:00+12:00", None, date(2025, 7, 11)),
        ("2025-07-11T23:00:00+12:00", "2025-07-10T23:00:00+12:00", date(2025, 7, 11)),
    ],
)
def test_a_window_belongs_to_the_local_day_it_ends_on(start: str, end: str | None, day: date) -> None:
    last = datetime.fromisoformat(end) if end is not None else None
    assert window_local_date(datetime.fromisoformat(start), last) == day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), OFFSETS, st.sampled_from([0, 18]), st.sampled_from([1, 7, 8]))
def test_inclusive_and_exclusive_ends_name_the_same_day(day: date, zone: timezone, hour: int, days: int) -> None:
    opened = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    closed = opened + timedelta(days=days)
    expected = day + timedelta(days=days if hour else days - 1)
    assert window_local_date(opened, closed) == expected
    assert window_local_date(opened, closed - timedelta(seconds=1)) == expected


@pytest.mark.parametrize(
    ("candidate", "current", "wins"),
    [
        (biomarker(periodicity="daily"), biomarker(periodicity="intraday", observed_at=LATER), True),
        (biomarker(periodicity="intraday", observed_at=LATER), biomarker(periodicity="daily"), False),
        (biomarker(periodicity="weekly"), biomarker(periodicity="intraday", observed_at=LATER), True),
        (biomarker(observed_at=LATER), biomarker(), True),
        (biomarker(), biomarker(observed_at=LATER), False),
        (biomarker(value="1"), biomarker(value="2"), True),
    ],
)
def test_a_closed_window_beats_an_open_one_and_then_the_later_look_wins(
    candidate: Biomarker, current: Biomarker, wins: bool
) -> None:
    assert biomarker_supersedes(candidate, current) is wins


def test_a_score_is_superseded_by_later_calculation_then_higher_version_then_later_look() -> None:
    old = score(calculated_at=NOON, version=2, observed_at=LATER)
    assert score_supersedes(score(calculated_at=LATER, version=1), old)
    assert not score_supersedes(old, score(calculated_at=LATER, version=1))
    assert score_supersedes(score(calculated_at=NOON, version=3), old)
    assert not score_supersedes(score(calculated_at=NOON, version=1, observed_at=LATER), old)
    assert not score_supersedes(score(calculated_at=NOON, version=2, observed_at=NOON), old)
    assert not score_supersedes(score(calculated_at=None, version=3, observed_at=LATER), old)
    assert not score_supersedes(score(calculated_at=NOON, version=None, observed_at=LATER), old)


def test_an_archetype_is_superseded_by_higher_version_then_later_look() -> None:
    assert archetype_supersedes(archetype("late_riser", version=2), archetype())
    assert not archetype_supersedes(archetype("late_riser"), archetype(version=2))
    assert archetype_supersedes(archetype("late_riser"), archetype())
    assert not archetype_supersedes(archetype(), archetype()._replace(observed_at=LATER))


LOOKS = st.integers(0, 2).map(lambda minutes: NOON + timedelta(minutes=minutes))
NUMBERS = st.sampled_from([None, -1.0, 0.0, 1.0, 2.0])
BIOMARKERS = st.builds(
    lambda periodicity, at: biomarker(observed_at=at)._replace(periodicity=periodicity),
    st.sampled_from([None, "daily", "intraday", "weekly"]),
    LOOKS,
)
SCORES = st.builds(
    lambda made, version, at: score(calculated_at=made, version=version, observed_at=at),
    st.none() | LOOKS,
    NUMBERS,
    LOOKS,
)
ARCHETYPES = st.builds(lambda version, at: archetype()._replace(version=version, observed_at=at), NUMBERS, LOOKS)


@given(
    st.one_of(
        st.tuples(st.just(biomarker_supersedes), BIOMARKERS, BIOMARKERS, BIOMARKERS),
        st.tuples(st.just(score_supersedes), SCORES, SCORES, SCORES),
        st.tuples(st.just(archetype_supersedes), ARCHETYPES, ARCHETYPES, ARCHETYPES),
    )
)
def test_versions_of_a_row_stand_in_one_order_whatever_they_leave_out(drawn: tuple[Any, ...]) -> None:
    supersedes, one, two, three = drawn
    assert supersedes(one, two) or supersedes(two, one)
    assert supersedes(one, three) or not (supersedes(one, two) and supersedes(two, three))


def _versions() -> st.SearchStrategy[list[Biomarker]]:
    """Rows of a few keys, each with its own instant of observation, so that the versions are totally ordered."""
    parts = st.tuples(st.integers(0, 2), st.sampled_from(["daily", "intraday"]), st.sampled_from(["steps", "floors"]))
    return st.lists(parts, max_size=12).map(
        lambda drawn: [
            biomarker(kind=kind, day=day, periodicity=periodicity, observed_at=NOON + timedelta(minutes=minute))
            for minute, (day, periodicity, kind) in enumerate(drawn)
        ]
    )


def _survivors(rows: list[Biomarker]) -> list[Biomarker]:
    return list(last_value_per_key(rows, 4, biomarker_supersedes))


@given(_versions(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_any_order_and_any_split_leave_the_same_survivors(rows: list[Biomarker], random: Random, cut: int) -> None:
    shuffled = random.sample(rows, len(rows))
    survivors = set(_survivors(rows))
    assert set(_survivors(shuffled)) == survivors
    assert set(_survivors(_survivors(shuffled[:cut]) + _survivors(shuffled[cut:]))) == survivors
    assert len(survivors) == len({row[:4] for row in rows})


@given(_versions())
def test_the_survivor_of_a_key_is_beaten_by_no_other_version_of_it(rows: list[Biomarker]) -> None:
    for kept in _survivors(rows):
        rivals = [row for row in rows if row[:4] == kept[:4] and row != kept]
        assert not any(biomarker_supersedes(rival, kept) for rival in rivals)


def test_windows_written_in_two_offsets_are_one_key_where_they_are_the_same_instants() -> None:
    utc = biomarker()
    assert utc.end_date_time is not None
    zone = timezone(timedelta(hours=5, minutes=30))
    moved = utc._replace(
        start_date_time=utc.start_date_time.astimezone(zone),
        end_date_time=utc.end_date_time.astimezone(zone),
        observed_at=LATER,
    )
    assert _survivors([utc, moved]) == [moved]


def test_a_missing_end_is_a_key_of_its_own() -> None:
    point = biomarker()._replace(end_date_time=None)
    assert _survivors([point, biomarker()]) == [point, biomarker()]
