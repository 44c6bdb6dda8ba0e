"""Autocorrelation: how much each day of a series resembles the day before, learned from all series of a person at once.

Nothing here decides whether a series has changed; `changes` does, with what is believed here.
"""

from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.ranks import ranking
from hos_pipelines.domain.behavior.weekly_rhythm import WEEK
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.resampling import Z_95

# What a day may carry over to the next: its correlation with it, as grid of beliefs. Sleep makes good and is negative.
PHIS = np.arange(-4, 10) / 10
HIGHEST_PHI = float(PHIS[-1])
# A person's series are taken to spread around one value of their own by one of these deviations; by the share of
# LONERS each may also stand anywhere. Without the latter one slow pulse among quick series is told of a shift nine
# times too often (3,000 simulated people), with it three times.
CENTRES = np.arange(-8, 18) / 20
SPREADS = np.array([0.1, 0.2, 0.3])
LONERS = 0.2
# In deviations of single days: how large a change is expected, where there is one.
EXPECTED_SIZE = 1.5
SMALLEST = 1e-9


class SeriesEvidence(NamedTuple):
    """How well each series is explained: a row a series, a column a value of PHIS, third in `changed` the alternatives.

    Logarithms of marginal likelihoods, but for a constant of each series; `likely_unchanged` and `likely_changed` are
    these likelihoods as shares of the highest of each series. `ways` has the sign of the change of each
    alternative. `reach` is how large a change of the last one may be at most (95 %), in deviations of single days.
    """

    unchanged: Floats
    changed: Floats
    likely_unchanged: Floats
    likely_changed: Floats
    ways: Floats
    reach: Floats


class Dependence(NamedTuple):
    """What is believed of the correlation of a day with the day before: mean and deviation."""

    mean: float
    sd: float

    @property
    def cautious(self) -> float:
        """A deviation above the mean, as too low a value makes chance look like a finding; never below 0."""
        return min(HIGHEST_PHI, max(0.0, self.mean + self.sd))


class _Design(NamedTuple):
    """What turns values of these days into the figures of each alternative.

    `squares` (day, PHIS) and `products` (day but the first, PHIS) take squared values, and values times those of the
    recorded day before, to the sum of squared innovations. `project` (a row a day) takes values to their innovations
    along orthonormal directions of the weekday means and along the alternatives free of them, of which `lengths` are
    the squared lengths, by PHIS. `constant` is what the likelihood owes to days and weekdays alone, by PHIS, `freedom`
    the number of days beyond the weekday means.
    """

    days: npt.NDArray[np.intp]
    squares: Floats
    products: Floats
    project: Floats
    lengths: Floats
    constant: Floats
    freedom: int


def evidence(rows: Floats, first: int, alternatives: Floats) -> SeriesEvidence:
    """The evidence for no change and for each of some (rows of `alternatives`, from 0 before to 1 after, by column).

    `rows` are daily values, NaN where there is none, of which column 0 is the ordinal `first`; each row needs a value.
    They are taken by their ranks (van der Waerden's normal scores), so that outliers and skewed measures count as any
    other. The model is an autoregressive process of the first order beside a mean for each weekday, whose means and
    variance are integrated out as in REML; the size of a change is normal with a deviation of EXPECTED_SIZE.
    """
    known = ~np.isnan(rows)
    scores = normal_scores(rows)
    unchanged = np.empty((len(rows), len(PHIS)))
    changed = np.empty((len(rows), len(PHIS), len(alternatives)))
    ways = np.empty_like(changed)
    reach = np.empty_like(unchanged)
    phase = (first - 1) % WEEK
    for mask, which in _alike(known):
        design = _design(mask, phase, alternatives.tobytes(), alternatives.shape[1])
        found = _evidence_of_group(scores[which][:, design.days], design)
        unchanged[which], changed[which], ways[which], reach[which] = found
    highest = np.maximum(unchanged.max(axis=1), changed.max(axis=(1, 2)))[:, np.newaxis]
    likely = np.exp(unchanged - highest), np.exp(changed - highest[:, :, np.newaxis])
    return SeriesEvidence(unchanged, changed, *likely, ways, reach)


def prior_of_phi(found: SeriesEvidence, weights: Floats) -> Floats:
    """The prior of each series over PHIS, as its person's other series tell it; rows sum to 1.

    `weights` are those of the alternatives. A hierarchical model on a grid: series spread normally around a value of
    their person; centre and spread are integrated out.
    """
    own = _shape(found, weights)
    populations = _populations()
    told = np.log(own @ populations.T)
    others = told.sum(axis=0) - told
    belief = np.exp(others - others.max(axis=1, keepdims=True))
    belief /= belief.sum(axis=1, keepdims=True)
    return np.asarray((1 - LONERS) * (belief @ populations) + LONERS / len(PHIS))


def dependences(found: SeriesEvidence, prior: Floats, weights: Floats) -> list[Dependence]:
    """What is believed of each series after its own days have spoken too, whether it has changed or not."""
    posterior = prior * _shape(found, weights)
    posterior /= posterior.sum(axis=1, keepdims=True)
    means = posterior @ PHIS
    sds = np.sqrt(np.maximum(posterior @ PHIS**2 - means**2, 0.0))
    return list(map(Dependence, means.tolist(), sds.tolist()))


