"""`hos bench null`: people in whom nothing changes."""

import click

from benchmarks.null import measure_null
from hos_pipelines.cli.numbers import NumberRange, WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text


@click.command()
@click.option("--people", type=WholeRange(1, 1_000_000), default=1000, show_default=True)
@click.option("--phi", type=NumberRange(0, 0.95), default=0.3, show_default=True, help="Of a day with the next.")
@json_option
def null(people: int, phi: float, as_json: bool) -> None:
    """What people in whom nothing changes are told all the same, and which planted changes are found."""
    whom = count_text(people, "person", "people")
    say(f"Analysing {whom} whose days resemble the days before by {phi:g}, as they are and with a change.")
    answer = measure_null(people, phi)
    told: list[list[object]] = [
        [name.replace("_", " "), answer["told_people"][name], answer["asked_people"][name], f"{100 * share:.1f} %"]
        for name, share in answer["told"].items()
    ]
    print_rows("nothing changes", ["told of", "people", "of", "share"], told)
    found: list[list[object]] = [
        [name.replace("_", " "), answer["found_people"][name], people, f"{100 * share:.1f} %"]
        for name, share in answer["found"].items()
    ]
    print_rows("planted in the last 14 of 56 days", ["change", "found in", "of", "share"], found)
    if as_json:
        print_json(answer)
