"""Launches runs as Dagster does, and can tell whether one is still there: on Dagster's private parts."""

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError  # noqa: TID251
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # noqa: TID251
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from hos_pipelines.adapters.instance.run_origin import process_is_gone

ANSWER_WITHIN_S = 10


class HealthCheckingRunLauncher(dg.DefaultRunLauncher):
    """Dagster's default launcher, but it can also tell whether a run is still there, by asking its code server.

    Dagster's own leaves a run STARTED whose code server died with it, as in a power cut or the end of a container; such
    a run would hold its slot of the pool `sahha` until `max_runtime_seconds`.

    A run that a command ran in a process of this machine is there as long as the process is. A command of another
    machine and a server that is slow to answer have the benefit of the doubt: `max_runtime_seconds` ends them.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Running, or not found where its server is gone or does not know it, or the command that ran it has ended."""
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None and process_is_gone(run.tags):
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "the command that ran it has ended")
        if client is None or _has_run(client, run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its code server is gone or does not know it")

    def has_lost_server(self, run_id: str) -> bool:
        """Whether the code server that was asked to run it is gone."""
        client = self._get_grpc_client_for_termination(run_id)  # type: ignore[no-untyped-call]
        if client is None:
            return False
        try:
            client.ping("")
        except DagsterUserCodeUnreachableError as error:
            return _is_refused(error)
        return False


def _has_run(client: DagsterGrpcClient, run_id: str) -> bool:
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=ANSWER_WITHIN_S)
    except DagsterUserCodeUnreachableError as error:
        return not _is_refused(error)
    return bool(deserialize_value(answer, CanCancelExecutionResult).can_cancel)


def is_start_lost(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether nobody is left who could begin a run: its code server is gone. A worker it has left behind finds its run
    ended, and does not begin.
    """
    launcher = instance.run_launcher
    return isinstance(launcher, HealthCheckingRunLauncher) and launcher.has_lost_server(run.run_id)


def _is_refused(error: DagsterUserCodeUnreachableError) -> bool:
    """Whether nobody listens at the address; a server that is only slow exceeds its deadline instead."""
    code = getattr(error.__cause__, "code", None)
    return callable(code) and code().name == "UNAVAILABLE"
