"""A disk that is full in the middle of a tick."""

from datetime import timedelta

import pytest

from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.full_disk import FullDisk, file_system, trigger
from hos_pipelines_tests.faults.own_server import OwnServer
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead, states_of
from hos_pipelines_tests.faults.rounds import NOON
from hos_pipelines_tests.faults.worker import refresh_tick

FAILURES = """
SELECT event FROM event_logs JOIN runs USING (run_id)
WHERE dagster_event_type = 'STEP_FAILURE'
  AND starts_with(run_body::jsonb #>> '{run_config,ops,sahha_streams,config,batch_id}', %s)
"""


@pytest.mark.parametrize("full_disk", [file_system, trigger])
def test_a_full_disk_fails_the_run_in_one_sentence_and_the_next_tick_carries_on(
    apart: Deployment, own_server: OwnServer, full_disk: FullDisk
) -> None:
    apart.start_over(NOON)
    tick = f"full {full_disk.__name__}"
    with full_disk(apart, own_server) as free_space:
        assert not apart.worker(NOON, refresh_tick, tick).wait()
        assert {state.watermark for state in states_of(apart)} == {NOON, None}
        assert {state.lease for state in states_of(apart)} == {None}
        nothing_is_lost_doubled_or_ahead(apart)
        free_space()
        failures = apart.dagster_rows(FAILURES, tick)
        assert failures
        for (event,) in failures:
            assert "failed in the middle of the work (could not extend file" in event
            assert "No space left on device); nothing is half-written." in event
            assert "DETAIL" not in event
            assert "psycopg.errors" not in event
        soon = NOON + timedelta(minutes=1)
        assert apart.worker(soon, refresh_tick, f"after {tick}").wait()
        calm_has_returned(apart, since=NOON)
