"""What is asked for, as whoever asks says it, and as it stands in the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.states import RequestStatus


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that is about to be filed. `preferences` are facts of the person, by their keys."""

    profile_id: str
    kind: RequestKind
    archetype: str | None = None
    preferences: Mapping[str, Any] | None = None
    timezone: str | None = None
    force: bool = False
    requested_for: date | None = None
    idempotency_key: str | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class TakenRequest:
    """A request that an attempt has claimed; what is stored of it carries the number of that attempt.

    `preferences` that cannot be read are None, and `is_readable` says so.
    """

    id: str
    profile_id: str
    kind: RequestKind
    archetype: str | None
    preferences: Mapping[str, Any] | None
    timezone: str | None
    force: bool
    requested_for: date | None
    attempt: int
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as whoever asked sees it."""

    id: str
    profile_id: str
    kind: str
    status: RequestStatus
    refusal_code: str | None
    refusal: str | None
    error: str | None
    duplicate_of: str | None
    attempt: int
    priority: int
    requested_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    not_before: datetime | None
    workflow_id: str | None
    updated_seq: int
