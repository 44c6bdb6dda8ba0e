"""How a fact is said in a sentence: its value in the precision and unit a reader expects, nothing else."""

from hos_pipelines.domain.clock import clock_text
from hos_pipelines.domain.facts import Fact

CLOCK, HOURS, SHARE, LABEL, DAYS = "local hour", "hour", "share", "label", "day"
LARGE = 100


def said(fact: Fact) -> str:
    """The value in words: clock hours as HH:MM, hours as `1 h 25 min`, shares in per cent, the rest with its unit.

    Raises:
        TypeError: the fact says nothing, or is a curve.
    """
    value = fact.value
    if isinstance(value, str):
        return value
    if not isinstance(value, float):
        raise TypeError(f"{fact.id}: has no value to be said.")
    if fact.unit == CLOCK:
        return clock_text(value)
    if fact.unit == HOURS:
        return duration_text(value)
    if fact.unit == SHARE:
        return f"{round(100 * value)} %"
    if fact.unit == DAYS and value == 1:
        return "1 day"
    return number_text(value) + UNITS.get(fact.unit, "")


UNITS = {"bpm": " bpm", "millisecond": " ms", "minute": " min", "count": "", DAYS: " days", "kcal": " kcal"}


def duration_text(hours: float) -> str:
    """Hours as `1 h 25 min` or `25 min`, with the sign they have."""
    minutes = round(abs(hours) * 60)
    sign = "-" if hours < 0 and minutes else ""
    whole, rest = divmod(minutes, 60)
    return sign + (f"{whole} h {rest:02d} min" if whole else f"{rest} min")


def number_text(value: float) -> str:
    """A number without needless digits: whole from a hundred on, else at most two decimals."""
    if abs(value) >= LARGE:
        return f"{value:.0f}"
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
