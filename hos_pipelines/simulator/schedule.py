"""The truth about sleep: when a person really fell asleep and woke, day by day. `records` has what was recorded."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.chance import bell, draws
from hos_pipelines.simulator.people import TRIP_AWAY_DAYS, SimulatedPerson, trip_position, zone_on
from hos_pipelines.simulator.responses import NO_RESPONSE, Response

SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_NAP_SHARE = 0.6
_EARLIEST_ONSET = -330
_LATEST_ONSET = 690
_LATEST_WAKE = 1050
_SHORTEST = 150
_WIDEST = 3
_WEEKEND_EXTRA = 0.4
_SHIFT_CYCLE_DAYS = 8
_SHIFT_NIGHTS = 4
_SHIFT_SLEEP = (510, 400)
_REMEMBERED_NIGHTS = 16384
_REMEMBERED_DAYS = 16384


@dataclass(frozen=True, slots=True, eq=False)
class TrueNight:
    """The main sleep that ends on local day `day`, in the person's zone; `nap` is a second sleep on that day."""

    day: date
    onset: datetime
    wake: datetime
    nap: tuple[datetime, datetime] | None

    @property
    def minutes(self) -> int:
        """Elapsed minutes between onset and wake, an hour more or less when the clocks change."""
        return int(self.wake.timestamp() - self.onset.timestamp()) // 60


def true_night(person: SimulatedPerson, day: date) -> TrueNight:
    """When this person slept into local day `day`: seed, person, day, and how the day before was lived decide."""
    lived = person.responses
    response = NO_RESPONSE if lived is None else lived.get(day - _ONE_DAY, NO_RESPONSE)
    return _night_after(person, day, response)


@lru_cache(maxsize=_REMEMBERED_NIGHTS)
def _night_after(person: SimulatedPerson, day: date, response: Response) -> TrueNight:
    chance = draws(f"{person.seed}|night|{person.index}|{day}", 9)
    onset = _usual_onset(person, day) + person.onset_spread * bell(*chance[0:3]) + response.onset
    length = _usual_length(person, day) + person.length_spread * bell(*chance[3:6]) + response.sleep
    start = int(min(max(onset, _EARLIEST_ONSET), _LATEST_ONSET))
    end = int(min(max(onset + length, start + _SHORTEST), _LATEST_WAKE))
    return TrueNight(
        day, wall_clock(person, day, start), wall_clock(person, day, end), _nap(person, day, end, chance[6:9])
    )


def wall_clock(person: SimulatedPerson, day: date, minute: int) -> datetime:
    """The instant the local clock of `day` shows this minute after midnight; a skipped hour moves on, as clocks do."""
    midnight, is_plain = _midnight(zone_on(person, day), day)
    local = midnight + timedelta(minutes=minute)
    return local if is_plain else local.astimezone(UTC).astimezone(local.tzinfo)


@lru_cache(maxsize=_REMEMBERED_NIGHTS)
def wall_minutes(night: TrueNight) -> tuple[int, int]:
    """Onset and wake as minutes on the local clock, counted from midnight of the wake-up day."""
    return _minute_of(night.onset, night.day), _minute_of(night.wake, night.day)


def sleeping_hours(person: SimulatedPerson) -> tuple[float, float]:
    """The minutes of the wake-up day between which all nights lie of a person who stays in one zone."""
    if person.kind == "shift_worker" or person.responses is not None:
        return _EARLIEST_ONSET, _LATEST_WAKE
    earliest = person.onset_minute - _WIDEST * person.onset_spread
    longest = person.sleep_minutes + _WEEKEND_EXTRA * person.weekend_delay + _WIDEST * person.length_spread
    latest = person.onset_minute + person.weekend_delay + _WIDEST * person.onset_spread + longest
    return max(earliest, _EARLIEST_ONSET), min(latest, _LATEST_WAKE)


def works_nights(person: SimulatedPerson, day: date) -> bool:
    """True when a shift worker sleeps into `day` after a night shift: four nights of every eight days."""
    return person.kind == "shift_worker" and (day.toordinal() + person.phase) % _SHIFT_CYCLE_DAYS < _SHIFT_NIGHTS


@lru_cache(maxsize=_REMEMBERED_DAYS)
def _midnight(zone: ZoneInfo, day: date) -> tuple[datetime, bool]:
    """The midnight a local day begins with, and whether no clock changes on that day or on one beside it."""
    midnight = datetime.combine(day, time(), zone)
    around = (midnight + timedelta(days=step) for step in (-1, 0, 1, 2))
    return midnight, len({instant.utcoffset() for instant in around}) == 1


def _minute_of(instant: datetime, day: date) -> int:
    return (instant.date() - day).days * 1440 + instant.hour * 60 + instant.minute


def _usual_onset(person: SimulatedPerson, day: date) -> float:
    if works_nights(person, day):
        return _SHIFT_SLEEP[0]
    weekend = person.weekend_delay if day.weekday() >= SATURDAY else 0
    return person.onset_minute + weekend + _jet_lag(person, day)


def _usual_length(person: SimulatedPerson, day: date) -> float:
    if works_nights(person, day):
        return _SHIFT_SLEEP[1]
    return person.sleep_minutes + (person.weekend_delay * _WEEKEND_EXTRA if day.weekday() >= SATURDAY else 0)


def _jet_lag(person: SimulatedPerson, day: date) -> float:
    """Minutes the onset is off local habit after a flight, halved each day; later after flying east."""
    if person.away_zone is None:
        return 0.0
    position = trip_position(person, day)
    days_since = position if position < TRIP_AWAY_DAYS else position - TRIP_AWAY_DAYS
    before = zone_on(person, day - timedelta(days=days_since + 1))
    noon = datetime.combine(day, time(12), zone_on(person, day))
    gained = (noon.utcoffset() or timedelta()) - (noon.astimezone(before).utcoffset() or timedelta())
    shift: float = min(max(gained.total_seconds() / 120, -150.0), 150.0)
    return shift * 0.5**days_since


def _nap(person: SimulatedPerson, day: date, wake: int, chance: tuple[float, ...]) -> tuple[datetime, datetime] | None:
    if person.kind != "napper" or chance[0] > _NAP_SHARE:
        return None
    start = max(800 + int(chance[1] * 90), wake + 180)
    return wall_clock(person, day, start), wall_clock(person, day, min(start + 25 + int(chance[2] * 65), _LATEST_WAKE))
