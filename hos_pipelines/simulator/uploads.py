"""When a person's phone sends data. Nobody sends while asleep; some send every 15 minutes, some daily, some weekly."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.people import SimulatedPerson
from hos_pipelines.simulator.schedule import sleeping_hours, true_night, wall_clock
from hos_pipelines.simulator.windows import ONE_DAY, local_day

_GRID_SECONDS = 900
_DAILY_MINUTE = 1200
_WATCH_MINUTE = 1080
_MINUTES_A_DAY = 1440
_SUNDAY = 6


def last_upload(person: SimulatedPerson, now: datetime) -> datetime:
    """The newest upload at or before `now`, in UTC."""
    if person.syncs == "often":
        return _last_awake_slot(person, now)
    day = local_day(person, now) + ONE_DAY
    while (planned := _planned_at(person, day)) is None or planned > now:
        day -= ONE_DAY
    return planned


def upload_after(person: SimulatedPerson, instant: datetime) -> datetime:
    """The first upload at or after `instant`, in UTC: when the server learns what happened then."""
    if person.syncs == "often":
        return _first_awake_slot(person, instant)
    day = local_day(person, instant) - ONE_DAY
    while (planned := _planned_at(person, day)) is None or planned < instant:
        day += ONE_DAY
    return planned


def watch_sync_before(person: SimulatedPerson, instant: datetime, every_days: int) -> datetime:
    """The newest sync of a watch at or before `instant`, in UTC."""
    day = local_day(person, instant) + ONE_DAY
    while (planned := _watch_sync(person, day, every_days)) is None or planned > instant:
        day -= ONE_DAY
    return planned


def watch_sync_after(person: SimulatedPerson, instant: datetime, every_days: int) -> datetime:
    """The first sync of a watch at or after `instant`, in UTC."""
    day = local_day(person, instant) - ONE_DAY
    while (planned := _watch_sync(person, day, every_days)) is None or planned < instant:
        day += ONE_DAY
    return planned


def _watch_sync(person: SimulatedPerson, day: date, every_days: int) -> datetime | None:
    if (day.toordinal() + person.phase) % every_days:
        return None
    return wall_clock(person, day, _WATCH_MINUTE).astimezone(UTC)


def _planned_at(person: SimulatedPerson, day: date) -> datetime | None:
    if person.syncs == "weekly" and day.weekday() != _SUNDAY:
        return None
    return wall_clock(person, day, _DAILY_MINUTE + person.phase % 120).astimezone(UTC)


def _last_awake_slot(person: SimulatedPerson, now: datetime) -> datetime:
    slot = _slot(person, now)
    asleep = _sleep_around(person, slot)
    return slot if asleep is None else _slot(person, asleep[0])


def _first_awake_slot(person: SimulatedPerson, instant: datetime) -> datetime:
    slot = _slot(person, instant + timedelta(seconds=_GRID_SECONDS - 1))
    asleep = _sleep_around(person, slot)
    return slot if asleep is None else _slot(person, asleep[1] + timedelta(seconds=_GRID_SECONDS - 1))


def _slot(person: SimulatedPerson, instant: datetime) -> datetime:
    seconds = int(instant.timestamp()) - person.phase
    return datetime.fromtimestamp(seconds - seconds % _GRID_SECONDS + person.phase, UTC)


def _sleep_around(person: SimulatedPerson, instant: datetime) -> tuple[datetime, datetime] | None:
    for day in _days_of_sleep(person, instant):
        night = true_night(person, day)
        if night.onset < instant < night.wake:
            return night.onset, night.wake
    return None


def _days_of_sleep(person: SimulatedPerson, instant: datetime) -> tuple[date, ...]:
    """The days whose main sleep may hold this instant; for who stays in one zone the hour leaves one or none."""
    if person.away_zone is not None:
        today = local_day(person, instant)
        return today, today + ONE_DAY
    local = instant.astimezone(ZoneInfo(person.zone))
    minute = local.hour * 60 + local.minute
    earliest, latest = sleeping_hours(person)
    if minute < latest:
        return (local.date(),)
    return (local.date() + ONE_DAY,) if minute >= _MINUTES_A_DAY + earliest else ()
