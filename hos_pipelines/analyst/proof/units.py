"""The words for units in sentences, and what they measure. Knows no numbers."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Dimension(StrEnum):
    """What can be compared with what. A bare number has no unit, a count has one of its own."""

    CLOCK = "clock time"
    DURATION = "duration"
    SHARE = "share"
    DATE = "date"
    COUNT = "count"
    BARE = "number"


class Unit(NamedTuple):
    """A unit: what it measures, what it counts (of a count), and how many minutes, ones or days it is."""

    dimension: Dimension
    name: str
    factor: float


SECOND = Unit(Dimension.DURATION, "", 1 / 60)
MINUTE = Unit(Dimension.DURATION, "", 1.0)
HOUR = Unit(Dimension.DURATION, "", 60.0)
PERCENT = Unit(Dimension.SHARE, "", 0.01)
BARE = Unit(Dimension.BARE, "", 1.0)
# Nobody is told distances or weights: such a number can match no fact.
FOREIGN = Unit(Dimension.COUNT, "foreign", 1.0)


def _count(name: str, factor: float = 1.0) -> Unit:
    return Unit(Dimension.COUNT, name, factor)


WORDS: tuple[tuple[str, Unit], ...] = (
    ("h hr hrs hour hours", HOUR),
    ("m min mins minute minutes", MINUTE),
    ("s sec secs second seconds", SECOND),
    ("% percent per_cent pct percentage_points", PERCENT),
    ("day days", _count("day")),
    ("night nights", _count("night")),
    ("week weeks", _count("day", 7.0)),
    ("month months", _count("month")),
    ("year years", _count("year")),
    ("step steps", _count("step")),
    ("bpm beat beats", _count("bpm")),
    ("ms msec millisecond milliseconds", _count("millisecond")),
    ("kcal calorie calories kilocalories", _count("kcal")),
    ("point points", _count("point")),
    ("bit bits", _count("bit")),
    ("deviation deviations standard_deviation standard_deviations sd sds", _count("deviation")),
    ("x times", _count("times")),
    ("habit habits", _count("habit")),
    ("percentile centile", _count("percentile")),
    ("km kilometers kilometres mile miles kg lb lbs mg ml l liters litres c f", FOREIGN),
)
UNITS: Mapping[str, Unit] = {word.replace("_", " "): unit for words, unit in WORDS for word in words.split()}
QUALIFIER = r"(?:(?:free|work|working|recorded|consecutive|full|missing|short|established)[ -])?"
UNIT_WORD = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
UNIT = rf"{QUALIFIER}(?P<unit>{UNIT_WORD})(?!\w)"
