"""What plans of a day are made from, of one person: analyses, facts, and what was done; zone, day and anchors of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.nutrition.anchors_of_day import day_anchors_of, timed_work
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow, PlanStatus
from hos_pipelines.domain.guidance.routine.anchors import Anchors, NoAnchorsError
from hos_pipelines.domain.guidance.routine.experiences import Experiences, experiences_of
from hos_pipelines.domain.guidance.routine.known_person import (
    PersonFacts,
    age_of,
    flags_of,
    next_birthday,
    preferences_of,
    roster_of,
    week_of,
    work_hours_of,
)
from hos_pipelines.domain.guidance.routine.limits import Readiness
from hos_pipelines.domain.guidance.routine.shift_times import work_of_waking_day
from hos_pipelines.domain.guidance.routine.subject import (
    NO_EXPERIENCES,
    RoutineSubject,
    advised_bed,
    anchors_on,
    plan_day,
    waking_day,
)
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay, local_instant
from hos_pipelines.domain.guidance.routine.zones_of_day import zones_of_day
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.facts_of_span import facts_of_span
from hos_pipelines.domain.person.profile_facts import ProfileFact
from hos_pipelines.domain.person.reporting import settling
from hos_pipelines.domain.profiles import Archetype, zone_of
from hos_pipelines.postgres.fact_store import read_coming, read_facts, read_next_changes
from hos_pipelines.postgres.plan_store import AnalysedFacts, PlanSubject, read_analysed_facts, read_plan_subjects
from hos_pipelines.stages.analysis.free_days import free_days
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment

FACTS_OF_PLANS = (
    *("onset_work", "wake_work", "onset_free", "wake_free", "onset_mean", "wake_mean"),
    *("predicted_wake", "predicted_bed", "cbt_min", "shift_work", "sleep_standing", "sleep_debt_14"),
    *("living", "mode_1_onset", "mode_1_wake", "chronotype", "advice_bed", "advice_wake", "advice_light_end"),
    *("steps_median", "sedentary_duration_median"),
    *("readiness_score_latest", "hrv_state", "rhr_flag"),
)
FIRST_WEEK = timedelta(days=7)
# A readiness of longer ago says nothing of the day that is planned.
READINESS_LASTS = timedelta(days=2)
# No planned day ends later than this after it is planned: tomorrow's, by a roster, lasts 28 hours.
FARTHEST_BED = timedelta(days=3)
RECENT_JOURNAL = timedelta(days=7)
READINESS: Mapping[str, Readiness] = {"Low": "Low", "Medium": "Medium", "High": "High"}

UNKNOWN_ZONE = Refusal(
    "unknown_timezone",
    "no time zone is known and no reading has come; say it with hos person --set timezone=…",
)


@dataclass(frozen=True)
class PlanMaterial:
    """All that the plan of one person is made from; `zone` is None where nothing tells it.

    `facts_change_at` is when a fact begins or ceases to hold though nothing more is said; `said` are the rows that hold
    now or soon, of those of whom one does.
    """

    known: PlanSubject
    facts: PersonFacts
    analysed: Mapping[str, AnalysedFacts]
    engagement: Engagement
    at: GuidanceMoment
    facts_change_at: datetime | None = None
    said: Sequence[ProfileFact] = ()

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
        """Whom the plan is for, as far as their days and nights go.

        Raises:
            ValueError: no zone is known.
        """
        if self.zone is None:
            raise ValueError(f"{self.known.profile_id} has no zone.")
        values: dict[str, Any] = {}
        for one in self.analysed.values():
            values |= one.values
        days = (self.today - timedelta(days=3), self.today + timedelta(days=3))
        return RoutineSubject(
            profile_id=self.known.profile_id,
            archetype=Archetype(self.known.archetype),
            zone=self.zone,
            facts=values,
            preferred=preferences_of(self.facts, self.at.now),
            roster=roster_of(self.facts),
            work_hours=work_hours_of(self.facts),
            week=week_of(self.facts, free_days(self.at.settings.analysis, self._country, days)),
        )

    @cached_property
    def subject_of_day(self) -> RoutineSubject:
        """The same with what holds on the planned day: a waking day that goes on after midnight stays what it was.

        Raises:
            ValueError: no zone is known.
        """
        subject, first = self.subject, self.known.first_plan_date
        known_on = min(self.today, self.planned_date)
        return replace(
            subject,
            is_new=first is None or known_on - first < FIRST_WEEK,
            readiness=self._readiness(known_on),
            age=age_of(self.facts_of_day, known_on),
            flags=flags_of(self.facts_of_day, known_on),
            experiences=self._experiences(subject.zone, known_on),
            keeps_journal=any(one.journal_date > known_on - RECENT_JOURNAL for one in self.engagement.journals),
        )

    @cached_property
    def facts_of_day(self) -> PersonFacts:
        """What holds in the waking hours that are planned, as known now; what restricts counts if it ever does."""
        day = self.day
        if isinstance(day, Refusal):
            return self.facts
        return facts_of_span(self.facts, self.said, max(self.at.now, day.wake), day.bed)

    @property
    def _country(self) -> str | None:
        fact = self.facts.get(FactKey.COUNTRY)
        return None if fact is None else str(fact.value)

    def _readiness(self, day: date) -> Readiness | None:
        found = self.analysed.get(AnalysisType.BEHAVIOR)
        if found is None or found.data_through is None or day - found.data_through > READINESS_LASTS:
            return None
        return READINESS.get(found.readiness or "")

    def _experiences(self, zone: tzinfo, day: date) -> Experiences:
        if not self.engagement.items:
            return NO_EXPERIENCES
        # Asked once for each check-in and journal, of a few weeks' days.
        settles = settling(self.engagement, zone)
        return experiences_of(self.engagement, day, zone, settles, self.at.now)

    @cached_property
    def day(self) -> WakingDay | Refusal:
        """The waking day that a plan asked for now is for, or why there is none."""
        if self.zone is None:
            return UNKNOWN_ZONE
        try:
            day = plan_day(self.subject, self.at.now)
            return waking_day(self.subject, day, anchors_on(self.subject, day))
        except NoAnchorsError as error:
            return refusal_of(error)

    @cached_property
    def anchors(self) -> Anchors:
        """Getting up and going to bed of that day.

        Raises:
            NoAnchorsError: there is no such day.
        """
        return anchors_on(self.subject, self.planned_date)

    def day_anchors(self, day: WakingDay) -> DayAnchors:
        """What meals of that day hang on: its waking hours, the shift of the roster, and low hours."""
        subject = self.subject
        zones = zones_of_day(subject.facts, self.anchors.times.wake, day.waking_slots)
        bed = advised_bed(subject.facts, self.anchors.times.wake, day.waking_slots * SLOT_MINUTES)
        anchors = day_anchors_of(day, self.anchors, zones, self._shift(day.day))
        return anchors if bed is None else replace(anchors, eats_for=day.at(bed))

    def _shift(self, day: date) -> TimedSpan | None:
        """The shift of a waking day: of the roster, or hours of work that lie in the night."""
        subject = self.subject
        hours = work_of_waking_day(subject.works_on, day)
        if hours is None or (subject.roster is None and not hours.is_by_night):
            return None
        return timed_work(hours, day, subject.zone, ("work_hours" if subject.roster is None else "roster",))

    @property
    def planned_date(self) -> date:
        """The local date of the planned waking; today where none can be planned."""
        return self.today if isinstance(self.day, Refusal) else self.day.day


def read_plan_material(
    connection: Connection[Any],
    kind: PlanKind,
    profile_ids: Sequence[str],
    at: GuidanceMoment,
    engagement: Mapping[str, Engagement] | None = None,
) -> dict[str, PlanMaterial]:
    """What there is of these people, by a query for each kind of row."""
    known = read_plan_subjects(connection, kind, profile_ids)
    analysed = read_analysed_facts(connection, profile_ids, FACTS_OF_PLANS)
    facts = read_facts(connection, profile_ids, at.now)
    changes = read_next_changes(connection, profile_ids, at.now)
    until = at.now + FARTHEST_BED
    said = read_coming(connection, [key for key, change in changes.items() if change < until], at.now, until)
    done = engagement or {}
    return {
        key: PlanMaterial(
            known=one,
            facts=facts[key],
            analysed=analysed.get(key, {}),
            engagement=done.get(key, Engagement()),
            at=at,
            facts_change_at=changes.get(key),
            said=said.get(key, ()),
        )
        for key, one in known.items()
    }


def refusal_of(error: ValueError) -> Refusal:
    """The refusal that the text of an error tells: a code, a colon, a sentence."""
    code, separator, sentence = str(error).partition(": ")
    return Refusal(code, sentence) if separator else Refusal("no_plan", str(error))


def refused_plan(
    material: PlanMaterial, kind: PlanKind, refusal: Refusal, fingerprint: str, library_version: str
) -> Guidance[PlanRow]:
    """Why there is no plan of a day, as it is stored and told."""
    row = PlanRow(
        kind=kind,
        plan_date=material.planned_date,
        status=PlanStatus.REFUSED,
        fingerprint=fingerprint,
        zone=str(material.zone or "UTC"),
        wakes_at=None,
        beds_at=None,
        notes=(),
        contract={},
        items=(),
        library_version=library_version,
        refusal=refusal,
    )
    return Guidance(row, PlanStatus.REFUSED.value, {"items": 0, "counted": 0}, (refusal.reason,))


def good_until(material: PlanMaterial, at: GuidanceMoment) -> datetime | None:
    """Three hours before the end of the planned day; of a day that cannot be planned, its end.

    Sooner where time alone changes what a plan may be: a fact begins or ceases to hold, or the person is a year older.
    Without a zone only a fact does.
    """
    del at
    ends = [material.facts_change_at]
    if material.zone is not None:
        birthday = next_birthday(material.facts, material.today)
        ends.append(None if birthday is None else local_instant(birthday, 0, material.zone))
        tomorrow = local_instant(material.today + timedelta(days=1), 0, material.zone)
        ends.append(tomorrow if isinstance(material.day, Refusal) else material.day.good_until)
    return min((one.astimezone(UTC) for one in ends if one is not None), default=None)
