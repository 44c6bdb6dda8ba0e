"""`hos migrate`: the schema, forwards."""

import click

from hos_pipelines.adapters.database import database_url
from hos_pipelines.cli.output import json_option, print_json, say
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres import migrate as schema


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Apply every pending step of sql/."""
    applied = schema.migrate(database_url(read_settings()))
    say(f"Applied {', '.join(applied)}." if applied else "The schema is current; nothing to apply.")
    if as_json:
        print_json({"applied": applied})
