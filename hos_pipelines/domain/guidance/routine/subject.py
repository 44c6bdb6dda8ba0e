"""Whom a routine is made for, and the day it is made for: from what is known to the input of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from hos_pipelines.domain.circadian.advice_sources import EARLIEST_HOUR
from hos_pipelines.domain.circadian.effort import EARLIEST_TYPE, is_early_type
from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.routine.anchors import (
    DAY,
    LEAST_IN_BED,
    MOST_IN_BED,
    TYPICAL,
    Anchors,
    NoAnchorsError,
    Note,
    SleepTimes,
    Source,
    anchors_of,
    completed,
    shorter_way,
)
from hos_pipelines.domain.guidance.routine.choose import Chooser
from hos_pipelines.domain.guidance.routine.experiences import Experiences
from hos_pipelines.domain.guidance.routine.limits import Readiness, limits_of
from hos_pipelines.domain.guidance.routine.needs import DayCircumstances, FactValues, met_needs
from hos_pipelines.domain.guidance.routine.plan import RoutineInput
from hos_pipelines.domain.guidance.routine.settled import NO_STATE, Settled, settled_for
from hos_pipelines.domain.guidance.routine.shift_times import (
    bed_around,
    bed_between,
    falls_into_work,
    roster_times,
    wake_around,
)
from hos_pipelines.domain.guidance.routine.task_hours import SHADE, hours_of_tasks
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay
from hos_pipelines.domain.guidance.routine.work_of_day import work_of_day
from hos_pipelines.domain.guidance.routine.zones_of_day import zones_of_day
from hos_pipelines.domain.person.hours import ClockSpan
from hos_pipelines.domain.person.roster import Roster, works_by_night
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.domain.work_week import WorkWeek

HOUR = 60
NO_EXPERIENCES = Experiences({}, 0.7, {})
# Whom the advice asks for no light in the morning and no dim evening, as tasks name it.
EARLIEST = "earliest_type"
# The advice brings bed forward by no more; what lies further off is of another kind of day.
MOST_EARLIER, MOST_LIE_IN = 90, 240
# From so many minutes awake on, a day with a night at work is told as a long one: that of the first of some nights.
LONG_DAY = 20 * HOUR
KINDS_OF_BED = ("onset_work", "onset_free")
CHANGING, LARGER_GROUP = "changing", ("mode_1_onset", "mode_1_wake")
COOL_DOWN_DAYS = 2
ONE_DAY = timedelta(days=1)
# What is not so of a day that is laid around work.
NOT_AROUND_WORK: frozenset[Note] = frozenset({"short_night", "long_night", "default_times", "changing_hours"})


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody prefers on one kind of day, as minutes of the local day, and since how many days.

    One of the two may not be said.
    """

    bed: int | None
    wake: int | None
    since_days: int
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutineSubject:
    """All that is known of somebody for a routine.

    `facts` are values of both analyses' facts by id; `preferred` by kind of day (`work`, `free`). `readiness` is None
    where it is not known, or not of the last days. `state` is what adaptation has settled that holds on the day, and
    `replaced` the tasks that plans of the days before have replaced, with the day of the plan.
    """

    profile_id: str
    archetype: Archetype
    zone: tzinfo
    facts: FactValues
    state: AdaptationState = NO_STATE
    replaced: Mapping[str, date] = field(default_factory=dict)
    is_new: bool = False
    readiness: Readiness | None = None
    age: int | None = None
    flags: frozenset[str] = frozenset()
    preferred: Mapping[str, Preferences] = field(default_factory=dict)
    roster: Roster | None = None
    work_hours: ClockSpan | None = None
    week: WorkWeek = field(default_factory=WorkWeek)
    experiences: Experiences = NO_EXPERIENCES
    keeps_journal: bool = False

    def is_free(self, day: date) -> bool:
        """Whether a day is free, by the roster where it says so, else by the week."""
        by_roster = None if self.roster is None else self.roster.is_free(day)
        return self.week.is_free(day) if by_roster is None else by_roster

    @property
    def works_nights(self) -> bool:
        """Whether they say that they work by night, on a roster or at hours of each work day."""
        return works_by_night(self.roster, self.work_hours)

    def works_on(self, day: date) -> ClockSpan | None:
        """The hours of work that begin on a date: of the roster where it says so, else of each work day."""
        if self.roster is not None and self.roster.shift_on(day) is not None:
            return self.roster.span_on(day)
        return None if self.is_free(day) else self.work_hours


def plan_day(subject: RoutineSubject, now: datetime) -> date:
    """The day a plan asked for now is for: the running one until three hours before bed, then the next.

    Who gets up in the afternoon is still in yesterday's day after midnight.

    Raises:
        NoAnchorsError: there are no times of sleep to go by today.
    """
    today = now.astimezone(subject.zone).date()
    if _is_still_in(subject, today - timedelta(days=1), now):
        return today - timedelta(days=1)
    is_today = waking_day(subject, today, anchors_on(subject, today)).is_planned_at(now)
    return today if is_today else today + timedelta(days=1)


