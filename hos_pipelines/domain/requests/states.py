"""The states of a request, and which may follow which. `sql/` holds the same table, since apps write by plain SQL."""

from collections.abc import Mapping
from enum import StrEnum


class RequestStatus(StrEnum):
    """Where a request is."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


# A duplicate ends as its original does, and takes its place where that is cancelled.
MAY_BECOME: Mapping[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.REQUESTED: frozenset(
        {RequestStatus.CLAIMED, RequestStatus.DUPLICATE, RequestStatus.REFUSED, RequestStatus.CANCELLED}
    ),
    RequestStatus.CLAIMED: frozenset(
        {
            RequestStatus.RUNNING,
            RequestStatus.REQUESTED,
            RequestStatus.REFUSED,
            RequestStatus.FAILED,
            RequestStatus.CANCELLED,
        }
    ),
    RequestStatus.RUNNING: frozenset(
        {
            RequestStatus.DONE,
            RequestStatus.PARTIAL,
            RequestStatus.FAILED,
            RequestStatus.REFUSED,
            RequestStatus.REQUESTED,
        }
    ),
    RequestStatus.DUPLICATE: frozenset(
        {
            RequestStatus.DONE,
            RequestStatus.PARTIAL,
            RequestStatus.FAILED,
            RequestStatus.REFUSED,
            RequestStatus.REQUESTED,
            RequestStatus.CANCELLED,
        }
    ),
    RequestStatus.DONE: frozenset(),
    RequestStatus.PARTIAL: frozenset(),
    RequestStatus.FAILED: frozenset(),
    RequestStatus.REFUSED: frozenset(),
    RequestStatus.CANCELLED: frozenset(),
}
ENDED = frozenset(status for status, following in MAY_BECOME.items() if not following)
OPEN = frozenset(MAY_BECOME) - ENDED
CAN_BE_CANCELLED = frozenset(status for status, following in MAY_BECOME.items() if RequestStatus.CANCELLED in following)


def may_become(was: RequestStatus, is_now: RequestStatus) -> bool:
    """Whether one state may follow another."""
    return is_now in MAY_BECOME[was]
