"""What devices recorded of a day, before and after a late revision. Complete days; `vantage` cuts the open ones."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hos_pipelines.simulator.chance import bell, draws
from hos_pipelines.simulator.people import SimulatedPerson
from hos_pipelines.simulator.responses import NO_RESPONSE
from hos_pipelines.simulator.schedule import SATURDAY, TrueNight, true_night, works_nights
from hos_pipelines.simulator.windows import instants_of

Part = Literal["sleep", "activity", "vitals"]
PARTS: tuple[Part, ...] = ("sleep", "activity", "vitals")
SOONEST_REVISION, LONGEST_REVISION = timedelta(days=1), timedelta(days=3)
_REVISED_SHARE = 0.05
_VO2_SHARE, _WEIGHED_SHARE = 0.3, 0.2
_BLOCK_GAPS, _NIGHT_GAPS, _DAY_GAPS = 0.12, 0.2, 0.1
_UNREVISED = (None,) * len(PARTS)


@dataclass(frozen=True, slots=True)
class SleepRecord:
    """One sleep day. Minutes; onset and wake are of the main sleep, the durations include the nap when there is one."""

    night: TrueNight
    in_bed: int
    duration: int
    awake: int
    light: int
    rem: int
    deep: int
    latency: int
    interruptions: int


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One activity day: minutes, counts and kilocalories."""

    steps: int
    floors: int
    active_hours: int
    low: int
    medium: int
    high: int
    active_kcal: int
    resting_kcal: int
    exercise: int

    @property
    def active(self) -> int:
        """Active minutes of every intensity."""
        return self.low + self.medium + self.high


@dataclass(frozen=True, slots=True)
class VitalsRecord:
    """Vital signs of one day: bpm, milliseconds, breaths a minute, shares, mL/kg/min, degrees Celsius, kilograms.

    `vo2_max` and `weight_kg` are None on the days without a measurement.
    """

    heart_rate_resting: float
    heart_rate_sleep: float
    variability_sdnn: float
    variability_rmssd: float
    respiratory_rate: float
    respiratory_rate_sleep: float
    oxygen: float
    oxygen_sleep: float
    skin_temperature: float
    vo2_max: float | None
    weight_kg: float | None


def revisions(person: SimulatedPerson, day: date) -> tuple[datetime | None, ...]:
    """When each of PARTS was revised, in their order."""
    chance = draws(f"{person.seed}|revision|{person.index}|{day}", 2 * len(PARTS))
    if min(chance[: len(PARTS)]) >= _REVISED_SHARE:
        return _UNREVISED
    soonest = instants_of(person, day).next_midnight + SOONEST_REVISION
    spread = (LONGEST_REVISION - SOONEST_REVISION).total_seconds()
    return tuple(
        soonest + timedelta(seconds=int(chance[place + 3] * spread)) if chance[place] < _REVISED_SHARE else None
        for place in range(len(PARTS))
    )


def record_sleep(person: SimulatedPerson, day: date, *, revised: bool, napped: bool) -> SleepRecord | None:
    """The sleep day as recorded, or None where a gap swallowed it. Unrevised: the end of the night is still missing."""
    if is_missing(person, day, "night"):
        return None
    night = true_night(person, day)
    nap = _nap_minutes(night) if napped else 0
    if revised and not person.wearable:
        return _record_unstaged(night, nap)
    chance = draws(f"{person.seed}|sleep|{person.index}|{day}", 6)
    if not revised:
        night = TrueNight(day, night.onset, night.wake - timedelta(minutes=10 + int(chance[0] * 50)), night.nap)
    return _record_staged(night, nap, chance) if person.wearable else _record_unstaged(night, nap)


