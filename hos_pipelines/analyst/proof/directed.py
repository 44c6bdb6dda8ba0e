"""Which way cited facts point: trends, deviations, differences of free and work days, sleep owed. Knows no texts."""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from hos_pipelines.analyst.proof.direction_words import (
    AMOUNT,
    BALANCE,
    EITHER,
    LEVEL,
    MOVEMENT,
    TIME,
    VALENCE,
    Axis,
    Sort,
    Way,
)
from hos_pipelines.analyst.proof.subjects import subjects_of
from hos_pipelines.domain.behavior.series import KINDS
from hos_pipelines.domain.clock import wrap
from hos_pipelines.domain.facts import Fact, Interval

SECONDS, MINUTES = 3600.0, 60.0
BETTER: Mapping[str, Literal[-1, 0, 1]] = {kind.prefix: kind.better for kind in KINDS.values()}
Facts = Mapping[str, Fact]
# By the prefix of a series' facts: where it goes, as far as that is known.
Courses = Mapping[str, int]


class Contrast(NamedTuple):
    """Two sides a sentence may name: a direction is that of the first against the second.

    `is_needed`: without naming a side nothing is said.
    """

    first: re.Pattern[str]
    second: re.Pattern[str]
    is_needed: bool = False


class FactDirection(NamedTuple):
    """Which way facts point, for the subjects they are about; `zone` facts point for the time next to the word.

    What counts people (`counts`) is not denied by a negation: `hardly any` says how many, not which way.
    """

    fact_id: str
    subjects: AbstractSet[str]
    way: Way
    contrast: Contrast | None = None
    is_local: bool = False
    counts: bool = False


def _contrast(first: str, second: str, *, is_needed: bool = False) -> Contrast:
    return Contrast(re.compile(first, re.IGNORECASE), re.compile(second, re.IGNORECASE), is_needed)


FREE = r"\bfree(?:[ -](?:days?|nights?|mornings?))?\b|\bdays? off\b|\boff[- ]days?\b|\bweekends?\b|\bnon-work\w*\b"
WORK = (
    r"\bwork(?:ing)?[ -]?(?:days?|nights?|mornings?|week)\b|\bworkdays?\b|\bweekdays?\b|\bweek nights?\b|"
    r"\bweeknights?\b"
)
FREE_WORK = _contrast(FREE, WORK, is_needed=True)
THIS_LAST = _contrast(
    r"\bthis week\b|\b(?:the |your )?(?:last|past|latest) (?:week|7 days)\b|\brecent\w*\b|\bnow\b",
    r"\b(?:the )?(?:week|7 days) before\b|\b(?:previous|preceding|prior) (?:week|7 days)\b",
)
OTHERS_YOU = _contrast(r"\b(?:people|others|population|everybody|everyone)\b", r"\byour?\b")
SLEPT_NEED = _contrast(
    r"\b(?:nights?|slept|sleeps?|sleeping|get|gets|getting|last|lasts)\b", r"\bneed(?:s|ed)?\b|\brequire\w*"
)
SINCE_BEFORE = _contrast(r"\b(?:since|after|now|from)\b", r"\b(?:before|until|previously|formerly|earlier)\b")
NOW_USUAL = _contrast(
    r"\b(?:latest|newest|today|now|current\w*|last (?:night|value)|this morning|recent\w*)\b",
    r"\b(?:usual\w*|median|typical\w*|normal\w*|average|baseline|middle)\b",
)


def directions_of_facts(cited: AbstractSet[str], facts: Facts, courses: Courses) -> Iterator[FactDirection]:
    """Which way the cited facts point, alone and in pairs; series go where `courses` says, whatever their slope."""
    known = {fact_id: fact for fact_id in cited if (fact := facts.get(fact_id)) is not None and fact.value is not None}
    for fact in known.values():
        yield from _alone(fact, facts, courses)
    for first, second, axis, contrast in PAIRS:
        if first in known and second in known:
            yield from _pair(known[first], known[second], axis, contrast)
    for prefix in BETTER:
        yield from _series_pairs(prefix, known)


