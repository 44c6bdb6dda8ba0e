"""The virtual clock: frozen at an instant, or started there and advancing with real time."""

from datetime import UTC, datetime, timedelta
from time import monotonic


class VirtualClock:
    """What time it is in the simulation, always in UTC and to the whole second."""

    def __init__(self, at: datetime, *, running: bool) -> None:
        self._running = running
        self.move_to(at)

    def now(self) -> datetime:
        """The virtual instant in UTC. Whole seconds, because the wire shows no finer ones."""
        if not self._running:
            return self._at
        return self._at + timedelta(seconds=int(monotonic() - self._anchor))

    def move_to(self, at: datetime) -> None:
        """Set the clock; a running one runs on from there."""
        self._at = at.astimezone(UTC).replace(microsecond=0)
        self._anchor = monotonic()

    def advance(self, hours: float) -> None:
        """Move by hours, backwards when negative."""
        self.move_to(self.now() + timedelta(hours=hours))
