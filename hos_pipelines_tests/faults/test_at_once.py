"""Several workers over the same people: at the same time, and with clocks that disagree."""

from datetime import datetime, timedelta

import pytest

from hos_pipelines.domain.sync import Stream
from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.promises import Place, calm_has_returned, nothing_is_lost_doubled_or_ahead, states_of
from hos_pipelines_tests.faults.rounds import A_DAY_LATER, LEASES_OVER, NOON
from hos_pipelines_tests.faults.worker import backfill, plan_tick, refresh_tick

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
OFF, A_DAY = timedelta(minutes=10), timedelta(days=1)
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


def test_a_clock_a_day_off_poisons_nothing_once_it_is_right_again(shared: Deployment) -> None:
    """After each tick by a right clock everything is as if no clock had erred."""
    shared.start_over(NOON)
    hours = iter(range(0, 12, 2))
    for off in (timedelta(0), A_DAY, timedelta(0), -A_DAY, timedelta(0)):
        shared.move_sahha(NOON + timedelta(hours=next(hours)))
        by_the_clock = shared.sahha_now + off
        assert shared.worker(by_the_clock, refresh_tick, f"{shared.sahha_now} off {off}").wait()
        assert all(at <= by_the_clock for at in _watermarks(shared).values())
        if not off:
            calm_has_returned(shared, since=shared.sahha_now)


def test_a_lease_and_a_wait_of_a_clock_ahead_end_with_it(shared: Deployment) -> None:
    shared.start_over(NOON)
    assert shared.worker(NOON, plan_tick, "begun").wait()
    with shared.session() as connection:
        connection.execute("UPDATE sync_state SET lease_until = lease_until + interval '1 day', lease = 'nobody:0'")
        connection.execute(
            "UPDATE sync_state SET next_due_at = %s, attempts = 9 WHERE profile_id = 'sim-0001'", (NOON + 2 * A_DAY,)
        )
    assert shared.worker(NOON, refresh_tick, "right").wait()
    calm_has_returned(shared, since=NOON)


def _watermarks(deployment: Deployment) -> dict[Place, datetime]:
    return {state.place: state.watermark for state in states_of(deployment) if state.watermark is not None}
