"""Webhook events: the newest score, biomarker or archetype of one person, signed and posted as Sahha posts them."""

import hmac
import json
from datetime import UTC
from hashlib import sha256

import httpx

from hos_pipelines.simulator.archetypes import ArchetypeQuery, archetype_rows
from hos_pipelines.simulator.biomarkers import BiomarkerQuery, Row, biomarker_rows
from hos_pipelines.simulator.catalogue import CATALOGUE
from hos_pipelines.simulator.identity import account_id, profile_id
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.scores import score_rows
from hos_pipelines.simulator.wire import Wire, iso

EVENT_TYPES = {
    "score": "ScoreCreatedIntegrationEvent",
    "biomarker": "BiomarkerCreatedIntegrationEvent",
    "archetype": "ArchetypeCreatedIntegrationEvent",
}
_OPEN = Bounds(None, None)
_NONE: frozenset[str] = frozenset()
_TIMEOUT_S = 30.0


def event_body(view: PersonView, event: str) -> bytes | None:
    """The raw JSON body of the newest such event, or None when the person has nothing of the kind.

    Webhook rows carry more than REST rows: profileId, accountId, externalId, version and createdAtUtc.
    """
    rows = _rows(view, event)
    if not rows:
        return None
    owner = {
        "profileId": profile_id(view.person.seed, view.person.external_id),
        "accountId": account_id(view.person.seed),
        "externalId": view.person.external_id,
    }
    stamp = {"createdAtUtc": iso((view.received or view.connected).astimezone(UTC)), "version": 1}
    return json.dumps(owner | stamp | rows[0], separators=(",", ":")).encode()


def signature(body: bytes, secret: str) -> str:
    """Hex HMAC-SHA256 of the raw body; the secret is used as its UTF-8 text."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


async def deliver(url: str, body: bytes, secret: str, external_id: str, event: str) -> int:
    """Post one event once and return the receiver's status. Raises httpx.HTTPError when nobody answers."""
    headers = {
        "Content-Type": "application/json",
        "X-Signature": signature(body, secret),
        "X-External-Id": external_id,
        "X-Event-Type": EVENT_TYPES[event],
    }
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
        return (await client.post(url, content=body, headers=headers)).status_code


def _rows(view: PersonView, event: str) -> list[Row]:
    wire = Wire("2025")
    if event == "score":
        return score_rows(view, _NONE, _OPEN, wire)
    if event == "archetype":
        return archetype_rows(view, ArchetypeQuery(_NONE, _NONE, _OPEN))
    categories = frozenset(entry.category for entry in CATALOGUE.values())
    return biomarker_rows(view, BiomarkerQuery(categories, _NONE, _OPEN), wire)
