"""`hos up`: the Dagster UI and daemon on the configured database."""

import click

from hos_pipelines.cli.dagster_home import ensure_dagster_home
from hos_pipelines.cli.numbers import PORT
from hos_pipelines.cli.output import json_option, print_json, say
from hos_pipelines.cli.places import require_folder, require_port
from hos_pipelines.cli.servers import dagster_servers, wait_for_any
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.connection import describe
from hos_pipelines.postgres.schema_state import prepare
from hos_pipelines.stages.database import database_url
from hos_pipelines.stages.on_demand import migrate


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the UI; it has no login of its own.")
@click.option("--port", type=PORT, default=3000, show_default=True)
@json_option
def up(host: str, port: int, as_json: bool) -> None:
    """Run the Dagster UI and daemon until interrupted.

    Nothing calls Sahha until someone turns on the schedule refresh_active_users or launches a run.
    """
    require_port(host, port)
    settings = read_settings()
    require_folder("HOS_HOME", settings.house.home)
    url = database_url(settings)
    prepare(url, migrate)
    home = ensure_dagster_home(settings)
    with dagster_servers(host, port, home) as (address, processes):
        notice = settings.model.notice()
        if notice is not None:
            say(notice)
        say(f"Dagster UI at {address}, data in {describe(url)}. Ctrl-C ends it.")
        if as_json:
            print_json({"url": address})
        wait_for_any(address, processes, lambda: database_url(settings))
