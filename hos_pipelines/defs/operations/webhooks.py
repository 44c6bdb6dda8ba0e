"""The webhook sensor: what the door took in becomes profiles with new data, for the next refresh to pull."""

from collections import Counter

import dagster as dg

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.deliveries import ConsumedDeliveries, DeliveryOutcome
from hos_pipelines.environment import now
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.operations.webhook_intake import consume_inbox

MOST_KINDS = 5


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Marks the profiles that Sahha's webhooks tell of, so that the next refresh pulls them. Reads our own database "
        "only; kinds of events it does not know are kept and counted."
    ),
)
def webhook_sensor(database: dg.ResourceParam[Database]) -> dg.SkipReason:
    """Consumes the webhook inbox; says what became of the deliveries."""
    with database.session() as connection:
        consumed, more = consume_inbox(connection, now())
    waiting = " More wait for the next tick." if more else ""
    return dg.SkipReason(_tell(consumed) + waiting)


def _tell(consumed: ConsumedDeliveries) -> str:
    if not consumed.deliveries:
        return "No deliveries wait."
    kinds = f" ({_name_kinds(consumed.unknown_kinds)})" if consumed.unknown_kinds else ""
    return (
        f"{count_text(consumed.deliveries, 'delivery', 'deliveries')}: "
        f"{count_text(len(consumed.profile_ids), 'profile')} due, "
        f"{consumed.outcomes[DeliveryOutcome.UNKNOWN_KIND]} unknown kind{kinds}, "
        f"{consumed.outcomes[DeliveryOutcome.UNKNOWN_PROFILE]} unknown profile, "
        f"{consumed.outcomes[DeliveryOutcome.UNREADABLE]} unreadable."
    )


def _name_kinds(kinds: Counter[str]) -> str:
    named = ", ".join(kind for kind, _ in kinds.most_common(MOST_KINDS))
    return named if len(kinds) <= MOST_KINDS else f"{named} and {len(kinds) - MOST_KINDS} more"
