"""How one day is lived with its plan: what is done, said of it, and what it does to night and steps.

The same seed, day and items give the same, whatever else was asked. Nobody is told more than a plan says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.responses import Response
from hos_pipelines.simulator.temperaments import HOME, Temperament

# The planted effects: of a day done wholly, of one that was too much, and of a day ill.
SLEEP_GAIN, ONSET_GAIN = 40, -20
SLEEP_LOST, ONSET_LOST = -25, 20
STEPS_A_MINUTE = 90
ILL = Response(onset=-60, sleep=60, steps=-5000)
ACTIVE = frozenset({"movement", "exercise"})
PARTLY = 0.1
RATED, TOLD_WHEN, JOURNALS = 0.5, 0.9, 0.6
DISLIKED = 0.25

Status = Literal["completed", "partial", "skipped"]
Reason = Literal["no_time", "too_hard", "not_well", "not_wanted", "forgot", "travelling"]


class AskedItem(NamedTuple):
    """An item of the day's plan that counts."""

    name: str
    category: str
    minutes: int
    starts_at: datetime


class Deed(NamedTuple):
    """What became of an item, and what is said of it; `done_at` and the rest are None where nothing is."""

    item: AskedItem
    status: Status
    done_at: datetime | None = None
    satisfaction: int | None = None
    again: Literal["yes", "no"] | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class LivedDay:
    """A day as it was lived. Where `says` is false nothing of it is told; `journal` is None where none is kept."""

    deeds: Sequence[Deed]
    says: bool
    journal: dict[str, int | bool] | None
    response: Response


@dataclass(frozen=True, slots=True)
class Liver:
    """Who lives: the seed and number of the person, and how they take to plans."""

    seed: int
    index: int
    temperament: Temperament


class _Mood(NamedTuple):
    """What is so of the whole day."""

    number: int
    chance: float
    is_too_much: bool
    is_ill: bool
    is_away: bool


def live_day(liver: Liver, day: date, number: int, asked: Sequence[AskedItem]) -> LivedDay:
    """One day, the `number`th since the first with a plan, with what its plan asks."""
    who = liver.temperament
    mood = _Mood(
        number,
        who.chance(number, len(asked)),
        len(asked) > who.manages_on(number),
        number in who.ill,
        number in who.away,
    )
    deeds = [_deed(liver, day, mood, item) for item in asked]
    chance = draws(f"{liver.seed}|day|{liver.index}|{day}", 5)
    says = chance[0] < who.reports
    share = sum(_worth(deed) for deed in deeds) / len(deeds) if deeds else 0.0
    writes = says and (chance[1] < JOURNALS or mood.is_ill or mood.is_away)
    journal = _journal(mood, share, chance[2:]) if writes else None
    return LivedDay(deeds, says, journal, _response(who, mood, deeds, share))


def _deed(liver: Liver, day: date, mood: _Mood, item: AskedItem) -> Deed:
    who = liver.temperament
    chance = draws(f"{liver.seed}|item|{liver.index}|{day}|{item.name}", 6)
    is_disliked = bool(who.dislikes) and item.name == who.dislikes
    does = mood.chance * (DISLIKED if is_disliked else 1)
    rates = chance[1] < RATED or is_disliked
    if chance[0] >= does:
        is_partly = chance[0] < does + PARTLY * (1 - does)
        reason = None if is_partly else _reason(mood, chance[2], is_disliked=is_disliked)
        stars = 1 if is_disliked else None
        return Deed(item, "partial" if is_partly else "skipped", None, stars, "no" if is_disliked else None, reason)
    done_at = _begins(who, item) + timedelta(minutes=item.minutes + int(20 * chance[3]))
    if is_disliked:
        return Deed(item, "completed", done_at, 1, "no")
    stars = 2 if mood.is_too_much else 4 + (chance[5] < 1 / 2)
    return Deed(item, "completed", done_at if chance[4] < TOLD_WHEN else None, stars if rates else None)


def _begins(who: Temperament, item: AskedItem) -> datetime:
    """When it is begun: as planned, but by nobody before the hour of their own."""
    planned = item.starts_at.astimezone(ZoneInfo(HOME))
    return max(planned, planned.replace(hour=who.begins_at, minute=0)) if who.begins_at else planned


def _reason(mood: _Mood, chance: float, *, is_disliked: bool) -> Reason:
    if mood.is_ill:
        return "not_well"
    if mood.is_away:
        return "travelling"
    if is_disliked:
        return "not_wanted"
    if mood.is_too_much:
        return "too_hard"
    return "no_time" if chance < 1 / 2 else "forgot"


def _worth(deed: Deed) -> float:
    return {"completed": 1.0, "partial": 0.5, "skipped": 0.0}[deed.status]


def _response(who: Temperament, mood: _Mood, deeds: Sequence[Deed], share: float) -> Response:
    active = sum(deed.item.minutes * _worth(deed) for deed in deeds if deed.item.category in ACTIVE)
    steps = int(active * STEPS_A_MINUTE)
    if mood.is_ill:
        return ILL
    if mood.is_too_much and who.loses_sleep:
        return Response(ONSET_LOST, SLEEP_LOST, steps)
    return Response(round(ONSET_GAIN * share), round(SLEEP_GAIN * share), steps)


def _journal(mood: _Mood, share: float, chance: Sequence[float]) -> dict[str, int | bool]:
    """Levels of 1 to 5; what is ill or on a journey says so."""
    level = 2 + 2 * share
    said: dict[str, int | bool] = {
        "energy_level": _scale(level + chance[0]),
        "mood_rating": _scale(level + chance[1]),
        "stress_level": _scale((4.2 if mood.is_too_much else 2) + chance[2]),
    }
    if mood.is_ill:
        said |= {"is_ill": True, "energy_level": 1}
    if mood.is_away:
        said["is_travelling"] = True
    return said


def _scale(level: float) -> int:
    return min(5, max(1, int(level)))
