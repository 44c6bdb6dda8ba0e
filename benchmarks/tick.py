"""One whole tick over N registered users: planner, queue, runs, simulated Sahha over HTTP, upsert, events.

Counted from the creation of the run that plans the tick to the end of the last run of its batches, by Dagster's own
records, with a daemon and a code server that have been up before. The users are registered as if they had been pulled
half an hour before, without rows, and the chosen share of them has new data since.
"""

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
from psycopg import Connection

from benchmarks.deployment import PRESENT, Deployment, deployed
from benchmarks.memory import watched
from benchmarks.naive import measure_naive
from benchmarks.processor import processor_seconds
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.profile_store import enrolled_profile_ids
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.refresh.plan_tick import find_changes

TICK = "bench"
KIND = "phone_only"
DONE_WITHIN_S = 3600
STOPPED = ("circadian_sensor", "behavior_sensor")  # what arrives is not analysed meanwhile
SENSORS_ON = 4
NOW = datetime.fromisoformat(PRESENT)

REGISTER = """
INSERT INTO profiles (profile_id, external_id, enrolled_at)
SELECT id, id, %(now)s - interval '60 days'
FROM (SELECT 'sim-' || lpad(n::text, greatest(4, length(n::text)), '0') AS id
      FROM generate_series(1, %(users)s) AS n) AS people
"""

PULLED_BEFORE = """
INSERT INTO sync_state (profile_id, stream, watermark, last_outcome, last_attempt_at, last_success_at)
SELECT profile_id, stream, %(before)s, 'unchanged', %(before)s, %(before)s
FROM profiles CROSS JOIN unnest(%(streams)s::text[]) AS stream
"""

COVERED_BEFORE = """
INSERT INTO sync_coverage (profile_id, stream, covered, updated_at)
SELECT profile_id, stream, tstzmultirange(tstzrange(%(before)s - interval '67 days', %(before)s)), %(before)s
FROM profiles CROSS JOIN unnest(%(streams)s::text[]) AS stream
"""

SEEN = "UPDATE sync_state AS s SET change_seen = p.change_count FROM profiles AS p WHERE p.profile_id = s.profile_id"

CHANGE = """
UPDATE profiles SET data_received_at = data_received_at - interval '1 hour'
FROM (SELECT profile_id AS id, row_number() OVER (ORDER BY profile_id) AS n FROM profiles) AS numbered
WHERE profile_id = id AND n * %(changed)s / %(users)s <> (n - 1) * %(changed)s / %(users)s
"""

RUNS = """
SELECT pipeline_name, status, extract(epoch FROM create_timestamp AT TIME ZONE 'UTC')::double precision, end_time
FROM runs
"""


def measure_tick(server: EmbeddedServer, home: Path, users: int, changed: float, naive_users: int) -> dict[str, Any]:
    """The figures of one tick over `users` registered users, of whom the share `changed` has new data.

    Beside it, where `naive_users` is not 0, one run for each of so many users.
    """
    with deployed(server, home, "bench_tick", ["--users", str(users), "--kind", KIND]) as deployment:
        register(deployment, users, round(users * changed))
        figures = {"users": users, "changed": changed, **_tick(deployment, users)}
        if naive_users:
            with connect(deployment.database_url) as connection:
                some = enrolled_profile_ids(connection)[:naive_users]
            naive = measure_naive(deployment, deployment.naive_url, some)
            figures |= {"naive_users_s": round(naive, 3), "times_naive": round(figures["users_s"] / naive)}
        return figures


def register(deployment: Deployment, users: int, changed: int) -> None:
    """Enrols people who were pulled half an hour ago, so many of whom have new data since."""
    values = {
        "now": NOW,
        "users": users,
        "changed": changed,
        "before": NOW - timedelta(minutes=30),
        "streams": list(Stream),
    }
    with connect(deployment.database_url) as connection:
        for statement in (REGISTER, PULLED_BEFORE, COVERED_BEFORE):
            connection.execute(statement, values)
        find_changes(connection, Settings.from_mapping(deployment.environment), NOW)
        for statement in (SEEN, CHANGE):
            connection.execute(statement, values)
        for table in ("profiles", "sync_state", "sync_coverage"):
            connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
        connection.execute("CHECKPOINT")
        _add_partitions(deployment, connection)


def _add_partitions(deployment: Deployment, connection: Connection[Any]) -> None:
    os.environ.update(deployment.environment)
    with dg.DagsterInstance.get() as instance:
        align_partitions(instance, enrolled_profile_ids(connection))


