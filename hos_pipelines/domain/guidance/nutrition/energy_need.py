"""Energy needed in a day by adults from 19 years on: EER 2023 (NASEM, doi 10.17226/26818), told as a range.

One predicted value has a standard error of 342 kcal in men and 241 in women: a single number would be a false claim.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hos_pipelines.domain.guidance.nutrition.eater import AdultBody, Category
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up

CATEGORIES: tuple[Category, ...] = ("inactive", "low active", "active", "very active")
# Of whom nothing was measured: what most people lie in.
NOT_MEASURED: tuple[Category, ...] = ("inactive", "low active", "active")
STANDARD_ERROR: Mapping[Literal["female", "male"], int] = {"male": 342, "female": 241}
ROUND_TO = 100


def _row(*figures: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, figures))


# c0, by year, by centimetre, by kilogram.
EER: Mapping[Literal["female", "male"], Mapping[Category, tuple[Decimal, ...]]] = {
    "male": {
        "inactive": _row("753.07", "-10.83", "6.50", "14.10"),
        "low active": _row("581.47", "-10.83", "8.30", "14.94"),
        "active": _row("1004.82", "-10.83", "6.52", "15.91"),
        "very active": _row("-517.88", "-10.83", "15.61", "19.11"),
    },
    "female": {
        "inactive": _row("584.90", "-7.01", "5.72", "11.71"),
        "low active": _row("575.77", "-7.01", "6.60", "12.14"),
        "active": _row("710.25", "-7.01", "6.54", "12.34"),
        "very active": _row("511.83", "-7.01", "9.07", "12.56"),
    },
}


def requirement(body: AdultBody, category: Category) -> Decimal:
    """The estimated energy requirement, to a tenth of a kilocalorie; whatever is derived starts from this figure."""
    constant, by_year, by_centimetre, by_kilogram = EER[body.sex][category]
    exact = constant + by_year * body.age + by_centimetre * body.height_cm + by_kilogram * body.weight_kg
    return half_up(exact, 1)


@dataclass(frozen=True, slots=True)
class EnergyRange:
    """From and to in kilocalories a day, and the middle that a day is laid out for."""

    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        """Half way, to a tenth."""
        return half_up((self.low + self.high) / 2, 1)

    @property
    def told(self) -> tuple[int, int]:
        """Both ends to the nearest hundred."""
        return _hundred(self.low), _hundred(self.high)


def _hundred(value: Decimal) -> int:
    return int(half_up(value / ROUND_TO)) * ROUND_TO


def needed(bodies: Iterable[AdultBody], categories: Iterable[Category], *, is_measured: bool) -> EnergyRange:
    """The range over the equations that may apply.

    Where activity was measured a standard error lies on either side; where it was not, the span of categories is wider
    than that already, and is told as it is.
    """
    chosen = tuple(categories)
    ends = [
        (value - error, value + error)
        for body in bodies
        for error in [STANDARD_ERROR[body.sex] if is_measured else 0]
        for value in (requirement(body, category) for category in chosen)
    ]
    return EnergyRange(min(low for low, _ in ends), max(high for _, high in ends))
