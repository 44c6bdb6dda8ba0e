"""`hos bench guidance`: insights and memory of many people, and the core view of memory."""

import click

from benchmarks.guidance import measure_guidance
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--users", type=WholeRange(1, 100_000), default=1000, show_default=True)
@click.option(
    "--remembered",
    type=WholeRange(1, 500_000),
    default=100_000,
    show_default=True,
    help="People with 60 rows each, among whom the core view of one is read.",
)
@json_option
def guidance(users: int, remembered: int, as_json: bool) -> None:
    """Insights and memory of many people in one process, and how long it takes to read what is remembered of one."""
    server = join_server(read_settings().house.home / "bench")
    say(f"Analysing {count_text(users, 'synthetic user')}, then {count_text(remembered * 60, 'row')} to remember.")
    answer = measure_guidance(server.url("postgres"), users, remembered)
    print_rows("hos bench guidance", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
