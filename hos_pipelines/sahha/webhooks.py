"""Sahha's webhooks as they come over the wire: whether one is signed, what its headers say, and whom it is about."""

import hashlib
import hmac
import json

from hos_pipelines.domain.deliveries import Delivery, DeliveryOutcome, ParsedDelivery

EVENT_TYPES = frozenset(
    {
        "ScoreCreatedIntegrationEvent",
        "BiomarkerCreatedIntegrationEvent",
        "ArchetypeCreatedIntegrationEvent",
        "DataLogReceivedIntegrationEvent",
    }
)
LONGEST_EVENT_TYPE = 200
LONGEST_EXTERNAL_ID = 100


class RefusedHeaderError(ValueError):
    """A header that is missing or cannot be kept; the text names it and never quotes its value."""


class UnreadableDeliveryError(ValueError):
    """A body that does not say whom it is about; the text names the field and never quotes its value."""


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a signature is the HMAC-SHA256 of the raw body in hexadecimal, of either case; False for any other text.

    Sahha's secrets look like base64 and are used as their UTF-8 text.
    """
    if signature is None or not signature.isascii():
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())


def read_delivery(event_type: bytes | None, external_id: bytes | None, body: bytes) -> Delivery:
    """A delivery of the raw values of X-Event-Type and X-External-Id.

    Raises:
        RefusedHeaderError: one is missing, too long, or holds control characters.
    """
    return Delivery(
        _header("X-Event-Type", event_type, LONGEST_EVENT_TYPE),
        _header("X-External-Id", external_id, LONGEST_EXTERNAL_ID),
        body,
    )


def parse_delivery(delivery: Delivery) -> ParsedDelivery:
    """What a delivery says, whatever its headers and body hold. Kinds that nobody knows are not read."""
    if delivery.event_type not in EVENT_TYPES:
        return ParsedDelivery(fault=DeliveryOutcome.UNKNOWN_KIND)
    try:
        return ParsedDelivery(subjects_of(delivery))
    except UnreadableDeliveryError:
        return ParsedDelivery(fault=DeliveryOutcome.UNREADABLE)


def subjects_of(delivery: Delivery) -> frozenset[str]:
    """The external ids a delivery is about: those its body names, which is signed; the header's where one is not named.

    Raises:
        UnreadableDeliveryError: the body is no JSON object or array of objects, or names somebody who cannot be.
    """
    try:
        told = json.loads(delivery.body)
    except (ValueError, RecursionError):
        raise UnreadableDeliveryError("body: is not JSON.") from None
    records = told if isinstance(told, list) else [told]
    if not records:
        raise UnreadableDeliveryError("body: is an empty array.")
    return frozenset(_find_id(record) or delivery.external_id for record in records)


def _find_id(record: object) -> str | None:
    if not isinstance(record, dict):
        raise UnreadableDeliveryError("body: is no JSON object or array of objects.")
    named = record.get("externalId")
    if named is None:
        return None
    if not isinstance(named, str) or not _fits(named, LONGEST_EXTERNAL_ID):
        raise UnreadableDeliveryError(f"externalId: is not a text of 1 to {LONGEST_EXTERNAL_ID} printable characters.")
    return named


def _header(name: str, value: bytes | None, longest: int) -> str:
    text = "" if value is None else _decode(value)
    if not _fits(text, longest):
        raise RefusedHeaderError(f"{name}: must have 1 to {longest} printable characters.")
    return text


def _decode(value: bytes) -> str:
    """Header text is latin-1 by the books; ids beyond it come as UTF-8 from most senders."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _fits(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()
