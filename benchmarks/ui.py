"""Dagster's UI over N dynamic partitions and a week of ticks: the queries its pages send to a real `dagster-webserver`.

Cold is a server that has just loaded the code, on a log without remembered statuses; warm the median of five more.
The past is copied rows, see event_history.
"""

import os
import socket
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
from psycopg import Connection

from benchmarks import ui_queries
from benchmarks.deployment import Deployment, deployed
from benchmarks.event_history import MARKED, profile_id, write_history
from hos_pipelines.adapters.instance.event_retention import retain_events, vacuum_events
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.project import PROJECT_ROOT

WARM_TIMES = 5
LOADED_WITHIN_S = 120
ASSETS = [{"path": [name]} for name in (*MARKED, "sahha_archetypes")]
ASSET = ASSETS[0]

Ask = tuple[str, dict[str, Any]]

PARTITIONS_PAGE: Mapping[str, Ask] = {
    "asset_definition": (ui_queries.VIEW_DEFINITION, {"assetKey": ASSET}),
    "asset_live": (ui_queries.GRAPH_LIVE, {"assetKeys": [ASSET]}),
    "asset_health": (ui_queries.HEALTH, {"assetKeys": [ASSET]}),
    "partition_health": (ui_queries.PARTITION_HEALTH, {"assetKey": ASSET}),
    "partition_detail": (ui_queries.PARTITION_DETAIL, {"assetKey": ASSET, "partitionKey": profile_id(0)}),
}
OTHER_PAGES: Mapping[str, Ask] = {
    "assets_graph": (ui_queries.GRAPH_LIVE, {"assetKeys": ASSETS}),
    "assets_health": (ui_queries.HEALTH, {"assetKeys": ASSETS}),
    "recent_events": (ui_queries.RECENT_EVENTS, {"assetKey": ASSET}),
}


def measure_ui(server: EmbeddedServer, home: Path, users: int, ticks: int, *, retention: bool) -> dict[str, Any]:
    """Seconds of each query; rows and megabytes of Dagster's database before and after the retention."""
    answer: dict[str, Any] = {"users": users, "ticks": ticks}
    with deployed(server, home, "bench_ui", ["--users", "1"]) as deployment:
        os.environ.update(deployment.environment)
        with dg.DagsterInstance.get() as instance, connect(deployment.dagster_url) as log:
            write_history(instance, log, users, ticks, datetime.now(UTC))
            answer |= _size(log, "before")
            if retention:
                answer["retention_seconds"] = _retain(log)
            answer |= _size(log, "after")
            with webserver(deployment) as url:
                answer |= _time_pages(url)
                _require_everyone(url, users)
                instance.add_dynamic_partitions(PARTITIONS_NAME, [profile_id(users)])
                answer["partition_health_after_enrolment_s"] = _seconds(url, PARTITIONS_PAGE["partition_health"])
    return answer


def _size(log: Connection[Any], when: str) -> dict[str, float]:
    query = "SELECT (SELECT count(*) FROM event_logs), pg_database_size(current_database()) / 1e6"
    rows, megabytes = log.execute(query).fetchone() or (0, 0)
    return {f"event_rows_{when}": rows, f"database_mb_{when}": round(float(megabytes))}


def _retain(log: Connection[Any]) -> float:
    started = time.perf_counter()
    retain_events(log, datetime.now(UTC))
    vacuum_events(log)
    return round(time.perf_counter() - started, 1)


def _time_pages(url: str) -> dict[str, float]:
    """Each page's queries one after another, the page of partitions first: nobody has asked for its statuses yet."""
    asked = {**PARTITIONS_PAGE, **OTHER_PAGES}
    cold = {name: _seconds(url, one) for name, one in asked.items()}
    warm = {name: statistics.median(_seconds(url, one) for _ in range(WARM_TIMES)) for name, one in asked.items()}
    times = {f"{name}_cold_s": seconds for name, seconds in cold.items()}
    times |= {f"{name}_warm_s": seconds for name, seconds in warm.items()}
    for state, seconds in (("cold", cold), ("warm", warm)):
        times[f"partitions_page_{state}_s"] = sum(seconds[name] for name in PARTITIONS_PAGE)
    return {name: round(seconds, 3) for name, seconds in times.items()}


def _require_everyone(url: str, users: int) -> None:
    [node] = ask(url, PARTITIONS_PAGE["asset_live"])["data"]["assetNodes"]
    if node["partitionStats"]["numMaterialized"] != users:
        raise RuntimeError(f"the UI shows {node['partitionStats']} and not {users} materialized partitions.")


def _seconds(url: str, question: Ask) -> float:
    started = time.perf_counter()
    ask(url, question)
    return round(time.perf_counter() - started, 3)


def ask(url: str, question: Ask) -> dict[str, Any]:
    """What the webserver answers to a query and its variables.

    Raises:
        RuntimeError: it refuses the query.
    """
    query, variables = question
    answer = httpx.post(
        f"{url}/graphql", json={"query": query, "variables": variables}, timeout=LOADED_WITHIN_S, trust_env=False
    )
    body: dict[str, Any] = answer.raise_for_status().json()
    if "errors" in body:
        raise RuntimeError(f"the webserver refused a query: {body['errors'][0]['message']}")
    return body


@contextmanager
def webserver(deployment: Deployment) -> Iterator[str]:
    """The address of a webserver that has loaded the code, for as long as the block runs.

    Without a daemon, whose enrolment sensor would delete the partitions of people who are not enrolled.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    workspace = ["-w", str(PROJECT_ROOT / "workspace.yaml")]
    with deployment.started("dagster-webserver", "-h", "127.0.0.1", "-p", str(port), *workspace):
        _wait_until_loaded(url)
        yield url


def _wait_until_loaded(url: str) -> None:
    deadline = time.monotonic() + LOADED_WITHIN_S
    while time.monotonic() < deadline:
        try:
            entries = ask(url, (ui_queries.WORKSPACE, {}))["data"]["workspaceOrError"]["locationEntries"]
            if entries and all(entry["loadStatus"] == "LOADED" for entry in entries):
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError(f"the webserver did not load the code within {LOADED_WITHIN_S} s; see its log.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
