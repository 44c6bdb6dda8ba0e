"""Baselines: what is usual for a person, how far a day lies from it, and the load of recent days against earlier."""

from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.clock import Floats

# 1 / the upper quartile of the standard normal: makes the MAD of normal values their standard deviation.
MAD_TO_SD = 1.482602218505602
ACUTE_DAYS = 7
CHRONIC_DAYS = 28


class Baseline(NamedTuple):
    """The usual value of a measure; `mad` is 1.4826 times the median absolute deviation, at least the resolution."""

    median: float
    mad: float
    n: int


class Load(NamedTuple):
    """Exponentially weighted means over 7 and 28 days, in the unit of the values; `ratio` None over a load of zero."""

    acute: float
    chronic: float
    ratio: float | None


def median(values: Floats) -> float:
    """The median of at least one value; several times faster than numpy's on a month of days."""
    middle, is_odd = divmod(len(values), 2)
    if is_odd:
        return float(np.partition(values, middle)[middle])
    around = np.partition(values, (middle - 1, middle))
    return float((around[middle - 1] + around[middle]) / 2)


def baseline(values: Floats, resolution: float) -> Baseline | None:
    """Median and scaled MAD (Hampel 1974), floored by what the device can tell apart; None without values.

    Raises:
        ValueError: the resolution is not above zero.
    """
    if resolution <= 0:
        raise ValueError(f"A resolution of {resolution:g} lets a baseline vary by nothing; give one above zero.")
    if len(values) == 0:
        return None
    middle = median(values)
    return Baseline(middle, max(MAD_TO_SD * median(np.abs(values - middle)), resolution), len(values))


def robust_z(value: float, usual: Baseline) -> float:
    """How many scaled MADs a value lies above (or below) the usual one."""
    return (value - usual.median) / usual.mad


def ewma(values: Floats, span: int) -> float | None:
    """The exponentially weighted mean of daily values, oldest first, lambda = 2 / (span + 1), begun at the first."""
    if len(values) == 0:
        return None
    share = 2 / (span + 1)
    weights = share * (1 - share) ** np.arange(len(values) - 1, -1, -1)
    weights[0] /= share
    return float(weights @ values)


def load(values: Floats) -> Load | None:
    """The load of the last week against that of the last four (Williams 2017), a day of rest is 0; None without days.

    A description only: that a ratio of 0.8 to 1.3 protects anybody is not supported (Impellizzeri 2020).
    """
    acute, chronic = ewma(values, ACUTE_DAYS), ewma(values, CHRONIC_DAYS)
    if acute is None or chronic is None:
        return None
    return Load(acute, chronic, acute / chronic if chronic > 0 else None)
