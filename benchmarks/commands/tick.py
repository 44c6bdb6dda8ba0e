"""`hos bench tick`: one whole tick."""

import click

from benchmarks.tick import measure_tick
from hos_pipelines.cli.numbers import NumberRange, WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(10, 1_000_000), default=10_000, show_default=True, help="Registered.")
@click.option("--changed", type=NumberRange(0, 1), default=1.0, show_default=True, help="Share with new data.")
@click.option("--naive-users", type=WholeRange(0, 1000), default=30, show_default=True, help="0 leaves the peer out.")
@json_option
def tick(users: int, changed: float, naive_users: int, as_json: bool) -> None:
    """One whole tick: planner, queue, runs, simulated Sahha over HTTP, upsert, events; beside one run per user."""
    home = read_settings().house.home / "bench"
    say(f"Registering {count_text(users, 'user')} and running one tick over {changed:.0%} of them.")
    answer = measure_tick(join_server(home), home, users, changed, min(users, naive_users))
    print_rows("hos bench tick", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
