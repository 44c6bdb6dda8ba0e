"""The one IO manager: upserts rows by chunks, and gives the rows of a run's partitions back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from hos_pipelines.domain.sync import Stream
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.on_demand import load_rows
from hos_pipelines.stages.refresh.write import PullChunk, write_chunk

if TYPE_CHECKING:
    import pandas as pd


class UpsertIOManager(dg.IOManager):
    """Writes the rows of many profiles in one transaction; loads the rows of the run's partitions.

    An input may ask for history with the metadata `lookback_days`: only rows of that many local days are loaded.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def handle_output(self, context: dg.OutputContext, obj: PullChunk) -> None:
        """Commits a chunk; called for every chunk of a step (`step_events.chunk_writer`), for all its streams at once.

        Raises:
            ForeignRowError: a row belongs to another profile than its pull.
        """
        del context
        write_chunk(obj)

    def load_input(self, context: dg.InputContext) -> "pd.DataFrame":
        """The rows of the run's partitions of an upstream stream, as a table of its columns.

        Raises:
            dagster.DagsterInvariantViolationError: the upstream asset is none of the streams.
        """
        stream = _stream_of(context.asset_key)
        lookback_days = (context.definition_metadata or {}).get("lookback_days")
        since = None if lookback_days is None else (self._now() - timedelta(days=int(lookback_days))).date()
        with self._database.session() as connection:
            return load_rows(connection, stream, sorted(context.asset_partition_keys), since)


def _stream_of(asset_key: dg.AssetKey) -> Stream:
    try:
        return Stream(asset_key.to_user_string())
    except ValueError as error:
        raise dg.DagsterInvariantViolationError(
            f"{asset_key.to_user_string()}: this IO manager loads the streams {', '.join(Stream)} only."
        ) from error
