from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.gateway import sessions as module
from hos_pipelines.gateway.sessions import Sessions
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database


@pytest.fixture
def sessions(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    monkeypatch.setattr(module, "PATIENCE_S", 1)
    settings = Settings.from_mapping({"HOS_DATABASE_URL": migrated_url})
    return Sessions(Database(lambda: settings))


def backend(connection: Connection[Any]) -> int:
    return connection.info.backend_pid


def test_a_session_is_kept_for_the_next_who_asks(sessions: Sessions) -> None:
    assert sessions.run(backend) == sessions.run(backend)
    sessions.close()


def test_a_session_that_was_cut_is_replaced_and_the_work_done_again(sessions: Sessions, migrated_url: str) -> None:
    cut = sessions.run(backend)
    with connect(migrated_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (cut,))
    asked: list[int] = []

    def work(connection: Connection[Any]) -> None:
        asked.append(backend(connection))
        connection.execute("SELECT 1")

    sessions.run(work)
    assert len(asked) == 2
    assert asked[0] == cut != asked[1]
    sessions.close()


def test_work_that_takes_too_long_is_given_up_once_and_not_tried_again(sessions: Sessions) -> None:
    kept, asked = sessions.run(backend), []

    def work(connection: Connection[Any]) -> None:
        asked.append(backend(connection))
        connection.execute("SELECT pg_sleep(60)")

    with pytest.raises(psycopg.errors.QueryCanceled):
        sessions.run(work)
    assert asked == [kept]
    assert sessions.run(backend) != kept
    sessions.close()


def test_no_more_sessions_are_open_than_allowed_and_whoever_waits_too_long_is_told(
    sessions: Sessions,
) -> None:
    everyone = Barrier(module.MOST + 1)

    def hold(_thread: int) -> int:
        def work(connection: Connection[Any]) -> int:
            everyone.wait()
            everyone.wait()
            return backend(connection)

        return sessions.run(work)

    with ThreadPoolExecutor(module.MOST) as threads:
        held = threads.map(hold, range(module.MOST))
        everyone.wait()
        with pytest.raises(DatabaseUnavailableError, match="sessions are busy"):
            sessions.run(backend)
        everyone.wait()
        assert len(set(held)) == module.MOST
    sessions.close()
