"""`hos gateway`: the door Sahha's webhooks come in by."""

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.interruption import end_of_serving
from hos_pipelines.cli.numbers import ANY_PORT
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.places import require_port
from hos_pipelines.environment import now, read_settings
from hos_pipelines.gateway.app import WEBHOOK_PATH, create_gateway
from hos_pipelines.gateway.server import serve


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=ANY_PORT, default=8124, show_default=True, help="0 takes a free one.")
@json_option
def gateway(host: str, port: int, as_json: bool) -> None:
    """Take in Sahha's webhooks until interrupted.

    Speaks plain HTTP: Sahha posts to HTTPS only, so a proxy with a certificate stands before it. `hos up` beside it
    turns what comes in into profiles that are due.
    """
    if read_settings().gateway.webhook_secret is None:
        raise CommandError(
            "SAHHA_WEBHOOK_SECRET: is not set; take it from the Sahha dashboard (Webhooks) and put it into .env."
        )
    require_port(host, port)
    database = open_database()
    with database.session():
        pass  # a database of another version is refused before anything listens

    def ready(url: str) -> None:
        say(f"Webhooks for Sahha at {url}{WEBHOOK_PATH}. Ctrl-C ends it.")
        if as_json:
            print_json({"url": url, "webhooks": f"{url}{WEBHOOK_PATH}"})

    try:
        serve(create_gateway(lambda: read_settings().gateway.webhook_secret, database, now), host, port, ready)
    except OSError as error:
        raise CommandError(f"--host, --port: {error.strerror or error}") from error
    end_of_serving()
