"""An item of a plan: what is asked of a person on one day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PlanItem:
    """`plan_date` is the person's local day, times are local; `is_counted` is false for the frame of a day."""

    profile_id: str
    id: UUID
    item_id: str
    plan_date: date
    title: str
    category: str | None
    scheduled_time: time | None
    is_counted: bool
    recorded_at: datetime
    superseded_at: datetime | None = None
