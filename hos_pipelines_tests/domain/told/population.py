"""Five hundred simulated people of all kinds, always the same: what their devices deliver, and what is true of them.

Each kind tells how one of its people sleeps and lives; noise, zone, length of record and vital signs are drawn the same
way for all. Most are ordinary: they sleep at night, at hours of their own, with work days from Monday to Friday.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np

from hos_pipelines.domain.history import END, START, StoredReading

SEED = 20_261_128
# The last Sunday before which everyone's record ends within a week, so that any weekday may be the next one.
LAST_SUNDAY = date(2026, 11, 22)
ZONES = (
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata",
    "Australia/Sydney", "Pacific/Auckland", "America/Sao_Paulo", "Africa/Johannesburg",
)  # fmt: skip
TWO_SHIFTS_WEEK = 7
# Every third person's app delivers a sum over the last nights, too.
SUMS_EVERY = 3
ROTATION = ((-2.5, 7.5), (1.0, 8.0), (8.0, 7.0), (-0.5, 8.0))

Random = np.random.Generator
Hours = tuple[float, float]
Minutes = Callable[[date, Random], float | None]


@dataclass(frozen=True, slots=True)
class Sleeper:
    """How somebody sleeps: onset (hours from the midnight a night begins with) and hours, by date and place from 0.

    `noise` is the spread of either end in hours, `needs` true hours of need, `free` and `work` the true onset and hours
    on either kind of day where there are such. `added` is what delivered durations add to the windows' hours asleep.
    """

    of_day: Callable[[date, int], Hours]
    noise: float
    needs: float | None = None
    free: Hours | None = None
    work: Hours | None = None
    days: int = 56
    missing: float = 0.0
    stale_days: int = 0
    efficiency: float = 0.95
    added: Minutes | None = None
    is_delivered: bool = True
    is_worn: bool = True
    steps: float = 8000.0
    exercise: Minutes | None = None
    away_hours: int = 0
    away_nights: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """One of the five hundred: what is delivered, when somebody looks, and the truth beneath.

    `onsets` and `wakes` are the true local clock hours of the last 28 recorded nights.
    """

    name: str
    kind: str
    today: date
    timezone: str
    rows: tuple[StoredReading, ...]
    sleeper: Sleeper
    onsets: tuple[float, ...] = field(repr=False)
    wakes: tuple[float, ...] = field(repr=False)

    @property
    def is_stale(self) -> bool:
        """Whether the newest reading is older than two days."""
        return self.sleeper.stale_days > 2


def by_week(work: Hours, free: Hours) -> Callable[[date, int], Hours]:
    """One night before work days, another before Saturday and Sunday."""
    return lambda day, _: free if day.weekday() >= 5 else work


def worker(chance: Random, free_onset: float, needs: float, lost: float, eased: float = 0.3) -> Sleeper:
    """Free nights of the hours needed, with what was lost made up; an alarm takes `lost` hours from each work night.

    `eased` is how much earlier somebody goes to bed before work.
    """
    made_up = 2.5 * lost * 0.6
    free, work = (free_onset, needs + made_up), (free_onset - eased, needs - lost)
    return Sleeper(by_week(work, free), float(chance.uniform(0.25, 0.6)), needs, free, work)


def lark(chance: Random) -> Sleeper:
    """In bed before ten, up by six without an alarm."""
    return worker(chance, chance.normal(-2.3, 0.3), chance.normal(7.7, 0.3), chance.uniform(0, 0.3), 0.1)


def intermediate(chance: Random) -> Sleeper:
    """Half past eleven to half past seven, a little less before work."""
    return worker(chance, chance.normal(-0.3, 0.3), chance.normal(7.9, 0.4), chance.uniform(0.1, 0.7))


def owl(chance: Random) -> Sleeper:
    """Past one, and up by an alarm."""
    return worker(chance, chance.normal(1.3, 0.4), chance.normal(7.9, 0.4), chance.uniform(0.3, 0.9), 0.6)


def weekend_shifted(chance: Random) -> Sleeper:
    """The whole night later by one to four hours at weekends."""
    later, needs = chance.uniform(1, 4), chance.normal(7.7, 0.3)
    work, free = (-0.9, needs), (-0.9 + later, needs)
    return Sleeper(by_week(work, free), chance.uniform(0.25, 0.5), needs, free, work)


def sedentary(chance: Random) -> Sleeper:
    """Hardly 2,500 steps a day, and no exercise."""
    return replace(intermediate(chance), steps=2500.0, exercise=lambda _day, _chance: 0.0)


def active(chance: Random) -> Sleeper:
    """13,000 steps and a good half hour of exercise a day."""
    return replace(lark(chance), steps=13_000.0, exercise=lambda _day, chance: max(0.0, chance.normal(38, 8)))


def three_times_a_week(chance: Random) -> Sleeper:
    """Fifty minutes on Monday, Wednesday and Friday."""
    return replace(
        intermediate(chance), exercise=lambda day, chance: chance.normal(50, 4) if day.weekday() in (0, 2, 4) else 0.0
    )


def long_sleeper(chance: Random) -> Sleeper:
    """Needs more than nine hours and takes them."""
    return worker(chance, chance.normal(-1.3, 0.3), chance.normal(9.4, 0.2), 0.1, 0.1)


def short_sleeper(chance: Random) -> Sleeper:
    """Rested after six hours and a half, at weekends too."""
    return replace(worker(chance, chance.normal(0.0, 0.3), chance.normal(6.5, 0.15), 0.0, 0.0), efficiency=0.98)


def short_with_rebound(chance: Random) -> Sleeper:
    """Five and a half hours before work, nine at weekends."""
    work, free = (0.2, chance.normal(5.5, 0.2)), (0.2, chance.normal(9.2, 0.3))
    return Sleeper(by_week(work, free), 0.35, 8.0, free, work, efficiency=0.96)


def deprived(chance: Random) -> Sleeper:
    """Four hours and a half every night."""
    night = (chance.normal(0.8, 0.2), 4.5)
    return Sleeper(lambda _day, _place: night, 0.2, 7.8, night, night, efficiency=0.97)


def irregular(chance: Random) -> Sleeper:
    """Between nine in the evening and four at night, for five to nine hours."""
    return Sleeper(lambda _day, _place: (chance.normal(0.4, 1.9), chance.normal(7.3, 1.2)), 0.2, 7.8)


def rotating_shifts(chance: Random) -> Sleeper:
    """Three days each of day, evening and night shift and off, round and round."""
    begun = int(chance.integers(12))
    return Sleeper(lambda _day, place: ROTATION[(place + begun) // 3 % 4], 0.4, 7.8)


def permanent_nights(chance: Random) -> Sleeper:
    """Asleep from eight in the morning after work, from three at night on days off."""
    work, free = (chance.normal(8.2, 0.2), 7.0), (chance.normal(3.0, 0.3), 8.5)
    return Sleeper(by_week(work, free), 0.4, 7.8, None, None)


def day_sleeper(chance: Random) -> Sleeper:
    """Half past six to half past two, every day."""
    night = (chance.normal(6.5, 0.2), 8.0)
    return Sleeper(lambda _day, _place: night, 0.35, 7.8)


def early_and_late_shift(chance: Random) -> Sleeper:
    """A week up before five, a week asleep until nine; days off in between belong to their week."""
    begun = int(chance.integers(2))
    early, late = (-2.8, 7.4), (1.2, 7.9)
    return Sleeper(lambda day, _: early if (day.toordinal() // TWO_SHIFTS_WEEK + begun) % 2 else late, 0.35, 7.7)


def drifting(chance: Random) -> Sleeper:
    """A quarter of an hour to an hour later every day."""
    begun, step = chance.uniform(-4, 8), chance.uniform(0.25, 1.0)
    return Sleeper(lambda _day, place: ((begun + step * place + 12) % 24 - 12, 8.0), 0.35, 8.0)


def traveller(chance: Random, direction: int) -> Sleeper:
    """A few nights after three to eleven hours east or west, asleep by the clocks there as well as may be."""
    hours = int(chance.integers(3, 12))
    nights = int(chance.integers(1, max(2, hours - 1)))
    return replace(intermediate(chance), away_hours=direction * hours, away_nights=nights)


def napper(chance: Random) -> Sleeper:
    """A window of six and a half hours, and a nap that only the delivered duration holds."""
    return replace(
        worker(chance, 0.0, 6.7, 0.1, 0.1),
        needs=7.7,
        added=lambda _day, chance: 75.0 if chance.random() < 0.6 else 0.0,
    )


def gap_ridden(chance: Random) -> Sleeper:
    """Two days of five without a record."""
    return replace(intermediate(chance), missing=0.4)


def phone_only(chance: Random) -> Sleeper:
    """Sleep times and steps, nothing else."""
    return replace(intermediate(chance), is_delivered=False, is_worn=False)


def delivered_shorter(chance: Random) -> Sleeper:
    """An hour and a quarter less delivered than the windows are long."""
    sleeper = worker(chance, -1.0, 8.9, 0.2, 0.1)
    return replace(sleeper, needs=7.7, efficiency=1.0, added=lambda _day, _chance: -75.0)


def delivered_longer(chance: Random) -> Sleeper:
    """An hour and a half more delivered than the windows are long."""
    sleeper = worker(chance, -0.2, 6.8, 0.1, 0.1)
    return replace(sleeper, noise=0.25, needs=7.7, efficiency=1.0, added=lambda _day, _chance: 90.0)


def few_days(chance: Random) -> Sleeper:
    """Three to thirteen days."""
    return replace(intermediate(chance), days=int(chance.integers(3, 14)))


def stale(chance: Random) -> Sleeper:
    """Nothing for three days to sixteen months."""
    return replace(intermediate(chance), stale_days=int(chance.choice([3, 5, 14, 60, 200, 487])))


def around_noon(chance: Random) -> Sleeper:
    """An owl so late that sleep lies about noon, later still on free days."""
    work, free = (chance.normal(5.7, 0.2), 6.0), (chance.normal(8.7, 0.2), 8.0)
    return Sleeper(by_week(work, free), 0.35, 7.5, free, work)


def split_sleeper(chance: Random) -> Sleeper:
    """A long waking in the night, or a siesta: the delivered duration is not that of the window."""
    if chance.random() < 0.5:
        return replace(worker(chance, -1.2, 9.0, 0.1, 0.1), needs=7.7, added=lambda _day, _chance: -70.0)
    return replace(worker(chance, 0.6, 5.8, 0.1, 0.1), needs=7.5, added=lambda _day, _chance: 95.0)


KINDS: Mapping[str, tuple[int, Callable[[Random], Sleeper]]] = {
    "intermediate": (70, intermediate),
    "lark": (42, lark),
    "owl": (43, owl),
    "weekend shifted": (45, weekend_shifted),
    "three times a week": (20, three_times_a_week),
    "sedentary": (15, sedentary),
    "active": (15, active),
    "long sleeper": (14, long_sleeper),
    "short sleeper": (12, short_sleeper),
    "short with rebound": (16, short_with_rebound),
    "deprived": (10, deprived),
    "irregular": (14, irregular),
    "rotating shifts": (12, rotating_shifts),
    "permanent nights": (10, permanent_nights),
    "day sleeper": (10, day_sleeper),
    "early and late shift": (12, early_and_late_shift),
    "drifting": (10, drifting),
    "traveller east": (10, lambda chance: traveller(chance, 1)),
    "traveller west": (10, lambda chance: traveller(chance, -1)),
    "napper": (12, napper),
    "gap-ridden": (14, gap_ridden),
    "phone only": (14, phone_only),
    "delivered shorter": (12, delivered_shorter),
    "delivered longer": (10, delivered_longer),
    "few days": (18, few_days),
    "stale": (10, stale),
    "around noon": (10, around_noon),
    "split sleeper": (10, split_sleeper),
}
ORDINARY = (
    "intermediate", "lark", "owl", "weekend shifted", "three times a week", "sedentary", "active", "phone only",
)  # fmt: skip


@lru_cache(maxsize=1)
def people() -> tuple[Person, ...]:
    """All five hundred."""
    number = count()
    return tuple(
        _person(kind, place, next(number), make) for kind, (size, make) in KINDS.items() for place in range(size)
    )


def person(kind: str, place: int = 0) -> Person:
    """One of a kind."""
    return [one for one in people() if one.kind == kind][place]


def _person(kind: str, place: int, number: int, make: Callable[[Random], Sleeper]) -> Person:
    chance = np.random.default_rng([SEED, number])
    sleeper = make(chance)
    zone = ZONES[number % len(ZONES)]
    through = LAST_SUNDAY + timedelta(days=number % 7)
    nights = list(_nights(sleeper, through, zone, chance))
    rows = [row for night in nights for row in _rows_of(sleeper, night, chance)]
    if number % SUMS_EVERY == 0:
        rows += list(_sums(rows))
    lately = nights[-28:]
    return Person(
        name=f"{kind} {place}",
        kind=kind,
        today=through + timedelta(days=sleeper.stale_days),
        timezone=zone,
        rows=tuple(rows + _slow_rows(sleeper, [night.day for night in nights], chance)),
        sleeper=sleeper,
        onsets=tuple(_clock(night.onset) for night in lately),
        wakes=tuple(_clock(night.wake) for night in lately),
    )


@dataclass(frozen=True, slots=True)
class _Night:
    day: date
    onset: datetime
    wake: datetime


def _nights(sleeper: Sleeper, through: date, zone: str, chance: Random) -> Iterator[_Night]:
    """The recorded nights; a day is skipped where its night would overlap the one before or begin after it ends."""
    home = ZoneInfo(zone)
    before: datetime | None = None
    for place in range(sleeper.days):
        day = through - timedelta(days=sleeper.days - 1 - place)
        is_away = place >= sleeper.days - sleeper.away_nights
        onset, hours = sleeper.of_day(day, place)
        first, last = chance.normal(0, sleeper.noise, 2)
        is_missing = chance.random() < sleeper.missing and place < sleeper.days - 1
        if is_missing:
            continue
        midnight = datetime.combine(day, time(), home)
        local = timezone((midnight.utcoffset() or timedelta()) + timedelta(hours=sleeper.away_hours * is_away))
        start = datetime.combine(day, time(), local) + timedelta(minutes=round(60 * (onset + first)))
        end = start + timedelta(minutes=round(60 * min(15.5, max(3.3, hours - first + last))))
        if before is None or start > before:
            before = end
            yield _Night(day, start, end)


def _rows_of(sleeper: Sleeper, night: _Night, chance: Random) -> Iterator[StoredReading]:
    day = night.wake.date().isoformat()
    yield StoredReading(START, day, night.onset.isoformat(timespec="seconds"), "datetime")
    yield StoredReading(END, day, night.wake.isoformat(timespec="seconds"), "datetime")
    if sleeper.is_delivered:
        window = (night.wake - night.onset) / timedelta(minutes=1)
        added = sleeper.added(night.day, chance) if sleeper.added else 0.0
        asleep = window * sleeper.efficiency + (added or 0.0) + chance.normal(0, 5)
        yield StoredReading("sleep_duration", day, f"{max(60, asleep):.0f}", "minute")


def _sums(rows: list[StoredReading]) -> Iterator[StoredReading]:
    """Sahha's `sleep_debt` as it is made: hours below eight, summed over seven nights."""
    slept = [(row.local_date, float(row.value or 0) / 60) for row in rows if row.type == "sleep_duration"]
    for place, (day, _) in enumerate(slept):
        owed = sum(max(0.0, 8 - hours) for _, hours in slept[max(0, place - 6) : place + 1])
        yield StoredReading("sleep_debt", day, f"{owed:.2f}", "hour")


