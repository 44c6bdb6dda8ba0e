"""One run per user, as Dagster runs it out of the box: its own storage, queue and executor. The peer of the tick.

Each run does for its user what the tick does for a thousand: the same step pulls and writes the same streams.
"""

import time
from typing import Any

import dagster as dg

from benchmarks.deployment import Deployment
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.defs import resources as own
from hos_pipelines.defs.ingestion.assets import sahha_streams
from hos_pipelines.postgres.connection import connect, with_driver

DONE_WITHIN_S = 1800
HOME = "naive"

INSTANCE = """
storage:
  postgres:
    postgres_url: {url}
telemetry:
  enabled: false
"""

RUNS = """
SELECT min(extract(epoch FROM create_timestamp AT TIME ZONE 'UTC')), max(end_time),
       count(*) FILTER (WHERE status = 'SUCCESS'), count(*) FILTER (WHERE status = 'FAILURE')
FROM runs
"""

refresh_user = dg.define_asset_job("refresh_user", selection=[sahha_streams])


@dg.sensor(job=refresh_user, minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING)
def one_run_per_user(context: dg.SensorEvaluationContext) -> list[dg.RunRequest]:
    """Asks for a run for each partition of the instance."""
    keys = context.instance.get_dynamic_partitions(PARTITIONS_NAME)
    return [dg.RunRequest(run_key=key, partition_key=key) for key in keys]


@dg.definitions
def naive_location() -> dg.Definitions:
    """The step of the tick in a job of its own, with Dagster's default executor."""
    return dg.Definitions(
        assets=[sahha_streams],
        jobs=[refresh_user],
        sensors=[one_run_per_user],
        resources=own.resources().resources,
    )


def measure_naive(deployment: Deployment, dagster_url: str, users: list[str]) -> float:
    """Users per second of one run per user, from the creation of the first run to the end of the last.

    Raises:
        RuntimeError: a run failed, or they do not end.
    """
    home = deployment.folder / HOME
    home.mkdir()
    (home / "dagster.yaml").write_text(INSTANCE.format(url=with_driver(dagster_url, "psycopg2")))
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.add_dynamic_partitions(PARTITIONS_NAME, users)
    own = deployment.with_environment(DAGSTER_HOME=str(home))
    with own.started("dagster-daemon", "run", "-m", "benchmarks.naive"), connect(dagster_url) as log:
        deadline = time.monotonic() + DONE_WITHIN_S
        while time.monotonic() < deadline:
            began, ended, done, failed = _runs(log)
            if failed:
                raise RuntimeError("a run of the one-run-per-user peer failed; see the logs of the benchmark.")
            if done == len(users):
                return len(users) / (float(ended) - float(began))
            time.sleep(0.5)
    raise RuntimeError("the runs of the one-run-per-user peer did not end; see the logs of the benchmark.")


def _runs(log: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] = log.execute(RUNS).fetchone()
    return row
