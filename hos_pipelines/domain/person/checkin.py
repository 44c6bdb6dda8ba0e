"""A check-in: what became of an item of a plan, as the person says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

# What the database holds too.
PLAN_REPEATS = timedelta(days=6)
LATEST = timedelta(days=60)
NOTE_BYTES = 8000


class Completion(StrEnum):
    """How much of it was done."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    SKIPPED = "skipped"

    @property
    def share(self) -> float:
        """What it counts for: partly done is half."""
        return SHARES[self]


SHARES = {Completion.COMPLETED: 1.0, Completion.PARTIAL: 0.5, Completion.SKIPPED: 0.0}


class SkipReason(StrEnum):
    """Why it was not done."""

    NO_TIME = "no_time"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    NOT_WELL = "not_well"
    NOT_WANTED = "not_wanted"
    FORGOT = "forgot"
    TRAVELLING = "travelling"
    OTHER = "other"


class Again(StrEnum):
    """Whether the person wants it again."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Checkin:
    """What was told of one item on one day. `done_at` is when it was really done, where that was told.

    `recorded_at` is when this word was recorded, `told_at` when the first was that it corrects; None where it is the
    first. `former` are the words it corrects, the newest first. The note is not here: nobody but the person reads it.
    """

    profile_id: str
    id: UUID
    plan_item_id: UUID
    planned_date: date
    status: Completion
    done_at: datetime | None
    satisfaction: int | None
    again: Again | None
    skip_reason: SkipReason | None
    has_note: bool
    recorded_at: datetime
    told_at: datetime | None = None
    former: tuple["Checkin", ...] = ()

    @property
    def first_told_at(self) -> datetime:
        """When anything was first told of it."""
        return self.told_at or self.recorded_at

    def as_told_until(self, instant: datetime) -> "Checkin | None":
        """What stood at an instant; None where nothing was told by then."""
        if self.recorded_at <= instant:
            return self
        return next((one for one in self.former if one.recorded_at <= instant), None)


@dataclass(frozen=True, slots=True)
class SaidCheckin:
    """What is said of an item, before it is stored; None keeps what stands of it."""

    profile_id: str
    plan_item_id: UUID
    planned_date: date
    status: Completion | None = None
    done_at: datetime | None = None
    satisfaction: int | None = None
    again: Again | None = None
    skip_reason: SkipReason | None = None
    note: str | None = None
