"""`hos bench`: the measurements behind the figures of docs/benchmarks.md."""

import click

from hos_pipelines.cli.lazy import LazyGroup
from hos_pipelines.cli.output import CommandError
from hos_pipelines.project import IS_CHECKOUT

MEASUREMENTS = {
    "analysis": "Both analyses of many users in one process, from PostgreSQL and back, and their peak memory.",
    "batch": "Where the processor time of a tick's batch goes, function by function, as a picture.",
    "grounding": "How many wrong claims the proof of a model's answer lets pass, and how many right ones it refuses.",
    "guidance": "Insights and memory of many people in one process, "
    "and how long it takes to read what is remembered of one.",
    "null": "What people in whom nothing changes are told all the same, and which planted changes are found.",
    "plans": "Both plans of many people in one process: the rules alone, and from PostgreSQL and back.",
    "requests": "Requests filed by SQL, one by one and many at once, to their end: sensor, queue, run, stages.",
    "tick": "One whole tick: planner, queue, runs, simulated Sahha over HTTP, upsert, events; beside one run per user.",
    "ui": "The assets and partitions pages of Dagster's UI: their queries, cold and warm, to a real webserver.",
    "upsert": "Rows per second of the bulk upsert, beside SQLAlchemy's executemany and dlt, on the embedded server.",
    "workflow": "Complete workflows of many people: all due, with one process and with two, and nobody changed.",
}


class Measurements(LazyGroup):
    """Benchmarks lie beside the package, in a checkout alone."""

    def load(self, listed: click.Command) -> click.Command:
        """The benchmark that is called.

        Raises:
            CommandError: this is no checkout.
        """
        if not IS_CHECKOUT:
            raise CommandError(
                f"bench {listed.name}: needs benchmarks/, which are not installed; clone the project and call it there."
            )
        return super().load(listed)


@click.group(cls=Measurements, package="benchmarks.commands", listed=MEASUREMENTS)
def bench() -> None:
    """Measure this machine; each benchmark ends with one JSON line."""
