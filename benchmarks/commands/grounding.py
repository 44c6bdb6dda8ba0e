"""`hos bench grounding`: the proof of a model's words."""

from pathlib import Path
from typing import Any

import click

from benchmarks.grounding.measure import measure_grounding
from benchmarks.grounding.sentences import SentenceError, judge_sentences
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.domain.count_text import count_text


@click.command()
@click.option("--people", type=WholeRange(1, 10_000), default=60, show_default=True, help="Synthetic people.")
@click.option("--cases", type=WholeRange(1, 10_000_000), default=100_000, show_default=True, help="Wrong claims.")
@click.option(
    "--sentences",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Hold the sentences of this file (one JSON object a line) against the people of a demo instead.",
)
@click.option("--verbose", is_flag=True, help="With --sentences: each line's verdict too.")
@json_option
def grounding(people: int, cases: int, sentences: Path | None, verbose: bool, as_json: bool) -> None:
    """How many wrong claims the proof of a model's answer lets pass, and how many right ones it refuses."""
    if sentences is not None:
        _judge(sentences, verbose=verbose)
        return
    whom = count_text(people, "synthetic person", "synthetic people")
    say(f"Answering as the prompt asks, and making {count_text(cases, 'wrong claim')}, about {whom}.")
    answer = measure_grounding(people, cases)
    rows: list[list[object]] = [[kind, *counts.values()] for kind, counts in answer["by_kind"].items()]
    print_rows("made wrong", ["how", "made", "refused", "listed all the same", "passed"], rows)
    rows = [[kind, *counts.values()] for kind, counts in answer["recombined"]["by_kind"].items()]
    print_rows("recombined, and judged from facts alone", ["how", "made", "accepted", "false"], rows)
    listed = answer["sentences"]
    print_rows("all sentences, judged from facts alone", ["sentences", "false"], [[listed["judged"], listed["false"]]])
    plans = answer["plans"]
    rows = [[kind, *counts.values()] for kind, counts in plans["by_kind"].items()]
    print_rows("words of plans, made wrong", ["how", "made", "refused", "listed all the same", "passed"], rows)
    judged = [plans["accepted"]["accepted"], plans["accepted"]["false"], *list(plans["sentences"].values())[:2]]
    print_rows("words of plans, judged from plans alone", ["accepted", "false", "sentences", "false"], [judged])
    accepted = f"{100 * answer['accepted_first']:.1f} %"
    print_rows("answers that follow the prompt", ["passages", "accepted at once"], [[answer["passages"], accepted]])
    if as_json:
        print_json(answer)


def _judge(path: Path, *, verbose: bool) -> None:
    """One object with the counts as the last line of stdout, and before it one for each line where that was asked."""
    try:
        counts, verdicts = judge_sentences(path)
    except SentenceError as error:
        raise CommandError(f"--sentences: {error}") from error
    told: list[dict[str, Any]] = verdicts if verbose else []
    for verdict in told:
        print_json(verdict)
    print_json(counts)
