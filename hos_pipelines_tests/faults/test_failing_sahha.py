"""Sahha failing: now and then, forgetting its tokens, and away altogether."""

import json
from datetime import datetime, timedelta

from hos_pipelines.domain.sync import PullWindow, Stream
from hos_pipelines.postgres.breaker_store import Breaker, read_breaker
from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.moments import Moment, Moments
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead, states_of
from hos_pipelines_tests.faults.rounds import LEASES_OVER, NOON
from hos_pipelines_tests.faults.worker import refresh_tick

A_MINUTE = timedelta(minutes=1)
PEOPLE = 8
SILENT, BROKEN, GARBLED = "sim-0002", "sim-0003", "sim-0004"
# Who fails, fails the run: without that, two of eight would be left to the check that names them.
IMPATIENT = {"SAHHA_REQUEST_TIMEOUT": "0.4", "SAHHA_MAX_RETRIES": "3", "HOS_FAILED_PROFILES": "1"}

OUTCOMES = """
SELECT profile_id, last_outcome, last_error IS NOT NULL, attempts, next_due_at - last_attempt_at FROM sync_state
"""
QUARANTINED = "SELECT profile_id, stream, payload FROM quarantine"
TICK = "SELECT data_source FROM refresh_ticks WHERE tick = %s"
TOLD_DOWN = """
SELECT count(*) FROM event_logs WHERE dagster_event_type IS NULL AND event LIKE %s AND event LIKE %s
"""


def test_ticks_end_honestly_while_three_in_ten_requests_fail_and_afterwards_nothing_is_missing(
    shared: Deployment,
) -> None:
    with shared.sahha.replaced(fault_rate=0.3):
        shared.start_over(NOON, PEOPLE)
        shared.sahha.fail(SILENT, "timeout", seconds=3)
        shared.sahha.fail(BROKEN, "500")
        shared.sahha.fail(GARBLED, "malformed")
        for tries, at in enumerate((NOON, NOON + LEASES_OVER), start=1):
            assert not shared.worker(at, refresh_tick, f"try {tries}", **IMPATIENT).wait()
            _outcomes_are_honest(shared)
            assert _attempts(shared, SILENT) == _attempts(shared, BROKEN) == {tries}
            nothing_is_lost_doubled_or_ahead(shared)
    calm = NOON + 2 * LEASES_OVER
    shared.forget_slowness()
    assert shared.worker(calm, refresh_tick, "calm").wait()
    calm_has_returned(shared, since=NOON)
    assert _attempts(shared, SILENT) == _attempts(shared, BROKEN) == {0}
    _only_malformed_rows_are_quarantined(shared, calm)


def test_tokens_that_end_in_the_middle_of_a_run_are_renewed(shared: Deployment) -> None:
    shared.start_over(NOON)
    worker = shared.worker(NOON, refresh_tick, "tokens")
    for requests in (15, 60):
        Moment(requests).wait(shared.sahha, worker)
        shared.sahha.expire_tokens()
    assert worker.wait()
    calm_has_returned(shared, since=NOON)
    assert shared.sahha.requests()["by_status"].keys() == {"200", "401"}


def test_a_sahha_that_went_away_is_asked_by_the_next_tick_and_everyone_with_it(
    shared: Deployment, moments: Moments
) -> None:
    shared.start_over(NOON)
    told = _errors_told(shared)
    with moments.draw(10, 35) as moment:
        worker = shared.worker(NOON, refresh_tick, "down")
        moment.wait(shared.sahha, worker)
        with shared.sahha.away():
            assert not worker.wait()
        breaker = _breaker(shared)
        assert (breaker.opened_at, breaker.retry_at, breaker.failures) == (NOON, NOON + 2 * A_MINUTE, 1)
        assert _errors_told(shared) == told + 1
        assert {state.lease for state in states_of(shared)} == {None}
        assert {state.watermark for state in states_of(shared)} >= {None}
        nothing_is_lost_doubled_or_ahead(shared)
        assert shared.worker(NOON + A_MINUTE, refresh_tick, "back").wait()
        assert shared.rows(TICK, "back") == [("sahha",)]
        assert _breaker(shared) == Breaker(None, None, 0, None)
        calm_has_returned(shared, since=NOON)


def _outcomes_are_honest(deployment: Deployment) -> None:
    for who, outcome, has_error, attempts, wait in deployment.rows(OUTCOMES):
        if attempts == 0:
            assert outcome in ("updated", "unchanged", "empty", "quarantined"), who
            assert (has_error, wait) == (False, None), who
        else:
            assert outcome in ("failed", "rate_limited"), who
            assert has_error, who
            assert timedelta(0) <= wait <= A_MINUTE * 2 ** (attempts - 1), who


def _attempts(deployment: Deployment, profile_id: str) -> set[int]:
    return {row[3] for row in deployment.rows(OUTCOMES) if row[0] == profile_id}


def _only_malformed_rows_are_quarantined(deployment: Deployment, at: datetime) -> None:
    """Nothing of what Sahha really has, and all that the garbled answers held."""
    quarantined = deployment.rows(QUARANTINED)
    dates = PullWindow(at - timedelta(days=30), at).dates
    for who, stream, payload in quarantined:
        assert json.loads(payload) not in deployment.account.served(Stream(stream), who, dates, NOON)
    assert {stream for who, stream, _ in quarantined if who == GARBLED} == set(Stream)


def _breaker(deployment: Deployment) -> Breaker:
    with deployment.session() as connection:
        return read_breaker(connection, deployment.sahha.url)


def _errors_told(deployment: Deployment) -> int:
    [(count,)] = deployment.dagster_rows(TOLD_DOWN, '%"level": 40%', "%Refreshes pause and resume by themselves.%")
    return int(count)
