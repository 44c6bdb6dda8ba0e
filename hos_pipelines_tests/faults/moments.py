"""When to strike: moments drawn by chance from a seed, which is told with every failure."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.faults.worker import Worker
from hos_pipelines_tests.patience import wait_until

LONGEST_PAUSE_S = 0.15


@dataclass(frozen=True)
class Moment:
    """Once Sahha has been asked so many times, and so many seconds later."""

    requests: int
    then_s: float = 0

    def wait(self, sahha: Sahha, worker: Worker) -> None:
        """Returns at the moment, or when the worker has ended before."""
        wait_until(
            lambda: not worker.is_running or sahha.requests()["total"] >= self.requests, f"request {self.requests}"
        )
        time.sleep(self.then_s)


class Moments:
    """The moments of one seed, in the order they are drawn."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311  moments, no secrets

    @contextmanager
    def draw(self, first: int, last: int, most_s: float = LONGEST_PAUSE_S) -> Iterator[Moment]:
        """A moment from the first to the last of these requests; a failure in the block tells it and the seed.

        Below zero there is no request: the moment is then right after the start.
        """
        moment = Moment(max(0, self._random.randint(first, last)), self._random.uniform(0, most_s))
        try:
            yield moment
        except BaseException as error:
            error.add_note(f"struck at {moment}, drawn from seed {self._seed}")
            raise
