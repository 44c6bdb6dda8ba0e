"""How two facts compare, in words; nothing where they differ by no more than chance may do."""

from hos_pipelines.domain.clock import DAY_HOURS, wrap
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display

ALIKE, LEAST = "the same as", "at least"
HOURS = {"hour": 1.0, "minute": 1 / 60, "second": 1 / 3600}
CLOCKS = {"local hour": 1.0, "clock hour": 1.0, "second of the local day": 1 / 3600}
AMOUNTS = frozenset({"count", "day", "night"})
# By kind: the words for less and for more.
WORDS = {
    "duration": ("less than", "more than"),
    "amount": ("less than", "more than"),
    "clock": ("earlier than", "later than"),
    "level": ("lower than", "higher than"),
}


def comparison(one: Fact, other: Fact) -> str | None:
    """What the first is beside the second; None where they are of other kinds, or differ by less than is known."""
    if not isinstance(one.value, float) or not isinstance(other.value, float):
        return None
    (kind, scale), (other_kind, other_scale) = _kind(one.unit), _kind(other.unit)
    if kind != other_kind or (kind in ("level", "amount") and one.unit != other.unit):
        return None
    is_bound = is_least(one) or is_least(other)
    if display(one) == display(other):
        return None if is_bound else ALIKE
    gap = one.value * scale - other.value * other_scale
    gap = wrap(gap) if kind == "clock" else gap
    less, more = WORDS[kind]
    is_less = gap < 0
    (below, above), (other_below, other_above) = _reach(one, kind, scale), _reach(other, kind, other_scale)
    chance = above + other_below if is_less else below + other_above
    if is_bound and not (is_least(other) and is_less and not is_least(one)):
        # Whoever has more than what is needed at least may still have less than is needed.
        return None
    if abs(gap) <= chance or abs(gap) < max(_least_change(one, scale), _least_change(other, other_scale)):
        return None
    return less if is_less else more


def is_least(fact: Fact) -> bool:
    """Whether a fact says no more than a lower bound."""
    return fact.method.startswith(LEAST)


def _kind(unit: str) -> tuple[str, float]:
    if unit in HOURS:
        return "duration", HOURS[unit]
    if unit in CLOCKS:
        return "clock", CLOCKS[unit]
    return ("amount" if unit in AMOUNTS else "level"), 1.0


def _reach(fact: Fact, kind: str, scale: float) -> tuple[float, float]:
    """How far a fact may lie below and above its value."""
    interval = fact.interval
    if interval is None or interval.low is None or interval.high is None or not isinstance(fact.value, float):
        return 0.0, 0.0
    below, above = (fact.value - interval.low) * scale, (interval.high - fact.value) * scale
    return (below % DAY_HOURS, above % DAY_HOURS) if kind == "clock" else (below, above)


def _least_change(fact: Fact, scale: float) -> float:
    interval = fact.interval
    return 0.0 if interval is None or interval.least_change is None else interval.least_change * scale