def _alone(fact: Fact, facts: Facts, courses: Courses) -> Iterator[FactDirection]:
    trend = TREND.search(fact.id)
    if trend is not None:
        prefix = fact.id[: trend.start()]
        yield from _with_valence(fact, prefix, courses.get(prefix), MOVEMENT)
    if fact.id.endswith("_z"):
        yield from _deviation(fact)
    if fact.id in SINGLE:
        yield from SINGLE[fact.id](fact, facts)
    sign = next((sign for prefix, sign in ZONES.items() if fact.id.startswith(prefix)), 0)
    if sign:
        yield FactDirection(fact.id, subjects_of(fact), Way(AMOUNT, sign, LEVEL), is_local=True)


TREND = re.compile(r"_trend_(?:slope|p|q)$")
ZONES: Mapping[str, int] = {
    "zone_peak": 1,
    "energy_max": 1,
    "second_opinion_peak": 1,
    "zone_recovery": -1,
    "zone_sleep": -1,
    "energy_min": -1,
    "cbt_min": -1,
}


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _number(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def _certain(value: float, interval: Interval | None) -> int:
    """The sign of a difference; none where its interval holds 0 as well."""
    if interval is None or interval.low is None or interval.high is None:
        return _sign(value)
    return _sign(value) if interval.low * interval.high > 0 else 0


def _deviation(fact: Fact) -> Iterator[FactDirection]:
    value = _number(fact)
    if value is not None:
        yield from _with_valence(fact, fact.id.removesuffix("_z"), _sign(round(value, 1)), LEVEL)


def _with_valence(fact: Fact, prefix: str, sign: int | None, sort: Sort) -> Iterator[FactDirection]:
    subjects = subjects_of(fact)
    yield FactDirection(fact.id, subjects, Way(AMOUNT, sign, sort))
    better = BETTER.get(prefix, 0)
    if better:
        yield FactDirection(fact.id, subjects, Way(VALENCE, None if sign is None else sign * better, sort))


def _later_on_free_days(fact: Fact, _: Facts) -> Iterator[FactDirection]:
    value = _number(fact)
    if value is not None:
        yield FactDirection(fact.id, subjects_of(fact), Way(TIME, _certain(value, fact.interval), LEVEL), FREE_WORK)


def _later_each_day(fact: Fact, _: Facts) -> Iterator[FactDirection]:
    value = _number(fact)
    if value is not None:
        yield FactDirection(fact.id, subjects_of(fact), Way(TIME, _sign(value), MOVEMENT))


def _sleep_owed(fact: Fact, facts: Facts) -> Iterator[FactDirection]:
    """Sleep is owed where the balance of the last nights says so beyond doubt and nights are short, as the rules do."""
    value, balance, standing = _number(fact), facts.get("sleep_debt_14"), facts.get("sleep_standing")
    owed = _number(balance)
    if value is None or balance is None or owed is None:
        return
    sign = _certain(owed, balance.interval)
    is_told = sign == _sign(value) and (sign < 0 or standing is None or standing.value == "short")
    yield FactDirection(fact.id, subjects_of(fact), Way(BALANCE, sign if is_told else 0, LEVEL))


def _earlier_people(fact: Fact, _: Facts) -> Iterator[FactDirection]:
    """It counts those who sleep earlier, so that one sleeps later than they do."""
    yield FactDirection(fact.id, subjects_of(fact), Way(TIME, -1, LEVEL), OTHERS_YOU, counts=True)


def _jetlag(fact: Fact, facts: Facts) -> Iterator[FactDirection]:
    """Its size says no direction, but the same difference with its sign is on the sheet."""
    signed = facts.get("sjl_rel")
    if signed is not None:
        yield from (one._replace(fact_id=fact.id) for one in _later_on_free_days(signed, facts))


def _more_on_free_days(fact: Fact, _: Facts) -> Iterator[FactDirection]:
    value = _number(fact)
    if value is not None:
        yield FactDirection(fact.id, {"steps", "activity"}, Way(AMOUNT, _sign(round(value, 2) - 1), LEVEL), FREE_WORK)


def _band(fact: Fact, _: Facts) -> Iterator[FactDirection]:
    sign = {"below": -1, "within": 0, "above": 1, "usual": 0, "raised": 1}.get(str(fact.value))
    if sign is not None:
        prefix = "hrv_rmssd" if fact.id == "hrv_state" else "heart_rate_resting"
        yield from _with_valence(fact, prefix, sign, EITHER)


Single = Callable[[Fact, Facts], Iterator[FactDirection]]
SINGLE: Mapping[str, Single] = {
    "free_minus_work_wake": _later_on_free_days,
    "lie_in": _later_on_free_days,
    "drift": _later_each_day,
    "chronotype_percentile": _earlier_people,
    "sleep_debt_14": _sleep_owed,
    "sleep_debt_now": _sleep_owed,
    "sjl_rel": _later_on_free_days,
    "sjl": _jetlag,
    "sjl_sc": _jetlag,
    "free_work_steps_ratio": _more_on_free_days,
    "hrv_state": _band,
    "rhr_flag": _band,
}
PAIRS: tuple[tuple[str, str, Axis, Contrast], ...] = (
    ("wake_free", "wake_work", TIME, FREE_WORK),
    ("onset_free", "onset_work", TIME, FREE_WORK),
    ("msf", "msw", TIME, FREE_WORK),
    ("sd_free", "sd_work", AMOUNT, FREE_WORK),
    ("usual_wake_free", "usual_wake_work", TIME, FREE_WORK),
    ("usual_onset_free", "usual_onset_work", TIME, FREE_WORK),
    ("sleep_mean", "sleep_need", AMOUNT, SLEPT_NEED),
    ("duration_mean", "sleep_need", AMOUNT, SLEPT_NEED),
    ("sd_week", "sleep_need", AMOUNT, SLEPT_NEED),
    ("sd_work", "sleep_need", AMOUNT, SLEPT_NEED),
    ("sd_free", "sleep_need", AMOUNT, SLEPT_NEED),
    ("sleep_duration_median", "sleep_need", AMOUNT, SLEPT_NEED),
)


def _pair(first: Fact, second: Fact, axis: Axis, contrast: Contrast) -> Iterator[FactDirection]:
    """Two numbers against each other; what lies within the interval of the second is neither more nor less."""
    one, other = _in_hours(first), _in_hours(second)
    if one is None or other is None:
        return
    gap = wrap(one - other) if axis is TIME else one - other
    within = second.interval
    if axis is AMOUNT and within is not None and within.low is not None and within.high is not None:
        gap = one - min(max(one, within.low), within.high)
    subjects = subjects_of(first) | subjects_of(second)
    yield FactDirection(first.id, subjects, Way(axis, _sign(round(gap * MINUTES)), LEVEL), contrast)


def _in_hours(fact: Fact) -> float | None:
    """Hours, of clock times and durations alike; other numbers as they are."""
    value = _number(fact)
    return value / SECONDS if value is not None and fact.unit.startswith("second") else value


def _series_pairs(prefix: str, known: Facts) -> Iterator[FactDirection]:
    for newer, older, sort, contrast in (
        ("change_after", "change_before", EITHER, SINCE_BEFORE),
        ("latest", "median", LEVEL, NOW_USUAL),
        ("week", "week_before", LEVEL, THIS_LAST),
    ):
        one, other = known.get(f"{prefix}_{newer}"), known.get(f"{prefix}_{older}")
        now, before = _number(one), _number(other)
        if one is not None and now is not None and before is not None:
            gap = now - before
            least = one.interval.least_change if one.interval is not None else None
            for way in _with_valence(one, prefix, _sign(gap) if abs(gap) >= (least or 0.0) else 0, sort):
                yield way._replace(contrast=contrast)
