"""How the value of a fact is shown in words; its name is in `fact_titles`, what it means in `fact_meanings`."""

from collections.abc import Callable, Mapping

from hos_pipelines.domain.behavior.wording import duration_text, number_text
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Fact, Interval

HOUR_SECONDS, HOUR_MINUTES = 3600, 60
SMALLEST_P = 0.001
FEW_DIGITS, SHORT, MANY_DIGITS = 0.1, 10, 1000
PER_DAY = " per day"


def display(fact: Fact) -> str:
    """The value in words: clock times as HH:MM, durations in hours and minutes, shares in per cent.

    A fact without a value says what it lacks, a curve its extent.
    """
    value = fact.value
    if value is None:
        return not_enough([fact.missing] if fact.missing else [])
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, list):
        return _curve(value, fact.unit)
    return _number(value, fact.unit)


def interval_text(fact: Fact) -> str:
    """The 95 % interval as `7 h 02 min to 7 h 25 min`, of a category the others it may be; else empty."""
    interval = fact.interval
    if interval is None or fact.value is None:
        return ""
    if interval.may_be:
        return f"or {' or '.join(one.replace('_', ' ') for one in interval.may_be)}"
    return _ends_text(interval, fact.unit)


def _ends_text(interval: Interval, unit: str) -> str:
    if interval.low is None or interval.high is None:
        return ""
    low, high = _number(interval.low, unit), _number(interval.high, unit)
    return low if low == high else f"{low} to {high}"


def least_change_text(fact: Fact) -> str:
    """From which size on a difference between two such values counts, as `20 min`; empty where nobody knows."""
    interval = fact.interval
    if interval is None or interval.least_change is None:
        return ""
    return _number(interval.least_change, DURATIONS.get(fact.unit, fact.unit))


def not_enough(missing: list[str]) -> str:
    """The sentence that stands where nothing can be said."""
    return f"Not enough data: {'; '.join(missing)}" if missing else "Not enough data"


def _curve(values: list[float], unit: str) -> str:
    extent = f", {_number(min(values), unit)} to {_number(max(values), unit)}" if values else ""
    return f"{len(values)} values{extent}"


def _number(value: float, unit: str) -> str:
    if unit.endswith(PER_DAY):
        return _slope(value, unit.removesuffix(PER_DAY))
    if unit in SAID:
        return SAID[unit](value)
    value = round(value, 1) if unit in WHOLE_OR_TENTHS else value
    return f"{_digits(value)} {_many(unit) if abs(value) != 1 else unit}"


def _slope(value: float, unit: str) -> str:
    if value == 0:
        return "no change per day"
    if unit == "hour":
        value, unit = value * HOUR_MINUTES, "minute"
    if unit == "share":
        value, unit = value * 100, "percentage point"
    number = f"{value:+.2g}" if abs(value) < SHORT else f"{value:+,.0f}"
    return f"{number}{PER_DAY}" if unit in BARE else f"{number} {_many(unit)}{PER_DAY}"


def _many(unit: str) -> str:
    return f"{unit}s" if unit in COUNTED else unit


def _digits(value: float) -> str:
    """Two significant digits below a tenth, else as in a sentence; thousands apart."""
    if 0 < abs(value) < FEW_DIGITS:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= MANY_DIGITS else number_text(value)


def _clock_of_seconds(value: float) -> str:
    return clock_text(value / HOUR_SECONDS)


def _duration_of_seconds(value: float) -> str:
    return duration_text(value / HOUR_SECONDS)


def _probability(value: float) -> str:
    return f"below {SMALLEST_P}" if value < SMALLEST_P else _digits(value)


def _percent(value: float) -> str:
    """Of people: no sample has more digits than whole ones."""
    return f"{value:.0f} %" if value >= 1 else f"{number_text(value)} %"


def _share(value: float) -> str:
    return f"{round(100 * value)} %"


def _beats(value: float) -> str:
    return f"{value:.0f} bpm"


def _milliseconds(value: float) -> str:
    return f"{value:.0f} ms"


def _deviations(value: float) -> str:
    return f"{value:+.1f} deviations from usual" if round(value, 1) else "no deviation from usual"


def _duration_of_minutes(value: float) -> str:
    return duration_text(value / HOUR_MINUTES)


# A difference of clock times is a duration.
DURATIONS: Mapping[str, str] = {"second of the local day": "second", "local hour": "hour", "clock hour": "hour"}
BARE = frozenset({"count", "index", "ratio"})
COUNTED = frozenset({"night", "day", "point", "hour", "minute", "bit", "millisecond", "percentage point"})
WHOLE_OR_TENTHS = frozenset({"night", "day"})
SAID: Mapping[str, Callable[[float], str]] = {
    "second": _duration_of_seconds,
    "second of the local day": _clock_of_seconds,
    "hour": duration_text,
    "minute": _duration_of_minutes,
    "local hour": clock_text,
    "clock hour": clock_text,
    "share": _share,
    "percent of people": _percent,
    "percentage": _share,
    "p": _probability,
    "q": _probability,
    "z": _deviations,
    "bpm": _beats,
    "millisecond": _milliseconds,
    "relative energy": _digits,
    "index": _digits,
    "ratio": _digits,
    "rho": _digits,
    "count": _digits,
    "score": _digits,
    "sleep pressure S": _digits,
}
