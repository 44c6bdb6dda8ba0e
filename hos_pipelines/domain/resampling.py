"""How far a number may be off by the days it happened to be made of: resampled weeks, seeded by the data themselves."""

from functools import lru_cache
from math import erf, isfinite, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Ordinals = npt.NDArray[np.int64]

RESAMPLES = 200
# So many sets of resamples there are; the seed picks one.
DECKS = 16
WEEK = 7
FEWEST_WEEKS = 3
FEWEST_BLOCKS = 3
Z_95 = 1.959963984540054
# Student's t at 97.5 % by degrees of freedom from 1; from 30 on the normal one is near enough.
T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
)  # fmt: skip


class Resampling:
    """Days drawn anew in whole blocks, weeks or single days: how often each block stands in each of 200 resamples."""

    def __init__(self, block: Ordinals, drawn: Floats) -> None:
        self.blocks = drawn.shape[1]
        self._drawn = drawn
        # By block and day. Sums over days are taken by block first: a product of few rows, which no library would
        # spread over threads, that then wait for each other longer than the sums take.
        self._belongs = (block == np.arange(self.blocks)[:, np.newaxis]).astype(np.float64)
        # How many days each resample has.
        self.counts = np.asarray(drawn @ self._belongs.sum(axis=1))

    @property
    def is_enough(self) -> bool:
        """Whether there are blocks enough to say how far they differ."""
        return bool(self.blocks >= FEWEST_BLOCKS)

    def sums(self, columns: Floats) -> Floats:
        """The sum of each column (a row per day) in each resample, a row per resample."""
        return np.asarray(self._drawn @ (self._belongs @ columns))

    def directions(self, columns: Complexes) -> Complexes:
        """The same of complex columns, taken as two of real ones each: the products are of those."""
        return self.sums(np.ascontiguousarray(columns).view(np.float64)).view(np.complex128)

    def reach(self, values: Floats) -> float | None:
        """Half the 95 % interval of a number by its values in the resamples; None where too few have one.

        Their standard deviation, widened by sqrt(k / (k - 1)) for the k blocks drawn and by Student's t of as many less
        one: a bootstrap of four weeks alone is too sure of itself.
        """
        error = self.error(values)
        return None if error is None else error * t_95(self.blocks - 1)

    def errors(self, rows: Floats) -> list[float | None]:
        """The standard error of each row of values of the resamples; see `error`."""
        sums = np.add.reduce(rows, axis=1)
        if not self.is_enough or not np.isfinite(sums).all():
            return [self.error(row) for row in rows]
        away = rows - sums[:, np.newaxis] / RESAMPLES
        squares = np.einsum("ij,ij->i", away, away)
        return list(map(sqrt, squares / RESAMPLES * self.blocks / (self.blocks - 1)))

    def error(self, values: Floats) -> float | None:
        """The standard error by the values of the resamples; None where fewer than half of them have one."""
        if not self.is_enough:
            return None
        sums = float(np.add.reduce(values))
        if not isfinite(sums):
            values = values[np.isfinite(values)]
            sums = float(np.add.reduce(values))
        n = values.size
        if n < RESAMPLES / 2:
            return None
        spread = values - sums / n
        return sqrt(float(spread @ spread) / n * self.blocks / (self.blocks - 1))


def t_95(freedom: int) -> float:
    """Student's t at 97.5 % for so many degrees of freedom, at least one."""
    return T_95[freedom - 1] if freedom <= len(T_95) else Z_95


def share_within(distance_low: float, distance_high: float, error: float) -> float:
    """How likely a normal deviate of this standard error lies between two distances from its centre."""
    if error <= 0:
        return 1.0 if distance_low <= 0 <= distance_high else 0.0
    scale = error * sqrt(2)
    return (erf(distance_high / scale) - erf(distance_low / scale)) / 2


def resample_days(days: Ordinals, through: int, seed: int) -> Resampling:
    """Resamples of whole weeks back from the day `through` (ordinals), or of single days where there are few weeks.

    Weeks keep the order of work and free days, and what days have in common with their neighbours (a block bootstrap,
    Kunsch 1989). The same days and seed give the same resamples.
    """
    return _resample(days.tobytes(), through, seed % DECKS)


@lru_cache(maxsize=1024)
def _resample(of_days: bytes, through: int, deck: int) -> Resampling:
    """Most people of one run have the same days."""
    days = np.frombuffer(of_days, dtype=np.int64)
    weeks = (through - days) // WEEK
    # Weeks without a day are no blocks; days come in order, and so do weeks.
    block = np.cumsum(np.diff(weeks, prepend=weeks[:1]) != 0)
    if days.size == 0 or block[-1] + 1 < FEWEST_WEEKS:
        block = np.arange(days.size)
    blocks = int(block[-1]) + 1 if days.size else 0
    return Resampling(block, _draw_counts(blocks, deck))


@lru_cache(maxsize=512)
def _draw_counts(blocks: int, deck: int) -> Floats:
    """How often each block is drawn, a row per resample. Drawing anew for everybody would take most of the time."""
    if blocks == 0:
        return np.empty((RESAMPLES, 0))
    chance = np.random.Generator(np.random.PCG64(deck))
    return chance.multinomial(blocks, np.full(blocks, 1 / blocks), size=RESAMPLES).astype(np.float64)
