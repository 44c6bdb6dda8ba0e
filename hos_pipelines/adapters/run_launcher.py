"""Dagster's default run launcher, which can also tell whether a run is still there.

Dagster's own leaves a run STARTED whose code server died with it, as in a power cut or the end of a container; such a
run would hold the pool `sahha` until `max_runtime_seconds`, and nobody would be refreshed meanwhile. Stands on private
parts of the versions that `instance_storage` names.
"""

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError  # noqa: TID251  nothing public tells these
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # noqa: TID251
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

ANSWER_WITHIN_S = 10


class WatchfulRunLauncher(dg.DefaultRunLauncher):
    """Launches runs on code servers, and asks the code server of a run whether it has it when monitoring wants to know.

    A run that no server was asked to run, as those of `hos refresh`, and a server that is slow to answer have the
    benefit of the doubt: `max_runtime_seconds` ends them.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Running, or not found where its server is gone or does not know it."""
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None or _has_run(client, run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its code server is gone or does not know it")


def _has_run(client: DagsterGrpcClient, run_id: str) -> bool:
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=ANSWER_WITHIN_S)
    except DagsterUserCodeUnreachableError as error:
        return not _is_refused(error)
    return bool(deserialize_value(answer, CanCancelExecutionResult).can_cancel)


def _is_refused(error: DagsterUserCodeUnreachableError) -> bool:
    """Whether nobody listens at the address; a server that is only slow exceeds its deadline instead."""
    code = getattr(error.__cause__, "code", None)
    return callable(code) and code().name == "UNAVAILABLE"
