"""`hos bench analysis`: both analyses of many users."""

import click

from benchmarks.analysis import measure_analysis
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(1, 100_000), default=2000, show_default=True)
@click.option("--days", type=WholeRange(1, 56), default=28, show_default=True, help="Of readings, each.")
@json_option
def analysis(users: int, days: int, as_json: bool) -> None:
    """Both analyses of many users in one process, from PostgreSQL and back, and their peak memory."""
    server = join_server(read_settings().house.home / "bench")
    say(f"Storing {count_text(days, 'day')} of {count_text(users, 'synthetic user')}, then analysing them twice.")
    answer = measure_analysis(server.url("postgres"), users, days)
    print_rows("hos bench analysis", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
