"""`hos bench batch`: where a batch's processor time goes, as a picture."""

from pathlib import Path

import click

from benchmarks.batch_profile import profile_batch
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server
from hos_pipelines.project import PROJECT_ROOT

PICTURE = PROJECT_ROOT / "docs" / "pictures" / "batch-profile.svg"


@click.command()
@click.option("--users", type=WholeRange(10, 25_000), default=1000, show_default=True, help="In the batch.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), default=PICTURE, help="Where the SVG is written."
)
@json_option
def batch(users: int, picture: Path, as_json: bool) -> None:
    """Where the processor time of a tick's batch goes, function by function, as a picture."""
    home = read_settings().house.home / "bench"
    answer = profile_batch(join_server(home), home, users, picture)
    print_rows("hos bench batch", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)
