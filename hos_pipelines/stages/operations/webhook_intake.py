"""Joins the webhook inbox with what Sahha's deliveries mean: takes what waits, page by page."""

from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.deliveries import ConsumedDeliveries
from hos_pipelines.postgres.webhook_store import consume
from hos_pipelines.sahha.webhooks import parse_delivery

PAGE = 5000
MOST_PAGES = 10


def consume_inbox(connection: Connection[Any], now: datetime) -> tuple[ConsumedDeliveries, bool]:
    """Settles what waits in the inbox, a transaction a page; also whether more may wait than one call takes."""
    total = ConsumedDeliveries()
    for _ in range(MOST_PAGES):
        page = consume(connection, now, parse_delivery, PAGE)
        total += page
        if page.deliveries < PAGE:
            return total, False
    return total, True
