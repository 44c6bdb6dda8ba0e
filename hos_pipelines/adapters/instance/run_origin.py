"""Where the runs of a command's own process belong: the code location and the job that the UI knows them by.

Dagster gives them to the runs that its servers start, and forgets them for those that `hos refresh`, `hos demo` or
`dg launch` run themselves: these would be missing from the home timeline and the pages of their jobs, and could not be
executed again from the UI. Stands on Dagster's private parts, as `instance` does and for the versions it names.
"""

import os
import socket
from collections.abc import Mapping

import dagster as dg
import psutil
from dagster._core.remote_origin import (  # noqa: TID251  this file is where private parts are held
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin  # noqa: TID251

LOCATION = "hos_pipelines"
REPOSITORY = "__repository__"
CODE_LOCATION_TAG = "dagster/code_location"
PROCESS_TAG = ".dagster/process"  # hidden tags are not copied to a run that repeats this one


def with_origin(run: dg.DagsterRun) -> dg.DagsterRun:
    """The run as it is, or, where no server made it, with its place in the code location and the process it runs in.

    The daemon repeats no such run: who started it sees how it ends.
    """
    if run.remote_job_origin is not None:
        return run
    tags = {CODE_LOCATION_TAG: LOCATION, PROCESS_TAG: _this_process(), "dagster/max_retries": "0"}
    target = LoadableTargetOrigin(module_name="hos_pipelines.definitions")
    repository = RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(target, LOCATION), REPOSITORY)
    return run._replace(remote_job_origin=RemoteJobOrigin(repository, run.job_name), tags={**tags, **run.tags})


def process_is_gone(tags: Mapping[str, str]) -> bool:
    """Whether a run's tags name a process of this machine that has ended."""
    host, _, rest = tags.get(PROCESS_TAG, "").partition(":")
    number, _, started = rest.partition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"
