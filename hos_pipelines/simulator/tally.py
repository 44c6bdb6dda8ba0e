"""How many requests came, by endpoint and by status. What the benchmarks and the retry tests count."""

from collections import Counter


class Tally:
    """Counts of answered requests."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start again from nothing."""
        self._endpoints: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()

    def add(self, endpoint: str, status: int) -> None:
        """Count one answer."""
        self._endpoints[endpoint] += 1
        self._statuses[str(status)] += 1

    def counts(self) -> dict[str, object]:
        """Total, by endpoint, by status."""
        return {
            "total": self._endpoints.total(),
            "by_endpoint": dict(sorted(self._endpoints.items())),
            "by_status": dict(sorted(self._statuses.items())),
        }
