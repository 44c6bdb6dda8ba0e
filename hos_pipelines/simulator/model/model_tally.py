"""How many requests came, by API and by behaviour, and how many at once. What tests of retries count."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class ModelTally:
    """Counts of requests to either API. One that is refused before it is read has no behaviour."""

    def __init__(self) -> None:
        self._in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Start again from nothing but what is in flight."""
        self._apis: Counter[str] = Counter()
        self._behaviours: Counter[str] = Counter()
        self._most = self._in_flight

    @contextmanager
    def request(self, api: str) -> Iterator[None]:
        """Count one request, in flight for as long as the block runs."""
        self._apis[api] += 1
        self._in_flight += 1
        self._most = max(self._most, self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1

    def count_behaviour(self, behaviour: str) -> None:
        """Count how a request is answered."""
        self._behaviours[behaviour] += 1

    @property
    def total(self) -> int:
        """How many requests came."""
        return self._apis.total()

    def counts(self) -> dict[str, object]:
        """Total, by API, by behaviour, and the most at once."""
        return {
            "total": self.total,
            "chat": self._apis["chat"],
            "responses": self._apis["responses"],
            "by_behaviour": dict(sorted(self._behaviours.items())),
            "in_flight_most": self._most,
        }
