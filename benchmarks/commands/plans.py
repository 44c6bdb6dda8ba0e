"""`hos bench plans`: routine and nutrition plans of many people."""

import click

from benchmarks.plans import measure_plans
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(1, 100_000), default=1000, show_default=True)
@json_option
def plans(users: int, as_json: bool) -> None:
    """Both plans of many people in one process: the rules alone, and from PostgreSQL and back."""
    server = join_server(read_settings().house.home / "bench")
    say(f"Analysing {count_text(users, 'synthetic user')}, of whom each has said something and done something.")
    answer = measure_plans(server.url("postgres"), users)
    print_rows("hos bench plans", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
