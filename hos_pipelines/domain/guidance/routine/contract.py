"""The routine plan as its readers know it (contract v2): five time blocks with their tasks, and what each rests on.

`hh:mm AM/PM` stands here only; rows carry instants. Beyond the contract: `starts_at`, `because`, `fact_ids`, `role`.
"""

from collections.abc import Iterator, Mapping

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.plan_rows import PlanItemRow, PlanKind, PlanRow, PlanStatus, item_uuid
from hos_pipelines.domain.guidance.routine.day_blocks import NOMINAL_ZONES, Block
from hos_pipelines.domain.guidance.routine.frame import MORNING_LIGHT
from hos_pipelines.domain.guidance.routine.plan import RoutineItem, RoutinePlan
from hos_pipelines.domain.guidance.routine.purposes import purpose_of
from hos_pipelines.domain.guidance.routine.settled import QUESTION
from hos_pipelines.domain.guidance.routine.waking_day import clock_text

CONTRACT_VERSION = "2"
NOTES: Mapping[str, str] = {
    "short_night": "These times leave less than five hours in bed.",
    "long_night": "These times leave more than eleven hours in bed.",
    "on_the_way": "Your preferred times lie far from your usual ones; the plan goes there by half an hour a day.",
    "default_times": "Your times of sleep on such a day are not known: the plan goes by a typical night from "
    "23:00 to 07:00.",
    "contradictory_preferences": "The times you prefer leave no night (perhaps they are swapped); the plan goes by "
    "what is measured.",
    "changing_hours": "You sleep at changing hours: this day goes by those of most nights, or by your roster once you "
    "say it.",
    "other_time_laid": "You said one of your two times of sleep: the other is laid by the length of your usual "
    "night, or by eight hours where that is not known.",
    "around_work": "Sleep at your usual hours would fall into your work: it is laid around the work.",
    "preference_at_work": "Sleep at the hours you prefer would fall into your work, on this day or on one beside "
    "it: it is laid around the work.",
    "no_zones": "Your energy zones of this day are not known: the blocks are parts of the day.",
    "first_night": "You are awake for very long around this night at work: sleep for a while before it begins.",
    "fewer_than_allowed": "There could be more in this day, but nothing else suits it.",
    "no_place": "Something that is in most days has no room in this one.",
    "simplified": "Less is planned for now: at most one item in each half of the day.",
    "going_over": "The plan is going over from one coaching archetype to another, a little more each day.",
    "fewer_asked": QUESTION,
}


def routine_row(profile_id: str, archetype: str, plan: RoutinePlan, fingerprint: str) -> PlanRow:
    """The plan as it is stored."""
    items = tuple(_item_rows(profile_id, plan))
    day = plan.waking_day
    is_partial = plan.anchors.is_partial or bool(plan.left_out)
    return PlanRow(
        kind=PlanKind.ROUTINE,
        plan_date=day.day,
        status=PlanStatus.PARTIAL if is_partial else PlanStatus.OK,
        fingerprint=fingerprint,
        zone=str(day.wake.tzinfo),
        wakes_at=day.wake,
        beds_at=day.bed,
        notes=plan.notes,
        contract=contract_of(archetype, plan),
        items=items,
        library_version=plan.library_version,
    )


def contract_of(archetype: str, plan: RoutinePlan) -> dict[str, object]:
    """The plan by its contract."""
    times = plan.anchors.times
    return {
        "contract_version": CONTRACT_VERSION,
        "date": plan.waking_day.day.isoformat(),
        "archetype": archetype,
        "time_blocks": [_block(block, plan) for block in plan.blocks],
        "key_insights": [NOTES[note] for note in plan.notes],
        "anchors": {
            "wake_time": clock_text(plan.waking_day.wake),
            "sleep_time": clock_text(plan.waking_day.bed),
            "source": times.source,
            "fact_ids": list(times.fact_ids),
            "gap_minutes": plan.anchors.gap_minutes,
        },
        "notes": list(plan.notes),
        "left_out": list(plan.left_out),
        "adaptation": _adaptation(plan),
        "rules_version": plan.rules_version,
        "library_version": plan.library_version,
    }


def _adaptation(plan: RoutinePlan) -> dict[str, object]:
    """What the plan took from the state of adaptation, by its version; 0 of whoever has none."""
    settled = plan.settled
    return {
        "version": settled.version,
        "stage": settled.stage.value,
        "archetypes": {archetype.value: share for archetype, share in settled.archetypes.items()},
        "fewer_items": settled.fewer_items,
        "resting": sorted(settled.resting),
        "replaced": list(plan.replaced),
        "question": settled.question,
    }


def _block(block: Block, plan: RoutinePlan) -> dict[str, object]:
    day = plan.waking_day
    tasks = [item for item in plan.items if item.block == block.name]
    has_light = any(item.id == MORNING_LIGHT for item in tasks)
    return {
        "block_name": block.name,
        "start_time": clock_text(day.at(block.start * SLOT_MINUTES)),
        "end_time": clock_text(day.at(block.end * SLOT_MINUTES)),
        "starts_at": day.at(block.start * SLOT_MINUTES).isoformat(),
        "ends_at": day.at(block.end * SLOT_MINUTES).isoformat(),
        "zone_type": NOMINAL_ZONES[block.name],
        "purpose": purpose_of(block, plan.work, has_light=has_light),
        "zones": [
            {
                "zone": zone.zone,
                "start_time": clock_text(day.at(zone.start * SLOT_MINUTES)),
                "end_time": clock_text(day.at(zone.end * SLOT_MINUTES)),
            }
            for zone in block.zones
        ],
        "tasks": [_task(item, plan) for item in tasks],
    }


def _task(item: RoutineItem, plan: RoutinePlan) -> dict[str, object]:
    offer, day = item.offer, plan.waking_day
    end = day.at(day.minutes_until(item.starts_at) + item.minutes)
    return {
        "id": item.id,
        "start_time": clock_text(item.starts_at),
        "end_time": clock_text(end),
        "starts_at": item.starts_at.isoformat(),
        "title": offer.title,
        "description": offer.what,
        "because": offer.because,
        "task_type": offer.task_type,
        "category": offer.category,
        "priority": offer.priority,
        "role": offer.role,
        "reason": offer.reason,
        "fact_ids": list(item.fact_ids),
    }


def _item_rows(profile_id: str, plan: RoutinePlan) -> Iterator[PlanItemRow]:
    names = [block.name for block in plan.blocks]
    for place, item in enumerate(plan.items):
        offer = item.offer
        yield PlanItemRow(
            id=item_uuid(profile_id, PlanKind.ROUTINE, plan.waking_day.day, item.id),
            item_id=item.id,
            block=item.block,
            block_order=names.index(item.block),
            order=place,
            title=offer.title,
            description=offer.what,
            because=offer.because,
            starts_at=item.starts_at,
            minutes=item.minutes,
            task_type=offer.task_type,
            category=offer.category,
            priority=offer.priority,
            is_counted=offer.role == "counted",
            reason=offer.reason,
            fact_ids=item.fact_ids,
            library_id=offer.library_id,
            library_version=plan.library_version,
        )
