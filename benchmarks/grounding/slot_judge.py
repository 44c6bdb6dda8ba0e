"""Judges what stands in slots, from facts alone: values, units, times, directions, levels, frequencies, comparisons.

Written apart from the proof, and imports nothing of it: it reads what is shown, and holds it against the facts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.facts import Fact

Result = CircadianResult | BehaviorResult
CLOCKS = {"local hour": 1.0, "clock hour": 1.0, "second of the local day": 1 / 3600}
LENGTHS = {"hour": 60.0, "minute": 1.0, "second": 1 / 60}
PERCENT = {"share": 100.0, "percentage": 100.0, "percent of people": 1.0}
LOWER_BOUND = "at least"
NAMED = frozenset({"night", "day", "bpm"})
LARGE = 100
COMPARED = (("less than", "more than"), ("lower than", "higher than"))
# What may be called close: within some sixth of what is usual.
CLOSE = 0.15
# From and to which share a word of frequency may be said.
OFTEN = {
    "on all days": (1, 1), "on nearly every day": (0.9, 1), "on most days": (0.55, 0.97),
    "on about half of the days": (0.35, 0.65), "on some days": (0.1, 0.45), "on few days": (0.001, 0.2),
}  # fmt: skip
UP = frozenset({"more", "longer", "higher", "later", "steadier", "better"})
DOWN = frozenset({"fewer", "less", "shorter", "lower", "earlier", "worse"})
TITLES = {
    "hrv_rmssd": "heart rate variability", "hrv_sdnn": "heart rate variability", "regular_wake": "regular wake time",
    "zone_peak": "high energy", "zone_recovery": "lower energy", "zone_maintenance": "moderate energy",
    "zone_sleep": "sleep", "active_day": "active day", "active_duration": "active",
}  # fmt: skip
LEVELS = {
    ("regularity_band", "high"): "steady", ("regularity_band", "medium"): "fairly steady",
    ("regularity_band", "low"): "changeable", ("rhr_flag", "usual"): "as usual",
}  # fmt: skip


def false_slots(slots: Sequence[tuple[str, str]], result: Result) -> list[str]:
    """What is false of the slots of a text: each an expression without its tag, and what was rendered for it."""
    whys = ((expression, told, _why(expression, told, result)) for expression, told in slots)
    return [f"{expression} is shown as {told!r}: {why}" for expression, told, why in whys if why]


def _why(expression: str, told: str, result: Result) -> str:
    """Why one is false; empty where it is true."""
    about, *asked = expression.split(".")
    fact = result.facts.get(about)
    if fact is None:
        return "nothing is known of it"
    if fact.value is None:
        return "it is not known"
    if asked[:1] == ["versus"]:
        return _why_not_versus(fact, result.facts[asked[1]], told)
    return JUDGES[asked[0] if asked else ""](fact, told, result)


def _value(fact: Fact, told: str, result: Result) -> str:
    if isinstance(fact.value, str):
        return _label(fact, told, result)
    if not isinstance(fact.value, float):
        return "it is no number"
    if told.startswith(LOWER_BOUND) != fact.method.startswith(LOWER_BOUND):
        return "a bound is a bound, and nothing else is"
    return _number(fact.value, fact.unit, told.removeprefix(f"{LOWER_BOUND} "))


def _number(value: float, unit: str, told: str) -> str:
    """Whether what is shown is the number and the unit; a sign is told by a direction."""
    if unit in CLOCKS:
        shown = _minutes_of_clock(told)
        gap = None if shown is None else (shown - value * CLOCKS[unit] * 60 + 720) % 1440 - 720
        return "" if gap is not None and abs(gap) <= 1 else "the time is another"
    if unit in LENGTHS:
        shown = _minutes_of_length(told)
        return "" if shown is not None and abs(shown - abs(value) * LENGTHS[unit]) <= 1 else "it lasts otherwise"
    found = re.match(r"[+-]?[\d,]+(?:\.\d+)?", told)
    if found is None or (unit in PERCENT) != ("%" in told) or ":" in told or (unit in NAMED and unit not in told):
        return "the unit is another"
    step = 0.6 if unit in PERCENT or unit in ("bpm", "millisecond") or abs(value) >= LARGE else 0.051
    shown = float(found[0].replace(",", ""))
    return "" if abs(shown - abs(value) * PERCENT.get(unit, 1.0)) <= step else "the number is another"


def _minutes_of_clock(told: str) -> float | None:
    found = re.fullmatch(r"(\d\d):(\d\d)", told)
    return None if found is None else int(found[1]) * 60 + int(found[2])


def _minutes_of_length(told: str) -> float | None:
    found = re.fullmatch(r"(?:(\d+) h)?\s?(?:(\d+) min)?", told)
    return None if found is None or not told else int(found[1] or 0) * 60 + int(found[2] or 0)


def _label(fact: Fact, told: str, _: Result) -> str:
    if fact.id.endswith("_day"):
        return "" if told == _spoken(fact) else "the day is another"
    word = LEVELS.get((fact.id, str(fact.value)), str(fact.value).replace("_", " "))
    return "" if told == word else "the level is another"


def _spoken(fact: Fact) -> str:
    day = datetime.strptime(str(fact.value), "%Y-%m-%d")  # noqa: DTZ007 (a day has no zone)
    return f"{day.day} {day:%B %Y}"


def _since(fact: Fact, told: str, _: Result) -> str:
    return "" if fact.id.endswith("_change_day") and told == f"since {_spoken(fact)}" else "it has not been so since"


def _often(fact: Fact, told: str, _: Result) -> str:
    if fact.unit != "share" or not isinstance(fact.value, float) or told not in OFTEN:
        return "there is no share of days"
    least, most = OFTEN[told]
    return "" if least <= fact.value <= most else "it is another share"


def _name(fact: Fact, told: str, _: Result) -> str:
    title = next((title for start, title in TITLES.items() if fact.id.startswith(start)), "")
    words = (title or told).split() if title else fact.id.split("_")
    missing = [
        one
        for one in told.split()
        if not one.startswith("(") and one not in ("a", "an", "of", "score", "time") and one not in words
    ]
    return f"{missing} is not its name" if missing or (title and title not in told) else ""


def _number_of(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def _way(fact: Fact, told: str, result: Result) -> str:
    """A direction is held against the numbers it is the direction of, and against how sure they are."""
    value = _number_of(fact)
    if value is None:
        return "it goes nowhere"
    if fact.id.endswith("_trend_slope"):
        return _trend(fact, value, told, result)
    if fact.id.endswith("_z"):
        latest, usual = (result.facts.get(f"{fact.id[:-1]}{end}") for end in ("latest", "median"))
        return _place(_number_of(latest), _number_of(usual), told)
    if fact.id.endswith("_change_after"):
        before = _number_of(result.facts.get(fact.id.replace("_change_after", "_change_before")))
        right = None if before is None or value == before else "up" if value > before else "down"
        return "" if told == right else "it went another way"
    return _difference(fact, value, told)


def _difference(fact: Fact, value: float, told: str) -> str:
    low, high = _ends(fact)
    if low is not None and high is not None and low <= 0 <= high:
        return "it may well be nothing"
    words = ("short", "ahead") if fact.id.startswith("sleep_debt") else ("later", "earlier")
    return "" if told == words[value < 0] else "it points the other way"


def _ends(fact: Fact) -> tuple[float | None, float | None]:
    return (None, None) if fact.interval is None else (fact.interval.low, fact.interval.high)


def _trend(fact: Fact, value: float, told: str, result: Result) -> str:
    if not isinstance(result, BehaviorResult):
        return "there is no trend"
    known = result.baselines[fact.id.removesuffix("_trend_slope")].trend
    if known in (None, "stable"):
        return "it has no trend"
    return "" if told == ("rising" if value > 0 else "falling") and value else "the slope is another"


def _place(latest: float | None, usual: float | None, told: str) -> str:
    if latest is None or usual is None:
        return "one of both is not known"
    if told == "close to":
        return "" if abs(latest - usual) <= CLOSE * abs(usual) else "it is far from it"
    return "" if (told == "above" and latest > usual) or (told == "below" and latest < usual) else "it lies elsewhere"


def _why_not_versus(one: Fact, other: Fact, told: str) -> str:
    first, second = _number_of(one), _number_of(other)
    scales = LENGTHS if one.unit in LENGTHS else CLOCKS if one.unit in CLOCKS else {one.unit: 1.0}
    if first is None or second is None or other.unit not in scales:
        return "they are of two kinds, or not known"
    gap = first * scales[one.unit] - second * scales[other.unit]
    gap = (gap + 12) % 24 - 12 if scales is CLOCKS else gap
    if told == "the same as":
        least = 1 / 60 if scales is CLOCKS else max(1.0, 0.005 * abs(first))
        return "" if abs(gap) <= least else "they differ"
    pairs = (("earlier than", "later than"),) if scales is CLOCKS else COMPARED
    if not gap or told not in {pair[gap > 0] for pair in pairs}:
        return "it is the other way round"
    if one.method.startswith(LOWER_BOUND) or (other.method.startswith(LOWER_BOUND) and gap > 0):
        return "nobody knows how much more it may be"
    below, above = (one, other) if gap < 0 else (other, one)
    (_, high), (low, _) = _ends(below), _ends(above)
    overlap = high is not None and low is not None and high * scales[below.unit] > low * scales[above.unit]
    chance = max(_least_change(fact) * scales[fact.unit] for fact in (one, other))
    return "they may well be alike" if (overlap and scales is not CLOCKS) or abs(gap) < chance else ""


def _least_change(fact: Fact) -> float:
    return (fact.interval.least_change if fact.interval else None) or 0.0


def _side(fact: Fact) -> tuple[str, str, str, float] | None:
    found = re.match(r"Spearman rho of (\S+) and (\S+), lag (\d)", fact.method)
    value = _number_of(fact)
    return None if found is None or value is None else (found[1], found[2], found[3], value)


def _first(fact: Fact, told: str, _: Result) -> str:
    return "" if _side(fact) and _sign(told) > 0 else "it does not begin with more"


def _second(fact: Fact, told: str, _: Result) -> str:
    side = _side(fact)
    return "" if side and _sign(told) * side[3] > 0 else "they go the other way together"


def _lag(fact: Fact, told: str, _: Result) -> str:
    side = _side(fact)
    return "" if side and told == {"0": "on the same day", "1": "the day after"}[side[2]] else "the day is another"


def _sign(words: str) -> int:
    said = set(words.split())
    return bool(said & UP) - bool(said & DOWN)


JUDGES: Mapping[str, Callable[[Fact, str, Result], str]] = {
    "": _value, "level": _label, "since": _since, "often": _often, "name": _name, "way": _way,
    "first": _first, "second": _second, "lag": _lag,
}  # fmt: skip
