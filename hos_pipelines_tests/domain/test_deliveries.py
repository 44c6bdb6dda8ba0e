from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.deliveries import ConsumedDeliveries, Delivery, DeliveryOutcome, ParsedDelivery

PARTS = st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), st.binary())


@given(PARTS, PARTS)
def test_two_deliveries_share_a_hash_only_if_they_are_the_same(
    one: tuple[str, str, bytes], other: tuple[str, str, bytes]
) -> None:
    assert (Delivery(*one).body_hash == Delivery(*other).body_hash) == (one == other)


def test_no_part_of_a_delivery_can_run_into_the_next() -> None:
    deliveries = [
        Delivery("ab", "c", b""),
        Delivery("a", "bc", b""),
        Delivery("a", "b", b"c"),
        Delivery("", "", b"abc"),
    ]
    assert len({delivery.body_hash for delivery in deliveries}) == 4


def test_a_delivery_shows_no_body_when_it_is_printed() -> None:
    assert "0.93" not in repr(Delivery("ScoreCreatedIntegrationEvent", "anna", b'{"score": 0.93}'))


@pytest.mark.parametrize(
    ("parsed", "outcome"),
    [
        (ParsedDelivery(frozenset({"anna", "zoe"})), DeliveryOutcome.DUE),
        (ParsedDelivery(frozenset({"zoe"})), DeliveryOutcome.UNKNOWN_PROFILE),
        (ParsedDelivery(fault=DeliveryOutcome.UNREADABLE), DeliveryOutcome.UNREADABLE),
        (ParsedDelivery(fault=DeliveryOutcome.UNKNOWN_KIND), DeliveryOutcome.UNKNOWN_KIND),
    ],
)
def test_a_delivery_is_due_where_any_of_its_people_is_enrolled(
    parsed: ParsedDelivery, outcome: DeliveryOutcome
) -> None:
    assert parsed.outcome({"anna": "p1", "ben": "p2"}) is outcome


def test_somebody_marked_by_two_pages_counts_once() -> None:
    one = ConsumedDeliveries(Counter({DeliveryOutcome.DUE: 2}), frozenset({"anna", "ben"}))
    two = ConsumedDeliveries(
        Counter({DeliveryOutcome.DUE: 1, DeliveryOutcome.UNKNOWN_KIND: 1}),
        frozenset({"anna"}),
        Counter({"FooEvent": 1}),
    )
    total = one + two
    assert (total.deliveries, len(total.profile_ids)) == (4, 2)
    assert total == ConsumedDeliveries(
        Counter({DeliveryOutcome.DUE: 3, DeliveryOutcome.UNKNOWN_KIND: 1}),
        frozenset({"anna", "ben"}),
        Counter({"FooEvent": 1}),
    )