def _slow_rows(sleeper: Sleeper, days: list[date], chance: Random) -> list[StoredReading]:
    """Steps, exercise, vital signs and scores, each day a little like the one before."""
    n = len(days)
    rows: list[StoredReading] = []
    effort, pulse, beats, mood = (_alike(chance, n, phi) for phi in (0.2, 0.4, 0.3, 0.3))
    for place, day in enumerate(days):
        local = day.isoformat()
        steps = sleeper.steps * float(np.exp(0.25 * effort[place])) * (0.9 if day.weekday() == 6 else 1.0)
        rows.append(StoredReading("steps", local, f"{steps:.0f}", "count"))
        if not sleeper.is_worn:
            continue
        exercise = _exercise(sleeper, day, chance)
        score = float(np.clip(0.7 + 0.08 * mood[place], 0, 1))
        rows += [
            StoredReading("exercise_duration", local, f"{exercise:.0f}", "minute"),
            StoredReading("active_duration", local, f"{60 + steps / 150:.0f}", "minute"),
            StoredReading("heart_rate_resting", local, f"{57 + 1.6 * pulse[place]:.0f}", "bpm"),
            StoredReading(
                "heart_rate_variability_rmssd", local, f"{45 * np.exp(0.12 * beats[place]):.1f}", "millisecond"
            ),
            StoredReading("score:readiness", local, f"{score:.3f}", ""),
            StoredReading("score:sleep", local, f"{min(1.0, score + 0.05):.3f}", ""),
        ]
    return rows


def _exercise(sleeper: Sleeper, day: date, chance: Random) -> float:
    """Minutes of a day; where nothing is said of exercise, somebody trains on two days of five."""
    if sleeper.exercise is None:
        return 35.0 if chance.random() < 0.4 else 0.0
    return max(0.0, sleeper.exercise(day, chance) or 0.0)


def _alike(chance: Random, n: int, phi: float) -> list[float]:
    """Standard normal days of which each is correlated with the one before."""
    values = chance.normal(size=n)
    for place in range(1, n):
        values[place] = phi * values[place - 1] + np.sqrt(1 - phi * phi) * values[place]
    return [float(value) for value in values]


def _clock(moment: datetime) -> float:
    return moment.hour + moment.minute / 60