def _is_still_in(subject: RoutineSubject, yesterday: date, now: datetime) -> bool:
    """Whether yesterday's waking day goes on; one that could not be planned is over."""
    try:
        return waking_day(subject, yesterday, anchors_on(subject, yesterday)).is_planned_at(now)
    except NoAnchorsError:
        return False


def anchors_on(subject: RoutineSubject, day: date) -> Anchors:
    """Getting up and going to bed on one day. A night that would fall into work is laid around it, at both its ends.

    Raises:
        NoAnchorsError: a contradictory preference, and nothing measured to go by instead.
    """
    own = _known_anchors(subject, day)
    times = own.times
    if times.source == "roster" or (subject.roster is None and subject.work_hours is None):
        return own
    before, after = (_times_if_any(subject, day + n * ONE_DAY) for n in (-1, 1))
    is_morning_at_work = before is not None and falls_into_work(subject.works_on, day - ONE_DAY, before, times)
    is_evening_at_work = after is not None and falls_into_work(subject.works_on, day, times, after)
    if not is_morning_at_work and not is_evening_at_work:
        return own
    wake = wake_around(subject.works_on, day, times) if is_morning_at_work else times.wake
    if is_evening_at_work:
        bed = bed_around(subject.works_on, day, times, wake)
    else:
        bed = times.bed if after is None else bed_between(times, wake, after.wake + DAY)
    work = "work_hours" if subject.roster is None else "roster"
    laid_at_both = is_morning_at_work and is_evening_at_work
    left: list[Note] = [note for note in own.notes if note not in NOT_AROUND_WORK]
    left.append("preference_at_work" if times.source == "stated" else "around_work")
    facts = (work,) if laid_at_both else (work, *times.fact_ids)
    return replace(own, times=SleepTimes(bed, wake, "roster", facts), notes=tuple(left))


def _times_if_any(subject: RoutineSubject, day: date) -> SleepTimes | None:
    try:
        return _known_anchors(subject, day).times
    except NoAnchorsError:
        return None


def _known_anchors(subject: RoutineSubject, day: date) -> Anchors:
    """By what is stated, on the roster, measured or typical, whatever the work of the days around asks."""
    kind = "free" if subject.is_free(day) else "work"
    changes = subject.facts.get("living") == CHANGING
    measured = list(_of_the_larger_group(subject.facts) if changes else _measured(subject.facts, kind))
    usual = measured[0] if measured else TYPICAL
    by_roster = None
    if subject.roster is not None:
        by_roster = roster_times(subject.roster, day, usual)
    preferred = subject.preferred.get(kind)
    stated = None if preferred is None else completed(preferred.bed, preferred.wake, preferred.fact_ids, usual)
    others = [*([] if by_roster is None else [by_roster]), *measured]
    anchors = anchors_of(stated, 0 if preferred is None else preferred.since_days, others)
    if preferred is not None and None in (preferred.bed, preferred.wake) and anchors.times.source == "stated":
        return replace(anchors, notes=(*anchors.notes, "other_time_laid"))
    if anchors.times.fact_ids == LARGER_GROUP:
        return replace(anchors, notes=(*anchors.notes, "changing_hours"))
    return _to_the_next_night(anchors, subject.facts, "free" if subject.is_free(day + timedelta(days=1)) else "work")


def waking_day(subject: RoutineSubject, day: date, anchors: Anchors) -> WakingDay:
    """The waking day as instants."""
    return WakingDay.of(day, anchors.times.wake, anchors.times.bed, subject.zone)


def routine_input(subject: RoutineSubject, day: date) -> RoutineInput:
    """The input of the routine of one day.

    Raises:
        NoAnchorsError: there are no times of sleep to go by.
    """
    anchors = anchors_on(subject, day)
    waking = waking_day(subject, day, anchors)
    wake = anchors.times.wake
    work = work_of_day(waking, subject.works_on, subject.roster, subject.week)
    bed = waking.waking_slots * SLOT_MINUTES
    advised = advised_bed(subject.facts, wake, bed)
    zones = zones_of_day(subject.facts, wake, waking.waking_slots)
    facts = subject.facts if zones else {key: one for key, one in subject.facts.items() if not key.startswith("zone_")}
    circumstances = DayCircumstances(
        day=day,
        anchors=anchors,
        readiness=subject.readiness,
        work_facts=work.fact_ids,
        is_shift_worker=subject.works_nights,
        age=subject.age,
        keeps_journal=subject.keeps_journal,
    )
    settled = settled_for(subject.state, subject.archetype, day, subject.replaced)
    return RoutineInput(
        waking_day=waking,
        anchors=anchors,
        zones=zones,
        chooser=_chooser(subject, day, settled, works_by_night=bool(work.nights)),
        met=met_needs(facts, circumstances),
        light_from=_light_from(subject.facts, wake),
        work=work.spans,
        first_night=next((night for night in work.nights if night.start > 0), None) if bed >= LONG_DAY else None,
        settled=settled,
        hours=hours_of_tasks(bed if advised is None else advised, work.ends),
        advised_bed=advised,
        is_early_type=is_early_type(subject.facts.get("chronotype")),
    )


