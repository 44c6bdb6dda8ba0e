"""Where one batch's processor time goes: the run's own process, from its first import on, function by function.

The batch is planned as a tick does and refreshed by the job that a tick's runs are of. Profiling makes Python slower,
the small functions most: the parts are to be compared, not added up to a speed.
"""

import json
from pathlib import Path
from pstats import Stats
from typing import Any

from benchmarks.call_tree import call_tree
from benchmarks.call_tree_picture import draw_call_trees
from benchmarks.deployment import deployed
from benchmarks.tick import KIND, NOW, TICK, register
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.plan_tick import RefreshPlanner

THREADS = {"main": "starts, writes and marks", "fetcher": "asks and translates"}


def profile_batch(server: EmbeddedServer, home: Path, users: int, picture: Path) -> dict[str, Any]:
    """Draws the picture, and gives seconds by thread, and rows."""
    with deployed(server, home, "bench_batch", ["--users", str(users), "--kind", KIND]) as deployment:
        one = deployment.with_environment(HOS_BATCH_SIZE=str(users), HOS_BATCH_SIZE_MIN=str(users))
        settings = Settings.from_mapping(one.environment)
        register(one, users, users)
        RefreshPlanner(lambda: settings, Database(lambda: settings), lambda: NOW).plan(TICK)
        one.run("python", "-m", "benchmarks.profiled_batch", f"{TICK}:0", str(one.folder))
        trees = {what: call_tree(Stats(str(one.folder / f"{thread}.profile"))) for thread, what in THREADS.items()}
        told = json.loads((one.folder / "batch.json").read_text(encoding="utf-8"))
    draw_call_trees(trees, f"One batch of {users:,} users, all changed", picture)
    return {
        "users": users,
        "rows": told["rows"],
        "profiled_s": {what: round(tree.seconds, 2) for what, tree in trees.items()},
        "picture": str(picture),
    }
