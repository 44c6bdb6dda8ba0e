from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.deliveries import Consumed, Delivery, Fate, Judgement

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
    ("judgement", "fate"),
    [
        (Judgement(frozenset({"anna", "zoe"})), Fate.DUE),
        (Judgement(frozenset({"zoe"})), Fate.UNKNOWN_PROFILE),
        (Judgement(fault=Fate.UNREADABLE), Fate.UNREADABLE),
        (Judgement(fault=Fate.UNKNOWN_KIND), Fate.UNKNOWN_KIND),
    ],
)
def test_a_delivery_is_due_where_any_of_its_people_is_enrolled(judgement: Judgement, fate: Fate) -> None:
    assert judgement.fate({"anna": "p1", "ben": "p2"}) is fate


def test_somebody_marked_by_two_pages_counts_once() -> None:
    one = Consumed(Counter({Fate.DUE: 2}), frozenset({"anna", "ben"}))
    two = Consumed(Counter({Fate.DUE: 1, Fate.UNKNOWN_KIND: 1}), frozenset({"anna"}), Counter({"FooEvent": 1}))
    total = one + two
    assert (total.deliveries, len(total.profile_ids)) == (4, 2)
    assert total == Consumed(
        Counter({Fate.DUE: 3, Fate.UNKNOWN_KIND: 1}), frozenset({"anna", "ben"}), Counter({"FooEvent": 1})
    )
