"""What the checks of how requests are served come to."""

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.defs.requests.assets import request_service
from hos_pipelines.domain.requests.asked import Ask
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.request_service import read_request_service
from hos_pipelines.postgres.request_store import file_request
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.postgres.rows import NOON

MINUTE = timedelta(minutes=1)
REFUSE = """
UPDATE analysis_requests SET status = 'refused', refusal_code = 'no_such_profile', refusal = 's', completed_at = %s,
    batch_id = gen_random_uuid()
WHERE profile_id LIKE 'gone%%'
"""


def checked(connection: Connection[Any]) -> dict[str, bool]:
    del connection
    result = dg.materialize([request_service], resources={"database": Database(read_settings)})
    return {one.check_name: one.passed for one in result.get_asset_check_evaluations()}


@pytest.fixture
def served(connection: Connection[Any], migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Connection[Any]:
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", NOON.isoformat())
    return connection


def test_requests_that_wait_long_or_are_refused_too_often_fail_a_check(served: Connection[Any]) -> None:
    assert set(checked(served).values()) == {True}
    for number in range(20):
        file_request(served, Ask(f"gone{number}", RequestKind.ROUTINE), NOON - MINUTE)
    file_request(served, Ask("anna", RequestKind.ROUTINE), NOON - 2 * MINUTE)
    served.execute(REFUSE, (NOON,))
    assert checked(served) == {"none_waits_long": False, "none_failed": True, "few_are_refused": False}
    found = read_request_service(served, NOON, MINUTE)
    assert (found.open, found.slow, found.oldest, found.ended) == (1, 1, 2 * MINUTE, 20)
    assert found.refused == {"no_such_profile": 20}


def test_what_rests_or_is_a_duplicate_does_not_wait(served: Connection[Any]) -> None:
    for _ in range(2):
        file_request(served, Ask("anna", RequestKind.ROUTINE), NOON - 2 * MINUTE)
    served.execute("UPDATE analysis_requests SET not_before = %s", (NOON + MINUTE,))
    assert read_request_service(served, NOON, MINUTE).open == 0
    assert checked(served)["none_waits_long"]
