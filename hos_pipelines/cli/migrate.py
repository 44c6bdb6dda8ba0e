"""`hos migrate`: the schema, forwards."""

import click

from hos_pipelines.cli.database import say_waiting
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres import migrate as schema
from hos_pipelines.postgres.address import AddressError, parse, with_schema
from hos_pipelines.stages.database import database_url


@click.command()
@click.option("--schema", "name", metavar="NAME", help="The schema to use, made where it is missing; see HOS_SCHEMA.")
@click.option(
    "--adopt", is_flag=True, help="Take over tables of our names, though they lack an older HolisticOS's marks."
)
@json_option
def migrate(name: str | None, adopt: bool, as_json: bool) -> None:
    """Apply every pending step of sql/."""
    address = database_url(read_settings())
    is_new = name is not None and name != parse(address).schema
    applied = schema.migrate(address if name is None else _in_schema(address, name), adopt=adopt, waiting=say_waiting)
    say(f"Applied {', '.join(applied)}." if applied else "The schema is current; nothing to apply.")
    if is_new:
        say(f"Set HOS_SCHEMA={name} (in .env), so that every command and run works in it.")
    if as_json:
        print_json({"applied": applied})


def _in_schema(address: str, name: str) -> str:
    try:
        return with_schema(address, name)
    except AddressError as error:
        raise CommandError(f"--schema: {error}.") from None
