"""What a fact shows: the numbers a sentence about it may hold, and how finely. Knows no texts of a model."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from hos_pipelines.analyst.proof.quantities import CLOCK, DATE, SHARE, Quantity, quantities
from hos_pipelines.analyst.proof.units import BARE, HOUR, MINUTE, SECOND, Dimension, Unit
from hos_pipelines.analyst.shown import SIGNED
from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.facts import Fact

DAY_MINUTES, HOUR_MINUTES = 1440, 60
# A tenth of an hour is the coarsest a duration is told, a hundredth a number, a whole one from a hundred on.
TENTH_HOUR, HUNDREDTH, LARGE, SMALL, SLOPE_LARGE = 6.0, 0.01, 100, 0.1, 10
SMALLEST_P, SLOPE_DIGITS = 0.001, 2
SLACK = 1e-6
PER_DAY = " per day"
# Their sign is told in words, so that they are shown without it.
EITHER_SIGN = re.compile(rf"{SIGNED.pattern}|^association_\d+_rho$")
MEASURES: Mapping[str, Unit] = {"second": SECOND, "minute": MINUTE, "hour": HOUR}
CLOCKS: Mapping[str, float] = {"local hour": 60.0, "clock hour": 60.0, "second of the local day": 1 / 60}
SHARES: Mapping[str, float] = {"share": 1.0, "percentage": 1.0, "percent of people": 0.01}
# Without a unit in a sentence; what is counted, where it is something, stands beside it.
BARE_UNITS: Mapping[str, str] = {
    "index": "point",
    "ratio": "times",
    "rho": "",
    "p": "",
    "q": "",
    "z": "deviation",
    "score": "point",
    "points": "point",
    "count": "",
    "relative energy": "point",
    "sleep pressure S": "",
}
# Of a hundred.
OF_HUNDRED = frozenset({"score", "points", "relative energy", "index"})
DAYS = frozenset({"day", "night"})
# Of these a whole number says enough to be true; of an index from 0 to 1 it does not.
PLAIN = frozenset({"bpm", "millisecond", "kcal", "count", "z", "points", "score", "relative energy"})


class Figure(NamedTuple):
    """One number a fact shows, in the measure of its unit.

    `shown` are the places it may be rounded to, the finest first, each with what it is then: `7 h 12 min` and `7.2 h`.

    `noun` is what it counts; where `needs_noun`, the number alone does not say enough. One that `is_plain` may also be
    told with one decimal, or none: `72 ms` of 71.79.
    """

    dimension: Dimension
    value: float
    shown: tuple[tuple[float, float], ...]
    noun: str = ""
    needs_noun: bool = False
    either_sign: bool = False
    scale: float = 0.0
    is_plain: bool = False

    def is_told_by(self, quantity: Quantity) -> bool:
        """Whether a quantity says this number, as finely as it is shown and not in another unit."""
        return self._is_comparable(quantity) and self._is_near(quantity)

    def is_counted_in(self, unit: Unit) -> bool:
        """Whether it is a count of this unit."""
        return self.dimension is Dimension.COUNT and self._counts(unit)

    def _is_near(self, quantity: Quantity) -> bool:
        said, sign = quantity.value, 1.0
        if self.either_sign and not quantity.is_signed:
            said, sign = abs(said), -1.0 if self.value < 0 else 1.0
        if self.dimension is Dimension.DATE:
            return _is_same_day(said, self.value)
        if self.is_plain and any(_is_same(said, sign * rounded) for rounded in self._coarser(quantity)):
            return True
        fitting = [value for place, value in self.shown if place <= quantity.resolution * (1 + SLACK)]
        if fitting:
            return _is_same(said, sign * fitting[-1])
        return abs(said - sign * self.value) <= 0.5 * quantity.resolution * (1 + SLACK)

    def _coarser(self, quantity: Quantity) -> Iterator[float]:
        yield from (
            float(f"{self.value:.{digits}f}") for digits in (0, 1) if _is_same(quantity.resolution, 10.0**-digits)
        )

    def _is_comparable(self, quantity: Quantity) -> bool:
        dimension = quantity.dimension
        if dimension is Dimension.BARE:
            if self.dimension is Dimension.SHARE:
                return quantity.resolution < 1
            return self.dimension is Dimension.COUNT and not self.needs_noun
        if dimension is not self.dimension:
            return False
        return dimension is not Dimension.COUNT or self._counts(quantity.unit)

    def _counts(self, unit: Unit) -> bool:
        return unit.name == self.noun or (unit.name in DAYS and self.noun in DAYS)


@lru_cache(maxsize=4096)
def _figures(fact_id: str, value: float | str, unit: str) -> Sequence[Figure]:
    if isinstance(value, str):
        return _of_label(value)
    either = EITHER_SIGN.search(fact_id) is not None
    if unit.endswith(PER_DAY):
        return (_slope(value, unit.removesuffix(PER_DAY), fact_id)._replace(either_sign=True),)
    return (_figure(value, unit, fact_id)._replace(either_sign=either),)


def figures(fact: Fact) -> Sequence[Figure]:
    """The numbers a fact shows; none of a curve, or where it has no value."""
    if fact.value is None or isinstance(fact.value, list):
        return ()
    return _figures(fact.id, fact.value, fact.unit)


def constant_figures(constant: Constant) -> Sequence[Figure]:
    """The number of a constant."""
    return (_figure(constant.value, constant.unit, ""),)


def _figure(value: float, unit: str, fact_id: str) -> Figure:
    if unit in CLOCKS:
        minute = float(round(value * CLOCKS[unit]) % DAY_MINUTES)
        return Figure(Dimension.CLOCK, minute, ((1.0, minute),))
    if unit in MEASURES:
        return _duration(value * MEASURES[unit].factor)
    if unit in SHARES:
        share = value * SHARES[unit]
        return Figure(Dimension.SHARE, share, ((HUNDREDTH, round(100 * share) / 100),))
    shown = SMALLEST_P if unit in ("p", "q") and value < SMALLEST_P else value
    noun, needs = _noun(unit, fact_id)
    scale = 100.0 if unit in OF_HUNDRED and (unit != "index" or abs(value) > 1) else 1.0 if unit == "index" else 0.0
    is_plain = unit in PLAIN or (unit == "index" and abs(value) > 1)
    return Figure(Dimension.COUNT, shown, tuple(_roundings(shown, unit)), noun, needs, scale=scale, is_plain=is_plain)


def _duration(minutes: float) -> Figure:
    tenths = float(f"{minutes / TENTH_HOUR / 10:.1f}") * 60
    return Figure(Dimension.DURATION, minutes, ((1.0, float(round(minutes))), (TENTH_HOUR, tenths)))


def _noun(unit: str, fact_id: str) -> tuple[str, bool]:
    """What is counted, and whether a sentence has to say so."""
    if unit == "count":
        return ("step" if fact_id.startswith("steps") else "habit" if fact_id == "established_habits" else ""), False
    if unit in BARE_UNITS:
        return BARE_UNITS[unit], False
    return unit, True


def _roundings(value: float, unit: str) -> Iterator[tuple[float, float]]:
    """As sentences and tables show it: small numbers with two digits, too."""
    if unit == "z":
        yield SMALL, round(value, 1)
        return
    if unit in DAYS:
        yield from ((HUNDREDTH, round(value, 2)), (SMALL, round(value, 1)))
        return
    if 0 < abs(value) < SMALL:
        yield 10.0 ** -_places(value), float(f"{value:.2g}")
    yield (1.0, float(f"{value:.0f}")) if abs(value) >= LARGE else (HUNDREDTH, round(value, 2))


def _places(value: float) -> int:
    """How many decimals two digits of a number take."""
    return SLOPE_DIGITS - 1 - math.floor(math.log10(abs(value)))


def _slope(value: float, unit: str, fact_id: str) -> Figure:
    """Told with two digits, from ten on as a whole number; hours in minutes."""
    is_hours = unit == "hour"
    slope = value * HOUR_MINUTES if is_hours else value
    digits = 0 if abs(slope) >= SLOPE_LARGE or not slope else _places(slope)
    figure = _figure(slope, "minute" if is_hours else unit, fact_id)
    return figure._replace(shown=((10.0**-digits, round(slope, digits)),), is_plain=False)


def _of_label(value: str) -> Sequence[Figure]:
    """The numbers in a label: an ISO date, or figures as in `15.0-46.5 %`."""
    told = quantities(value)
    if len(told) == 2 and told[1].unit.dimension is Dimension.SHARE and told[0].unit is BARE:  # noqa: PLR2004  a range
        told = (told[0]._replace(unit=SHARE, value=told[0].value / 100, resolution=told[0].resolution / 100), told[1])
    return [
        Figure(one.dimension, one.value, ((one.resolution, one.value),))
        for one in told
        if one.unit in (CLOCK, DATE) or one.dimension in (Dimension.SHARE, Dimension.DURATION)
    ]


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= SLACK * max(1.0, abs(one))


def _is_same_day(said: float, day: float) -> bool:
    """A date, of which year, month or day may be left out."""
    return all(
        part in (0, int(day) // place % size)
        for place, size, part in (
            (10_000, 10_000, int(said) // 10_000),
            (100, 100, int(said) // 100 % 100),
            (1, 100, int(said) % 100),
        )
    )