def _chooser(subject: RoutineSubject, day: date, settled: Settled, *, works_by_night: bool) -> Chooser:
    known = subject.experiences
    return Chooser(
        profile_id=subject.profile_id,
        day=day,
        archetypes=settled.archetypes,
        mode=subject.readiness or "Medium",
        limits=limits_of(
            settled.archetypes, settled.stage, subject.readiness, is_new=subject.is_new, fewer=settled.fewer_items
        ),
        flags=subject.flags | ({EARLIEST} if subject.facts.get("chronotype") == EARLIEST_TYPE else frozenset()),
        experiences=known.by_task,
        own_mean=known.own_mean,
        usual_minutes=known.usual_minutes,
        may_replace=settled.may_replace,
        moved=settled.moved,
        longer=settled.longer,
        resting=settled.resting if works_by_night else settled.resting | {SHADE},
    )


def advised_bed(facts: FactValues, wake: int, bed: int) -> int | None:
    """The minute of the bedtime that is advised for such a day, where it is earlier than the planned one."""
    advised = _minutes_from(facts, "advice_bed", wake)
    return advised if advised is not None and 0 < bed - advised <= MOST_EARLIER else None


def _measured(facts: FactValues, kind: str) -> Sequence[SleepTimes]:
    """Measured times of that kind of day, the nearest first; what is predicted is of the next day of its own kind."""
    pairs = ((f"onset_{kind}", f"wake_{kind}"), ("predicted_bed", "predicted_wake"), ("onset_mean", "wake_mean"))
    found = []
    for bed_id, wake_id in pairs:
        bed, wake = facts.get(bed_id), facts.get(wake_id)
        if isinstance(bed, float) and isinstance(wake, float):
            source: Source = "predicted" if bed_id == "predicted_bed" else "usual"
            times = SleepTimes(_quarter(bed), _quarter(wake), source, (bed_id, wake_id))
            found.append(_as_advised(times, facts) if kind == "free" else times)
    return found


def _of_the_larger_group(facts: FactValues) -> Sequence[SleepTimes]:
    """The hours of most nights of somebody who sleeps at two: their mean is nobody's hour."""
    bed, wake = (facts.get(fact_id) for fact_id in LARGER_GROUP)
    if not isinstance(bed, float) or not isinstance(wake, float):
        return ()
    return [SleepTimes(_quarter(bed), _quarter(wake), "usual", LARGER_GROUP)]


def _to_the_next_night(anchors: Anchors, facts: FactValues, next_kind: str) -> Anchors:
    """With the usual bedtime before the next day: that of a Sunday is one before work."""
    times, bed = anchors.times, facts.get(f"onset_{next_kind}")
    if times.source != "usual" or not isinstance(bed, float) or times.fact_ids[0] not in KINDS_OF_BED:
        return anchors
    if not LEAST_IN_BED <= (times.wake - _quarter(bed)) % DAY <= MOST_IN_BED:
        return anchors
    facts_of_both = (f"onset_{next_kind}", *times.fact_ids[1:])
    return replace(anchors, times=replace(times, bed=_quarter(bed), fact_ids=facts_of_both))


def _as_advised(times: SleepTimes, facts: FactValues) -> SleepTimes:
    """On a free day no later than the advice asks to get up, where free days begin long after work days."""
    advised = facts.get("advice_wake")
    if not isinstance(advised, float) or not 0 < shorter_way(_quarter(advised), times.wake) <= MOST_LIE_IN:
        return times
    return replace(times, wake=_quarter(advised), fact_ids=(*times.fact_ids, "advice_wake"))


def _quarter(hour: float) -> int:
    """A clock hour as a minute of the day, to the nearest quarter of an hour."""
    return round(hour * 4) * 15 % DAY


def _minutes_from(facts: FactValues, fact_id: str, wake: int) -> int | None:
    hour = facts.get(fact_id)
    return (round(hour * HOUR) - wake) % DAY if isinstance(hour, float) else None


def _light_from(facts: FactValues, wake: int) -> int | None:
    """From waking, from six or from the minimum of body temperature, whichever is last, as in the advice.

    None where the advice asks for no light, or the hour of the body clock is not known.
    """
    after = _minutes_from(facts, "cbt_min", wake)
    if after is None or facts.get("advice_light_end") is None:
        return None
    opens = round(EARLIEST_HOUR * HOUR)
    begins = max(after if after < DAY // 2 else 0, opens - wake if wake < opens else 0)
    return -(-begins // SLOT_MINUTES) * SLOT_MINUTES
