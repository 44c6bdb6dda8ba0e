"""How a fact is said in a sentence: its value in the precision and unit a reader expects, nothing else."""

from collections.abc import Callable, Mapping

from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Fact

CLOCK, HOURS, SHARE, LABEL, DAYS, MINUTES = "local hour", "hour", "share", "label", "day", "minute"
LARGE = 100
# Nobody reads a fraction of these.
UNITS: Mapping[str, str] = {
    "bpm": " bpm",
    "millisecond": " ms",
    MINUTES: " min",
    "kcal": " kcal",
    "count": "",
    "points": " points",
}


def say_value(fact: Fact) -> str:
    """The value in words: clock hours as HH:MM, hours as `1 h 25 min`, shares in per cent, the rest with its unit.

    Raises:
        TypeError: the fact says nothing, or is a curve.
    """
    value = fact.value
    if isinstance(value, str):
        return value
    if not isinstance(value, float):
        raise TypeError(f"{fact.id}: has no value to be said.")
    if fact.unit in SAID:
        return SAID[fact.unit](value)
    return f"{round(value)}{UNITS[fact.unit]}" if fact.unit in UNITS else number_text(value)


def duration_text(hours: float) -> str:
    """Hours as `1 h 25 min`, `7 h` or `25 min`, with the sign they have."""
    minutes = round(abs(hours) * 60)
    sign = "-" if hours < 0 and minutes else ""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{sign}{rest} min"
    return f"{sign}{whole} h {rest:02d} min" if rest else f"{sign}{whole} h"


def later_or_earlier(hours: float) -> str | None:
    """A difference of clock times as `36 min later` or `1 h earlier`; None where it is none in minutes."""
    if not round(abs(hours) * 60):
        return None
    return f"{duration_text(abs(hours))} {'later' if hours > 0 else 'earlier'}"


def number_text(value: float) -> str:
    """A number without needless digits: whole from a hundred on, else at most two decimals."""
    if abs(value) >= LARGE:
        return f"{value:.0f}"
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _share(value: float) -> str:
    return f"{round(100 * value)} %"


def _days(value: float) -> str:
    days = number_text(value)
    return "1 day" if days == "1" else f"{days} days"


SAID: Mapping[str, Callable[[float], str]] = {CLOCK: clock_text, HOURS: duration_text, SHARE: _share, DAYS: _days}