def record_activity(person: SimulatedPerson, day: date, *, revised: bool) -> ActivityRecord | None:
    """The whole activity day as recorded, or None in a gap. Unrevised: a part of it is still missing."""
    if is_missing(person, day, "activity"):
        return None
    chance = draws(f"{person.seed}|activity|{person.index}|{day}", 8)
    scale = max(0.15, 1 + 0.28 * bell(*chance[0:3])) * (0.8 if day.weekday() >= SATURDAY else 1.05)
    if works_nights(person, day):
        scale *= 0.85
    if not revised:
        scale *= 0.75 + 0.15 * chance[3]
    lived = NO_RESPONSE if person.responses is None else person.responses.get(day, NO_RESPONSE)
    steps = max(0, int(person.daily_steps * scale) + lived.steps)
    exercise = int(20 + 50 * chance[5]) if person.wearable and chance[4] < person.exercise_chance else 0
    low = 30 + int(steps / 55)
    high = exercise // 3 if person.wearable else 0
    medium = exercise - high + int(12 * chance[6]) if person.wearable else 0
    return ActivityRecord(
        steps=steps,
        floors=int(steps / 1000 * (0.4 + chance[7])),
        active_hours=min(16, 3 + int((low + medium + high) / 17)),
        low=low,
        medium=medium,
        high=high,
        active_kcal=int(steps * 0.032 * person.weight_kg / 70) + 7 * exercise,
        resting_kcal=int(21.5 * person.weight_kg),
        exercise=exercise,
    )


def record_vitals(person: SimulatedPerson, day: date, *, revised: bool) -> VitalsRecord:
    """Vital signs of the day; only wearables and scales measure them, the caller knows who has one."""
    chance = draws(f"{person.seed}|vitals|{person.index}|{day}")
    late = 0.0 if revised else 1.5
    resting = person.resting_heart_rate + 2.2 * bell(*chance[0:3]) + late
    rmssd = max(8.0, person.variability_ms * (1 + 0.15 * bell(*chance[3:6])) - 3 * late)
    breaths = 14.2 + (person.phase % 30) / 10 - 1.5
    return VitalsRecord(
        heart_rate_resting=round(resting),
        heart_rate_sleep=round(resting - 3 + 3 * chance[6], 1),
        variability_sdnn=round(rmssd * (1.1 + 0.3 * chance[7]), 1),
        variability_rmssd=round(rmssd, 1),
        respiratory_rate=round(breaths + 1.4 + chance[8], 1),
        respiratory_rate_sleep=round(breaths + 0.8 * chance[9], 1),
        oxygen=round(0.955 + 0.035 * chance[10], 3),
        oxygen_sleep=round(0.945 + 0.035 * chance[11], 3),
        skin_temperature=round(34.4 + 1.2 * chance[12], 2),
        vo2_max=round(52 - (person.resting_heart_rate - 50) * 0.7 + chance[14], 1) if chance[13] < _VO2_SHARE else None,
        weight_kg=round(person.weight_kg + 0.8 * bell(*chance[0:3]), 1) if chance[15] < _WEIGHED_SHARE else None,
    )


def is_missing(person: SimulatedPerson, day: date, what: str) -> bool:
    """Whether a gap swallowed the `night` or the `activity` of this day."""
    if person.kind != "gap_ridden":
        return False
    block = draws(f"{person.seed}|gap-block|{person.index}|{day.toordinal() // 4}", 1)
    single = draws(f"{person.seed}|gap|{person.index}|{day}", 2)
    if what == "night":
        return block[0] < _BLOCK_GAPS or single[0] < _NIGHT_GAPS
    return block[0] < _BLOCK_GAPS or single[1] < _DAY_GAPS


def _nap_minutes(night: TrueNight) -> int:
    return 0 if night.nap is None else int((night.nap[1] - night.nap[0]).total_seconds()) // 60


def _record_unstaged(night: TrueNight, nap: int) -> SleepRecord:
    in_bed = night.minutes + nap
    return SleepRecord(night, in_bed, in_bed, 0, 0, 0, 0, 0, 0)


def _record_staged(night: TrueNight, nap: int, chance: tuple[float, ...]) -> SleepRecord:
    in_bed = night.minutes + nap
    latency = 3 + int(22 * chance[1])
    awake = latency + int(8 + 35 * chance[2])
    duration = in_bed - awake
    deep = int(duration * (0.12 + 0.09 * chance[3]))
    rem = int(duration * (0.17 + 0.09 * chance[4]))
    return SleepRecord(
        night=night,
        in_bed=in_bed,
        duration=duration,
        awake=awake,
        light=duration - deep - rem,
        rem=rem,
        deep=deep,
        latency=latency,
        interruptions=1 + int(7 * chance[5]),
    )
