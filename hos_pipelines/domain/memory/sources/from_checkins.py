"""Check-ins as evidence: at which part of the day a kind of task is done, how it is liked, and why it is left out.

What a plan of ours offered is exposure, and no evidence.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from hos_pipelines.domain.memory.evidence import Observation, Offer
from hos_pipelines.domain.memory.layers import SourceKind
from hos_pipelines.domain.memory.sources.levels import level_of, local_part, part_of_day
from hos_pipelines.domain.memory.sources.task_category import task_category
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.plan_item import PlanItem

KIND = SourceKind.CHECKIN
WANTED = {Again.YES: "high", Again.NO: "low", Again.MAYBE: "mid"}


def seen_in_checkins(items: Sequence[PlanItem], checkins: Sequence[Checkin], zone: tzinfo) -> list[Observation]:
    """What check-ins show. One on an item that is not given says nothing."""
    by_id = {item.id: item for item in items}
    told = [(one, by_id[one.plan_item_id]) for one in checkins if one.plan_item_id in by_id]
    seen = [found for checkin, item in told for found in _of_one(checkin, item, zone)]
    return seen + list(_done_all_the_same(told, seen))


def offered_in(items: Iterable[PlanItem]) -> list[Offer]:
    """The parts of the day that were offered for each kind of task; an item that was replaced was offered too."""
    return [
        Offer(f"timing.{category}", part_of_day(item.scheduled_time), item.plan_date)
        for item in items
        if (category := task_category(item.category)) is not None and item.scheduled_time is not None
    ]


def _of_one(checkin: Checkin, item: PlanItem, zone: tzinfo) -> Iterator[Observation]:
    category = task_category(item.category)
    if category is None:
        return
    evidence, day = f"checkin:{checkin.id}", checkin.planned_date
    is_done = checkin.status is not Completion.SKIPPED
    if is_done and checkin.done_at is not None:
        yield Observation(f"timing.{category}", local_part(checkin.done_at, zone), day, KIND, evidence)
    elif item.scheduled_time is not None:
        yield Observation(f"timing.{category}", part_of_day(item.scheduled_time), day, KIND, evidence, is_done)
    if checkin.satisfaction is not None:
        yield Observation(f"liking.{category}", level_of(checkin.satisfaction), day, KIND, evidence)
    elif checkin.again is not None:
        yield Observation(f"liking.{category}", WANTED[checkin.again], day, KIND, evidence)
    if checkin.skip_reason not in {None, SkipReason.OTHER} and not is_done:
        yield Observation(f"barrier.{category}", str(checkin.skip_reason), day, KIND, evidence)


def _done_all_the_same(told: Sequence[tuple[Checkin, PlanItem]], seen: Sequence[Observation]) -> Iterator[Observation]:
    """A day on which it was done speaks against every reason for leaving it out."""
    reasons: dict[str, set[str]] = {}
    for one in seen:
        if one.key.startswith("barrier."):
            reasons.setdefault(one.key, set()).add(one.value)
    for checkin, item in told if reasons else ():
        if checkin.status is Completion.COMPLETED:
            key = f"barrier.{task_category(item.category)}"
            for reason in sorted(reasons.get(key, ())):
                yield Observation(key, reason, checkin.planned_date, KIND, f"checkin:{checkin.id}:{reason}", False)
