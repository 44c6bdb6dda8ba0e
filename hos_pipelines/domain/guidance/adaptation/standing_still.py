"""Whether sleep and steps stand still: no trend over four weeks, by Theil and Sen's slope and its test."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from hos_pipelines.domain.behavior.trends import trends

SPAN_DAYS, FEWEST_DAYS = 28, 20
FLAT_FROM = 0.2


def is_flat(series: Mapping[str, Mapping[date, float]], today: date) -> bool | None:
    """Whether no series of the last 28 days rises or falls; None where none has 20 days."""
    days = [today - timedelta(days=n) for n in range(SPAN_DAYS, 0, -1)]
    rows = [[values.get(day, np.nan) for day in days] for values in series.values()]
    full = [row for row in rows if np.count_nonzero(~np.isnan(row)) >= FEWEST_DAYS]
    if not full:
        return None
    return all(found is not None and found.p > FLAT_FROM for found in trends(np.array(full, dtype=np.float64)))
