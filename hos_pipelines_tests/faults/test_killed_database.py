"""PostgreSQL killed with SIGKILL at random moments under a worker in the middle of its runs."""

from collections import Counter

from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.moments import Moments
from hos_pipelines_tests.faults.own_server import OwnServer
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead
from hos_pipelines_tests.faults.rounds import (
    LEASES_OVER,
    WITHIN_A_RUN,
    next_round,
    requests_of_a_tick,
    where_struck,
)
from hos_pipelines_tests.faults.worker import refresh_tick

ROUNDS = 4


def test_a_database_killed_at_any_moment_loses_nothing_and_the_next_tick_carries_on(
    apart: Deployment, own_server: OwnServer, moments: Moments
) -> None:
    """In every other round the worker dies with it, as in a power cut; else it meets the server that comes back."""
    struck = Counter[str]()
    for number in range(ROUNDS):
        at, tick = next_round(apart, number), f"round {number}"
        with moments.draw(4, requests_of_a_tick(apart)) as moment:
            worker = apart.worker(at, refresh_tick, tick)
            moment.wait(apart.sahha, worker)
            own_server.kill()
            if number % 2:
                worker.kill()
            own_server.revive()
            went_well = worker.wait()
            struck[where_struck(apart, tick)] += 1
            assert not (went_well and where_struck(apart, tick) == WITHIN_A_RUN)
            nothing_is_lost_doubled_or_ahead(apart)
            assert apart.worker(at + LEASES_OVER, refresh_tick, f"after {tick}").wait()
            calm_has_returned(apart, since=at)
    assert struck[WITHIN_A_RUN] > 0, struck
