"""Ranks: where each day of a series stands among its values, of all series at once."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import Floats


class Ranking(NamedTuple):
    """Rows of days sorted by value: which day stands where, and where each day's run of equals begins and ends.

    Days without a value (NaN) stand last, each by itself. Twice a day's rank, with the mean one where values tie, is
    `begins + ends + 1`: a whole number.
    """

    order: npt.NDArray[np.intp]
    begins: npt.NDArray[np.intp]
    ends: npt.NDArray[np.intp]


def ranking(rows: Floats) -> Ranking:
    """The ranking of each row."""
    order = np.argsort(rows, axis=1, kind="stable")
    width = rows.shape[1]
    # Places in the whole of it take half the time of numpy's take_along_axis.
    flat = order + np.arange(len(rows))[:, np.newaxis] * width
    ordered = rows.take(flat)
    is_new = np.ones(rows.shape, dtype=np.bool_)
    is_new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    is_last = np.ones(rows.shape, dtype=np.bool_)
    is_last[:, :-1] = is_new[:, 1:]
    places = np.arange(width)
    begins, ends = np.empty_like(order), np.empty_like(order)
    run_begins = np.maximum.accumulate(np.where(is_new, places, 0), axis=1)
    run_ends = np.minimum.accumulate(np.where(is_last, places + 1, width)[:, ::-1], axis=1)[:, ::-1]
    begins.put(flat, run_begins)
    ends.put(flat, run_ends)
    return Ranking(order, begins, ends)
