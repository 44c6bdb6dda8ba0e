"""`hos bench workflow`: complete workflows of many people."""

import click

from benchmarks.workflow import measure_workflow
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(2, 100_000), default=1000, show_default=True)
@json_option
def workflow(users: int, as_json: bool) -> None:
    """Complete workflows of many people: all due, with one process and with two, and nobody changed."""
    server = join_server(read_settings().house.home / "bench")
    say(f"Filling the lives of {count_text(2 * users, 'synthetic user')}: half for one process, half for two.")
    answer = measure_workflow(server.url("postgres"), users)
    print_rows("hos bench workflow", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
