"""When what an operator sees is too old: people's data, the last tick, a daemon's sign of life."""

from datetime import timedelta

from hos_pipelines.domain.sync import SyncRules

# A full sweep takes its time.
SWEEP_GRACE = timedelta(hours=2)
TICK_EVERY = timedelta(minutes=30)
# Two ticks did not come.
TICK_LATE_AFTER = 2 * TICK_EVERY + timedelta(minutes=5)
# Daemons give a sign of life every 30 seconds, later while they are busy.
SILENT_AFTER = timedelta(minutes=5)


def stale_after(rules: SyncRules) -> timedelta:
    """How old the data of an active person may be: every full sweep makes it younger than this."""
    return rules.full_sweep + SWEEP_GRACE


def is_tick_late(tick_age: timedelta | None, on_for: timedelta | None, under_way: int) -> bool:
    """Whether the last tick is older than it should be.

    `tick_age` is None before the first tick, `on_for` how long the schedule has been on, None while it is off. While
    profiles of a tick are under way the next one waits for them.
    """
    if on_for is None or on_for <= TICK_LATE_AFTER or under_way:
        return False
    return tick_age is None or tick_age > TICK_LATE_AFTER
