"""The gateway as a Starlette application: its routes, and one JSON sentence for whatever goes wrong."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast

import psycopg
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hos_pipelines.gateway.sessions import Sessions
from hos_pipelines.gateway.webhooks import WebhookDoor
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.stages.database import Database

WEBHOOK_PATH = "/webhooks/sahha"

_log = logging.getLogger(__name__)


def create_gateway(
    webhook_secret: Callable[[], SecretStr | None], database: Database, clock: Callable[[], datetime]
) -> Starlette:
    """The gateway on a database. `webhook_secret` is asked at every webhook; `clock` gives aware instants.

    Its sessions end with its lifespan.
    """
    sessions = Sessions(database)
    door = WebhookDoor(webhook_secret, sessions, clock)

    async def health(_request: Request) -> Response:
        await run_in_threadpool(sessions.run, lambda connection: connection.execute("SELECT 1"))
        return JSONResponse({"database": "ok", "webhooks": "open" if door.is_open else "closed"})

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(sessions.close)

    app = Starlette(
        routes=[Route(WEBHOOK_PATH, door.receive, methods=["POST"]), Route("/health", health)],
        exception_handlers={
            HTTPException: _refuse,
            ClientDisconnect: _client_left,
            DatabaseError: _database_away,
            psycopg.Error: _database_away,
            Exception: _unforeseen,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


async def _refuse(_request: Request, error: Exception) -> Response:
    """Ends the connection: the server would read what is left of a body to its end, however long, only to drop it."""
    refusal = cast("HTTPException", error)
    headers = {**(refusal.headers or {}), "Connection": "close"}
    return JSONResponse({"error": refusal.detail}, refusal.status_code, headers)


async def _client_left(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)


async def _database_away(_request: Request, error: Exception) -> Response:
    """Only the kind is logged: what the database says of a failure can quote the row."""
    _log.warning("The database does not serve the gateway (%s); see `hos doctor`.", type(error).__name__)
    return JSONResponse({"error": "database: is away; send the request again later."}, 503)


async def _unforeseen(_request: Request, error: Exception) -> Response:
    _log.error("A request failed (%s).", type(error).__name__)
    return JSONResponse({"error": "gateway: failed; send the request again later."}, 500)
