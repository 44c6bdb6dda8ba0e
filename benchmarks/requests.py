"""Requests as apps file them, by plain SQL, to their end: sensor, queue, run, stages; daemon and code server are up.

First many by as many threads at once, then one after the other, each of another person and in turn of several kinds.
Seconds are those of whoever filed, from before the insert until the row says that it has ended. With `beside` the
analyses of so many other people hold both places of the pool of analyses meanwhile: `…_beside` counts the requests that
had ended while such a run went on, `beside_analysed` the results of the others by the end.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from psycopg import Connection

from benchmarks.analysis import fill_people
from benchmarks.deployment import Deployment, deployed
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.project import PROJECT_ROOT

KINDS = ("complete", "circadian", "routine", "behavior")
DAYS = 28
DONE_WITHIN_S = 900
STOPPED = ("circadian_sensor", "behavior_sensor")  # what is asked for is not made before
BESIDE = ("analyze_due_circadian", "analyze_due_behavior")
LOOKED_EVERY_S = 0.05
FILE = """
INSERT INTO analysis_requests (profile_id, kind, preferences)
VALUES (%s, %s, '{"wake_time": "07:00", "sleep_time": "23:00"}') RETURNING id
"""
LOOK = "SELECT status, completed_at FROM analysis_requests WHERE id = %s"
ANALYSED = "SELECT count(*) FROM analysis_results WHERE profile_id = ANY(%s)"
RUNNING = "SELECT count(*) FROM runs WHERE pipeline_name = ANY(%s) AND status IN ('STARTED', 'STARTING')"

Ended = tuple[float, str, str]


def measure_requests(server: EmbeddedServer, home: Path, n: int, singles: int, beside: int) -> dict[str, Any]:
    """The median and the 95th of a hundred of both, in seconds, and what became of all."""
    asking = [f"bench-{number:06d}" for number in range(n + singles)]
    others = [f"bench-{number:06d}" for number in range(n + singles, n + singles + beside)]
    with deployed(server, home, "bench_requests", ["--users", "1"]) as deployment:
        with connect(deployment.database_url) as connection:
            fill_people(connection, [*asking, *others], DAYS)
            if others:
                # Whom nobody analyses beside is not due, and is analysed all the same when it is asked for.
                connection.execute("UPDATE profiles SET status = 'paused' WHERE profile_id = ANY(%s)", (asking,))
        with _daemon(deployment) as log:
            if others:
                _hold_the_pool(deployment, log)
            asked = list(zip(asking, cycle(KINDS), strict=False))
            with ThreadPoolExecutor(n) as pool:
                at_once = list(pool.map(lambda one: _ask(deployment, *one), asked[singles:]))
            at_once_beside = n if _running(log) else 0
            one_by_one, one_beside = list[Ended](), 0
            for one in asked[:singles]:
                one_by_one.append(_ask(deployment, *one))
                one_beside += _running(log) > 0
        with connect(deployment.database_url) as connection:
            (analysed,) = connection.execute(ANALYSED, (others,)).fetchone() or (0,)
    return {
        "n": n,
        "singles": singles,
        "beside": beside,
        "beside_analysed": analysed,
        "one_beside": one_beside,
        "at_once_beside": at_once_beside,
        **_figures("one", one_by_one),
        **_figures("at_once", at_once),
        "ended": dict(Counter(f"{kind} {status}" for _, kind, status in [*one_by_one, *at_once])),
    }


def _figures(name: str, ended: Sequence[Ended]) -> dict[str, float]:
    seconds = sorted(one[0] for one in ended)
    return {
        f"{name}_median_s": round(seconds[len(seconds) // 2], 2),
        f"{name}_p95_s": round(seconds[min(len(seconds) - 1, -(-len(seconds) * 95 // 100) - 1)], 2),
        f"{name}_most_s": round(seconds[-1], 2),
    }


def _ask(deployment: Deployment, who: str, kind: str) -> Ended:
    """Files a request as an app does, and waits for its end."""
    with connect(deployment.database_url) as app:
        begun = time.monotonic()
        row = app.execute(FILE, (who, kind)).fetchone()
        while row is not None and time.monotonic() - begun < DONE_WITHIN_S:
            found = app.execute(LOOK, (row[0],)).fetchone()
            if found is not None and found[1] is not None:
                return time.monotonic() - begun, kind, str(found[0])
            time.sleep(LOOKED_EVERY_S)
    raise RuntimeError(f"the request for {kind} of {who} was not answered in time; see the logs of the benchmark.")


@contextmanager
def _daemon(deployment: Deployment) -> Iterator[Connection[Any]]:
    """A daemon that has looked at its sensors, as it has for weeks where requests are filed."""
    workspace = ["-w", str(PROJECT_ROOT / "workspace.yaml")]
    for sensor in STOPPED:
        deployment.run("dagster", "sensor", "stop", sensor, *workspace)
    with deployment.started("dagster-daemon", "run", *workspace), connect(deployment.dagster_url) as log:
        _wait_for(log, "SELECT count(DISTINCT selector_id) FROM job_ticks", 5)
        yield log


def _hold_the_pool(deployment: Deployment, log: Connection[Any]) -> None:
    """Has all the others analysed, by both jobs at once, as a night does."""
    workspace = ["-w", str(PROJECT_ROOT / "workspace.yaml")]
    for job in BESIDE:
        op = job.removeprefix("analyze_")
        config = f'{{"ops": {{"{op}": {{"config": {{"due": true}}}}}}}}'
        deployment.run("dagster", "job", "launch", *workspace, "-j", job, "--config-json", config)
    deadline = time.monotonic() + DONE_WITHIN_S
    while _running(log) < len(BESIDE):
        if time.monotonic() > deadline:
            raise RuntimeError("the analyses beside did not begin; see the logs of the benchmark.")
        time.sleep(0.25)


def _running(log: Connection[Any]) -> int:
    row = log.execute(RUNNING, (list(BESIDE),)).fetchone()
    return int(row[0]) if row else 0


def _wait_for(log: Connection[Any], query: str, count: int) -> None:
    deadline = time.monotonic() + DONE_WITHIN_S
    while int((log.execute(query.encode()).fetchone() or (0,))[0]) < count:
        if time.monotonic() > deadline:
            raise RuntimeError("the daemon did not look at its sensors; see the logs of the benchmark.")
        time.sleep(0.25)
