"""The enrolment sensor: partitions are the enrolled profiles, and nobody's partition goes by mistake."""

import re
from collections.abc import Sequence

import dagster as dg

from hos_pipelines.adapters.partitions import PARTITIONS_NAME, add_partitions, find_holders
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.profiles import most_deleted, partition_changes
from hos_pipelines.environment import real_now
from hos_pipelines.postgres.profile_store import enrolled_profile_ids
from hos_pipelines.stages.database import Database

# As requests they are listed in the tick and looked up one by one, 4 ms each on pooled connections.
MOST_REQUESTED = 1000
NOTHING_CONFIRMED = "nothing is confirmed"
CONFIRMED = re.compile(r"delete (\d+)")


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Keeps the partitions equal to the enrolled profiles. A failed read changes nothing; a partition that a run or "
        "a backfill holds stays until it has ended; more than a tenth at once go only when a person confirms it by "
        "setting this sensor's cursor, as its message says."
    ),
)
def enrolment_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Adds partitions of new profiles, deletes those of retired and erased ones."""
    with database.session() as connection:
        enrolled = enrolled_profile_ids(connection)
    known = context.instance.get_dynamic_partitions(PARTITIONS_NAME)
    changes = partition_changes(known, enrolled)
    gone, waiting = _deletable(context, known, changes.delete)
    requests: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
    if len(changes.add) > MOST_REQUESTED:
        add_partitions(context.instance, enrolled, changes.add)
    elif changes.add:
        missing = set(changes.add)
        requests.append(profiles_partitions.build_add_request([key for key in enrolled if key in missing]))
    if gone:
        requests.append(profiles_partitions.build_delete_request(gone))
    return dg.SensorResult(
        skip_reason=f"{len(changes.add)} added, {len(gone)} deleted, {len(enrolled)} enrolled.{waiting}",
        dynamic_partitions_requests=requests,
        cursor=None if changes.delete else NOTHING_CONFIRMED,
    )


def _deletable(
    context: dg.SensorEvaluationContext, known: Sequence[str], departed: Sequence[str]
) -> tuple[list[str], str]:
    """What may be deleted now, and why the rest may not, in words that a tick shows."""
    most = most_deleted(len(known))
    if len(departed) > max(most, _read_confirmed(context.cursor)):
        return [], (
            f" {len(departed)} of {len(known)} partitions belong to nobody who is enrolled. Not more than {most} go at "
            f"once unless a person says so: check that HOS_DATABASE_URL is the right database; if they are to go, set "
            f"this sensor's cursor to: delete {len(departed)}"
        )
    if not departed:
        return [], ""
    holders = find_holders(context.instance, known, real_now())
    free = holders.free(departed)[:MOST_REQUESTED]
    if len(free) == len(departed):
        return free, ""
    return free, f" {len(departed) - len(free)} deletions wait: {holders.reason or 'runs hold their partitions'}."


def _read_confirmed(cursor: str | None) -> int:
    """How many deletions a person has confirmed by the sensor's cursor."""
    found = CONFIRMED.fullmatch((cursor or "").strip())
    return int(found[1]) if found else 0
