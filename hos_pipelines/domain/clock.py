"""Arithmetic on the 24-hour circle: clock hours have no first and no last."""

import cmath
import math
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_HOURS = 24.0
TO_ANGLE = 2 * math.pi / DAY_HOURS
ONWARD = 1j * TO_ANGLE
# Shorter than this the mean direction is rounding, not a time of day.
SHORTEST_RESULTANT = 1e-9


def hours_of(moment: datetime) -> float:
    """The clock hour of a moment in its own offset, 0 to 24."""
    return moment.hour + moment.minute / 60 + (moment.second + moment.microsecond / 1e6) / 3600


def wrap_all(hours: Floats | float) -> Floats:
    """Differences of clock hours as the shorter way round, above -12 up to 12."""
    return np.asarray(12 - (12 - hours) % DAY_HOURS, dtype=np.float64)


def wrap(hours: float) -> float:
    """One difference of clock hours as the shorter way round, above -12 up to 12."""
    return 12 - (12 - hours) % DAY_HOURS


def resultant(hours: Floats) -> complex:
    """The mean of clock hours as unit vectors; its length is the concentration R, 0 to 1."""
    return complex(np.add.reduce(np.exp(ONWARD * hours))) / hours.size


def circular_mean(hours: Floats) -> float | None:
    """The circular mean of clock hours, 0 to 24; None without any, or where they cancel out."""
    return None if hours.size == 0 else _direction(resultant(hours))


def circular_sd(hours: Floats) -> float | None:
    """The circular standard deviation in hours, sqrt(-2 ln R) (Mardia 1972), of the population kind; None without any.

    Infinite deviations (R = 0) have no number either.
    """
    return None if hours.size == 0 else _deviation(abs(resultant(hours)))


class Circular(NamedTuple):
    """Circular mean and standard deviation of clock hours, and the concentration R they are told from."""

    mean: float | None
    sd: float | None
    concentration: float | None


def circular(hours: Floats) -> Circular:
    """All at once, in the time of one; see `circular_mean` and `circular_sd`."""
    if hours.size == 0:
        return Circular(None, None, None)
    mean = resultant(hours)
    length = abs(mean)
    return Circular(_direction(mean), _deviation(length), length)


def _direction(mean: complex) -> float | None:
    if abs(mean) < SHORTEST_RESULTANT:
        return None
    # A direction a rounding below midnight comes out as 24.
    return cmath.phase(mean) / TO_ANGLE % DAY_HOURS % DAY_HOURS


def _deviation(length: float) -> float | None:
    length = min(1.0, length)
    if length < SHORTEST_RESULTANT:
        return None
    return math.sqrt(max(0.0, -2 * math.log(length))) / TO_ANGLE
