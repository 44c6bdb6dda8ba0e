"""The process of a profiled batch: `python -m benchmarks.profiled_batch BATCH FOLDER`; imported by nothing.

A profile for each of its threads, in processor seconds of that thread.
"""

import json
import sys
import threading
import time
from cProfile import Profile
from pathlib import Path
from types import FrameType

FETCHER = "sahha-fetcher"


def main(batch_id: str, folder: Path) -> None:
    """Profiles from the first import on, as a run's process makes it."""
    profiles = {"main": Profile(time.thread_time), "fetcher": Profile(time.thread_time)}

    def begin(_frame: FrameType, _event: str, _argument: object) -> None:
        """Called at a new thread's first call, in place of a profile."""
        sys.setprofile(None)
        if threading.current_thread().name == FETCHER:
            profiles["fetcher"].enable()

    threading.setprofile(begin)
    rows = profiles["main"].runcall(_refresh, batch_id)
    threading.setprofile(None)
    for name, profile in profiles.items():
        profile.dump_stats(str(folder / f"{name}.profile"))
    (folder / "batch.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")


def _refresh(batch_id: str) -> int:
    """Imports here, so that they are seen."""
    import dagster as dg  # noqa: PLC0415

    from hos_pipelines.adapters.batch_runs import batch_run_config  # noqa: PLC0415
    from hos_pipelines.definitions import defs  # noqa: PLC0415
    from hos_pipelines.environment import read_settings  # noqa: PLC0415
    from hos_pipelines.stages.database import Database  # noqa: PLC0415

    with dg.DagsterInstance.get() as instance:
        job = defs().resolve_job_def("refresh_profiles")
        quiet = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
        done = job.execute_in_process(instance=instance, run_config={**batch_run_config(batch_id), **quiet})
    if not done.success:
        raise RuntimeError(f"batch {batch_id}: its run failed; see what it said.")
    with Database(read_settings).session() as connection:
        row = connection.execute("SELECT (SELECT count(*) FROM biomarkers) + (SELECT count(*) FROM scores)").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
