"""What the server knows of one person at one instant: days received, revisions so far, how much of today is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.people import Person
from hos_pipelines.simulator.records import (
    PARTS,
    ActivityRecord,
    Part,
    SleepRecord,
    VitalsRecord,
    recorded_activity,
    recorded_sleep,
    recorded_vitals,
    revised_at,
)
from hos_pipelines.simulator.schedule import Night, true_night, wall_minutes
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.uploads import last_upload, upload_after
from hos_pipelines.simulator.weekly_sleep import NIGHTS, sleep_debt, sleep_regularity
from hos_pipelines.simulator.windows import ONE_DAY, local_day, windows_of

BACKFILL_DAYS = 14
_MINUTES_A_DAY = 1440
_MARGIN = 2 * ONE_DAY
_LONGEST_WEEK = 8 * ONE_DAY
_LONGEST_REVISION = timedelta(days=3)


def connected_at(settings: SimulatorSettings, person: Person) -> datetime:
    """When this person connected, UTC: up to six hours after `at - days`, so that not all come at once."""
    jitter = int(draws(settings.seed, "connect", person.index)[0] * 6 * 3600)
    return (
        settings.at.astimezone(UTC).replace(microsecond=0) - timedelta(days=settings.days) + timedelta(seconds=jitter)
    )


class Vantage:
    """One person seen at one instant. Every answer is computed from here, so an answer depends on nothing else."""

    def __init__(self, settings: SimulatorSettings, person: Person, now: datetime) -> None:
        self.person = person
        self.now = now
        self.connected = connected_at(settings, person)
        self.flip_after = timedelta(hours=settings.flip_after_hours)
        self.received = max(last_upload(person, now), self.connected) if now >= self.connected else None
        self.first_day = local_day(person, self.connected) - timedelta(days=BACKFILL_DAYS)
        self.last_day = local_day(person, now) + ONE_DAY

    def days(self, start: datetime | None, end: datetime | None) -> Iterator[date]:
        """Local days whose windows may touch these bounds, newest first; generous, so callers still compare windows."""
        first = self.first_day if start is None else max(self.first_day, _shifted(start, -_MARGIN))
        last = self.last_day if end is None else min(self.last_day, _shifted(end, _LONGEST_WEEK + _MARGIN))
        for back in range((last - first).days + 1):
            yield last - timedelta(days=back)

    def sleep(self, day: date) -> SleepRecord | None:
        """The sleep day as known now: None before the night was received, without the nap until that was."""
        if self.received is None or day < self.first_day:
            return None
        night = true_night(self.person, day)
        if self.received < night.wake:
            return None
        napped = night.nap is not None and self.received >= night.nap[1]
        return recorded_sleep(self.person, day, revised=self._revised(day, "sleep"), napped=napped)

    def activity(self, day: date) -> ActivityRecord | None:
        """The activity day as known now: today grows with the hours awake; None before anything was received."""
        if self.received is None or day < self.first_day:
            return None
        record = recorded_activity(self.person, day, revised=self._revised(day, "activity"))
        share = self.awake_share(day)
        if record is None or share <= 0:
            return None
        return record if share >= 1 else _grown(record, share)

    def vitals(self, day: date) -> VitalsRecord | None:
        """Vital signs as known now, None for people without a wearable."""
        if not self.person.wearable:
            return None
        return recorded_vitals(self.person, day, revised=self._revised(day, "vitals"))

    def sedentary(self, day: date, active: int) -> int:
        """Minutes neither asleep nor active: 1440 - sleep - active once the day is over, never negative before."""
        sleep = self.sleep(day)
        rest = self._elapsed_minutes(day) - (sleep.duration if sleep else 0) - active
        return max(0, rest)

    def regularity(self, day: date) -> float | None:
        """The sleep regularity of the seven nights ending on `day`."""
        nights = [self.sleep(day - timedelta(days=back)) for back in reversed(range(NIGHTS))]
        return sleep_regularity([None if night is None else wall_minutes(night.night) for night in nights])

    def debt(self, day: date) -> float | None:
        """The sleep debt in hours over the seven nights ending on `day`."""
        nights = [self.sleep(day - timedelta(days=back)) for back in reversed(range(NIGHTS))]
        return sleep_debt([night.duration for night in nights if night is not None])

    def is_settled(self, window_end: datetime) -> bool:
        """True when a window that ended then is `daily` by now."""
        return self.now >= window_end + self.flip_after

    def awake_share(self, day: date) -> float:
        """Which share (0 to 1) of the day's waking time had been received."""
        if self.received is None:
            return 0.0
        windows = windows_of(self.person, day)
        start, end = windows.midnight.timestamp(), windows.next_midnight.timestamp()
        received = self.received.timestamp()
        if received >= end:
            return 1.0
        if received <= start:
            return 0.0
        nights = [true_night(self.person, day), true_night(self.person, day + ONE_DAY)]
        return _awake_seconds(start, received, nights) / max(1.0, _awake_seconds(start, end, nights))

    def changed_at(self) -> datetime:
        """The last instant at which this person's data changed: an upload, a revision, or a window that settled."""
        if self.received is None:
            return self.connected
        reach = max(self.flip_after, _LONGEST_REVISION) + 2 * ONE_DAY
        days = [self.last_day - timedelta(days=back) for back in range(reach.days + 1)]
        late = [
            (moment, day) for day in days for moment in self._late_moments(day) if self.received < moment <= self.now
        ]
        # Records are costly and late changes rare: a search over all people looks at the records last.
        for moment, day in sorted(late, reverse=True):
            if self.sleep(day) or self.activity(day):
                return moment
        return self.received

    def sleep_computed_at(self, day: date) -> datetime:
        """When a figure resting on this night and the six before was last computed, UTC."""
        night = true_night(self.person, day)
        moments = [upload_after(self.person, night.wake)]
        if night.nap is not None and self.received is not None and self.received >= night.nap[1]:
            moments.append(upload_after(self.person, night.nap[1]))
        moments += [self._revision(day - timedelta(days=back), "sleep") or self.connected for back in range(NIGHTS)]
        return max(self.connected, *(moment for moment in moments if moment <= self.now))

    def activity_computed_at(self, day: date) -> datetime:
        """When a figure resting on this activity day was last computed, UTC."""
        received = self.received or self.connected
        full = upload_after(self.person, windows_of(self.person, day).next_midnight)
        return max(self.connected, min(received, full), self._revision(day, "activity") or self.connected)

    def _revision(self, day: date, part: Part) -> datetime | None:
        moment = revised_at(self.person, day, part)
        return moment if moment is not None and moment <= self.now else None

    def _revised(self, day: date, part: Part) -> bool:
        moment = revised_at(self.person, day, part)
        return moment is None or moment <= self.now

    def _elapsed_minutes(self, day: date) -> int:
        windows = windows_of(self.person, day)
        if self.received is None:
            return 0
        # A settled day counts as whole even where the phone never sent its evening.
        if self.received >= windows.next_midnight or self.is_settled(windows.next_midnight):
            return _MINUTES_A_DAY
        return min(_MINUTES_A_DAY, int(self.received.timestamp() - windows.midnight.timestamp()) // 60)

    def _late_moments(self, day: date) -> list[datetime]:
        windows = windows_of(self.person, day)
        moments = [end.astimezone(UTC) + self.flip_after for end in (windows.next_evening, windows.next_midnight)]
        revisions = [revised_at(self.person, day, part) for part in PARTS]
        return moments + [moment for moment in revisions if moment is not None]


def _shifted(instant: datetime, by: timedelta) -> date:
    try:
        return instant.date() + by
    except OverflowError:
        return instant.date()


def _awake_seconds(start: float, end: float, nights: list[Night]) -> float:
    asleep = sum(max(0.0, min(end, night.wake.timestamp()) - max(start, night.onset.timestamp())) for night in nights)
    return end - start - asleep


def _grown(record: ActivityRecord, share: float) -> ActivityRecord:
    return replace(
        record,
        steps=int(record.steps * share),
        floors=int(record.floors * share),
        active_hours=int(record.active_hours * share),
        low=int(record.low * share),
        medium=int(record.medium * share),
        high=int(record.high * share),
        active_kcal=int(record.active_kcal * share),
        resting_kcal=int(record.resting_kcal * share),
        exercise=int(record.exercise * share),
    )
