"""`hos bench requests`: what apps ask for, to its end."""

import click

from benchmarks.requests import measure_requests
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.command()
@click.option("--n", "many", type=WholeRange(1, 500), default=50, show_default=True, help="Filed at once.")
@click.option("--singles", type=WholeRange(1, 500), default=12, show_default=True, help="Filed one after the other.")
@click.option("--beside", type=WholeRange(0, 100_000), default=0, show_default=True, help="People analysed meanwhile.")
@json_option
def requests(many: int, singles: int, beside: int, as_json: bool) -> None:
    """Requests filed by SQL, one by one and many at once, to their end: sensor, queue, run, stages."""
    home = read_settings().house.home / "bench"
    others = count_text(beside, "person", "people")
    say(f"Filing {count_text(singles, 'request')} in turn, then {many} at once, beside the analyses of {others}.")
    answer = measure_requests(join_server(home), home, many, singles, beside)
    print_rows("hos bench requests", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
