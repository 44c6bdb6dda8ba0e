"""Sleep around shifts: when somebody on a roster gets up and goes to bed on a day. The margins are ours.

Nothing is said of regularity, chronotype or melatonin to who works shifts; the plan follows the roster.
"""

from datetime import date, timedelta

from hos_pipelines.domain.guidance.routine.anchors import DAY, SleepTimes
from hos_pipelines.domain.person.hours import ClockSpan
from hos_pipelines.domain.person.roster import Roster

BEFORE_WORK, AFTER_WORK = 90, 60
ASLEEP = 8 * 60
ASLEEP_BY_DAY = 7 * 60
MIDDAY = 12 * 60
FACT_IDS = ("roster",)


def roster_times(roster: Roster, day: date, usual: SleepTimes) -> SleepTimes | None:
    """Getting up on a day and going to bed at its end, by the shifts of that day and of its neighbours.

    After a night shift the day begins in the afternoon, an hour of way home and seven of sleep after it ended; a day
    that begins with an early shift begins an hour and a half before it. On days off it is as usual. A bedtime from
    24:00 on is of the next day. None where the roster says nothing of the day.
    """
    if roster.shift_on(day) is None:
        return None
    before, here, after = (roster.span_on(day + timedelta(days=n)) for n in (-1, 0, 1))
    wake, bed = _wake(before, here, usual), _bed(here, after, usual)
    # Who got up in the morning and works through the night goes to bed a day later, also past the hour they got up at.
    is_next_day = here is not None and here.goes_past_midnight and bed > wake
    return SleepTimes(bed + DAY * is_next_day, wake, "roster", FACT_IDS)


def _wake(before: ClockSpan | None, here: ClockSpan | None, usual: SleepTimes) -> int:
    if before is not None and before.goes_past_midnight:
        return (before.end + AFTER_WORK + ASLEEP_BY_DAY) % DAY
    if here is None or here.goes_past_midnight or here.start >= MIDDAY:
        return usual.wake
    return (here.start - BEFORE_WORK) % DAY


def _bed(here: ClockSpan | None, after: ClockSpan | None, usual: SleepTimes) -> int:
    if here is not None and (here.goes_past_midnight or here.end >= DAY - AFTER_WORK or here.end == 0):
        return (here.end + AFTER_WORK) % DAY
    if here is not None and here.start >= MIDDAY:
        return max(usual.bed, here.end + AFTER_WORK) % DAY if usual.bed >= MIDDAY else usual.bed
    if after is not None and not after.goes_past_midnight and after.start < MIDDAY:
        return (after.start - BEFORE_WORK - ASLEEP) % DAY
    return usual.bed
