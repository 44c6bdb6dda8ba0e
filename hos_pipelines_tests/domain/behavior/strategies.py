"""Days and values as hypothesis draws them: whole numbers, so that ties are common and sums exact."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags

# A Monday.
MONDAY = 739_250

FLAG_LISTS = st.lists(st.booleans(), min_size=1, max_size=70)
NUMBERS = st.lists(st.integers(-20, 20), min_size=1, max_size=60)


def flags(values: list[bool] | list[int]) -> Flags:
    return np.array(values, dtype=np.bool_)


def floats(values: list[int] | list[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def days_in_a_row(n: int) -> Ordinals:
    return np.arange(MONDAY, MONDAY + n, dtype=np.int64)


def by_day(days: Ordinals, values: Floats) -> Floats:
    """One row, a column a day from the first to the last; NaN where there is no value."""
    row = np.full((1, int(days[-1] - days[0]) + 1), np.nan)
    row[0, days - days[0]] = values
    return row


@st.composite
def recorded_days(draw: st.DrawFn, n: int) -> Ordinals:
    """So many distinct days, oldest first, with gaps."""
    steps: npt.NDArray[np.int64] = np.array(draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)), dtype=np.int64)
    return MONDAY + np.cumsum(steps)
