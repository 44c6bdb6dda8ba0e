"""A batch whose run breaks off in the middle: left open where it was cut short, ended where it failed by itself."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import dagster as dg
import psycopg
import pytest
import sqlalchemy.exc
from dagster._core.errors import DagsterExecutionInterruptedError  # noqa: TID251  how Dagster ends a run
from psycopg import Connection, errors

from hos_pipelines.domain.sync import ProfileReport, Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh import plan_pulls
from hos_pipelines.stages.refresh.cut_short import is_cut_short
from hos_pipelines.stages.refresh.run import Refresh
from hos_pipelines_tests.adapters.test_ingestion_runs import instance, leases, run_batch, simulator, tick

__all__ = ["instance", "simulator"]

CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
OPEN = "SELECT finished_at IS NULL FROM refresh_batches"

Strike = Callable[[Connection[Any]], None]


def sessions_cut(connection: Connection[Any]) -> None:
    connection.execute(CUT, (connection.info.backend_pid,))


def run_ended(_connection: Connection[Any]) -> None:
    raise DagsterExecutionInterruptedError


def ctrl_c(_connection: Connection[Any]) -> None:
    raise KeyboardInterrupt


def fails_by_itself(_connection: Connection[Any]) -> None:
    raise LookupError


def was_held_up(_connection: Connection[Any]) -> None:
    raise errors.LockNotAvailable


@pytest.mark.parametrize(
    ("strike", "is_left_open"),
    [(sessions_cut, True), (run_ended, True), (ctrl_c, True), (fails_by_itself, False), (was_held_up, False)],
)
def test_a_batch_is_left_open_where_its_run_was_cut_short(
    instance: dg.DagsterInstance,
    connection: Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    strike: Strike,
    is_left_open: bool,
) -> None:
    """What is left of it is then done by the next run of the same batch, and nothing of it twice."""
    monkeypatch.setattr(plan_pulls, "CHUNK_PROFILES", 4)
    tick(instance)
    told: list[Stream] = []

    def observe(stream: Stream, _reports: Sequence[ProfileReport]) -> None:
        told.append(stream)
        if len(told) == len(Stream):
            strike(connection)

    struck = Refresh(read_settings, Database(read_settings), now, observe)
    with suppress(DagsterExecutionInterruptedError, KeyboardInterrupt):
        assert not run_batch(instance, resources={"refresh": struck}).success
    assert connection.execute(OPEN).fetchall() == [(is_left_open,)]
    assert leases(connection) == ([("tick:0", 18)] if is_left_open else [])
    if is_left_open:
        assert run_batch(instance).success
        assert connection.execute(OPEN).fetchall() == [(False,)]
        assert leases(connection) == []
        pulled = connection.execute("SELECT count(*) FROM sync_state WHERE watermark = %s", (now(),)).fetchone()
        assert pulled == (30,)


@pytest.mark.parametrize(
    ("error", "is_cut"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (errors.AdminShutdown(), True),
        (errors.CrashShutdown(), True),
        (errors.CannotConnectNow(), True),
        (errors.TooManyConnections(), True),
        (errors.ConnectionFailure(), True),
        (DatabaseUnavailableError("nothing answers"), True),
        (sqlalchemy.exc.OperationalError("SELECT 1", {}, Exception("closed")), True),
        (GeneratorExit(), True),
        (errors.QueryCanceled(), False),
        (errors.DiskFull(), False),
        (errors.NotNullViolation(), False),
        (sqlalchemy.exc.IntegrityError("INSERT", {}, Exception("twice")), False),
        (MisconfiguredError("wrong host"), False),
    ],
)
def test_what_cuts_a_run_short_is_told_from_what_would_only_come_again(error: BaseException, is_cut: bool) -> None:
    assert is_cut_short(error) is is_cut
