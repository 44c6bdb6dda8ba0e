from datetime import date, timedelta, timezone
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.history import BEHAVIOR_TYPES, CIRCADIAN_TYPES, Row
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.reading_store import load_readings, reading_once
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, night, reading, score, store
from hos_pipelines_tests.postgres.rows import NOON

WANTED = {Stream.BIOMARKERS: ("steps", "sleep_duration"), Stream.SCORES: ("sleep",)}
TOKYO = timezone(timedelta(hours=9))


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben", "cleo")
    return connection


def loaded(connection: Connection[Any], *names: str, days: int = 56) -> dict[str, list[Row]]:
    found = load_readings(connection, WANTED, names, days, TODAY)
    return {name: sorted((one[0], one[1], one[2], one[3]) for one in rows) for name, rows in found.items()}


def test_of_those_asked_for_the_types_wanted_come_and_nobody_elses_rows(people: Connection[Any]) -> None:
    store(
        people,
        [
            reading("anna", "steps", TODAY, "100", "count"),
            reading("anna", "sleep_duration", TODAY, "400"),
            reading("anna", "steps", TODAY - timedelta(days=1), None, "count"),
            reading("anna", "weight", TODAY, "70", "kg"),
            reading("ben", "steps", TODAY, "200", "count"),
        ],
        [
            score("anna", TODAY, 0.25, "sleep"),
            score("anna", TODAY - timedelta(days=1), None, "sleep"),
            score("anna", TODAY, 0.75, "activity"),
        ],
    )
    assert loaded(people, "anna", "cleo", "zoe") == {
        "anna": [
            ("score:sleep", "2026-11-01", "0.25", ""),
            ("sleep_duration", "2026-11-01", "400", ""),
            ("steps", "2026-11-01", "100", "count"),
        ]
    }


def test_of_two_rows_of_one_local_day_after_a_journey_the_one_seen_last_comes(people: Connection[Any]) -> None:
    later = NOON + timedelta(hours=1)
    at_home = reading("anna", "steps", TODAY, "8000", "count", observed_at=later)
    store(people, [at_home, reading("anna", "steps", TODAY, "300", "count", zone=TOKYO)])
    assert people.execute("SELECT count(*), count(DISTINCT local_date) FROM biomarkers").fetchone() == (2, 1)
    assert loaded(people, "anna") == {"anna": [("steps", "2026-11-01", "8000", "count")]}
    store(
        people, [reading("anna", "steps", TODAY, "9000", "count", zone=TOKYO, observed_at=later + timedelta(hours=1))]
    )
    assert loaded(people, "anna") == {"anna": [("steps", "2026-11-01", "9000", "count")]}


def test_days_are_counted_back_from_each_ones_own_newest_reading(people: Connection[Any]) -> None:
    stopped = date(2026, 3, 1)
    for name, newest in (("anna", TODAY), ("ben", stopped)):
        days = [newest - timedelta(days=back) for back in range(30)]
        store(
            people, [reading(name, "steps", day, "100", "count") for day in days], [score(name, days[5], 0.5, "sleep")]
        )
    found = loaded(people, "anna", "ben", days=10)
    for name, newest in (("anna", TODAY), ("ben", stopped)):
        told = [row[1] for row in found[name] if row[0] == "steps"]
        assert max(told) == newest.isoformat()
        assert min(told) == (newest - timedelta(days=12)).isoformat()
        assert [row[1] for row in found[name] if row[0] == "score:sleep"] == [(newest - timedelta(days=5)).isoformat()]


def test_a_reading_of_the_far_future_hides_nothing(people: Connection[Any]) -> None:
    store(
        people,
        [reading("anna", "steps", day, "100", "count") for day in (TODAY, TODAY + timedelta(days=1), date(2099, 1, 1))],
        [score("anna", date(2099, 1, 1), 0.5, "sleep"), score("anna", TODAY, 0.25, "sleep")],
    )
    assert [row[:2] for row in loaded(people, "anna")["anna"]] == [
        ("score:sleep", "2026-11-01"), ("steps", "2026-11-01"), ("steps", "2026-11-02"),
    ]  # fmt: skip


def test_what_has_not_moved_is_read_once_and_what_has_is_read_anew(people: Connection[Any]) -> None:
    store(people, [*life("anna"), *life("ben", 10)], [score("anna", TODAY, 0.5, "sleep")])
    before = loaded(people, "anna", "ben", "cleo")
    with reading_once():
        assert loaded(people, "anna", "ben", "cleo") == before
        people.execute("UPDATE biomarkers SET value = '1' WHERE type = 'steps'")  # by a way that nobody counts
        assert loaded(people, "anna", "ben", "cleo") == before
        assert len(loaded(people, "ben", days=3)["ben"]) < len(before["ben"])
        later = reading("ben", "steps", TODAY, "9999", "count", observed_at=NOON + timedelta(hours=1))
        store(people, [later, reading("cleo", "steps", TODAY, "5", "count")])
        found = loaded(people, "anna", "ben", "cleo")
        assert found["anna"] == before["anna"]
        assert found["cleo"] == [("steps", "2026-11-01", "5", "count")]
        assert ("steps", "2026-11-01", "9999", "count") in found["ben"]
    assert ("steps", "2026-11-01", "1", "count") in loaded(people, "anna")["anna"]


def test_nights_taken_from_all_that_was_read_are_as_if_they_were_read_alone(people: Connection[Any]) -> None:
    nap = [one._replace(start_date_time=one.start_date_time + timedelta(hours=1)) for one in night("anna", TODAY, 12.5)]
    open_day = reading("anna", "steps", TODAY, "17", "count")._replace(periodicity="intraday")
    store(people, [*life("anna", 5, TODAY - timedelta(days=1)), *night("anna", TODAY), *nap, open_day])
    behavior, circadian = ({Stream.BIOMARKERS: types} for types in (BEHAVIOR_TYPES, CIRCADIAN_TYPES))
    alone = load_readings(people, circadian, ["anna"], 56, TODAY)
    with reading_once():
        every = load_readings(people, behavior, ["anna"], 56, TODAY)
        people.execute("DELETE FROM biomarkers")
        assert {key: sorted(map(str, rows)) for key, rows in alone.items()} == {
            key: sorted(map(str, rows))
            for key, rows in load_readings(people, circadian, ["anna"], 56, TODAY).items()
        }  # fmt: skip
        # Which day is not over, every type has a say in: of fewer than were read, they are read anew.
        assert load_readings(people, {Stream.BIOMARKERS: ("steps",)}, ["anna"], 56, TODAY) == {}
    assert len(every["anna"]) > len(alone["anna"]) > 0
