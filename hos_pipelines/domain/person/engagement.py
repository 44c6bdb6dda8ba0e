"""What one person was asked for and what they said of it, over some days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hos_pipelines.domain.person.checkin import Checkin
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem


@dataclass(frozen=True, slots=True)
class Engagement:
    """Items of plans, check-ins and journals, each in the order of days; `beds` are when planned days end."""

    items: list[PlanItem] = field(default_factory=list)
    checkins: list[Checkin] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)
    beds: Mapping[date, datetime] = field(default_factory=dict)
