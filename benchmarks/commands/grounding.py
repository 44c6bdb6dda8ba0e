"""`hos bench grounding`: the proof of a model's words."""

import click

from benchmarks.grounding.measure import measure_grounding
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text


@click.command()
@click.option("--cases", type=WholeRange(1, 10_000), default=200, show_default=True, help="Synthetic users.")
@json_option
def grounding(cases: int, as_json: bool) -> None:
    """How many wrong claims the proof of a model's answer catches, and how many right ones it refuses."""
    users = count_text(cases, "synthetic user")
    say(f"Making right and wrong claims about {users}, and holding each against the facts.")
    answer = measure_grounding(cases)
    rows: list[list[object]] = [[kind, *counts.values()] for kind, counts in answer["by_kind"].items()]
    print_rows("hos bench grounding", ["made wrong", "caught", "missed"], rows)
    print_rows("right claims", ["claims", "refused"], [[answer["claims"], answer["false_alarms"]]])
    fresh: list[list[object]] = [[kind, *answer["fresh"][kind].values()] for kind in ("right", "wrong")]
    print_rows("sentences written from the prompt alone", ["made", "passed or caught", "refused or missed"], fresh)
    if as_json:
        print_json(answer)
