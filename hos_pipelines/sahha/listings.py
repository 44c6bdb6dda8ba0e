"""What the profile search says of one profile: who it is, and when Sahha last received data of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hos_pipelines.domain.profiles import EXTERNAL_ID_MAX_LENGTH


@dataclass(frozen=True, slots=True)
class Listing:
    """One item of the search; the instant is Sahha's, in UTC, and may lie anywhere where clocks are off.

    It is None where the item holds no readable one: the profile is listed all the same.
    """

    external_id: str
    data_received_at: datetime | None


def read_listing(item: dict[str, Any]) -> Listing | None:
    """The listing, or None where the item has no usable id."""
    external_id = item.get("externalId")
    if not isinstance(external_id, str) or not 0 < len(external_id) <= EXTERNAL_ID_MAX_LENGTH:
        return None
    if "\x00" in external_id or not _is_text(external_id):
        return None
    return Listing(external_id, _instant(item.get("dataLastReceivedAtUtc")))


def _instant(received: object) -> datetime | None:
    if not isinstance(received, str):
        return None
    try:
        instant = datetime.fromisoformat(received.strip())
        if instant.tzinfo is UTC:  # as Sahha writes it
            return instant
        return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_text(value: str) -> bool:
    """Whether the database can hold it: half a character is none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
