"""Check-ins as evidence: at which part of the day a kind of task is done, how it is liked, and why it is left out.

What a plan of ours offered is exposure, and no evidence.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import time, tzinfo
from typing import NamedTuple

from hos_pipelines.domain.memory.evidence import Observation, Offer
from hos_pipelines.domain.memory.layers import SourceKind
from hos_pipelines.domain.memory.sources.levels import level_of, local_part, part_of_day
from hos_pipelines.domain.memory.sources.task_category import task_category
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.plan_item import PlanItem

KIND = SourceKind.CHECKIN
WANTED = {Again.YES: "high", Again.NO: "low", Again.MAYBE: "mid"}


class _CheckinOfItem(NamedTuple):
    """A check-in with what its item is about and when it was to be, and the id it has as evidence."""

    checkin: Checkin
    category: str | None
    scheduled: time | None
    evidence_id: str


def seen_in_checkins(items: Sequence[PlanItem], checkins: Sequence[Checkin], zone: tzinfo) -> list[Observation]:
    """What check-ins show. One on an item that is not given says nothing."""
    by_id = {item.id.int: item for item in items}
    told = [
        _CheckinOfItem(one, task_category(item.category), item.scheduled_time, f"checkin:{one.id}")
        for one in checkins
        if (item := by_id.get(one.plan_item_id.int)) is not None
    ]
    seen = [found for one in told for found in _of_one(one, zone)]
    return seen + list(_done_all_the_same(told, seen))


def offered_in(items: Iterable[PlanItem]) -> list[Offer]:
    """The parts of the day that were offered for each kind of task; an item that was replaced was offered too."""
    return [
        Offer(f"timing.{category}", part_of_day(item.scheduled_time), item.plan_date)
        for item in items
        if (category := task_category(item.category)) is not None and item.scheduled_time is not None
    ]


def _of_one(told: _CheckinOfItem, zone: tzinfo) -> Iterator[Observation]:
    checkin, category, scheduled, evidence = told
    if category is None:
        return
    day, is_done = checkin.planned_date, checkin.status is not Completion.SKIPPED
    if is_done and checkin.done_at is not None:
        yield Observation(f"timing.{category}", local_part(checkin.done_at, zone), day, KIND, evidence)
    elif scheduled is not None:
        yield Observation(f"timing.{category}", part_of_day(scheduled), day, KIND, evidence, is_done)
    if checkin.satisfaction is not None:
        yield Observation(f"liking.{category}", level_of(checkin.satisfaction), day, KIND, evidence)
    elif checkin.again is not None:
        yield Observation(f"liking.{category}", WANTED[checkin.again], day, KIND, evidence)
    if not is_done and checkin.skip_reason not in {None, SkipReason.OTHER}:
        yield Observation(f"barrier.{category}", str(checkin.skip_reason), day, KIND, evidence)


def _done_all_the_same(told: Sequence[_CheckinOfItem], seen: Sequence[Observation]) -> Iterator[Observation]:
    """A day on which it was done speaks against every reason for leaving it out."""
    reasons: dict[str, set[str]] = {}
    for one in seen:
        if one.key.startswith("barrier."):
            reasons.setdefault(one.key, set()).add(one.value)
    for checkin, category, _, evidence in told if reasons else ():
        if checkin.status is Completion.COMPLETED:
            key = f"barrier.{category}"
            for reason in sorted(reasons.get(key, ())):
                yield Observation(key, reason, checkin.planned_date, KIND, f"{evidence}:{reason}", False)
