"""`hos bench ui`: the pages of Dagster's UI."""

import click

from benchmarks.ui import measure_ui
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(100, 1_000_000), default=100_000, show_default=True, help="Partitions.")
@click.option("--ticks", type=WholeRange(0, 10_000), default=336, show_default=True, help="Half-hours, 1 % changed.")
@click.option("--retention/--no-retention", default=True, show_default=True, help="Of Dagster's log, before asking.")
@json_option
def ui(users: int, ticks: int, retention: bool, as_json: bool) -> None:
    """The assets and partitions pages of Dagster's UI: their queries, cold and warm, to a real webserver."""
    home = read_settings().house.home / "bench"
    size = f"{count_text(ticks, 'tick')} of {count_text(users, 'user')}"
    say(f"Writing {size} into a fresh log, then asking what the UI asks.")
    answer = measure_ui(join_server(home), home, users, ticks, retention=retention)
    print_rows("hos bench ui", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
