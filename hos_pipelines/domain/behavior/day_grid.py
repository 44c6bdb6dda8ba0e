"""Day grids: several series side by side, a row each and a column a day, so that all are reckoned with at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Series


class DayGrid(NamedTuple):
    """Rows of values by day, NaN where a series has none; the first column is the ordinal `first`."""

    first: int
    rows: Floats


def day_grid(series: Sequence[Series]) -> DayGrid:
    """The grid from the oldest day of any series to the newest; there must be one series, and none may be empty."""
    first = min(int(one.days[0]) for one in series)
    last = max(int(one.days[-1]) for one in series)
    rows = np.full((len(series), last - first + 1), np.nan)
    for row, one in zip(rows, series, strict=True):
        row[one.days - first] = one.values
    return DayGrid(first, rows)
