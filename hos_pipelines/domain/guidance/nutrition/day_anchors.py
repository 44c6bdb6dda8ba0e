"""The anchors of one waking day: when it begins and ends, what work and training take of it, and its low hours.

All are instants with a zone, so that a day of 23 or 25 hours and a waking day over midnight are measured as they are.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError

LEAST_AWAKE, MOST_AWAKE = timedelta(hours=12), timedelta(hours=20)
# By a roster the day after the last night at work is short, and that of the first night goes on to the next morning.
LEAST_BY_ROSTER, MOST_BY_ROSTER = timedelta(hours=6, minutes=30), timedelta(hours=28)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time that really passes between two instants: of one zone Python would subtract what the clocks show."""
    return end.astimezone(UTC) - start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class TimedSpan:
    """From one instant to another, and the facts it rests on."""

    start: datetime
    end: datetime
    fact_ids: tuple[str, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it, its end left out."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class DayAnchors:
    """`wake` and `sleep` bound the day; `source` says how they are known: stated, roster, predicted, measured, default.

    `low` are the spans of little energy in the order of the day, as the circadian analysis predicts them; `eats_for` is
    the bedtime that eating ends before, where one earlier than `sleep` is advised.
    """

    wake: datetime
    sleep: datetime
    source: str
    wake_facts: tuple[str, ...]
    sleep_facts: tuple[str, ...]
    shift: TimedSpan | None = None
    training: TimedSpan | None = None
    low: tuple[TimedSpan, ...] = ()
    eats_for: datetime | None = None

    @property
    def plan_date(self) -> date:
        """The local date of the waking."""
        return self.wake.date()

    @property
    def awake_minutes(self) -> int:
        """From waking to the bedtime that eating goes by."""
        return self.minutes_to(self.sleep if self.eats_for is None else self.eats_for)

    def at(self, minutes: int) -> datetime:
        """So many minutes after waking, as an instant of the same zone."""
        return (self.wake.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(self.wake.tzinfo)

    def minutes_to(self, at: datetime) -> int:
        """From waking to an instant."""
        return int(elapsed(self.wake, at) / timedelta(minutes=1))

    def check(self) -> None:
        """Holds a plan back where no day can be laid out.

        Raises:
            PlanRefusedError: the times have no zone, make no waking day, or lie in another century.
        """
        if self.wake.utcoffset() is None or self.sleep.utcoffset() is None:
            raise PlanRefusedError("unknown_timezone", "unknown_timezone: say in which timezone you live.")
        if not EARLIEST_YEAR <= self.wake.year <= LATEST_YEAR:
            raise PlanRefusedError("date_out_of_range", f"date: {self.wake.year} is no year that can be planned.")
        awake = elapsed(self.wake, self.sleep)
        if self.source == "roster":
            if not LEAST_BY_ROSTER <= awake <= MOST_BY_ROSTER:
                raise PlanRefusedError("no_plan", "roster: it leaves no waking day of 6 to 28 hours for meals.")
        elif not LEAST_AWAKE <= awake <= MOST_AWAKE:
            raise PlanRefusedError(
                "contradictory_preferences",
                "wake_time and sleep_time leave no waking day of 12 to 20 hours; perhaps they are swapped.",
            )
