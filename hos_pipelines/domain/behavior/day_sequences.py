"""Order: how much of a sequence of days, or of the shares of a day, follows from itself."""

import math

import numpy as np

from hos_pipelines.domain.behavior.baselines import medians
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals


def transition_matrix(states: Ordinals, k: int, days: Ordinals | None = None) -> Floats | None:
    """The k by k Markov matrix of states 0 to k - 1, row = from; None where one of them was never seen to be left.

    With `days` (ordinals, oldest first) only pairs of consecutive days count, else every pair of neighbors.
    """
    pairs = states[:-1] * k + states[1:]
    if days is not None:
        pairs = pairs[np.diff(days) == 1]
    counts = np.bincount(pairs, minlength=k * k).reshape(k, k)
    left = counts.sum(axis=1, keepdims=True)
    return counts / left if left.all() else None


def stationary(matrix: Floats) -> Floats | None:
    """The stationary shares of a Markov matrix; None where they depend on the start."""
    k = len(matrix)
    if k == 2:  # noqa: PLR2004  done and missed, the usual case, have a closed form
        changes = matrix[0, 1] + matrix[1, 0]
        return np.array([matrix[1, 0], matrix[0, 1]]) / changes if changes > 0 else None
    equations = np.vstack((matrix.T - np.eye(k), np.ones(k)))
    shares, _, rank, _ = np.linalg.lstsq(equations, np.append(np.zeros(k), 1.0), rcond=None)
    return np.clip(shares, 0.0, 1.0) if rank == k else None


def entropy_rate(matrix: Floats) -> float | None:
    """The entropy rate of a Markov chain in bits, H = -sum pi_i P_ij log2 P_ij (Shannon 1948), 0 to log2 k."""
    shares = stationary(matrix)
    if shares is None:
        return None
    bits = np.where(matrix > 0, matrix, 1.0)
    return max(0.0, float(-(shares @ (matrix * np.log2(bits)).sum(axis=1))))


def routine_index(profiles: Floats) -> float | None:
    """The median correlation of each day's profile with the next day's, -1 to 1.

    Rows are consecutive days, columns features of one scale (such as the steps of each hour); a row with a NaN was not
    recorded. A day without any variation has no correlation. None where no pair of days has one.
    """
    if profiles.shape[0] < 2 or profiles.shape[1] < 2:  # noqa: PLR2004  a correlation takes two days and two features
        return None
    away = profiles - profiles.mean(axis=1, keepdims=True)
    flat = profiles.min(axis=1) == profiles.max(axis=1)
    lengths = np.where(flat, np.nan, np.sqrt((away * away).sum(axis=1)))
    correlations = (away[:-1] * away[1:]).sum(axis=1) / (lengths[:-1] * lengths[1:])
    middle = float(medians(correlations[np.newaxis])[0])
    return None if math.isnan(middle) else min(1.0, max(-1.0, middle))
