"""What the server knows of one person at one instant: days received, revisions so far, how much of today is over."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any, TypeVar

from hos_pipelines.simulator.endings import Ending, endings_of
from hos_pipelines.simulator.people import SimulatedPerson, person_at
from hos_pipelines.simulator.records import (
    PARTS,
    ActivityRecord,
    Part,
    SleepRecord,
    VitalsRecord,
    is_missing,
    record_activity,
    record_sleep,
    record_vitals,
    revisions,
)
from hos_pipelines.simulator.schedule import TrueNight, true_night, wall_minutes
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.uploads import last_upload, upload_after, watch_sync_after, watch_sync_before
from hos_pipelines.simulator.weekly_sleep import NIGHTS, sleep_debt, sleep_regularity
from hos_pipelines.simulator.windows import ONE_DAY, instants_of, local_day, windows_of

BACKFILL_DAYS = 14
_MINUTES_A_DAY = 1440
_MARGIN = 2 * ONE_DAY
_LONGEST_WEEK = 8 * ONE_DAY
_SLEEP = PARTS.index("sleep")
_WEEK = [timedelta(days=back) for back in reversed(range(NIGHTS))]
Figure = TypeVar("Figure")


def _once_a_day(figure: Callable[["PersonView", date], Figure]) -> Callable[["PersonView", date], Figure]:
    """Compute a figure of a day once for each view: a night alone is looked at some twenty times an answer."""
    name = figure.__name__

    @wraps(figure)
    def look_up(view: "PersonView", day: date) -> Figure:
        known: dict[date, Figure] = view.known[name]
        if day not in known:
            known[day] = figure(view, day)
        return known[day]

    return look_up


class PersonView:
    """One person seen at one instant. Every answer is computed from here, so an answer depends on nothing else."""

    def __init__(self, settings: SimulatorSettings, person: SimulatedPerson, now: datetime) -> None:
        self.person = person
        self.now = now
        self.connected = settings.first_connection + timedelta(seconds=person.connects_after)
        self.flip_after = settings.flip_after
        self.received = max(last_upload(person, now), self.connected) if now >= self.connected else None
        self._watch_sync_days = settings.watch_sync_days if person.wearable else 0
        self.worn = self._watch_received()
        self.last_day = local_day(person, now) + ONE_DAY
        self.known: defaultdict[str, dict[date, Any]] = defaultdict(dict)

    @cached_property
    def first_day(self) -> date:
        """The first local day with data: two weeks before the person connected."""
        return local_day(self.person, self.connected) - timedelta(days=BACKFILL_DAYS)

    def days(self, start: datetime | None, end: datetime | None) -> Iterator[date]:
        """Local days whose windows may touch these bounds, newest first; generous, so callers still compare windows."""
        first = self.first_day if start is None else max(self.first_day, _shift(start, -_MARGIN))
        last = self.last_day if end is None else min(self.last_day, _shift(end, _LONGEST_WEEK + _MARGIN))
        for back in range((last - first).days + 1):
            yield last - timedelta(days=back)

    @_once_a_day
    def sleep(self, day: date) -> SleepRecord | None:
        """The sleep day as known now: None before the night was received, without the nap until that was."""
        if self.worn is None or day < self.first_day:
            return None
        night = true_night(self.person, day)
        if self.worn < night.wake:
            return None
        napped = night.nap is not None and self.worn >= night.nap[1]
        return record_sleep(self.person, day, revised=self._is_revised(day, "sleep"), napped=napped)

    @_once_a_day
    def activity(self, day: date) -> ActivityRecord | None:
        """The activity day as known now: today grows with the hours awake; None before anything was received."""
        if self.received is None or day < self.first_day:
            return None
        record = record_activity(self.person, day, revised=self._is_revised(day, "activity"))
        share = self.awake_share(day)
        if record is None or share <= 0:
            return None
        return record if share >= 1 else _grow(record, share)

    @_once_a_day
    def final_sleep(self, day: date) -> SleepRecord | None:
        """The sleep day as it will stand once everything is received and revised."""
        return record_sleep(self.person, day, revised=True, napped=True)

    @_once_a_day
    def final_activity(self, day: date) -> ActivityRecord | None:
        """The activity day as it will stand once everything is received and revised."""
        return record_activity(self.person, day, revised=True)

    @_once_a_day
    def vitals(self, day: date) -> VitalsRecord | None:
        """Vital signs as known now, None for people without a wearable and before it was synced."""
        if not self.has_worn(day):
            return None
        return record_vitals(self.person, day, revised=self._is_revised(day, "vitals"))

    def has_worn(self, day: date) -> bool:
        """Whether what a watch measures on this day is known, as far as the phone is."""
        if not self.person.wearable or self.worn is None:
            return False
        return self.worn == self.received or self.worn >= instants_of(self.person, day).next_midnight

    def sedentary(self, day: date, active: int) -> int:
        """Minutes neither asleep nor active: 1440 - sleep - active once the day is over, never negative before."""
        sleep = self.sleep(day)
        rest = self._elapsed_minutes(day) - (sleep.duration if sleep else 0) - active
        return max(0, rest)

    @_once_a_day
    def regularity(self, day: date) -> float | None:
        """The sleep regularity of the seven nights ending on `day`."""
        return sleep_regularity([None if one is None else wall_minutes(one.night) for one in self._week(day)])

    @_once_a_day
    def debt(self, day: date) -> float | None:
        """The sleep debt in hours over the seven nights ending on `day`."""
        return sleep_debt([night.duration for night in self._week(day) if night is not None])

    def is_final(self, window_end: datetime) -> bool:
        """True when a window that ended then is `daily` by now."""
        return self.now >= window_end + self.flip_after

    @_once_a_day
    def awake_share(self, day: date) -> float:
        """Which share (0 to 1) of the day's waking time had been received."""
        if self.received is None:
            return 0.0
        windows = instants_of(self.person, day)
        if self.received >= windows.next_midnight:
            return 1.0
        if self.received <= windows.midnight:
            return 0.0
        start, end = windows.midnight.timestamp(), windows.next_midnight.timestamp()
        nights = [true_night(self.person, day), true_night(self.person, day + ONE_DAY)]
        return _awake_seconds(start, self.received.timestamp(), nights) / max(1.0, _awake_seconds(start, end, nights))

    def changed_at(self) -> datetime:
        """The last instant at which this person's data changed: an upload, a revision, or a window that settled."""
        if self.received is None:
            return self.connected
        endings = endings_of(self.person, self.last_day, self.flip_after)
        return self._last_revised(endings, since=self._last_final(endings, since=self.received))

    @_once_a_day
    def sleep_computed_at(self, day: date) -> datetime:
        """When a figure resting on this night and the six before was last computed, UTC."""
        night = true_night(self.person, day)
        moments = [self._learned_at(night.wake)]
        if night.nap is not None and self.worn is not None and self.worn >= night.nap[1]:
            moments.append(self._learned_at(night.nap[1]))
        moments += [moment for back in _WEEK if (moment := self._revisions(day - back)[_SLEEP]) is not None]
        return max([self.connected, *(moment for moment in moments if moment <= self.now)])

    @_once_a_day
    def activity_computed_at(self, day: date) -> datetime:
        """When a figure resting on this activity day was last computed, UTC."""
        received = self.received or self.connected
        full = upload_after(self.person, instants_of(self.person, day).next_midnight)
        return max(self.connected, min(received, full), self._revision(day, "activity") or self.connected)

    def _revision(self, day: date, part: Part) -> datetime | None:
        moment = self._revisions(day)[PARTS.index(part)]
        return moment if moment is not None and moment <= self.now else None

    def _watch_received(self) -> datetime | None:
        """Up to when a watch was synced; with the phone where it has no rhythm of its own."""
        if self.received is None or not self._watch_sync_days:
            return self.received
        return max(watch_sync_before(self.person, self.received, self._watch_sync_days), self.connected)

    def _learned_at(self, instant: datetime) -> datetime:
        """When what was slept up to an instant came in."""
        if not self._watch_sync_days:
            return upload_after(self.person, instant)
        return upload_after(self.person, watch_sync_after(self.person, instant, self._watch_sync_days))

    def _is_revised(self, day: date, part: Part) -> bool:
        moment = self._revisions(day)[PARTS.index(part)]
        return moment is None or moment <= self.now

    @_once_a_day
    def _revisions(self, day: date) -> tuple[datetime | None, ...]:
        return revisions(self.person, day)

    def _elapsed_minutes(self, day: date) -> int:
        windows = instants_of(self.person, day)
        if self.received is None:
            return 0
        # A settled day counts as whole even where the phone never sent its evening.
        if self.received >= windows.next_midnight or self.is_final(windows_of(self.person, day).next_midnight):
            return _MINUTES_A_DAY
        return min(_MINUTES_A_DAY, int(self.received.timestamp() - windows.midnight.timestamp()) // 60)

    @_once_a_day
    def _week(self, day: date) -> list[SleepRecord | None]:
        return [self.sleep(day - back) for back in _WEEK]

    def _last_final(self, endings: tuple[Ending, ...], since: datetime) -> datetime:
        for ending in endings:
            for moment in ending.final_at:
                if moment <= since:
                    return since
                if moment <= self.now and self._has_rows(ending.day):
                    return moment
        return since

    def _last_revised(self, endings: tuple[Ending, ...], since: datetime) -> datetime:
        newest = since
        for ending in endings:
            if ending.revised_before <= newest:
                break
            for moment in revisions(self.person, ending.day) if ending.revised_from <= self.now else ():
                if moment is not None and newest < moment <= self.now and self._has_rows(ending.day):
                    newest = moment
        return newest

    def _has_rows(self, day: date) -> bool:
        windows = instants_of(self.person, day)
        if self.received is None or self.received <= windows.evening or day < self.first_day:
            return False
        # Nobody sleeps from midnight to six in the evening, but a traveller's days are not that regular.
        awake = self.person.away_zone is None and self.received >= windows.next_evening
        if (awake or self.awake_share(day) > 0) and not is_missing(self.person, day, "activity"):
            return True
        return self.sleep(day) is not None


def view_person(settings: SimulatorSettings, index: int, now: datetime) -> PersonView:
    """The person with this index as the server knows them at `now`."""
    return PersonView(settings, person_at(settings.seed, index, settings.population), now)


def _shift(instant: datetime, by: timedelta) -> date:
    try:
        return instant.date() + by
    except OverflowError:
        return instant.date()


def _awake_seconds(start: float, end: float, nights: list[TrueNight]) -> float:
    asleep = sum(max(0.0, min(end, night.wake.timestamp()) - max(start, night.onset.timestamp())) for night in nights)
    return end - start - asleep


def _grow(record: ActivityRecord, share: float) -> ActivityRecord:
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
