"""How large the Bayes factor of a change gets where nothing changes: what `TAILS` of `behavior/changes.py` is read off.

`python -m benchmarks.change_null` takes some minutes and prints one line for each number of days.
"""

from collections.abc import Iterator

import numpy as np

from hos_pipelines.domain.behavior.changes import bayes_factors
from hos_pipelines.domain.clock import Floats

# Other people than those of `hos bench null`.
SEED = 11
DAYS = (21, 28, 42, 56)
PHIS = (0.0, 0.3, 0.5)
SERIES = (3, 8)
PEOPLE = 12_000
SHARES = (0.03, 0.01, 0.003, 0.001)
MONDAY = 739_000


def measure_tails(days: int, people: int = PEOPLE) -> tuple[float, float]:
    """a and b of p = exp(-(a + b x)) for a log Bayes factor x of series of so many days.

    The line through the factors that 3 % to 0.1 % of unchanged series exceed, of the autocorrelation and number of
    series for which they are highest.
    """
    chance = np.random.default_rng([SEED, days])
    exceeded = [
        np.quantile(_factors(chance, days, phi, count, people), 1 - np.array(SHARES)) for phi, count in _kinds()
    ]
    slope, start = np.polyfit(np.max(exceeded, axis=0), -np.log(SHARES), 1)
    return float(start), float(slope)


def autoregressive(chance: np.random.Generator, rows: int, days: int, phi: float) -> Floats:
    """Rows of a stationary autoregressive process of the first order with deviation 1."""
    values = chance.normal(size=(rows, days))
    values[:, 1:] *= np.sqrt(1 - phi**2)
    for day in range(1, days):
        values[:, day] += phi * values[:, day - 1]
    return values


def _kinds() -> Iterator[tuple[float, int]]:
    for phi in PHIS:
        for count in SERIES:
            yield phi, count


def _factors(chance: np.random.Generator, days: int, phi: float, count: int, people: int) -> Floats:
    rows = autoregressive(chance, people * count, days, phi).reshape(people, count, days)
    first = MONDAY + chance.integers(7, size=people)
    return np.concatenate([bayes_factors(one, int(day)).logs for one, day in zip(rows, first, strict=True)])


if __name__ == "__main__":
    for number in DAYS:
        print(number, *(round(value, 2) for value in measure_tails(number)))
