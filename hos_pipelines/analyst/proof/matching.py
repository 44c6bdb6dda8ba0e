"""Holds the numbers of a claim against the facts it cites. Knows no directions and no labels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hos_pipelines.analyst.proof.figures import DAYS, Figure
from hos_pipelines.analyst.proof.quantities import Quantity
from hos_pipelines.analyst.proof.units import BARE


class KnownNumbers(NamedTuple):
    """The numbers a claim may hold: those of facts and constants by id, and those the rules engine itself says."""

    figures: Mapping[str, Sequence[Figure]]
    spoken: Sequence[Quantity] = ()

    def says(self, quantity: Quantity) -> bool:
        """Whether some fact, constant or sentence of the rules engine says this quantity, in any of its readings."""
        return (
            bool(self.of(quantity))
            or self._is_spoken(quantity)
            or any(all(map(self.says, reading)) for reading in quantity.others)
            or any(self._is_of_a_scale(reading) for reading in quantity.others)
        )

    def of(self, quantity: Quantity) -> list[str]:
        """The ids of those that say this very quantity."""
        return [
            fact_id for fact_id, told in self.figures.items() if any(figure.is_told_by(quantity) for figure in told)
        ]

    def _is_spoken(self, quantity: Quantity) -> bool:
        return any(
            one.dimension is quantity.dimension
            and (one.unit.name == quantity.unit.name or DAYS.issuperset((one.unit.name, quantity.unit.name)))
            and one.value == quantity.value
            for one in self.spoken
        )

    def _is_of_a_scale(self, parts: Sequence[Quantity]) -> bool:
        """`89 of 100`: the first is a score, the second the end of its scale."""
        if any(part.unit is not BARE for part in parts):
            return False
        score, *scale = parts
        told = (figure for figures in self.figures.values() for figure in figures)
        return any(figure.is_told_by(score) and [figure.scale] == [one.value for one in scale] for figure in told)


def find_unexplained(said: Iterable[Quantity], known: KnownNumbers) -> list[Quantity]:
    """The quantities that neither a fact nor a constant says."""
    return [one for one in said if not known.says(one)]
