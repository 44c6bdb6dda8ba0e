"""POST /webhooks/sahha: lets in what Sahha signed, and says so only after the commit.

Nothing that a request brings is logged or quoted: no body, no header, no signature.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hos_pipelines.domain.deliveries import Delivery
from hos_pipelines.gateway.body import read_body
from hos_pipelines.gateway.sessions import Sessions
from hos_pipelines.postgres.webhook_store import store_delivery
from hos_pipelines.sahha.webhooks import RefusedHeaderError, is_signed, read_delivery

NO_SECRET = "SAHHA_WEBHOOK_SECRET: is not set, so no webhook is let in; take it from the Sahha dashboard."  # noqa: S105


class WebhookDoor:
    """Takes in Sahha's webhooks: verified, kept once, consumed by the webhook sensor."""

    def __init__(
        self, secret: Callable[[], SecretStr | None], sessions: Sessions, clock: Callable[[], datetime]
    ) -> None:
        self._secret = secret
        self._sessions = sessions
        self._clock = clock

    @property
    def is_open(self) -> bool:
        """Whether there is a secret to verify with."""
        return self._secret() is not None

    async def receive(self, request: Request) -> Response:
        """202 with `stored`: true where it is new, false for a replay."""
        secret = self._secret()
        if secret is None:
            raise HTTPException(503, NO_SECRET)
        delivery = _delivery(request, await read_body(request))
        if not is_signed(delivery.body, request.headers.get("x-signature"), secret.get_secret_value()):
            raise HTTPException(401, "X-Signature: is not accepted.")
        stored = await run_in_threadpool(self._store, delivery)
        return JSONResponse({"stored": stored}, 202)

    def _store(self, delivery: Delivery) -> bool:
        received_at = self._clock()
        return self._sessions.run(lambda connection: store_delivery(connection, delivery, received_at))


def _delivery(request: Request, body: bytes) -> Delivery:
    headers = dict(request.headers.raw)
    try:
        return read_delivery(headers.get(b"x-event-type"), headers.get(b"x-external-id"), body)
    except RefusedHeaderError as error:
        raise HTTPException(400, str(error)) from None
