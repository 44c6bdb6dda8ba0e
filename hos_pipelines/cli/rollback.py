"""`hos rollback`: the schema, back."""

import click

from hos_pipelines.cli.database import say_waiting
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres import migrate as schema
from hos_pipelines.stages.database import database_url


@click.command()
@click.option("--steps", type=WholeRange(min=1), default=1, show_default=True, help="How many steps to undo.")
@click.option("--all", "everything", is_flag=True, help="Undo all steps.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def rollback(steps: int, everything: bool, yes: bool, as_json: bool) -> None:
    """Undo the newest steps of sql/. Drops the tables those steps created, with what they hold."""
    if not (yes or _confirm()):
        raise CommandError("--yes: nothing was rolled back; answer y, or pass --yes.")
    count = None if everything else steps
    undone = schema.roll_back(database_url(read_settings()), count, waiting=say_waiting)
    say(f"Rolled back {', '.join(undone)}." if undone else "No step is applied; nothing to roll back.")
    if as_json:
        print_json({"rolled_back": undone})


def _confirm() -> bool:
    try:
        return click.confirm("Rolling back drops the tables of these steps with all their rows. Go on?", err=True)
    except click.Abort:
        return False
