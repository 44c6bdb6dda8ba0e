"""`hos bench upsert`: rows per second of the bulk upsert."""

import click

from benchmarks.upsert import measure_upsert
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--rows", type=WholeRange(1000, 20_000_000), default=200_000, show_default=True)
@click.option("--repeat", type=WholeRange(1, 25), default=5, show_default=True, help="The medians of so many.")
@json_option
def upsert(rows: int, repeat: int, as_json: bool) -> None:
    """Rows per second of the bulk upsert, beside SQLAlchemy's executemany and dlt, on the embedded server."""
    server = join_server(read_settings().house.home / "bench")
    say(f"Measuring {count_text(rows, 'row')}, {count_text(repeat, 'time')}.")
    answer = measure_upsert(server.url("postgres"), rows, repeat)
    if answer["peers"]["dlt"] is None:
        say("dlt is left out, because it is not installed; pip install -c constraints.txt -e '.[bench]' brings it.")
    print_rows("hos bench upsert", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
