"""`hos simulator`: a local Sahha."""

from datetime import datetime

import click

from hos_pipelines.cli.interruption import end_of_serving
from hos_pipelines.cli.numbers import ANY_PORT, NUMBER, WHOLE
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.places import require_port
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.simulator.server import serve
from hos_pipelines.simulator.settings import SimulatorSettings


def parse_instant(_context: click.Context, _parameter: click.Parameter, value: str) -> datetime:
    """An instant with its offset.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("must be an ISO instant such as 2026-11-01T12:00:00Z.") from error
    if instant.tzinfo is None:
        raise click.BadParameter("must carry a UTC offset, such as 2026-11-01T12:00:00Z.")
    return instant


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=ANY_PORT, default=8123, show_default=True, help="0 takes a free one.")
@click.option("--users", type=WHOLE, default=25, show_default=True, help="How many people.")
@click.option("--days", type=WHOLE, default=30, show_default=True, help="How many days of history each has.")
@click.option("--seed", type=WHOLE, default=7, show_default=True, help="Who they are.")
@click.option(
    "--at", default="2026-11-01T12:00:00Z", show_default=True, callback=parse_instant, help="The virtual present."
)
@click.option("--running", is_flag=True, help="Let the virtual clock run on; it stands still otherwise.")
@click.option("--latency-ms", type=WHOLE, default=0, show_default=True, help="Added to every answer.")
@click.option("--fault-rate", type=NUMBER, default=0.0, show_default=True, help="Share of data requests that fail.")
@click.option("--format", "wire_format", type=click.Choice(["2024", "2025"]), default="2025", show_default=True)
@click.option("--webhook-url", help="Where webhooks go.")
@click.option(
    "--watch-sync-days", type=WHOLE, default=0, show_default=True, help="Days between two syncs of a watch; 0: at once."
)
@click.option("--kind", "kinds", metavar="NAME", multiple=True, help="Only such people, as phone_only; repeatable.")
@json_option
def simulator(host: str, port: int, as_json: bool, **options: object) -> None:
    """Serve synthetic people over Sahha's own protocol until interrupted.

    Log in with client id `simulator` and secret `simulator`. The same seed and --at give the same bytes.
    """
    try:
        settings = SimulatorSettings(**options)  # type: ignore[arg-type]  # click has checked what it could
    except ValueError as error:
        raise CommandError(str(error)) from error

    require_port(host, port)

    def ready(url: str) -> None:
        people = count_text(settings.users, "person", "people")
        say(f"Sahha simulator at {url}: {people}, {count_text(settings.days, 'day')}. Ctrl-C ends it.")
        if as_json:
            print_json({"url": url, "users": settings.users, "days": settings.days})

    try:
        serve(settings, host=host, port=port, on_ready=ready)
    except OSError as error:
        raise CommandError(f"--host, --port: {error.strerror or error}") from error
    end_of_serving()
