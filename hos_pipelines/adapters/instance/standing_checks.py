"""Checks of whole tables as the UI reads them: the last verdict reached is the one shown, and it stands until the next.

Stands on Dagster's private parts, as `instance` does and for the versions it names.
"""

from collections.abc import Mapping, Sequence

import dagster as dg
import sqlalchemy
from dagster._core.event_api import PartitionKeyFilter  # noqa: TID251  this file is where private parts are held
from dagster._core.events.log import EventLogEntry  # noqa: TID251
from dagster._core.loader import LoadingContext  # noqa: TID251
from dagster._core.storage.asset_check_execution_record import (  # noqa: TID251
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
    AssetCheckExecutionRecord,
)
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable  # noqa: TID251
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage  # noqa: TID251


class StandingRecord(AssetCheckExecutionRecord):
    """A verdict about everybody. Dagster holds one for outdated as soon as anybody's partition is marked."""

    async def targets_latest_materialization(self, loading_context: LoadingContext) -> bool:
        """It does: one person's mark does not make a check of the whole table unevaluated; its instant is shown."""
        del loading_context
        return True


class StandingChecks(SqlEventLogStorage):
    """Storage that keeps check results in the order they were reached, and reads the last of them."""

    def get_latest_asset_check_execution_by_key(
        self, check_keys: Sequence[dg.AssetCheckKey], partition_filter: PartitionKeyFilter | None = None
    ) -> Mapping[dg.AssetCheckKey, AssetCheckExecutionRecord]:
        """The last verdict of each check, whatever is planned since; a check without one as Dagster reads it."""
        latest = dict(super().get_latest_asset_check_execution_by_key(check_keys, partition_filter))
        for key in latest:
            verdicts = self.get_asset_check_execution_history(
                key,
                limit=1,
                status=COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
                partition_filter=partition_filter,
            )
            if verdicts:
                latest[key] = StandingRecord(**verdicts[0]._asdict())
        return latest

    def _update_asset_check_evaluation(self, event: EventLogEntry, event_id: int | None) -> None:
        """As a row of its own: the one planned with the run is as old as the run, older than what was seen since."""
        evaluation = event.get_dagster_event().asset_check_evaluation_data
        checks = AssetCheckExecutionsTable.c
        with self.index_connection() as connection:
            connection.execute(
                sqlalchemy.delete(AssetCheckExecutionsTable).where(
                    checks.asset_key == evaluation.asset_key.to_string(),
                    checks.check_name == evaluation.check_name,
                    checks.run_id == event.run_id,
                    checks.partition.is_not_distinct_from(evaluation.partition),
                )
            )
        super()._update_asset_check_evaluation(event, event_id)
