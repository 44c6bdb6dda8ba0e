import hmac
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.deliveries import Delivery, DeliveryOutcome, ParsedDelivery
from hos_pipelines.sahha.webhooks import (
    EVENT_TYPES,
    RefusedHeaderError,
    UnreadableDeliveryError,
    is_signed,
    parse_delivery,
    read_delivery,
    subjects_of,
)

SECRET = "geheim-ÿ+/="  # noqa: S105
SCORE = "ScoreCreatedIntegrationEvent"
FLIPS = st.integers(1, 255)
POSITIONS = st.integers(0)


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode("utf-8"), body, sha256).hexdigest()


def flipped(text: bytes, position: int, flip: int) -> bytes:
    changed = bytearray(text)
    changed[position % len(text)] ^= flip
    return bytes(changed)


def delivery(body: object, event_type: str = SCORE, external_id: str = "anna") -> Delivery:
    return Delivery(event_type, external_id, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_signature_of_the_rfc_is_accepted() -> None:
    """RFC 4231, test case 2."""
    told = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert is_signed(b"what do ya want for nothing?", told, "Jefe")


@given(st.binary(), st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_is_signed_with_the_secret_is_accepted_in_either_case(body: bytes, secret: str) -> None:
    assert is_signed(body, signature(body, secret), secret)
    assert is_signed(body, signature(body, secret).upper(), secret)


@given(st.binary(min_size=1), POSITIONS, FLIPS)
def test_any_flipped_byte_of_the_body_is_refused(body: bytes, position: int, flip: int) -> None:
    assert not is_signed(flipped(body, position, flip), signature(body), SECRET)


@given(st.binary(), POSITIONS, FLIPS)
def test_any_flipped_byte_of_the_signature_is_refused(body: bytes, position: int, flip: int) -> None:
    told = signature(body)
    forged = flipped(told.encode(), position, flip).decode("latin-1")
    assert is_signed(body, forged, SECRET) == (forged.lower() == told)


@given(st.binary(), st.text(st.characters()) | st.none())
def test_no_header_text_makes_the_check_fail_otherwise_than_by_refusing(body: bytes, told: str | None) -> None:
    assert not is_signed(body, told, SECRET)


@pytest.mark.parametrize("before", ["sha256=", "0", " ", "\u017f", "\u212a"])
def test_a_signature_with_something_before_it_is_refused(before: str) -> None:
    assert not is_signed(b"{}", before + signature(b"{}"), SECRET)


def test_another_secret_signs_nothing() -> None:
    assert not is_signed(b"{}", signature(b"{}", "another"), SECRET)


def test_headers_of_the_longest_allowed_length_are_kept_as_they_are() -> None:
    assert read_delivery(b"e" * 200, b"x" * 100, b"{}") == Delivery("e" * 200, "x" * 100, b"{}")


@pytest.mark.parametrize("sent", ["Zoë".encode(), "Zoë".encode("latin-1")])
def test_an_id_beyond_ascii_is_read_in_either_encoding(sent: bytes) -> None:
    assert read_delivery(b"FooEvent", sent, b"").external_id == "Zoë"


@pytest.mark.parametrize("bad", [None, b"", b"x\x00y", b"two\nlines", b"\x7f", b"\x85"])
@pytest.mark.parametrize("name", ["X-Event-Type", "X-External-Id"])
def test_a_header_that_cannot_be_kept_is_refused_by_name(name: str, bad: bytes | None) -> None:
    event_type, external_id = (bad, b"anna") if name == "X-Event-Type" else (b"FooEvent", bad)
    with pytest.raises(RefusedHeaderError, match=f"^{name}: must have 1 to "):
        read_delivery(event_type, external_id, b"{}")


@pytest.mark.parametrize(("event_type", "external_id"), [(b"e" * 201, b"anna"), (b"FooEvent", b"x" * 101)])
def test_a_header_that_is_too_long_is_refused(event_type: bytes, external_id: bytes) -> None:
    with pytest.raises(RefusedHeaderError):
        read_delivery(event_type, external_id, b"{}")


@given(st.binary() | st.none(), st.binary() | st.none())
def test_any_header_is_kept_or_refused(event_type: bytes | None, external_id: bytes | None) -> None:
    try:
        kept = read_delivery(event_type, external_id, b"")
    except RefusedHeaderError:
        return
    assert 0 < len(kept.event_type) <= 200
    assert 0 < len(kept.external_id) <= 100
    assert (kept.event_type + kept.external_id).isprintable()


@pytest.mark.parametrize(
    ("body", "subjects"),
    [
        ({"externalId": "ben"}, {"ben"}),
        ({"externalId": "anna", "score": 1}, {"anna"}),
        ({"score": 1}, {"anna"}),
        ({"externalId": None}, {"anna"}),
        ([{"externalId": "ben"}, {"externalId": "cleo"}, {"externalId": "ben"}], {"ben", "cleo"}),
        ([{"externalId": "ben"}, {}], {"ben", "anna"}),
        ({"externalId": "x" * 100}, {"x" * 100}),
        ({"externalId": "Zoë"}, {"Zoë"}),
        ({"factors": [{"externalId": "nested"}]}, {"anna"}),
        ('{"externalId": "ben"}'.encode("utf-8-sig"), {"ben"}),
    ],
)
def test_the_signed_body_says_whom_it_is_about_and_the_header_only_where_it_does_not(
    body: object, subjects: set[str]
) -> None:
    assert subjects_of(delivery(body)) == subjects
    assert parse_delivery(delivery(body)) == ParsedDelivery(frozenset(subjects))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "body: is not JSON"),
        (b"{", "body: is not JSON"),
        (b"\xff\xfe\x00", "body: is not JSON"),
        (b"[" * 200_000, "body: is not JSON"),
        (b"1" * 10_000, "body: is not JSON"),
        ([], "body: is an empty array"),
        ("ben", "body: is no JSON object"),
        (7, "body: is no JSON object"),
        (None, "body: is no JSON object"),
        ([[{}]], "body: is no JSON object"),
        ([{"externalId": "ben"}, 3], "body: is no JSON object"),
        ({"externalId": 7}, "externalId: "),
        ({"externalId": ""}, "externalId: "),
        ({"externalId": "x" * 101}, "externalId: "),
        ({"externalId": "a\x00b"}, "externalId: "),
        (b'{"externalId": "\\ud800"}', "externalId: "),
        ({"externalId": ["ben"]}, "externalId: "),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_does_not_say_whom_it_is_about_is_unreadable(body: object, why: str) -> None:
    with pytest.raises(UnreadableDeliveryError, match=f"^{why}"):
        subjects_of(delivery(body))
    assert parse_delivery(delivery(body)) == ParsedDelivery(fault=DeliveryOutcome.UNREADABLE)


def test_why_a_body_is_unreadable_quotes_nothing_of_it() -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        subjects_of(delivery(b'{"externalId": "anna", "score": 0.93'))
    assert "anna" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_every_kind_sahha_documents_tells_of_new_data(event_type: str) -> None:
    assert parse_delivery(delivery({}, event_type)) == ParsedDelivery(frozenset({"anna"}))


@pytest.mark.parametrize("event_type", ["FooEvent", SCORE.lower(), f"{SCORE} ", "ActivityLog_Received"])
def test_a_kind_nobody_knows_tells_of_nobody_whatever_its_body_holds(event_type: str) -> None:
    for body in ({"externalId": "ben"}, b"\xff"):
        assert parse_delivery(delivery(body, event_type)) == ParsedDelivery(fault=DeliveryOutcome.UNKNOWN_KIND)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["externalId", "id"]), inner),
)


@given(st.binary() | JSON.map(lambda told: json.dumps(told).encode()))
def test_any_body_is_judged(body: bytes) -> None:
    parsed = parse_delivery(delivery(body))
    assert bool(parsed.external_ids) == (parsed.fault is None)
    assert all(0 < len(name) <= 100 and name.isprintable() for name in parsed.external_ids)
