"""The stage of routine plans: reads analyses, facts and check-ins; plans the day asked for now, and writes it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.state_json import state_on
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError, Refusal
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow
from hos_pipelines.domain.guidance.routine.contract import routine_row
from hos_pipelines.domain.guidance.routine.day_blocks import TooShortDayError
from hos_pipelines.domain.guidance.routine.experiences import LOOK_BACK
from hos_pipelines.domain.guidance.routine.frame import FIRST_MEAL, LAST_MEAL, MAIN_MEAL_KEY
from hos_pipelines.domain.guidance.routine.known_person import PersonFacts
from hos_pipelines.domain.guidance.routine.plan import routine_of
from hos_pipelines.domain.guidance.routine.settled import REPLACED_FOR, Settled, settled_for
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, routine_input
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay
from hos_pipelines.domain.person.person import ADULT
from hos_pipelines.libraries.shipped import shipped_tasks
from hos_pipelines.postgres.adaptation_store import read_newest_states
from hos_pipelines.postgres.engagement_store import read_what_was_asked
from hos_pipelines.postgres.plan_store import read_replaced, write_plans
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage
from hos_pipelines.stages.guidance.plan_material import (
    PlanMaterial,
    good_until,
    read_plan_material,
    refusal_of,
    refused_plan,
)
from hos_pipelines.stages.guidance.plan_words import words_of_plans


@dataclass(frozen=True)
class RoutineMaterial:
    """What a routine is made from: the person and their day, and what is settled for the plan of it.

    `states` are versions of the state of adaptation, of which the day says which holds; `replaced` are the tasks that
    plans of the days before have replaced, each with the day of its plan.
    """

    person: PlanMaterial
    states: Sequence[AdaptationState] = ()
    replaced: Sequence[tuple[date, str]] = ()

    @cached_property
    def subject(self) -> RoutineSubject:
        """Whom the plan is for.

        Raises:
            ValueError: no zone is known.
        """
        before = {task: day for day, task in self.replaced if day < self.person.planned_date}
        state = state_on(self.states, self.person.planned_date)
        return replace(self.person.subject_of_day, state=state, replaced=before)

    @property
    def settled(self) -> Settled:
        """What holds for the plan of the day."""
        subject = self.subject
        return settled_for(subject.state, subject.archetype, self.person.planned_date, subject.replaced)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the day and all its plan depends on."""
        person = self.person
        parts = (
            RULE_VERSIONS[GuidanceKind.ROUTINE_PLAN],
            shipped_tasks().version,
            repr(replace(person.known, first_plan_date=None)),
            repr(sorted((kind, one.fingerprint) for kind, one in person.analysed.items())),
            _told_of(person.facts),
            _told_of(person.facts_of_day),
            "" if person.zone is None else repr(_day_and_experience(self)),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


MEALS: Mapping[str, str] = {"Breakfast": FIRST_MEAL, "Lunch": MAIN_MEAL_KEY, "Dinner": LAST_MEAL}
NOT_AN_ADULT = Refusal("not_an_adult", "these rules are made of studies of adults; plans are given from 18 years on")


def read_routine_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, RoutineMaterial]:
    """What there is of these people, with what they did in the last weeks, and what is settled for the plan's day."""
    today = at.now.date()
    engagement = read_what_was_asked(connection, profile_ids, today - LOOK_BACK, today + timedelta(days=1), at.now)
    people = read_plan_material(connection, PlanKind.ROUTINE, profile_ids, at, engagement)
    replaced = read_replaced(connection, profile_ids, today - REPLACED_FOR - timedelta(days=1))
    states = read_newest_states(connection, profile_ids)
    return {key: RoutineMaterial(one, states[key], replaced.get(key, ())) for key, one in people.items()}


def digest_of(material: RoutineMaterial, at: GuidanceMoment) -> str:
    """A digest of the day and all its plan depends on."""
    del at
    return material.fingerprint


def _told_of(facts: PersonFacts) -> str:
    return repr([(key.value, fact.value, fact.valid_from) for key, fact in facts.items()])


def _day_and_experience(material: RoutineMaterial) -> tuple[object, ...]:
    subject, known, day = material.subject, material.subject.experiences, material.person.day
    settled = material.settled
    return (
        day.reason if isinstance(day, Refusal) else (day.day, day.wake.isoformat(), day.bed.isoformat()),
        subject.age,
        subject.is_free(material.person.planned_date),
        subject.is_new,
        subject.readiness,
        subject.keeps_journal,
        sorted(known.by_task.items()),
        known.own_mean,
        sorted(known.usual_minutes.items()),
        replace(settled, resting=frozenset()),
        sorted(settled.resting),
    )


def make_routine(material: RoutineMaterial, at: GuidanceMoment) -> Guidance[PlanRow]:
    """The routine of the day that is asked for now, or why there is none."""
    del at
    fingerprint, person = material.fingerprint, material.person
    if isinstance(person.day, Refusal):
        return _refused(person, person.day, fingerprint)
    subject, day = material.subject, person.day.day
    if subject.age is not None and subject.age < ADULT:
        return _refused(person, NOT_AN_ADULT, fingerprint)
    try:
        given = replace(routine_input(subject, day), meals=_meal_minutes(person, person.day))
        plan = routine_of(given, shipped_tasks())
    except TooShortDayError as error:
        return _refused(person, refusal_of(error), fingerprint)
    row = routine_row(subject.profile_id, person.known.archetype, plan, fingerprint)
    counted = sum(item.is_counted for item in row.items)
    return Guidance(row, row.status.value, {"items": len(row.items), "counted": counted, "day": day.isoformat()})


def _meal_minutes(material: PlanMaterial, day: WakingDay) -> dict[str, int]:
    """The hours of the plan of meals in minutes from waking, so that both plans of a day say the same of them."""
    anchors = material.day_anchors(day)
    try:
        return {
            MEALS[block.name]: anchors.minutes_to(block.start) for block in meal_blocks(anchors) if block.name in MEALS
        }
    except PlanRefusedError:
        return {}


def _refused(material: PlanMaterial, refusal: Refusal, fingerprint: str) -> Guidance[PlanRow]:
    return refused_plan(material, PlanKind.ROUTINE, refusal, fingerprint, shipped_tasks().version)


def routine_good_until(material: RoutineMaterial, at: GuidanceMoment) -> datetime | None:
    """As long as its day, whatever is settled meanwhile: that holds from the next day on."""
    return good_until(material.person, at)


def write_routines(connection: Connection[Any], rows: Mapping[str, PlanRow], now: datetime) -> None:
    """Writes the plans of a chunk."""
    write_plans(connection, rows, RULE_VERSIONS[GuidanceKind.ROUTINE_PLAN], now)


ROUTINE_PLAN: GuidanceStage[RoutineMaterial, PlanRow] = GuidanceStage(
    GuidanceKind.ROUTINE_PLAN,
    read_routine_material,
    digest_of,
    make_routine,
    write_routines,
    routine_good_until,
    words=words_of_plans(lambda material: material.person),
    needs_news=False,
)
