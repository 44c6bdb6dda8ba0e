import json
from typing import Any

import dagster as dg
import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.operations.webhooks import webhook_sensor
from hos_pipelines.domain.deliveries import Delivery
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.webhook_store import store_delivery
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.operations import webhook_intake

SCORE = "ScoreCreatedIntegrationEvent"


@pytest.fixture
def people(migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Connection[Any]:
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:00:00Z")
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben", "cleo")], now(), by_hand=True)
    return connection


def sense() -> str:
    with dg.build_sensor_context(resources={"database": Database(read_settings)}) as context:
        result = webhook_sensor(context)
    assert isinstance(result, dg.SkipReason)
    assert result.skip_message is not None
    return result.skip_message


def deliver(connection: Connection[Any], external_id: str, body: object = None, event_type: str = SCORE) -> None:
    told = body if isinstance(body, bytes) else json.dumps(body or {"externalId": external_id}).encode()
    store_delivery(connection, Delivery(event_type, external_id, told), now())


def changes(connection: Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("SELECT profile_id, change_count FROM profiles WHERE change_count > 0").fetchall())


def test_a_tick_marks_those_the_bodies_name_and_tells_what_became_of_the_deliveries(people: Connection[Any]) -> None:
    deliver(people, "anna")
    deliver(people, "anna", {"externalId": "anna", "score": 0.5})
    deliver(people, "cleo", {"externalId": "ben"})  # the header is not signed, the body is
    deliver(people, "zoe")
    deliver(people, "anna", event_type="FooEvent")
    deliver(people, "anna", b"{")
    assert sense() == ("6 deliveries: 2 profiles due, 1 unknown kind (FooEvent), 1 unknown profile, 1 unreadable.")
    assert changes(people) == {"anna": 1, "ben": 1}
    assert people.execute("SELECT DISTINCT consumed_at FROM webhook_inbox").fetchall() == [(now(),)]


def test_an_empty_inbox_is_one_sentence(people: Connection[Any]) -> None:
    assert sense() == "No deliveries wait."


def test_a_replay_after_a_tick_makes_nobody_due_again(people: Connection[Any]) -> None:
    for expected in ("1 delivery: 1 profile due, 0 unknown kind, 0 unknown profile, 0 unreadable.", "No deliver"):
        deliver(people, "anna")
        assert sense().startswith(expected)
    assert changes(people) == {"anna": 1}


def test_a_tick_takes_page_after_page_up_to_a_bound_and_counts_each_profile_once(
    people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_intake, "PAGE", 2)
    monkeypatch.setattr(webhook_intake, "MOST_PAGES", 3)
    for number in range(7):
        deliver(people, "anna", {"externalId": "anna", "id": number})
    first = "6 deliveries: 1 profile due, 0 unknown kind, 0 unknown profile, 0 unreadable."
    assert sense() == f"{first} More wait for the next tick."
    assert sense().startswith("1 delivery: 1 profile due")
    assert sense() == "No deliveries wait."


def test_many_unknown_kinds_are_named_briefly(people: Connection[Any]) -> None:
    for number in range(7):
        deliver(people, "anna", event_type=f"Foo{number}")
    deliver(people, "ben", event_type="Foo3" + "x" * 150)
    told = sense()
    assert told.startswith("8 deliveries: 0 profiles due, 8 unknown kind (Foo0, Foo1, Foo2, Foo3, Foo4 and 3 more), ")
    assert changes(people) == {}


def test_a_failed_read_is_a_failed_tick_and_loses_nothing(people: Connection[Any]) -> None:
    deliver(people, "anna")
    people.execute("ALTER TABLE profiles RENAME TO profiles_away")
    with pytest.raises((DatabaseError, psycopg.Error)):
        sense()
    people.execute("ALTER TABLE profiles_away RENAME TO profiles")
    assert sense().startswith("1 delivery: 1 profile due")


def test_the_sensor_is_on_from_the_start_and_looks_every_half_minute() -> None:
    sensor = defs().get_repository_def().get_sensor_def("webhook_sensor")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 30
    assert sensor.description
