"""A plan of a day as it is stored: the plan by its contract, and its items one by one, which check-ins refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.named_ids import named_uuid

RULES = "rules"
Priority = Literal["high", "medium", "low"]


class PlanKind(StrEnum):
    """What a plan is of."""

    ROUTINE = "routine"
    NUTRITION = "nutrition"


class PlanStatus(StrEnum):
    """Whether a plan is whole, leaves something out and says so, or was refused."""

    OK = "ok"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlanItemRow:
    """One item. The same item of a day keeps its id when the plan is made again, so that check-ins stay with it.

    `engine` is who chose its words.
    """

    id: UUID
    item_id: str
    block: str
    block_order: int
    order: int
    title: str
    description: str
    because: str
    starts_at: datetime
    minutes: int
    task_type: str
    category: str
    priority: Priority
    is_counted: bool
    reason: str
    fact_ids: Sequence[str]
    library_id: str | None
    library_version: str
    engine: str = RULES

    @property
    def ends_at(self) -> datetime:
        """When it ends, in the zone it begins in."""
        return (self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(self.starts_at.tzinfo)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan of one day: its contract as JSON, or why there is none.

    `restrictions` are those it was made under: of others, what stands for hours to come is withdrawn. `engine` is who
    chose its words; `model_used` was asked, `fallback_reason` says where its words do not stand.
    """

    kind: PlanKind
    plan_date: date
    status: PlanStatus
    fingerprint: str
    zone: str
    wakes_at: datetime | None
    beds_at: datetime | None
    notes: Sequence[str]
    contract: Mapping[str, object]
    items: Sequence[PlanItemRow]
    library_version: str
    refusal: Refusal | None = None
    restrictions: Sequence[str] = ()
    engine: str = RULES
    model_used: str | None = None
    fallback_reason: str | None = None


def item_uuid(profile_id: str, kind: PlanKind, plan_date: date, item_id: str) -> UUID:
    """The id of an item of a day."""
    return named_uuid(f"{profile_id}|{kind}|{plan_date}|{item_id}")


def plan_uuid(profile_id: str, plan: PlanRow) -> UUID:
    """The id of a plan: another fingerprint is another plan."""
    return named_uuid(f"{profile_id}|{plan.kind}|{plan.plan_date}|{plan.fingerprint}")
