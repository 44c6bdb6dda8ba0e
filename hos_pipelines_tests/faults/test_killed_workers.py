"""Run workers killed with SIGKILL at random moments: while planning, fetching, copying or committing."""

from collections import Counter

from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.moments import Moments
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead
from hos_pipelines_tests.faults.rounds import (
    LEASES_OVER,
    NOON,
    WITHIN_A_RUN,
    next_round,
    requests_of_a_tick,
    unfinished_batches,
    where_struck,
)
from hos_pipelines_tests.faults.worker import refresh_tick, repeat_batches

ROUNDS = 12


def test_a_worker_killed_at_any_moment_loses_nothing_and_the_next_tick_carries_on(
    shared: Deployment, moments: Moments
) -> None:
    requests = requests_of_a_tick(shared)
    struck = Counter[str]()
    for number in range(ROUNDS):
        at, tick = next_round(shared, number), f"round {number}"
        with moments.draw(-requests // 6, requests) as moment:
            worker = shared.worker(at, refresh_tick, tick)
            moment.wait(shared.sahha, worker)
            worker.kill()
            struck[where_struck(shared, tick)] += 1
            nothing_is_lost_doubled_or_ahead(shared)
            assert shared.worker(at + LEASES_OVER, refresh_tick, f"after {tick}").wait()
            calm_has_returned(shared, since=at)
    assert struck[WITHIN_A_RUN] > 1, struck


def test_runs_that_are_repeated_at_once_finish_what_the_killed_worker_had_begun(
    shared: Deployment, moments: Moments
) -> None:
    requests = requests_of_a_tick(shared)
    shared.start_over(NOON)
    with moments.draw(requests // 3, requests * 2 // 3) as moment:
        worker = shared.worker(NOON, refresh_tick, "killed")
        moment.wait(shared.sahha, worker)
        worker.kill()
        left = unfinished_batches(shared, "killed")
        assert left
        assert shared.worker(NOON, repeat_batches, left).wait()
        calm_has_returned(shared, since=NOON)
        assert unfinished_batches(shared, "killed") == []
