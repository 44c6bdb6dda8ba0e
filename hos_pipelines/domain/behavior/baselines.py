"""Baselines: what is usual for a person, and how far a day lies from it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import Floats

# 1 / the upper quartile of the standard normal: makes the MAD of normal values their standard deviation.
MAD_TO_SD = 1.482602218505602


class Baseline(NamedTuple):
    """The usual value of a measure; `mad` is 1.4826 times the median absolute deviation, at least the resolution."""

    median: float
    mad: float
    n: int


def medians(rows: Floats) -> Floats:
    """The median of each row's values, NaN left out; NaN where a row has none.

    Rows must have a column. Many times faster than numpy's on a month of days.
    """
    return _medians(rows, np.count_nonzero(~np.isnan(rows), axis=1))


def _medians(rows: Floats, n: npt.NDArray[np.intp]) -> Floats:
    """Of rows of which it is known how many values each has."""
    ordered = np.sort(rows, axis=1)
    each = np.arange(len(rows))
    # Sorting puts NaN last, which is where the middle of no values is looked for.
    return np.asarray((ordered[each, (n - 1) // 2] + ordered[each, n // 2]) / 2)


def baselines(rows: Floats, resolutions: Floats) -> list[Baseline | None]:
    """Median and scaled MAD (Hampel 1974) of each row, floored by what its device can tell apart; None without values.

    NaN is a day without a value.

    Raises:
        ValueError: a resolution is not above zero.
    """
    if not np.all(resolutions > 0):
        lowest = float(np.min(resolutions))
        raise ValueError(f"A resolution of {lowest:g} lets a baseline vary by nothing; give one above zero.")
    if rows.shape[1] == 0:
        return [None] * len(rows)
    counts = np.count_nonzero(~np.isnan(rows), axis=1)
    middles = _medians(rows, counts)
    mads = np.maximum(MAD_TO_SD * _medians(np.abs(rows - middles[:, np.newaxis]), counts), resolutions)
    found = zip(middles.tolist(), mads.tolist(), counts.tolist(), strict=True)
    return [Baseline(middle, mad, n) if n else None for middle, mad, n in found]


def robust_z(value: float, usual: Baseline) -> float:
    """How many scaled MADs a value lies above (or below) the usual one."""
    return (value - usual.median) / usual.mad
