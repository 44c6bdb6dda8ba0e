"""The stage of routine plans: reads analyses, facts and check-ins; plans the day asked for now, and writes it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cached_property
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow, PlanStatus
from hos_pipelines.domain.guidance.routine.anchors import NoAnchorsError
from hos_pipelines.domain.guidance.routine.contract import routine_row
from hos_pipelines.domain.guidance.routine.day_blocks import TooShortDayError
from hos_pipelines.domain.guidance.routine.experiences import LOOK_BACK, Experiences, experiences_of
from hos_pipelines.domain.guidance.routine.known_person import (
    PersonFacts,
    age_of,
    flags_of,
    preferences_of,
    roster_of,
    week_of,
    work_hours_of,
)
from hos_pipelines.domain.guidance.routine.limits import Readiness
from hos_pipelines.domain.guidance.routine.plan import routine_of
from hos_pipelines.domain.guidance.routine.subject import (
    NO_EXPERIENCES,
    RoutineSubject,
    anchors_on,
    plan_day,
    routine_input,
    waking_day,
)
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.person import ADULT
from hos_pipelines.domain.person.reporting import settles_at
from hos_pipelines.domain.profiles import Archetype, zone_of
from hos_pipelines.libraries.shipped import shipped_tasks
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.fact_store import read_facts
from hos_pipelines.postgres.plan_store import (
    AnalysedFacts,
    PlanSubject,
    read_analysed_facts,
    read_plan_subjects,
    write_plans,
)
from hos_pipelines.stages.analysis.free_days import free_days
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage

FACTS_OF_ROUTINES = (
    *("onset_work", "wake_work", "onset_free", "wake_free", "onset_mean", "wake_mean"),
    *("predicted_wake", "predicted_bed", "cbt_min", "shift_work", "sleep_standing", "sleep_debt_14"),
    *("advice_caffeine_last", "advice_dim_start", "steps_median", "sedentary_duration_median"),
    *("readiness_score_latest", "hrv_state", "rhr_flag"),
)
FIRST_WEEK = timedelta(days=7)
# A readiness of longer ago says nothing of the day that is planned.
READINESS_LASTS = timedelta(days=2)
RECENT_JOURNAL = timedelta(days=7)
READINESS: Mapping[str, Readiness] = {"Low": "Low", "Medium": "Medium", "High": "High"}


@dataclass(frozen=True)
class RoutineMaterial:
    """All that the routine of one person is made from; `zone` is None where nothing tells it."""

    known: PlanSubject
    facts: PersonFacts
    analysed: Mapping[str, AnalysedFacts]
    engagement: Engagement
    at: GuidanceMoment

    @cached_property
    def zone(self) -> tzinfo | None:
        """That of the profile, else the offset of the newest reading."""
        if self.known.timezone is not None:
            return zone_of(self.known.timezone)
        minutes = self.known.offset_minutes
        return None if minutes is None else timezone(timedelta(minutes=minutes))

    @cached_property
    def today(self) -> date:
        """The local day; of UTC where no zone is known."""
        return self.at.now.astimezone(self.zone).date() if self.zone else self.at.now.date()

    @cached_property
    def subject(self) -> RoutineSubject:
        """Whom the plan is for.

        Raises:
            ValueError: no zone is known.
        """
        if self.zone is None:
            raise ValueError(f"{self.known.profile_id} has no zone.")
        values: dict[str, Any] = {}
        for one in self.analysed.values():
            values |= one.values
        first = self.known.first_plan_date
        days = (self.today - timedelta(days=1), self.today + timedelta(days=2))
        return RoutineSubject(
            profile_id=self.known.profile_id,
            archetypes={Archetype(self.known.archetype): 1.0},
            zone=self.zone,
            facts=values,
            is_new=first is None or self.today - first < FIRST_WEEK,
            readiness=self._readiness,
            age=age_of(self.facts, self.today),
            flags=flags_of(self.facts, self.today),
            preferred=preferences_of(self.facts, self.at.now),
            roster=roster_of(self.facts),
            work_hours=work_hours_of(self.facts),
            week=week_of(self.facts, free_days(self.at.settings.analysis, self._country, days)),
            experiences=self._experiences(self.zone),
            keeps_journal=any(one.journal_date > self.today - RECENT_JOURNAL for one in self.engagement.journals),
        )

    @property
    def _country(self) -> str | None:
        fact = self.facts.get(FactKey.COUNTRY)
        return None if fact is None else str(fact.value)

    @property
    def _readiness(self) -> Readiness | None:
        found = self.analysed.get(AnalysisType.BEHAVIOR)
        if found is None or found.data_through is None or self.today - found.data_through > READINESS_LASTS:
            return None
        return READINESS.get(found.readiness or "")

    def _experiences(self, zone: tzinfo) -> Experiences:
        if not self.engagement.items:
            return NO_EXPERIENCES
        return experiences_of(self.engagement, self.today, zone, lambda day: settles_at(day, zone), self.at.now)


def read_routine_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, RoutineMaterial]:
    """What there is of these people, by a query for each kind of row."""
    known = read_plan_subjects(connection, PlanKind.ROUTINE, profile_ids)
    analysed = read_analysed_facts(connection, profile_ids, FACTS_OF_ROUTINES)
    facts = read_facts(connection, profile_ids, at.now)
    today = at.now.date()
    engagement = read_engagement(connection, profile_ids, today - LOOK_BACK, today + timedelta(days=1), at.now)
    return {
        key: RoutineMaterial(one, facts[key], analysed.get(key, {}), engagement[key], at) for key, one in known.items()
    }


def digest_of(material: RoutineMaterial, at: GuidanceMoment) -> str:
    """A digest of the day and all its plan depends on."""
    del at
    parts = (
        RULE_VERSIONS[GuidanceKind.ROUTINE_PLAN],
        shipped_tasks().version,
        repr(replace(material.known, first_plan_date=None)),
        repr(sorted((kind, one.fingerprint) for kind, one in material.analysed.items())),
        repr([(key.value, fact.value, fact.valid_from) for key, fact in material.facts.items()]),
        "" if material.zone is None else repr(_day_and_experience(material)),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _day_and_experience(material: RoutineMaterial) -> tuple[object, ...]:
    subject = material.subject
    try:
        day: date | str = plan_day(subject, material.at.now)
    except NoAnchorsError as error:
        day = str(error)
    known = subject.experiences
    return day, subject.is_new, sorted(known.by_task.items()), known.own_mean, sorted(known.usual_minutes.items())


def make_routine(material: RoutineMaterial, at: GuidanceMoment) -> Guidance[PlanRow]:
    """The routine of the day that is asked for now, or why there is none."""
    fingerprint = digest_of(material, at)
    if material.zone is None:
        why = "unknown_timezone: no time zone is known and no reading has come; say it with hos person --set timezone=…"
        return _refused(material, fingerprint, material.today, why)
    subject = material.subject
    if subject.age is not None and subject.age < ADULT:
        why = "not_an_adult: these rules are made of studies of adults; plans are given from 18 years on"
        return _refused(material, fingerprint, material.today, why)
    try:
        day = plan_day(subject, at.now)
        plan = routine_of(routine_input(subject, day), shipped_tasks())
    except (NoAnchorsError, TooShortDayError) as error:
        return _refused(material, fingerprint, material.today, str(error))
    row = routine_row(subject.profile_id, material.known.archetype, plan, fingerprint)
    counted = sum(item.is_counted for item in row.items)
    return Guidance(row, row.status.value, {"items": len(row.items), "counted": counted, "day": day.isoformat()})


def _refused(material: RoutineMaterial, fingerprint: str, day: date, why: str) -> Guidance[PlanRow]:
    code, separator, sentence = why.partition(": ")
    refusal = Refusal(code, sentence) if separator else Refusal("no_plan", why)
    row = PlanRow(
        kind=PlanKind.ROUTINE,
        plan_date=day,
        status=PlanStatus.REFUSED,
        fingerprint=fingerprint,
        zone=str(material.zone or "UTC"),
        wakes_at=None,
        beds_at=None,
        notes=(),
        contract={},
        items=(),
        library_version=shipped_tasks().version,
        refusal=refusal,
    )
    return Guidance(row, PlanStatus.REFUSED.value, {"items": 0, "counted": 0}, (refusal.reason,))


def good_until(material: RoutineMaterial, at: GuidanceMoment) -> datetime | None:
    """Three hours before the end of the planned day; a refusal lasts until something moves."""
    if material.zone is None:
        return None
    subject = material.subject
    try:
        day = plan_day(subject, at.now)
        return waking_day(subject, day, anchors_on(subject, day)).good_until
    except NoAnchorsError:
        return None


def write_routines(connection: Connection[Any], rows: Mapping[str, PlanRow], now: datetime) -> None:
    """Writes the plans of a chunk."""
    write_plans(connection, rows, RULE_VERSIONS[GuidanceKind.ROUTINE_PLAN], now)


ROUTINE_PLAN: GuidanceStage[RoutineMaterial, PlanRow] = GuidanceStage(
    GuidanceKind.ROUTINE_PLAN, read_routine_material, digest_of, make_routine, write_routines, good_until
)
