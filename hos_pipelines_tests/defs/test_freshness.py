"""The freshness asset in real runs: what it says of everyone, and when its checks fail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.breaker_store import open_breaker
from hos_pipelines.postgres.profile_store import enrol

PULLED = """
INSERT INTO sync_state (profile_id, stream, watermark, last_outcome, last_attempt_at, last_success_at, attempts)
SELECT profile_id, stream, %(at)s, 'updated', %(at)s, %(at)s, 0
FROM profiles CROSS JOIN unnest(ARRAY['biomarkers', 'scores', 'sahha_archetypes']) AS stream
WHERE profile_id = ANY(%(who)s)
"""


@pytest.fixture
def people(deployment: str, connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben")], now(), by_hand=True)
    return connection


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def measure(instance: dg.DagsterInstance) -> tuple[dict[str, Any], dict[str, bool]]:
    """The metadata of the asset, and which check passed."""
    result = defs().resolve_job_def("measure_freshness").execute_in_process(instance=instance)
    [event] = result.asset_materializations_for_node("data_freshness")
    checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    return {name: value.value for name, value in event.metadata.items()}, checks


def test_it_tells_the_age_of_what_everyone_was_last_pulled(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    people.execute(PULLED, {"at": datetime(2026, 11, 1, 11, 30, tzinfo=UTC), "who": ["anna", "ben"]})
    metadata, checks = measure(instance)
    assert metadata["data_source"] == "sahha"
    assert metadata["biomarkers_profiles"] == 2
    assert metadata["biomarkers_age_median_minutes"] == metadata["scores_age_p99_minutes"] == 30.0
    assert checks == {"sahha_answers": True, "few_are_stale": True, "few_are_failing": True}


def test_someone_never_pulled_is_stale_and_counted(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    people.execute(PULLED, {"at": now(), "who": ["anna"]})
    metadata, checks = measure(instance)
    assert metadata["scores_never_pulled"] == metadata["scores_stale"] == 1
    assert checks["few_are_stale"] is False


def test_failing_pulls_fail_their_check(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    people.execute(PULLED, {"at": now(), "who": ["anna", "ben"]})
    people.execute("UPDATE sync_state SET attempts = 2 WHERE profile_id = 'ben' AND stream = 'scores'")
    metadata, checks = measure(instance)
    assert metadata["scores_failing"] == 1
    assert checks["few_are_failing"] is False


def test_while_sahha_is_down_or_forbidden_the_data_is_a_fallback(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_breaker(people, read_settings().sahha.base_url, now(), "Sahha answers 503.")
    metadata, checks = measure(instance)
    assert metadata["data_source"] == "database_fallback"
    assert "503" in metadata["source_reason"]
    assert checks["sahha_answers"] is False
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    metadata, _ = measure(instance)
    assert metadata["source_reason"] == "USE_SAHHA_DIRECT is false."


def test_nobody_enrolled_is_no_alarm(deployment: str, instance: dg.DagsterInstance) -> None:
    metadata, checks = measure(instance)
    assert metadata == {"data_source": "sahha", "source_reason": ""}
    assert all(checks.values())