def _tick(deployment: Deployment, users: int) -> dict[str, Any]:
    sahha_url = deployment.environment["SAHHA_API_BASE_URL"]
    workspace = ["-w", str(PROJECT_ROOT / "workspace.yaml")]
    config = {"ops": {"refresh_ticks": {"config": {"tick": TICK}}}}
    for sensor in STOPPED:
        deployment.run("dagster", "sensor", "stop", sensor, *workspace)
    with (
        deployment.started("dagster-daemon", "run", *workspace) as daemon,
        connect(deployment.dagster_url) as log,
    ):
        _wait_for_daemon(log)
        httpx.delete(f"{sahha_url}/simulator/requests").raise_for_status()
        roots = [daemon.pid, deployment.simulator_pid]
        with watched(lambda: roots) as peaks, processor_seconds(lambda: roots, log) as processor:
            deployment.run(
                "dagster", "job", "launch", *workspace, "-j", "plan_refresh", "--config-json", json.dumps(config)
            )
            with connect(deployment.database_url) as connection:
                planned = _wait_for_batches(connection)
                runs = _wait_for_runs(log, planned["batches"])
                rows = _count(connection, "SELECT (SELECT count(*) FROM biomarkers) + (SELECT count(*) FROM scores)")
            events = _count(
                log,
                "SELECT count(*) FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION' "
                "AND partition IS NOT NULL",
            )
    requests = httpx.get(f"{sahha_url}/simulator/requests").json()
    seconds = max(run[3] for run in runs) - min(run[2] for run in runs)
    per_thousand = 1000 / (planned["profiles_due"] or users)
    return {
        "seconds": round(seconds, 2),
        "users_s": round(planned["profiles_due"] / seconds, 1),
        "rows": rows,
        "rows_s": round(rows / seconds, 1),
        "events": events,
        "events_s": round(events / seconds, 1),
        "requests": sum(requests["by_endpoint"].values()),
        "requests_saved": planned["requests_saved"],
        "runs": planned["batches"],
        # Of those refreshed, or of all who are registered where nobody was due.
        "processor_s_per_1000_users": {
            role: round(taken * per_thousand, 2) for role, taken in sorted(processor.items())
        },
        "peak_mb": peaks,
    }


def _wait_for_daemon(log: Connection[Any]) -> None:
    """Until the daemon and its code server are up, as they are for weeks where ticks are made."""
    deadline = time.monotonic() + DONE_WITHIN_S
    while _count(log, "SELECT count(DISTINCT selector_id) FROM job_ticks") < SENSORS_ON:
        if time.monotonic() > deadline:
            raise RuntimeError("the daemon did not look at its sensors; see the logs of the benchmark.")
        time.sleep(0.25)


def _wait_for_batches(connection: Connection[Any]) -> dict[str, int]:
    deadline = time.monotonic() + DONE_WITHIN_S
    query = """
    SELECT t.profiles_due, t.requests_saved, count(b.batch_id), count(b.finished_at)
    FROM refresh_ticks AS t LEFT JOIN refresh_batches AS b USING (tick) WHERE tick = %s GROUP BY t.tick
    """
    while time.monotonic() < deadline:
        row = connection.execute(query, (TICK,)).fetchone()
        if row is not None and row[2] == row[3]:
            return {"profiles_due": row[0], "requests_saved": row[1], "batches": row[2]}
        time.sleep(0.25)
    raise RuntimeError("the tick was not done in time; see the logs of the benchmark.")


def _wait_for_runs(log: Connection[Any], batches: int) -> list[tuple[Any, ...]]:
    """The plan's run and those of the batches, once all have ended well."""
    deadline = time.monotonic() + DONE_WITHIN_S
    while time.monotonic() < deadline:
        runs = log.execute(RUNS).fetchall()
        if any(run[1] in ("FAILURE", "CANCELED") for run in runs):
            raise RuntimeError("a run of the tick failed; see the logs of the benchmark.")
        if len(runs) == batches + 1 and all(run[1] == "SUCCESS" for run in runs):
            return runs
        time.sleep(0.25)
    raise RuntimeError("the runs of the tick did not end in time; see the logs of the benchmark.")


def _count(connection: Connection[Any], query: str) -> int:
    row: Mapping[int, Any] | tuple[Any, ...] | None = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
