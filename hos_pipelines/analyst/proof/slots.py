"""Slots: what a sentence may take from a fact, which facts bear it, and how it is rendered. Knows no sentences.

A slot that its fact does not bear is None, and no sentence with it can be said. docs/model.md has the table.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hos_pipelines.analyst.proof.comparisons import LEAST, comparison, is_least
from hos_pipelines.analyst.proof.names import name_of, pair_of
from hos_pipelines.domain.behavior.readiness import QUARTILE_Z
from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display

SHARE = "share"
SLOPE, AFTER, BEFORE = "_trend_slope", "_change_after", "_change_before"
DAY_OF_CHANGE = "_change_day"
# Differences whose sign `way` tells: `36 min later`, never `-36 min earlier`; `3 h ahead`.
SIGNED = re.compile(r".*(?:_z|_trend_slope)|free_minus_work_wake|lie_in|sjl_rel|drift|sleep_debt_(?:14|now)")
LEAST_HOURS, HOUR_SECONDS = 10 / 60, 3600
LEVELS: Mapping[str, Mapping[str, str]] = {
    "regularity_band": {"high": "steady", "medium": "fairly steady", "low": "changeable"},
    "rhr_flag": {"raised": "raised", "usual": "as usual"},
}
# A newest value is close to the usual one where its spread and this share of the usual one say so.
CLOSE = 0.1
# From which share on, in per cent as it is shown.
ALL = "on all days"
OFTEN = (
    (95, "on nearly every day"),
    (60, "on most days"),
    (40, "on about half of the days"),
    (15, "on some days"),
    (0, "on few days"),
)


@dataclass(frozen=True, slots=True)
class Borne:
    """What slots are rendered from: facts, constants and figures by id, and by series 1 or -1 where it has a trend."""

    facts: Mapping[str, Fact]
    courses: Mapping[str, int]
    constants: Mapping[str, Constant] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)


def render(expression: str, of: Borne) -> str | None:
    """What stands in place of a slot (without its tag); None where no fact bears it."""
    about, _, asked = expression.partition(".")
    if about in of.constants:
        return None if asked else constant_text(of.constants[about])
    if about in of.figures:
        return None if asked else of.figures[about]
    fact = of.facts.get(about)
    if fact is None or fact.value is None or isinstance(fact.value, list):
        return None
    kind, _, other = asked.partition(".")
    if kind == "versus":
        beside = of.facts.get(other)
        return None if beside is None else comparison(fact, beside)
    told = SLOTS.get(kind)
    return None if told is None or other else told(fact, of)


def value_text(fact: Fact) -> str:
    """A fact's value as it stands in a sentence: without the sign that `way` tells, a bound with `at least`."""
    if isinstance(fact.value, str):
        day = _day(fact)
        return _level_text(fact) if day is None else day_text(day)
    text = display(fact)
    text = text.lstrip("+-") if SIGNED.fullmatch(fact.id) else text
    return f"{LEAST} {text}" if is_least(fact) else text


def constant_text(constant: Constant) -> str:
    """A constant's: `8.8 hours`."""
    return f"{constant.value:g} {constant.unit}{'' if constant.value == 1 else 's'}"


def _value(fact: Fact, _: Borne) -> str | None:
    """The value; of a bound below 0 nothing, as without its sign it would be one from above."""
    is_below = isinstance(fact.value, float) and fact.value < 0
    return None if is_below and is_least(fact) else value_text(fact)


def _way(fact: Fact, of: Borne) -> str | None:
    """Which way a fact points; None where it points nowhere beyond chance, or nobody knows."""
    told = next((told for ids, told in WAYS if ids.fullmatch(fact.id)), None)
    return told(fact, fact.value, of) if told is not None and isinstance(fact.value, float) else None


def _course(fact: Fact, _: float, of: Borne) -> str | None:
    return {1: "rising", -1: "falling"}.get(of.courses.get(fact.id.removesuffix(SLOPE), 0))


def _place(fact: Fact, z: float, of: Borne) -> str | None:
    """Where the newest value lies beside the usual one; nothing where that would not show in their figures."""
    latest, usual = (of.facts.get(fact.id.removesuffix("z") + key) for key in ("latest", "median"))
    if latest is None or usual is None or not isinstance(latest.value, float) or not isinstance(usual.value, float):
        return None
    if abs(z) < QUARTILE_Z:
        return "close to" if abs(latest.value - usual.value) <= CLOSE * abs(usual.value) else None
    if value_text(latest) == value_text(usual):
        return None
    return "above" if z > 0 else "below"


def _step(after: Fact, value: float, of: Borne) -> str | None:
    before = of.facts.get(after.id.removesuffix(AFTER) + BEFORE)
    if before is None or not isinstance(before.value, float) or value_text(before) == value_text(after):
        return None
    return "up" if value > before.value else "down"


def _balance(fact: Fact, owed: float, _: Borne) -> str | None:
    if _may_be_none(fact) or not owed or (owed < 0 and is_least(fact)):
        return None
    return "short" if owed > 0 else "ahead"


def _free_days(fact: Fact, gap: float, _: Borne) -> str | None:
    hours = gap / HOUR_SECONDS if fact.unit == "second" else gap
    if _may_be_none(fact) or abs(hours) < LEAST_HOURS:
        return None
    return "later" if hours > 0 else "earlier"


def _may_be_none(fact: Fact) -> bool:
    """Whether the interval of a difference reaches 0."""
    interval = fact.interval
    return interval is not None and interval.low is not None and interval.low * (interval.high or 0.0) <= 0


WAYS: tuple[tuple[re.Pattern[str], Callable[[Fact, float, Borne], str | None]], ...] = (
    (re.compile(f".+{SLOPE}"), _course),
    (re.compile(".+_z"), _place),
    (re.compile(f".+{AFTER}"), _step),
    (re.compile("sleep_debt_14"), _balance),
    (re.compile("free_minus_work_wake|lie_in|sjl_rel"), _free_days),
)


def _level(fact: Fact, _: Borne) -> str | None:
    return _level_text(fact) if isinstance(fact.value, str) and _day(fact) is None else None


def _level_text(fact: Fact) -> str:
    return LEVELS.get(fact.id, {}).get(str(fact.value)) or display(fact)


def _often(fact: Fact, _: Borne) -> str | None:
    is_frequency = fact.unit == SHARE and (fact.id.endswith("_adherence") or fact.id == "data_coverage")
    if not is_frequency or not isinstance(fact.value, float):
        return None
    if fact.value in (0, 1):
        return ALL if fact.value else None
    percent = round(100 * fact.value)
    return next(words for least, words in OFTEN if percent >= least)


def _since(fact: Fact, _: Borne) -> str | None:
    day = _day(fact)
    return None if day is None else f"since {day_text(day)}"


def _day(fact: Fact) -> date | None:
    return date.fromisoformat(str(fact.value)) if fact.id.endswith(DAY_OF_CHANGE) else None


def _name(fact: Fact, _: Borne) -> str | None:
    return name_of(fact.id)


def _of_pair(place: int) -> Callable[[Fact, Borne], str | None]:
    def told(fact: Fact, _: Borne) -> str | None:
        pair = pair_of(fact)
        return None if pair is None else pair[place]

    return told


SLOTS: Mapping[str, Callable[[Fact, Borne], str | None]] = {
    "": _value,
    "way": _way,
    "level": _level,
    "often": _often,
    "since": _since,
    "name": _name,
    "first": _of_pair(0),
    "second": _of_pair(1),
    "lag": _of_pair(2),
}
