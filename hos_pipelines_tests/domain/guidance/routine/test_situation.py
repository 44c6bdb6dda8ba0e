from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.routine.anchors import Anchors, SleepTimes
from hos_pipelines.domain.guidance.routine.day_blocks import ZoneSpan
from hos_pipelines.domain.guidance.routine.experiences import Experiences, experiences_of
from hos_pipelines.domain.guidance.routine.needs import DayCircumstances, met_needs
from hos_pipelines.domain.guidance.routine.shift_times import roster_times
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, anchors_on
from hos_pipelines.domain.guidance.routine.zones_of_day import zones_of_day
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.reporting import settles_at
from hos_pipelines.domain.person.roster import Roster, Shift
from hos_pipelines.domain.profiles import Archetype

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = date(2026, 11, 28)
USUAL = SleepTimes(23 * 60, 7 * 60, "usual", ("usual_wake",))
NAMESPACE = UUID("6f1c1f7c-55d5-4a0e-9d5c-1d1f2a3b4c5d")
FACTS: dict[str, float | str | None] = {
    "zone_recovery_1_start": 7.0,
    "zone_recovery_1_end": 8.5,
    "zone_peak_1_start": 10.0,
    "zone_peak_1_end": 13.0,
    "zone_peak_2_start": 20.0,
    "zone_peak_2_end": 23.0,
    "zone_sleep_1_start": 23.0,
    "zone_sleep_1_end": 7.0,
    "zone_maintenance_1_start": None,
    "zone_maintenance_1_end": None,
}


def test_zones_stand_at_hours_of_the_clock() -> None:
    assert zones_of_day(FACTS, 7 * 60, 64) == (
        ZoneSpan("recovery", 0, 6, "zone_recovery_1"),
        ZoneSpan("peak", 12, 24, "zone_peak_1"),
        ZoneSpan("peak", 52, 64, "zone_peak_2"),
    )


def test_who_gets_up_later_has_the_rest_of_the_first_zone_and_who_earlier_the_same_peak() -> None:
    assert zones_of_day(FACTS, 8 * 60, 60)[0] == ZoneSpan("recovery", 0, 2, "zone_recovery_1")
    assert zones_of_day(FACTS, 6 * 60, 64)[1] == ZoneSpan("peak", 16, 28, "zone_peak_1")


def test_no_zone_is_told_where_the_facts_say_none() -> None:
    assert zones_of_day({"zone_peak_1_start": None, "zone_peak_1_end": None}, 420, 64) == ()


@pytest.mark.parametrize(
    ("shifts", "wake", "bed"),
    [
        ("off day off", "06:30", "23:00"),
        ("off early early", "04:30", "20:30"),
        ("day late late", "07:00", "23:00"),
        ("off night night", "07:00", "07:00"),
        ("night night night", "14:00", "07:00"),
        ("night off off", "14:00", "23:00"),
        ("off off early", "07:00", "20:30"),
        ("off off off", "07:00", "23:00"),
    ],
)
def test_sleep_follows_the_roster(shifts: str, wake: str, bed: str) -> None:
    days = [SATURDAY + timedelta(days=n) for n in (-1, 0, 1)]
    roster = Roster(dates=dict(zip(days, map(Shift, shifts.split()), strict=True)))
    times = roster_times(roster, SATURDAY, USUAL)
    assert times is not None
    assert tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (times.wake, times.bed)) == (wake, bed)
    assert times.fact_ids == ("roster",)


def test_a_day_that_the_roster_does_not_name_is_not_its_own() -> None:
    assert roster_times(Roster(dates={SATURDAY: Shift.NIGHT}), SATURDAY + timedelta(days=5), USUAL) is None


def needs(facts: dict[str, float | str | None], **given: object) -> set[str]:
    circumstances = DayCircumstances(SATURDAY, Anchors(USUAL), **given)  # type: ignore[arg-type]
    return set(met_needs(facts, circumstances))


def test_a_need_without_a_fact_is_not_met() -> None:
    assert needs({}) == {"wake", "bed", "meals"}
    assert needs(FACTS) == {"wake", "bed", "meals", "zone_peak", "zone_recovery", "focus_block"}


def test_needs_are_met_by_what_is_so() -> None:
    assert "sleep_debt_14" in needs({"sleep_standing": "short", "sleep_debt_14": 8.0})
    assert "sleep_debt_14" not in needs({"sleep_standing": "enough", "sleep_debt_14": 8.0})
    assert "shift_work" in needs({"shift_work": "yes"}) & needs({}, is_shift_worker=True)
    assert "shift_work" not in needs({"shift_work": "no"})
    assert needs({"hrv_state": "below"}, readiness="Low") - needs({}) == {"readiness_low"}
    assert needs({}, age=70, work_facts=("work_days",), keeps_journal=True) - needs({}) == {
        "age_65_plus",
        "work_day",
        "journal",
    }


def item(task: str, day: date) -> PlanItem:
    key = uuid5(NAMESPACE, f"{task} {day}")
    known = datetime.combine(day, datetime.min.time(), UTC)
    return PlanItem("somebody", key, task, day, task, None, None, is_counted=True, recorded_at=known)


