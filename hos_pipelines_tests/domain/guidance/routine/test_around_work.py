"""Nobody is planned to sleep while they say that they work: nights that would fall into it are laid around it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.routine.anchors import NoAnchorsError, completed
from hos_pipelines.domain.guidance.routine.subject import Preferences, RoutineSubject, anchors_on, waking_day
from hos_pipelines.domain.person.hours import ClockSpan, span_of
from hos_pipelines.domain.person.roster import Roster, Shift
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.domain.work_week import WorkWeek

UTC_ZONE = ZoneInfo("UTC")
SUNDAY = date(2026, 11, 1)
ONE_DAY = timedelta(days=1)
NIGHTS = Roster(pattern=(Shift.NIGHT, Shift.NIGHT, Shift.OFF), starts=SUNDAY)
MEASURED: dict[str, float | str | None] = {
    "living": "by night",
    "onset_work": 23.0,
    "wake_work": 7.0,
    "onset_free": 23.5,
    "wake_free": 8.0,
}
PREFERRED = Preferences(22 * 60 + 30, 6 * 60 + 30, 40, ("sleep_time_work", "wake_time_work"))
BOTH_KINDS = {"work": PREFERRED, "free": PREFERRED}
# Sunday to Thursday.
WEEK = WorkWeek(free_weekdays=frozenset({4, 5}))


def somebody(**known: Any) -> RoutineSubject:
    return RoutineSubject("somebody", Archetype.PEAK_PERFORMER, UTC_ZONE, **{"facts": {}, **known})


def clocks(subject: RoutineSubject, days: int, start: date = SUNDAY) -> list[str]:
    """Getting up and going to bed of each day, the date of the latter as `+1` where it is the next one."""
    told = []
    for day in (start + n * ONE_DAY for n in range(days)):
        waking = waking_day(subject, day, anchors_on(subject, day))
        told.append(f"{waking.wake:%H:%M}-{waking.bed:%H:%M}{'+1' * (waking.bed.date() > day)}")
    return told


def nights_of(subject: RoutineSubject, days: int) -> list[tuple[datetime, datetime]]:
    waking = [waking_day(subject, day, anchors_on(subject, day)) for day in (SUNDAY + n * ONE_DAY for n in range(days))]
    return [(one.bed, after.wake) for one, after in pairwise(waking)]


def work_of(subject: RoutineSubject, days: int) -> list[tuple[datetime, datetime]]:
    found = []
    for day in (SUNDAY + n * ONE_DAY for n in range(-1, days + 1)):
        if (span := subject.works_on(day)) is not None:
            start = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=span.start)
            found.append((start, start + timedelta(minutes=span.minutes)))
    return found


def test_the_roster_goes_before_hours_of_sleep_that_fall_into_its_shifts_and_the_wish_stays_on_other_days() -> None:
    subject = somebody(preferred=BOTH_KINDS, roster=NIGHTS)
    assert clocks(subject, 4) == ["06:30-07:00+1", "14:00-07:00+1", "14:00-22:30", "06:30-07:00+1"]
    first = anchors_on(subject, SUNDAY)
    assert (first.times.source, first.notes, first.is_partial) == ("roster", ("preference_at_work",), True)
    assert first.times.fact_ids == ("roster", "sleep_time_work", "wake_time_work")
    assert anchors_on(subject, SUNDAY + ONE_DAY).times.fact_ids == ("roster",)


@pytest.mark.parametrize("shift", [Shift.OFF, Shift.DAY])
def test_stated_hours_that_touch_no_shift_stay(shift: Shift) -> None:
    subject = somebody(preferred=BOTH_KINDS, roster=Roster(pattern=(shift,), starts=SUNDAY))
    assert clocks(subject, 3) == ["06:30-22:30"] * 3
    assert (anchors_on(subject, SUNDAY).times.source, anchors_on(subject, SUNDAY).notes) == ("stated", ())


def test_an_early_shift_moves_the_evening_before_it_too() -> None:
    roster = Roster(dates={SUNDAY: Shift.OFF, SUNDAY + ONE_DAY: Shift.EARLY, SUNDAY + 2 * ONE_DAY: Shift.OFF})
    assert clocks(somebody(preferred=BOTH_KINDS, roster=roster), 3) == ["06:30-20:30", "04:30-22:30", "06:30-22:30"]


def test_a_day_that_the_roster_does_not_name_begins_after_the_night_shift_before_it() -> None:
    roster = Roster(dates={SUNDAY: Shift.NIGHT})
    assert clocks(somebody(roster=roster), 3) == ["07:00-07:00+1", "14:00-23:00", "07:00-23:00"]
    assert clocks(somebody(preferred=BOTH_KINDS, roster=roster), 3) == ["06:30-07:00+1", "14:00-22:30", "06:30-22:30"]


@pytest.mark.parametrize("facts", [{}, MEASURED], ids=["typical", "measured"])
def test_hours_of_work_by_night_are_laid_as_a_roster_of_them(facts: dict[str, float | str | None]) -> None:
    subject = somebody(facts=facts, week=WEEK, work_hours=span_of("22:00-06:00"))
    laid = clocks(subject, 7)
    assert laid[1:5] == ["14:00-07:00+1"] * 4
    assert laid[5].startswith("14:00-")
    assert anchors_on(subject, SUNDAY + ONE_DAY).notes == ("around_work",)
    assert anchors_on(subject, SUNDAY + ONE_DAY).times.fact_ids == ("work_hours",)
    assert not anchors_on(subject, SUNDAY + ONE_DAY).is_partial
    assert subject.works_nights


def test_work_that_begins_at_midnight_is_of_the_day_before() -> None:
    subject = somebody(week=WEEK, work_hours=span_of("00:00-08:00"))
    assert clocks(subject, 4)[1:] == ["16:00-09:00+1"] * 3
    # Friday and Saturday are free: Saturday night leads to the work of Sunday.
    assert clocks(subject, 3, SUNDAY + 4 * ONE_DAY) == ["16:00-23:00", "07:00-23:00", "07:00-09:00+1"]


def test_hours_of_work_by_day_leave_a_night_as_it_is() -> None:
    subject = somebody(week=WEEK, work_hours=span_of("09:00-17:30"))
    assert anchors_on(subject, SUNDAY) == anchors_on(somebody(week=WEEK), SUNDAY)


spans = st.builds(ClockSpan, st.integers(0, 95).map(lambda n: n * 15), st.integers(0, 95).map(lambda n: n * 15)).filter(
    lambda span: 240 <= span.minutes <= 12 * 60
)
stated = st.builds(
    lambda bed, asleep: Preferences(bed, (bed + asleep) % 1440, 100, ("sleep_time_work", "wake_time_work")),
    st.integers(0, 95).map(lambda n: n * 15),
    st.integers(16, 40).map(lambda n: n * 15),
)


@settings(max_examples=300, derandomize=True)
@given(spans, st.one_of(st.none(), stated), st.sampled_from([{}, MEASURED]))
def test_no_night_lies_in_work(
    span: ClockSpan, preferred: Preferences | None, facts: dict[str, float | str | None]
) -> None:
    wishes = {} if preferred is None else {"work": preferred, "free": preferred}
    subject = somebody(facts=facts, week=WEEK, work_hours=span, preferred=wishes)
    for bed, wake in nights_of(subject, 9):
        assert bed < wake
        for start, end in work_of(subject, 9):
            assert min(wake, end) <= max(bed, start), (bed, wake, start, end)


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from(list(Shift)), min_size=1, max_size=6), st.one_of(st.none(), stated))
def test_no_night_lies_in_a_shift_of_the_usual_hours(shifts: list[Shift], preferred: Preferences | None) -> None:
    # After a night at work there is no sleep before a shift of the same morning.
    assume(not {(Shift.NIGHT, Shift.EARLY), (Shift.NIGHT, Shift.DAY)} & {*pairwise([*shifts, shifts[0]])})
    wishes = {} if preferred is None else {"work": preferred, "free": preferred}
    subject = somebody(roster=Roster(pattern=tuple(shifts), starts=SUNDAY), preferred=wishes)
    for bed, wake in nights_of(subject, 9):
        for start, end in work_of(subject, 9):
            assert min(wake, end) <= max(bed, start), (bed, wake, start, end)


@pytest.mark.parametrize(
    ("facts", "bed", "wake", "expected", "fact_ids"),
    [
        ({}, None, 330, "05:30-21:30", ("wake_time_work", "typical_night")),
        ({}, 21 * 60, None, "05:00-21:00", ("sleep_time_work", "typical_night")),
        (MEASURED, None, 360, "06:00-22:00", ("wake_time_work", "onset_work", "wake_work")),
    ],
)
def test_one_time_of_sleep_alone_is_followed_and_the_other_laid_by_the_usual_night(
    facts: dict[str, float | str | None], bed: int | None, wake: int | None, expected: str, fact_ids: tuple[str, ...]
) -> None:
    name = "sleep_time_work" if wake is None else "wake_time_work"
    preferred = {"work": Preferences(bed, wake, 0, (name,))}
    subject = somebody(facts=facts, week=WEEK, preferred=preferred)
    anchors = anchors_on(subject, SUNDAY)
    assert clocks(subject, 1) == [expected]
    assert (anchors.notes, anchors.times.fact_ids) == (("other_time_laid",), fact_ids)


def test_one_time_far_from_what_is_measured_is_approached() -> None:
    preferred = {"work": Preferences(None, 4 * 60 + 30, 1, ("wake_time_work",))}
    subject = somebody(facts=MEASURED, week=WEEK, preferred=preferred)
    assert clocks(subject, 1) == ["06:30-22:30"]
    assert anchors_on(subject, SUNDAY).notes == ("on_the_way", "other_time_laid")


def test_a_contradictory_wish_of_another_kind_of_day_leaves_this_one_alone() -> None:
    swapped = Preferences(7 * 60, 7 * 60, 3, ("sleep_time_free", "wake_time_free"))
    subject = somebody(week=WEEK, work_hours=span_of("09:00-17:00"), preferred={"free": swapped})
    assert clocks(subject, 5) == ["07:00-23:00"] * 5
    with pytest.raises(NoAnchorsError):
        anchors_on(subject, SUNDAY + 5 * ONE_DAY)


def test_no_time_said_completes_nothing() -> None:
    with pytest.raises(ValueError, match="Neither"):
        completed(None, None, (), anchors_on(somebody(), SUNDAY).times)
