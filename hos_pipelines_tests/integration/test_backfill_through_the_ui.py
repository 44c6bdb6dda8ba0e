"""A backfill as a data engineer launches it: through the UI's own GraphQL, the daemon, the queue and a run worker."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from psycopg import Connection

from hos_pipelines.cli.dagster_home import ensure_dagster_home
from hos_pipelines.cli.servers import dagster_servers
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.server import RunningSimulator
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port

PEOPLE = [f"sim-{number:04d}" for number in range(1, 7)]

LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
BACKFILL = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status numPartitions } } }
"""
PARTITIONS = """
query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      partitionKeys
      assetPartitionStatuses {
        ... on DefaultPartitionStatuses { materializedPartitions failedPartitions unmaterializedPartitions }
      }
    }
  }
}
"""
METADATA = """
query ($key: AssetKeyInput!, $partitions: [String!]) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      assetMaterializations(partitions: $partitions, limit: 1) {
        metadataEntries { label ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text } }
      }
    }
  }
}
"""


def ask(url: str, query: str, **variables: Any) -> dict[str, Any]:
    answer = httpx.post(f"{url}/graphql", json={"query": query, "variables": variables}, timeout=60)
    body = answer.json()
    assert "errors" not in body, body["errors"]
    data: dict[str, Any] = body["data"]
    return data


def partition_statuses(url: str, asset: str) -> dict[str, list[str]]:
    statuses = ask(url, PARTITIONS, key={"path": [asset]})["assetNodeOrError"]["assetPartitionStatuses"]
    return {name: sorted(keys) for name, keys in statuses.items()}


def backfill(url: str, params: dict[str, Any]) -> str:
    """How a backfill with these parameters ended."""
    launched = ask(url, LAUNCH, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    def ended() -> str | None:
        status: str = ask(url, BACKFILL, id=launched["backfillId"])["partitionBackfillOrError"]["status"]
        return status if status.startswith("COMPLETED") or status in ("FAILED", "CANCELED") else None

    end = wait_until(ended, "the end of the backfill", look_every_s=1)
    assert end is not None
    return end


def test_a_range_backfill_marks_the_good_and_fails_only_the_bad(
    deployment: str, connection: Connection[Any], simulator: RunningSimulator, tmp_path: Path
) -> None:
    enrol(connection, [Enrolment(name, name) for name in PEOPLE], now(), by_hand=True)
    fault = {"external_id": "sim-0004", "kind": "500"}
    httpx.post(f"{simulator.url}/simulator/faults", json=fault).raise_for_status()
    ensure_dagster_home(read_settings())
    with dagster_servers("127.0.0.1", free_port(), tmp_path) as (url, _):
        key = {"path": ["biomarkers"]}
        wait_until(
            lambda: ask(url, PARTITIONS, key=key)["assetNodeOrError"]["partitionKeys"] == PEOPLE,
            "the enrolment sensor's partitions",
            look_every_s=1,
        )
        both = [key, {"path": ["scores"]}]
        assert backfill(url, {"assetSelection": both, "partitionNames": PEOPLE}) == "COMPLETED_FAILED"
        good = [name for name in PEOPLE if name != "sim-0004"]
        for asset in ("biomarkers", "scores"):
            assert partition_statuses(url, asset) == {
                "materializedPartitions": good,
                "failedPartitions": ["sim-0004"],
                "unmaterializedPartitions": ["sim-0004"],
            }
        [event] = ask(url, METADATA, key=key, partitions=["sim-0001"])["assetNodeOrError"]["assetMaterializations"]
        shown = {entry["label"]: entry.get("intValue", entry.get("text")) for entry in event["metadataEntries"]}
        httpx.delete(f"{simulator.url}/simulator/faults").raise_for_status()
        config = {"ops": {"sahha_streams": {"config": {"days": 30}}}}
        params = {"assetSelection": [{"path": ["scores"]}], "allPartitions": True, "runConfigData": config}
        assert backfill(url, params) == "COMPLETED_SUCCESS"
        assert partition_statuses(url, "scores")["materializedPartitions"] == PEOPLE
    reach = (
        "SELECT stream, max(%s - lower(covered)) FROM sync_coverage WHERE profile_id = 'sim-0001' GROUP BY 1 ORDER BY 1"
    )
    assert connection.execute(reach, (now(),)).fetchall() == [
        ("biomarkers", timedelta(days=7)),
        ("scores", timedelta(days=30)),
    ]
    counted = connection.execute("SELECT count(*) FROM biomarkers WHERE profile_id = 'sim-0001'").fetchone()
    assert (shown["inserted"],) == counted
    assert shown["outcome"] == "updated"
    assert {"updated", "unchanged", "stale", "quarantined", "newest_reading", "watermark"} <= shown.keys()
    stored = connection.execute("SELECT DISTINCT profile_id FROM biomarkers ORDER BY 1").fetchall()
    assert [name for (name,) in stored] == good
