"""One waking day as instants: from getting up to going to bed, whatever the clock does in between.

It belongs to the local date on which it begins. Lengths are differences of instants, so that a day on which the clock
is moved keeps its length: from 07:00 to 23:00 it is sixteen hours awake on either.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES

DAY_MINUTES = 1440
# After this many hours before bed a plan is one for the next waking.
LAST_USE_HOURS = 3
CLOCK = "%I:%M %p"


@dataclass(frozen=True, slots=True)
class WakingDay:
    """From waking to bed, both aware and in the person's zone; `day` is the local date of the waking."""

    day: date
    wake: datetime
    bed: datetime

    @classmethod
    def of(cls, day: date, wake_minute: int, bed_minute: int, zone: tzinfo) -> "WakingDay":
        """The day that begins at this minute of a local date; bed lies on it or, at an earlier minute, on the next.

        A bedtime from 24:00 on is one of the next day, whatever minute that is.
        """
        wake = local_instant(day, wake_minute, zone)
        bed_day = day if wake_minute < bed_minute < DAY_MINUTES else day + timedelta(days=1)
        return cls(day, wake, local_instant(bed_day, bed_minute, zone))

    @property
    def waking_slots(self) -> int:
        """Whole quarters of an hour awake."""
        return int((self.bed.astimezone(UTC) - self.wake.astimezone(UTC)) / timedelta(minutes=SLOT_MINUTES))

    def at(self, minutes: float) -> datetime:
        """The instant so many minutes after waking, in the person's zone."""
        return (self.wake.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(self.wake.tzinfo)

    def minutes_until(self, instant: datetime) -> float:
        """Minutes from waking to an instant."""
        return (instant.astimezone(UTC) - self.wake.astimezone(UTC)) / timedelta(minutes=1)

    def is_planned_at(self, now: datetime) -> bool:
        """Whether a plan asked for now is one for this day: until three hours before bed."""
        return now < self.good_until

    @property
    def good_until(self) -> datetime:
        """Until when a plan asked for is one for this day: three hours before bed."""
        return self.bed.astimezone(UTC) - timedelta(hours=LAST_USE_HOURS)


def local_instant(day: date, minute: int, zone: tzinfo) -> datetime:
    """A minute of a local date as an instant: one that does not exist goes on by the gap, of two the first is meant."""
    naive = datetime.combine(day, time()) + timedelta(minutes=minute % DAY_MINUTES)
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def clock_text(instant: datetime) -> str:
    """An instant as readers of the contract know it: `hh:mm AM/PM`, local."""
    return instant.strftime(CLOCK)


def clock_range(start: datetime, end: datetime) -> str:
    """From and to, `HH:MM-HH:MM` local; each with its offset where the clock goes back in between."""
    offsets = [at.utcoffset() or timedelta() for at in (start, end)]
    if offsets[1] >= offsets[0]:
        return f"{start:%H:%M}-{end:%H:%M}"
    return " - ".join(f"{at:%H:%M} (UTC{at.isoformat()[-6:]})" for at in (start, end))
