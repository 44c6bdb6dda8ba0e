"""Sleep around shifts: when somebody at work gets up and goes to bed on a day. The margins are ours.

Nothing is said of regularity, chronotype or melatonin to who works shifts; the plan follows the work. Work that begins
in the small hours is of the waking day before: its hours count from 24:00 on.
"""

from collections.abc import Callable
from datetime import date, timedelta

from hos_pipelines.domain.guidance.routine.anchors import DAY, LEAST_IN_BED, SleepTimes
from hos_pipelines.domain.person.hours import SMALL_HOURS, ClockSpan
from hos_pipelines.domain.person.roster import Roster

BEFORE_WORK, AFTER_WORK = 90, 60
ASLEEP = 8 * 60
ASLEEP_BY_DAY = 7 * 60
MIDDAY = 12 * 60
LEAST_AWAKE = 6 * 60 + 30
FACT_IDS = ("roster",)
ONE_DAY = timedelta(days=1)

# The hours of work that begin on a date, if any.
Works = Callable[[date], ClockSpan | None]


def roster_times(roster: Roster, day: date, usual: SleepTimes) -> SleepTimes | None:
    """Getting up on a day and going to bed at its end, by the shifts of that day and of its neighbours.

    After a night shift the day begins in the afternoon, an hour of way home and seven of sleep after it ended; a day
    that begins with an early shift begins an hour and a half before it. On days off it is as usual. A bedtime from
    24:00 on is of the next day. None where the roster says nothing of the day, and no shift reaches into it.
    """
    if roster.shift_on(day) is None and _night_of(roster.span_on, day - ONE_DAY) is None:
        return None
    wake = wake_around(roster.span_on, day, usual)
    return SleepTimes(bed_around(roster.span_on, day, usual, wake), wake, "roster", FACT_IDS)


def wake_around(works: Works, day: date, usual: SleepTimes) -> int:
    """The minute of getting up on a day, by the work before and after it."""
    before, here = _night_of(works, day - ONE_DAY), _by_day(works, day) or _night_of(works, day)
    if before is not None:
        rested = (before.end + AFTER_WORK + ASLEEP_BY_DAY) % DAY
        begins = None if here is None else here.start - BEFORE_WORK
        return rested if begins is None or begins <= before.end + AFTER_WORK else min(rested, begins)
    usual_wake = _after_rest(_by_day(works, day - ONE_DAY), usual.wake)
    if here is None:
        return usual_wake
    if here.goes_past_midnight or here.start >= MIDDAY:
        return min(usual_wake, here.start - BEFORE_WORK)
    return here.start - BEFORE_WORK


def bed_around(works: Works, day: date, usual: SleepTimes, wake: int) -> int:
    """The minute of going to bed at the end of a day that begins at `wake`; from 24:00 on it is of the next day."""
    here = _night_of(works, day) or _by_day(works, day)
    bed = _bed(here, _by_day(works, day + ONE_DAY), usual, wake)
    if here is not None and here.goes_past_midnight:
        # Who got up in the morning and works through the night goes to bed a day later, also past the hour they got up.
        return bed + DAY * (bed > wake)
    rising = wake_around(works, day + ONE_DAY, usual) + DAY
    after_work = 0 if here is None else (here.end or DAY) + AFTER_WORK
    at = bed if bed > wake else bed + DAY
    if max(wake + LEAST_AWAKE, after_work) <= at <= rising - LEAST_IN_BED:
        return at
    return max(after_work, rising - _asleep(wake, rising))


def _after_rest(before: ClockSpan | None, wake: int) -> int:
    """The usual minute of getting up, where the work of the day before leaves a night until then."""
    if before is None:
        return wake
    home = (before.end or DAY) + AFTER_WORK - DAY
    return wake if wake >= home + LEAST_IN_BED else home + ASLEEP


def _asleep(wake: int, rising: int) -> int:
    """How long is slept between two times of getting up: who gets up late the day before sleeps less."""
    return min(ASLEEP, max(rising - wake - LEAST_AWAKE, (rising - wake) // 2))


def bed_between(times: SleepTimes, wake: int, rising: int) -> int:
    """The bedtime of these times for who gets up at `wake` and then at `rising`; another where it fits not."""
    bed = times.bed if times.bed > times.wake else times.bed + DAY
    return bed if wake + LEAST_AWAKE <= bed <= rising - LEAST_IN_BED else rising - _asleep(wake, rising)


def work_of_waking_day(works: Works, day: date) -> ClockSpan | None:
    """The work of the waking day that begins on a date; what begins at 24:00 or later is of the next date."""
    return _night_of(works, day) or _by_day(works, day)


def falls_into_work(works: Works, day: date, evening: SleepTimes, morning: SleepTimes) -> bool:
    """Whether the night between a day with these times and the next one with those overlaps work, or is none for it."""
    bed = evening.bed if evening.bed > evening.wake else evening.bed + DAY
    wake = morning.wake + DAY
    spans = [(offset, works(day + offset * ONE_DAY)) for offset in (-1, 0, 1)]
    worked = [(span.start + offset * DAY, span.minutes) for offset, span in spans if span is not None]
    return (bool(worked) and bed >= wake) or any(start < wake and bed < start + minutes for start, minutes in worked)


def _night_of(works: Works, day: date) -> ClockSpan | None:
    """What is worked in the night at the end of a waking day."""
    here, after = works(day), works(day + ONE_DAY)
    if after is not None and after.start < SMALL_HOURS:
        return ClockSpan(after.start + DAY, after.end)
    return here if here is not None and here.goes_past_midnight and here.start >= SMALL_HOURS else None


def _by_day(works: Works, day: date) -> ClockSpan | None:
    here = works(day)
    return None if here is None or here.start < SMALL_HOURS else here


def _bed(here: ClockSpan | None, after: ClockSpan | None, usual: SleepTimes, wake: int) -> int:
    if here is not None and (here.goes_past_midnight or here.end >= DAY - AFTER_WORK or here.end == 0):
        return (here.end + AFTER_WORK) % DAY
    if here is not None and here.start >= MIDDAY:
        return max(usual.bed, here.end + AFTER_WORK) % DAY if usual.bed >= MIDDAY else usual.bed
    bed = usual.bed
    if after is not None and not after.goes_past_midnight and after.start < MIDDAY:
        rising = after.start - BEFORE_WORK + DAY
        bed = rising - _asleep(wake, rising)
    return bed
