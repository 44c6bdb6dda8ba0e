from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.deliveries import ConsumedDeliveries, Delivery, DeliveryOutcome, ParsedDelivery
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.webhook_store import consume, store_delivery
from hos_pipelines_tests.postgres.rows import NOON

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(f"p-{name}", name) for name in ("anna", "ben", "cleo")], NOON, by_hand=True)
    return connection


def about(*external_ids: str, body: bytes = b"{}", kind: str = "Known") -> Delivery:
    return Delivery(kind, ",".join(external_ids) or "nobody", body)


def parse_delivery(delivery: Delivery) -> ParsedDelivery:
    """The external ids stand in the header, separated by commas; other kinds are unknown or unreadable."""
    faults = {"Foo": DeliveryOutcome.UNKNOWN_KIND, "Bad": DeliveryOutcome.UNREADABLE}
    if delivery.event_type[:3] in faults:
        return ParsedDelivery(fault=faults[delivery.event_type[:3]])
    return ParsedDelivery(frozenset(delivery.external_id.split(",")))


def store(connection: Connection[Any], *deliveries: Delivery) -> list[bool]:
    return [store_delivery(connection, delivery, NOON) for delivery in deliveries]


def changes(connection: Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("SELECT external_id, change_count FROM profiles WHERE change_count > 0").fetchall())


def inbox(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT event_type, external_id, times_seen, consumed_at, consumed_as FROM webhook_inbox ORDER BY id"
    ).fetchall()


def test_a_delivery_is_kept_byte_for_byte_with_its_hash_and_its_instant(connection: Connection[Any]) -> None:
    delivery = Delivery("ScoreCreatedIntegrationEvent", "Zoë", b'\x00\xff{"score": 0.5}\r\n')
    assert store_delivery(connection, delivery, NOON)
    columns = "body_hash, event_type, external_id, body, received_at, times_seen, consumed_at, consumed_as"
    assert connection.execute(f"SELECT {columns} FROM webhook_inbox").fetchall() == [  # noqa: S608  our columns
        (delivery.body_hash, "ScoreCreatedIntegrationEvent", "Zoë", delivery.body, NOON, 1, None, None)
    ]


def test_a_replay_is_counted_and_nothing_else(connection: Connection[Any]) -> None:
    assert store(connection, about("anna")) == [True]
    assert not store_delivery(connection, about("anna"), LATER)
    assert connection.execute("SELECT times_seen, received_at FROM webhook_inbox").fetchall() == [(2, NOON)]


def test_the_same_body_of_another_kind_or_person_is_another_delivery(connection: Connection[Any]) -> None:
    assert store(connection, about("anna"), about("ben"), about("anna", kind="Foo")) == [True, True, True]


def test_several_threads_that_store_the_same_body_store_one_row(connection: Connection[Any], migrated_url: str) -> None:
    def store_often(_thread: int) -> list[bool]:
        with connect(migrated_url) as session:
            return store(session, *[about("anna")] * 25)

    with ThreadPoolExecutor(8) as threads:
        answers = [new for answer in threads.map(store_often, range(8)) for new in answer]
    assert (len(answers), answers.count(True)) == (200, 1)
    assert connection.execute("SELECT times_seen FROM webhook_inbox").fetchall() == [(200,)]


def test_each_profile_is_marked_once_however_many_deliveries_are_about_it(people: Connection[Any]) -> None:
    store(people, about("anna", body=b"1"), about("anna", body=b"2"), about("ben", "anna"), about("zoe"))
    consumed = consume(people, LATER, parse_delivery, 100)
    assert consumed.profile_ids == {"p-anna", "p-ben"}
    assert consumed.outcomes == {DeliveryOutcome.DUE: 3, DeliveryOutcome.UNKNOWN_PROFILE: 1}
    assert changes(people) == {"anna": 1, "ben": 1}
    assert [row[3:] for row in inbox(people)] == [(LATER, "due")] * 3 + [(LATER, "unknown_profile")]


