"""The stand-in as a Starlette application: its routes, and nothing more."""

from starlette.applications import Starlette
from starlette.routing import Route

from hos_pipelines.simulator.model import controls, endpoints
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.model.stand_in import StandIn


def create_model_app(settings: ModelSimulatorSettings) -> Starlette:
    """A stand-in with these settings. Its state is `app.state.stand_in`; nothing is shared between apps."""
    app = Starlette(
        routes=[*_api_routes(), *_control_routes()],
        exception_handlers={404: endpoints.unknown_url, 405: endpoints.unknown_url},
    )
    app.router.redirect_slashes = False
    app.state.stand_in = StandIn(settings)
    return app


def _api_routes() -> list[Route]:
    return [
        Route("/v1/chat/completions", endpoints.chat_completions, methods=["POST"]),
        Route("/v1/responses", endpoints.responses, methods=["POST"]),
        Route("/v1/models", endpoints.models),
    ]


def _control_routes() -> list[Route]:
    return [
        Route("/simulator/behaviour", controls.queue_behaviour, methods=["POST"]),
        Route("/simulator/behaviour", controls.clear_behaviours, methods=["DELETE"]),
        Route("/simulator/requests", controls.show_requests),
        Route("/simulator/requests", controls.reset_requests, methods=["DELETE"]),
        Route("/simulator/requests/last", controls.show_last_request),
    ]