def normal_scores(rows: Floats) -> Floats:
    """The normal quantile of (rank - 1/2) / n of each value in its row, ties sharing theirs; 0 without a value."""
    known = ~np.isnan(rows)
    _, begins, ends = ranking(rows)
    counts = np.count_nonzero(known, axis=1)
    quantiles = np.zeros((len(rows), 2 * rows.shape[1] + 1))
    for row, n in zip(quantiles, counts.tolist(), strict=True):
        row[: 2 * n + 1] = _quantiles(n)
    # Twice the mean rank of a run of equals, a whole number.
    twice = np.where(known, begins + ends + 1, 0)
    scores = quantiles.ravel().take(twice + np.arange(len(rows))[:, np.newaxis] * quantiles.shape[1])
    return np.asarray(np.where(known, scores, 0.0))


@lru_cache(maxsize=256)
def _quantiles(n: int) -> Floats:
    """By twice the rank among n values, which is 2 or more."""
    normal = NormalDist()
    return np.array([0.0, 0.0, *(normal.inv_cdf((twice - 1) / (2 * n)) for twice in range(2, 2 * n + 1))])[: 2 * n + 1]


def _alike(known: npt.NDArray[np.bool_]) -> list[tuple[bytes, list[int]]]:
    """The rows that have values on the same days."""
    places: dict[bytes, list[int]] = {}
    for place, row in enumerate(known):
        places.setdefault(row.tobytes(), []).append(place)
    return list(places.items())


def _evidence_of_group(scores: Floats, design: _Design) -> tuple[Floats, Floats, Floats, Floats]:
    """The evidence of rows that have values on the same days: unchanged, changed, ways and reach."""
    rows, axes = len(scores), len(design.days) - design.freedom
    total = (scores * scores) @ design.squares + (scores[:, 1:] * scores[:, :-1]) @ design.products
    along = (scores @ design.project).reshape(rows, len(PHIS), -1)
    squares = along * along
    left = total - squares[:, :, :axes].sum(axis=2)
    np.maximum(left, SMALLEST, out=left)
    gains, lengths = squares[:, :, axes:], design.lengths
    of_changed = np.maximum(left[:, :, np.newaxis] - gains / (lengths + EXPECTED_SIZE**-2), SMALLEST)
    unchanged = design.constant - design.freedom / 2 * np.log(left)
    constant = design.constant[:, np.newaxis] - np.log1p(EXPECTED_SIZE**2 * lengths) / 2
    changed = constant - design.freedom / 2 * np.log(of_changed)
    gain, length = gains[:, :, -1], np.maximum(lengths[:, -1], SMALLEST)
    sd = np.sqrt(np.maximum(left - gain / length, SMALLEST) / design.freedom)
    reach = np.sqrt(gain) / length / sd + Z_95 / np.sqrt(length)
    return unchanged, changed, along[:, :, axes:], reach


@lru_cache(maxsize=64)
def _design(mask: bytes, phase: int, alternatives: bytes, width: int) -> _Design:
    """Most people of one run have the same days, and most of their series too."""
    days = np.flatnonzero(np.frombuffer(mask, dtype=np.bool_))
    n = len(days)
    carried = np.ones((len(PHIS), n))
    carried[:, 1:] = PHIS[:, np.newaxis] ** np.diff(days)
    carried[:, 0] = 0.0
    scale = 1 / np.sqrt(1 - carried**2)
    carry = carried * scale
    weekdays = (days + phase) % WEEK
    means = (weekdays[:, np.newaxis] == np.unique(weekdays)).astype(np.float64)
    ways = np.frombuffer(alternatives).reshape(-1, width)[:, days].T
    both = np.concatenate((means, ways), axis=1)
    whitened = scale[:, :, np.newaxis] * both
    whitened[:, 1:] -= carry[:, 1:, np.newaxis] * both[:-1]
    axes, heights = np.linalg.qr(whitened[:, :, : means.shape[1]])
    free = whitened[:, :, means.shape[1] :]
    free = free - axes @ (axes.transpose(0, 2, 1) @ free)
    sizes = np.abs(np.diagonal(heights, axis1=1, axis2=2))
    constant = np.log(scale).sum(axis=1) - np.log(sizes).sum(axis=1)
    # The innovations of values along a direction are the values along what this makes of it.
    along = np.concatenate((axes, free), axis=2)
    back = scale[:, :, np.newaxis] * along
    back[:, :-1] -= carry[:, 1:, np.newaxis] * along[:, 1:]
    project = np.ascontiguousarray(back.transpose(1, 0, 2)).reshape(n, -1)
    lengths = np.square(free).sum(axis=1)
    of_squares = scale**2
    of_squares[:, :-1] += carry[:, 1:] ** 2
    products = -2 * (scale * carry)[:, 1:]
    freedom = n - means.shape[1]
    return _Design(days, of_squares.T.copy(), products.T.copy(), project, lengths, constant, freedom)


def _shape(found: SeriesEvidence, weights: Floats) -> Floats:
    """The likelihood of each value of PHIS, changed or not, as share of the highest."""
    likely = found.likely_unchanged + found.likely_changed @ weights
    return np.asarray(likely / likely.max(axis=1, keepdims=True))


@lru_cache(maxsize=1)
def _populations() -> Floats:
    """A row for each centre and spread: how the series of such a person are spread over PHIS."""
    away = (PHIS - CENTRES[:, np.newaxis, np.newaxis]) / SPREADS[:, np.newaxis]
    shares = np.exp(-np.square(away) / 2).reshape(-1, len(PHIS))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