def test_unknown_kinds_and_unreadable_bodies_are_kept_counted_and_mark_nobody(people: Connection[Any]) -> None:
    store(people, about("anna", kind="Foo"), about("ben", kind="Foo"), about("anna", kind="Bad"))
    store(people, about("anna", kind="Foo" + "o" * 100))
    consumed = consume(people, LATER, parse_delivery, 100)
    assert consumed.outcomes == {DeliveryOutcome.UNKNOWN_KIND: 3, DeliveryOutcome.UNREADABLE: 1}
    assert consumed.unknown_kinds == {"Foo": 2, f"Foo{'o' * 56}…": 1}
    assert consumed.profile_ids == set()
    assert changes(people) == {}
    assert [row[4] for row in inbox(people)] == ["unknown_kind", "unknown_kind", "unreadable", "unknown_kind"]


@pytest.mark.parametrize(("status", "marked"), [("paused", {"anna": 1}), ("retired", {}), ("erased", {})])
def test_only_the_enrolled_are_marked(people: Connection[Any], status: str, marked: dict[str, int]) -> None:
    people.execute("UPDATE profiles SET status = %s WHERE external_id = 'anna'", (status,))
    store(people, about("anna"))
    assert consume(people, LATER, parse_delivery, 100).outcomes == {
        DeliveryOutcome.DUE if marked else DeliveryOutcome.UNKNOWN_PROFILE: 1
    }
    assert changes(people) == marked


def test_a_replay_after_consumption_is_a_no_op(people: Connection[Any]) -> None:
    store(people, about("anna"))
    consume(people, LATER, parse_delivery, 100)
    assert store(people, about("anna")) == [False]
    assert consume(people, LATER + timedelta(hours=1), parse_delivery, 100) == ConsumedDeliveries()
    assert inbox(people) == [("Known", "anna", 2, LATER, "due")]
    assert changes(people) == {"anna": 1}


def test_the_oldest_are_taken_first_and_no_more_than_asked_for(people: Connection[Any]) -> None:
    store(people, *(about(name) for name in ("cleo", "anna", "ben")))
    assert consume(people, LATER, parse_delivery, 2).profile_ids == {"p-cleo", "p-anna"}
    assert [row[1] for row in inbox(people) if row[3] is None] == ["ben"]
    assert consume(people, LATER, parse_delivery, 2).profile_ids == {"p-ben"}
    assert consume(people, LATER, parse_delivery, 2) == ConsumedDeliveries()


def test_more_than_are_read_at_once_are_all_taken(people: Connection[Any]) -> None:
    store(people, *(about("anna", body=b"%d" % number) for number in range(250)))
    assert consume(people, LATER, parse_delivery, 1000).outcomes == {DeliveryOutcome.DUE: 250}
    assert changes(people) == {"anna": 1}


def test_two_consumers_at_once_take_each_delivery_once(people: Connection[Any], migrated_url: str) -> None:
    store(people, *(about(name, body=b"%d" % number) for number in range(100) for name in ("anna", "ben", "cleo")))

    def consume_all(_thread: int) -> ConsumedDeliveries:
        total = ConsumedDeliveries()
        with connect(migrated_url) as session:
            while (page := consume(session, LATER, parse_delivery, 10)).deliveries:
                total += page
        return total

    with ThreadPoolExecutor(4) as threads:
        consumed = list(threads.map(consume_all, range(4)))
    assert sum(one.deliveries for one in consumed) == 300
    assert {row[4] for row in inbox(people)} == {"due"}


def test_deliveries_another_session_is_settling_are_left_to_it(people: Connection[Any], migrated_url: str) -> None:
    store(people, about("anna"), about("ben"))
    people.execute("SET lock_timeout = '5s'")
    with connect(migrated_url) as other, other.transaction():
        other.execute("SELECT FROM webhook_inbox WHERE external_id = 'anna' FOR UPDATE")
        assert consume(people, LATER, parse_delivery, 100).profile_ids == {"p-ben"}
    assert consume(people, LATER, parse_delivery, 100).profile_ids == {"p-anna"}


def test_what_cannot_be_settled_marks_nobody_and_waits_on(people: Connection[Any]) -> None:
    store(people, about("anna"), about("ben"))
    people.execute("ALTER TABLE webhook_inbox ADD CONSTRAINT ben_is_special CHECK (external_id <> 'ben') NOT VALID")
    with pytest.raises(psycopg.errors.CheckViolation):
        consume(people, LATER, parse_delivery, 100)
    assert changes(people) == {}
    assert [row[3:] for row in inbox(people)] == [(None, None)] * 2