def said(
    of: PlanItem, status: str, hour: int | None = None, rating: int | None = None, again: str | None = None
) -> Checkin:
    done = None if hour is None else datetime(of.plan_date.year, of.plan_date.month, of.plan_date.day, hour, tzinfo=UTC)
    return Checkin(
        profile_id=of.profile_id,
        id=uuid5(NAMESPACE, f"said {of.id}"),
        plan_item_id=of.id,
        planned_date=of.plan_date,
        status=Completion(status),
        done_at=done,
        satisfaction=rating,
        again=None if again is None else Again(again),
        skip_reason=None,
        has_note=False,
        recorded_at=of.recorded_at + timedelta(hours=20),
    )


def known_of(engagement: Engagement) -> Experiences:
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    return experiences_of(engagement, SATURDAY, BERLIN, lambda day: settles_at(day, BERLIN), at)


def test_silent_days_count_for_no_task_and_unnamed_ones_of_spoken_days_do() -> None:
    days = [SATURDAY - timedelta(days=n) for n in range(3, 9)]
    walks, reads = [item("walk", day) for day in days], [item("read", day) for day in days]
    checkins = [said(walk, "completed", hour=7, rating=4) for walk in walks[:4]]
    known = known_of(Engagement([*walks, *reads], checkins, []))
    walk, read = known.by_task["walk"], known.by_task["read"]
    assert (walk.due, walk.done, walk.rating, walk.days_since_used) == (4, 4.0, 4.0, 3)
    assert (read.due, read.done, read.verdict) == (4, 0.0, "open")
    assert known.own_mean == 0.5
    assert known.usual_minutes == {"walk": 8 * 60}


def test_too_few_times_have_no_usual_hour_and_nothing_said_has_the_first_guess() -> None:
    walks = [item("walk", SATURDAY - timedelta(days=n)) for n in range(3, 6)]
    assert known_of(Engagement(walks, [said(one, "completed", hour=7) for one in walks], [])).usual_minutes == {}
    silent = known_of(Engagement(walks, [], []))
    assert (silent.own_mean, silent.by_task["walk"].due) == (0.7, 0)


def test_dislike_is_counted_over_four_weeks_and_unwillingness_over_one() -> None:
    near, far = item("walk", SATURDAY - timedelta(days=3)), item("walk", SATURDAY - timedelta(days=20))
    checkins = [said(near, "skipped", rating=1, again="maybe"), said(far, "skipped", rating=1, again="no")]
    walk = known_of(Engagement([far, near], checkins, [])).by_task["walk"]
    assert (walk.low_ratings, walk.no, walk.maybe) == (2, 0.0, 1.0)


TWO_GROUPS: dict[str, float | str | None] = {
    "living": "changing",
    "onset_work": 6.25,
    "wake_work": 13.25,
    "onset_free": 1.25,
    "wake_free": 8.75,
    "mode_1_onset": 0.75,
    "mode_1_wake": 8.25,
}


def test_who_sleeps_at_two_hours_is_planned_by_those_of_most_nights_and_by_no_mean() -> None:
    subject = RoutineSubject("somebody", Archetype.PEAK_PERFORMER, BERLIN, TWO_GROUPS)
    anchors = anchors_on(subject, SATURDAY)
    assert (anchors.times.bed, anchors.times.wake, anchors.notes) == (45, 8 * 60 + 15, ("changing_hours",))
    unknown = replace(subject, facts={**TWO_GROUPS, "mode_1_onset": None})
    assert anchors_on(unknown, SATURDAY).times.source == "default"
    roster = Roster(dates={SATURDAY: Shift.LATE, SATURDAY - timedelta(days=1): Shift.OFF})
    assert anchors_on(replace(subject, roster=roster), SATURDAY).times.wake == 8 * 60 + 15


WEEKEND: dict[str, float | str | None] = {
    "living": "by night",
    "onset_work": 23.0,
    "wake_work": 6.0,
    "onset_free": 1.5,
    "wake_free": 9.5,
}


def test_a_day_ends_before_the_night_that_comes() -> None:
    subject = RoutineSubject("somebody", Archetype.PEAK_PERFORMER, BERLIN, WEEKEND)
    days = {at: anchors_on(subject, SATURDAY + timedelta(days=at)).times for at in (-1, 0, 1, 2)}
    assert [(one.wake / 60, one.bed / 60) for one in days.values()] == [(6, 1.5), (9.5, 1.5), (9.5, 23), (6, 23)]
    assert days[1].fact_ids == ("onset_work", "wake_free")
    assert all(not anchors_on(subject, SATURDAY + timedelta(days=at)).notes for at in days)


def test_on_a_free_day_nobody_is_planned_later_than_the_advice_asks_to_get_up() -> None:
    subject = RoutineSubject("somebody", Archetype.PEAK_PERFORMER, BERLIN, {**WEEKEND, "advice_wake": 8.0})
    assert anchors_on(subject, SATURDAY).times.wake == 8 * 60
    assert anchors_on(subject, SATURDAY + timedelta(days=2)).times.wake == 6 * 60
