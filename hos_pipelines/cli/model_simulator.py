"""`hos model-simulator`: a local stand-in for the OpenAI API."""

import click

from hos_pipelines.cli.interruption import end_of_serving
from hos_pipelines.cli.numbers import ANY_PORT, WHOLE
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.places import require_port
from hos_pipelines.simulator.model.behaviours import BEHAVIOURS, Behaviour
from hos_pipelines.simulator.model.dialects import Dialect
from hos_pipelines.simulator.model.server import serve_model
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings

_KEY = "stand-in"


@click.command("model-simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=ANY_PORT, default=8125, show_default=True, help="0 takes a free one.")
@click.option(
    "--behaviour",
    type=click.Choice(BEHAVIOURS),
    default=Behaviour.WELL_BEHAVED.value,
    show_default=True,
    help="How requests are answered.",
)
@click.option(
    "--dialect",
    type=click.Choice(list(Dialect)),
    default=Dialect.OPENAI,
    show_default=True,
    help="Which make of server it passes for: what it refuses, and in which words.",
)
@click.option("--latency-ms", type=WHOLE, default=0, show_default=True, help="Added to every answer.")
@click.option("--api-key", default=_KEY, show_default=True, help="The only key that is accepted.")
@json_option
def model_simulator(host: str, port: int, as_json: bool, **options: object) -> None:
    """Serve a model of our own over OpenAI's protocol until interrupted: it costs nothing and errs when told to.

    A model named stand-in/BEHAVIOUR behaves so whatever else is set. The same prompt gets the same answer.
    """
    try:
        settings = ModelSimulatorSettings(**options)  # type: ignore[arg-type]  # click has checked what it could
    except ValueError as error:
        raise CommandError(str(error)) from error

    key = f"={_KEY}" if settings.api_key == _KEY else " to the key you gave"

    require_port(host, port)

    def ready(url: str) -> None:
        say(
            f"Stand-in for the OpenAI API at {url}; set OPENAI_BASE_URL={url}/v1 and "
            f"OPENAI_API_KEY{key}. Ctrl-C ends it."
        )
        if as_json:
            print_json({"url": url, "base_url": f"{url}/v1", "behaviour": settings.behaviour})

    try:
        serve_model(settings, host=host, port=port, on_ready=ready)
    except OSError as error:
        raise CommandError(f"--host, --port: {error.strerror or error}") from error
    end_of_serving()
