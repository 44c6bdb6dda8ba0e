"""How long data is kept, and which analyses hold on to what is older."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Ours read in one snapshot. One of the former application says that it has begun and not that it has ended.
ANALYSIS_HOLDS_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeepRules:
    """How long each kind of row is kept: readings from the end of their window, webhooks from the moment they were
    consumed, unreadable rows from when they were last seen, ticks from when they were planned, results of analyses
    from when they were last confirmed; the one that stands is kept however old it is. Insights are kept as
    long from when they ended or were last judged, and so are steps of memory that no row rests on; plans,
    their items, check-ins and journals (`diary`) from their day; what became of workflows from their end, and requests,
    with what was said in them, from theirs.
    """

    readings: timedelta = timedelta(days=400)
    webhooks: timedelta = timedelta(days=14)
    quarantine: timedelta = timedelta(days=90)
    ticks: timedelta = timedelta(days=30)
    results: timedelta = timedelta(days=90)
    workflows: timedelta = timedelta(days=30)
    diary: timedelta = timedelta(days=400)
    requests: timedelta = timedelta(days=30)

    def readings_since(self, now: datetime) -> datetime:
        """Readings that end before this UTC instant are deleted, and nobody misses what was never pulled of them."""
        return now - self.readings
