"""The synthetic people: who they are and how they tend to live. When they sleep on a given day is in `schedule`."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.chance import bell, draws
from hos_pipelines.simulator.responses import Response

Kind = Literal[
    "lark", "owl", "intermediate", "shift_worker", "weekend_shifted", "irregular",
    "traveller", "dst_resident", "gap_ridden", "napper", "phone_only", "wearable",
]  # fmt: skip
Syncs = Literal["often", "daily", "weekly"]

KINDS: tuple[Kind, ...] = (
    "lark", "owl", "intermediate", "shift_worker", "weekend_shifted", "irregular",
    "traveller", "dst_resident", "gap_ridden", "napper", "phone_only", "wearable",
)  # fmt: skip

# Minutes: usual onset against midnight of the wake-up day, length, spread of both, weekend delay.
_HABITS: dict[Kind, tuple[int, int, int, int, int]] = {
    "lark": (-120, 465, 15, 15, 10),
    "owl": (90, 465, 25, 25, 30),
    "intermediate": (-45, 465, 20, 20, 20),
    "shift_worker": (30, 460, 20, 20, 0),
    "weekend_shifted": (-45, 420, 20, 20, 150),
    "irregular": (0, 430, 110, 60, 0),
    "traveller": (-45, 450, 25, 25, 15),
    "dst_resident": (-60, 465, 15, 15, 20),
    "gap_ridden": (-30, 450, 30, 30, 30),
    "napper": (0, 390, 20, 20, 20),
    "phone_only": (-30, 450, 25, 25, 30),
    "wearable": (-50, 460, 20, 20, 30),
}

# Zones without daylight saving, so that a change of offset belongs to the two kinds that stand for it.
_STEADY_ZONES = (
    "Asia/Tokyo", "Asia/Kolkata", "Africa/Johannesburg", "America/Sao_Paulo", "Asia/Singapore",
    "Africa/Lagos", "America/Phoenix", "Asia/Dubai",
)  # fmt: skip
_DST_ZONES = ("America/New_York", "Europe/London", "Australia/Sydney")
_TRIPS = (
    ("Europe/Berlin", "America/New_York"),
    ("Asia/Singapore", "Europe/Berlin"),
    ("America/Los_Angeles", "Europe/London"),
    ("Asia/Tokyo", "Asia/Dubai"),
)
TRIP_CYCLE_DAYS = 14
_WEARABLE_SHARE, _OFTEN_SHARE, _DAILY_SHARE = 0.7, 0.6, 0.25
_MOST_DIGITS = 7
TRIP_AWAY_DAYS = 6
_CONNECTING_SECONDS = 6 * 3600
# So many that a search over an account of 100,000 finds everyone it met the last time.
_REMEMBERED = 131072


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedPerson:
    """One synthetic person. Times are minutes; `onset_minute` counts from midnight of the wake-up day.

    `connects_after` is how many seconds after the account's first possible connection this person connected. People are
    compared by identity: they are the keys of caches that are asked many times a row. `responses` is None for whom
    nothing they do changes their readings; else it is filled while they live, by lived day.
    """

    seed: int
    index: int
    external_id: str
    kind: Kind
    zone: str
    away_zone: str | None
    wearable: bool
    syncs: Syncs
    phase: int
    connects_after: int
    onset_minute: int
    sleep_minutes: int
    onset_spread: int
    length_spread: int
    weekend_delay: int
    daily_steps: int
    exercise_chance: float
    resting_heart_rate: float
    variability_ms: float
    weight_kg: float
    journeys_apart: int = TRIP_CYCLE_DAYS
    responses: dict[date, Response] | None = None


def external_id_of(index: int) -> str:
    """`sim-0001` for index 0; four digits or more."""
    return f"sim-{index + 1:04d}"


def index_of(external_id: str, users: int) -> int | None:
    """The index behind an external id, or None when nobody of these users has it."""
    digits = external_id.removeprefix("sim-")
    if digits == external_id or not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        return None
    index = int(digits) - 1
    return index if 0 <= index < users and external_id_of(index) == external_id else None


@lru_cache(maxsize=_REMEMBERED)
def person_at(seed: int, index: int, kinds: tuple[Kind, ...] = KINDS) -> SimulatedPerson:
    """The person with this index; the kinds come round in turn."""
    kind = kinds[index % len(kinds)]
    # The first of each kind has a wearable and is always fresh, so that every kind can be shown complete up to now.
    is_first = index < len(kinds)
    chance = draws(f"{seed}|person|{index}")
    onset, length, onset_spread, length_spread, weekend = _HABITS[kind]
    zone, away_zone = _zones(kind, index)
    return SimulatedPerson(
        seed=seed,
        index=index,
        external_id=external_id_of(index),
        kind=kind,
        zone=zone,
        away_zone=away_zone,
        wearable=_wears_one(kind, chance[0], is_first=is_first),
        syncs=_syncs(chance[1], is_first=is_first),
        phase=int(chance[2] * 5040),
        connects_after=int(draws(f"{seed}|connect|{index}", 1)[0] * _CONNECTING_SECONDS),
        onset_minute=onset + int(chance[3] * 41) - 20,
        sleep_minutes=length + int(chance[4] * 31) - 15,
        onset_spread=onset_spread,
        length_spread=length_spread,
        weekend_delay=weekend,
        daily_steps=int(8000 + 1800 * bell(*chance[5:8])),
        exercise_chance=0.15 + 0.5 * chance[8],
        resting_heart_rate=58 + 5 * bell(*chance[9:12]),
        variability_ms=30 + 45 * chance[12],
        weight_kg=75 + 11 * (chance[13] + chance[14] - 1) * 2,
    )


def zone_on(person: SimulatedPerson, day: date) -> ZoneInfo:
    """The zone a person lives this local day in. Travellers are away six days of every fourteen."""
    if person.away_zone is not None and trip_position(person, day) < TRIP_AWAY_DAYS:
        return ZoneInfo(person.away_zone)
    return ZoneInfo(person.zone)


def trip_position(person: SimulatedPerson, day: date) -> int:
    """Where a day falls in the travel cycle, of fourteen days for most: 0 to 5 away, from 6 on at home."""
    return (day.toordinal() + person.phase) % person.journeys_apart


def _zones(kind: Kind, index: int) -> tuple[str, str | None]:
    round_number = index // len(KINDS)
    if kind == "traveller":
        return _TRIPS[round_number % len(_TRIPS)]
    if kind == "dst_resident":
        return _DST_ZONES[round_number % len(_DST_ZONES)], None
    return _STEADY_ZONES[(index + round_number) % len(_STEADY_ZONES)], None


def _wears_one(kind: Kind, chance: float, *, is_first: bool) -> bool:
    if kind in ("phone_only", "wearable"):
        return kind == "wearable"
    return is_first or chance < _WEARABLE_SHARE


def _syncs(chance: float, *, is_first: bool) -> Syncs:
    if is_first or chance < _OFTEN_SHARE:
        return "often"
    return "daily" if chance < _OFTEN_SHARE + _DAILY_SHARE else "weekly"
