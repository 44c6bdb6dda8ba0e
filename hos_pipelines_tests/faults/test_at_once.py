"""Several workers over the same people: at the same time, and with clocks that disagree."""

from datetime import datetime, timedelta

import pytest

from hos_pipelines.domain.sync import Stream
from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.promises import Place, calm_has_returned, nothing_is_lost_doubled_or_ahead, states_of
from hos_pipelines_tests.faults.rounds import A_DAY_LATER, LEASES_OVER, NOON
from hos_pipelines_tests.faults.worker import backfill, refresh_tick

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
OFF = timedelta(minutes=10)
# The minute that Sahha's clock shows, and how far the worker's is off then. Every other worker works earlier, by its
# clock, than the one before it.
STEPS = [(0, OFF), (8, -OFF), (60, OFF), (68, -OFF)]


@pytest.mark.parametrize("later", [timedelta(0), LEASES_OVER], ids=["a tick doubled", "leases taken over"])
def test_two_ticks_and_a_backfill_at_once_leave_the_rows_of_one(shared: Deployment, later: timedelta) -> None:
    shared.start_over(NOON)
    deadlocks = shared.rows(DEADLOCKS)
    workers = [
        shared.worker(NOON, refresh_tick, "one"),
        shared.worker(NOON + later, refresh_tick, "other"),
        shared.worker(NOON, backfill, 7),
    ]
    assert [worker.wait() for worker in workers] == [True] * 3
    calm_has_returned(shared, since=NOON)
    assert shared.rows(DEADLOCKS) == deadlocks


def test_clocks_ten_minutes_off_lose_nothing_and_turn_no_watermark_back(shared: Deployment) -> None:
    """Nobody uses the app, so that a change Sahha tells of is the only reason to pull somebody again."""
    shared.start_over(NOON)
    with shared.session() as connection:
        connection.execute("UPDATE profiles SET last_active_at = NULL")
    reached: dict[Place, datetime] = {}
    for minute, off in STEPS:
        shared.move_sahha(NOON + timedelta(minutes=minute))
        assert shared.worker(shared.sahha_now + off, refresh_tick, f"minute {minute}").wait()
        before, reached = reached, _watermarks(shared)
        assert all(reached[place] >= watermark for place, watermark in before.items())
    assert shared.worker(shared.sahha_now + LEASES_OVER, refresh_tick, "right").wait()
    shared.served_at = dict.fromkeys(shared.served_at, shared.sahha_now)
    nothing_is_lost_doubled_or_ahead(shared, [Stream.BIOMARKERS])
    shared.move_sahha(A_DAY_LATER)
    assert shared.worker(A_DAY_LATER, refresh_tick, "everyone").wait()
    calm_has_returned(shared, since=A_DAY_LATER)


def _watermarks(deployment: Deployment) -> dict[Place, datetime]:
    return {state.place: state.watermark for state in states_of(deployment) if state.watermark is not None}
