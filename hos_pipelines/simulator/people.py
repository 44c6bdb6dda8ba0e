"""The synthetic people: who they are and how they tend to live. When they sleep on a given day is in `schedule`."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.chance import bell, draws

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


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person. Times are minutes; `onset_minute` counts from midnight of the wake-up day."""

    seed: int
    index: int
    external_id: str = field(compare=False)
    kind: Kind = field(compare=False)
    zone: str = field(compare=False)
    away_zone: str | None = field(compare=False)
    wearable: bool = field(compare=False)
    syncs: Syncs = field(compare=False)
    phase: int = field(compare=False)
    onset_minute: int = field(compare=False)
    sleep_minutes: int = field(compare=False)
    onset_spread: int = field(compare=False)
    length_spread: int = field(compare=False)
    weekend_delay: int = field(compare=False)
    daily_steps: int = field(compare=False)
    exercise_chance: float = field(compare=False)
    resting_heart_rate: float = field(compare=False)
    variability_ms: float = field(compare=False)
    weight_kg: float = field(compare=False)
    height_m: float = field(compare=False)


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


@lru_cache(maxsize=65536)
def person_at(seed: int, index: int) -> Person:
    """The person with this index; kinds come round every twelve."""
    kind = KINDS[index % len(KINDS)]
    chance = draws(seed, "person", index)
    onset, length, onset_spread, length_spread, weekend = _HABITS[kind]
    zone, away_zone = _zones(kind, index)
    return Person(
        seed=seed,
        index=index,
        external_id=external_id_of(index),
        kind=kind,
        zone=zone,
        away_zone=away_zone,
        wearable=_wears_one(kind, index, chance[0]),
        syncs=_syncs(index, chance[1]),
        phase=int(chance[2] * 5040),
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
        height_m=round(1.55 + 0.4 * chance[15], 2),
    )


def zone_on(person: Person, day: date) -> ZoneInfo:
    """The zone a person lives this local day in. Travellers are away six days of every fourteen."""
    if person.away_zone is not None and trip_position(person, day) < TRIP_AWAY_DAYS:
        return ZoneInfo(person.away_zone)
    return ZoneInfo(person.zone)


def trip_position(person: Person, day: date) -> int:
    """Where a day falls in the fourteen-day travel cycle: 0 to 5 away, 6 to 13 at home."""
    return (day.toordinal() + person.phase) % TRIP_CYCLE_DAYS


def _zones(kind: Kind, index: int) -> tuple[str, str | None]:
    round_number = index // len(KINDS)
    if kind == "traveller":
        return _TRIPS[round_number % len(_TRIPS)]
    if kind == "dst_resident":
        return _DST_ZONES[round_number % len(_DST_ZONES)], None
    return _STEADY_ZONES[(index + round_number) % len(_STEADY_ZONES)], None


def _wears_one(kind: Kind, index: int, chance: float) -> bool:
    if kind in ("phone_only", "wearable"):
        return kind == "wearable"
    return _is_first(index) or chance < _WEARABLE_SHARE


def _syncs(index: int, chance: float) -> Syncs:
    if _is_first(index) or chance < _OFTEN_SHARE:
        return "often"
    return "daily" if chance < _OFTEN_SHARE + _DAILY_SHARE else "weekly"


def _is_first(index: int) -> bool:
    # The first of each kind has a wearable and is always fresh, so that every kind can be shown complete up to now.
    return index < len(KINDS)
