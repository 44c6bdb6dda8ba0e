"""The simulator as a Starlette application: routes, and a shell that stamps the virtual time and counts requests."""

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hos_pipelines.simulator import controls, endpoints
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.simulation import Simulation


class Shell:
    """Around every request: the `Date` of the answer is the virtual time, and API requests are counted."""

    def __init__(self, app: ASGIApp, simulation: Simulation) -> None:
        self._app = app
        self._simulation = simulation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"date", _http_date(self._simulation.clock.now()))]
                self._count(scope, message["status"])
            await send(message)

        await self._app(scope, receive, send_stamped)

    def _count(self, scope: Scope, status: int) -> None:
        if not scope["path"].startswith("/simulator/"):
            self._simulation.tally.add(getattr(scope.get("endpoint"), "__name__", "unknown"), status)


@lru_cache(maxsize=1)
def _http_date(instant: datetime) -> bytes:
    return format_datetime(instant, usegmt=True).encode()


def create_app(settings: SimulatorSettings) -> Starlette:
    """A local Sahha with these settings. Its state is `app.state.simulation`; nothing is shared between apps."""
    simulation = Simulation(settings)
    app = Starlette(routes=[*_api_routes(), *_control_routes()], middleware=[Middleware(Shell, simulation=simulation)])
    app.router.redirect_slashes = False
    app.state.simulation = simulation
    return app


def _api_routes() -> list[Route]:
    return [
        Route("/api/v1/profile/biomarker/{external_id}", endpoints.biomarkers),
        Route("/api/v1/profile/score/{external_id}", endpoints.scores),
        Route("/api/v1/profile/archetypes/{external_id}", endpoints.archetypes),
        Route("/api/v1/account/profile/search", endpoints.search),
        Route("/api/v1/account/profile/{external_id}", endpoints.profile),
        Route("/api/v1/oauth/account/token", endpoints.token, methods=["POST"]),
        Route("/api/v1/profile/biomarker", endpoints.needs_profile_token),
        Route("/api/v1/profile/score", endpoints.needs_profile_token),
        Route("/api/v1/profile/archetypes", endpoints.needs_profile_token),
    ]


def _control_routes() -> list[Route]:
    return [
        Route("/simulator/clock", controls.show_clock),
        Route("/simulator/clock", controls.move_clock, methods=["POST"]),
        Route("/simulator/faults", controls.set_fault, methods=["POST"]),
        Route("/simulator/faults", controls.clear_faults, methods=["DELETE"]),
        Route("/simulator/expire-tokens", controls.expire_tokens, methods=["POST"]),
        Route("/simulator/requests", controls.show_requests),
        Route("/simulator/requests", controls.reset_requests, methods=["DELETE"]),
        Route("/simulator/responses", controls.set_response, methods=["POST"]),
        Route("/simulator/webhooks", controls.send_webhook, methods=["POST"]),
    ]
