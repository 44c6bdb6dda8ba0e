"""The merge of dlt beside our upsert: the same rows into the same server, in a schema of its own.

dlt belongs to the optional group `bench` and is imported only to be measured, with telemetry off and a working folder
that goes away. It loads by CSV, for PostgreSQL the fastest of its formats, and is slow enough for one round.
"""

import os
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.postgres.connection import connect

SCHEMA = "dlt_peer"
KEY = ("profile_id", "type", "start_date_time", "end_date_time")
MERGE = {"disposition": "merge", "strategy": "upsert"}
DATA_TYPES = {
    "start_date_time": "timestamp",
    "end_date_time": "timestamp",
    "utc_offset_minutes": "bigint",
    "local_date": "date",
    "data": "json",
    "observed_at": "timestamp",
}
COLUMNS = [
    {"name": name, "data_type": DATA_TYPES.get(name, "text"), "nullable": name not in KEY} for name in Biomarker._fields
]

Blocks = Iterator[list[Biomarker]]


def measure_dlt(url: str, rows: int, blocks: Callable[[int], Blocks]) -> dict[str, float] | None:
    """Rows per second: fresh, the same again, and all changed; None where dlt is not installed.

    `blocks` gives the rows of a revision.

    Raises:
        RuntimeError: dlt left another number of rows than it was given.
    """
    if find_spec("dlt") is None:
        return None
    with TemporaryDirectory() as folder, patch.dict(os.environ, _surroundings(folder)), connect(url) as connection:
        _clear(connection)
        try:
            return _round(connection, _pipeline(connection, folder), rows, blocks)
        finally:
            _clear(connection)


def _round(connection: Connection[Any], pipeline: Any, rows: int, blocks: Callable[[int], Blocks]) -> dict[str, float]:
    figures = {}
    for name, revision in (("fresh", 0), ("unchanged", 0), ("changed", 1)):
        connection.execute("CHECKPOINT")
        figures[f"{name}_rows_s"] = round(rows / _merge(pipeline, blocks(revision)), 1)
        connection.execute("VACUUM ANALYZE dlt_peer.biomarkers")
        counted = connection.execute("SELECT count(*) FROM dlt_peer.biomarkers").fetchone()
        if counted != (rows,):
            raise RuntimeError(f"dlt left {counted} rows of {rows}; look at its version before trusting its figures.")
    return figures


def _merge(pipeline: Any, blocks: Blocks) -> float:
    """The seconds dlt takes, without those in which the rows were made."""
    supply = _Supply(blocks)
    started = time.perf_counter()
    pipeline.run(
        iter(supply),
        table_name="biomarkers",
        primary_key=KEY,
        write_disposition=MERGE,
        columns=COLUMNS,
        loader_file_format="csv",
    )
    return time.perf_counter() - started - supply.seconds


class _Supply:
    """Rows as dictionaries, a block at a time, and the seconds that making them took."""

    def __init__(self, blocks: Blocks) -> None:
        self.seconds = 0.0
        self._blocks = blocks

    def __iter__(self) -> Iterator[list[dict[str, Any]]]:
        while dictionaries := self._next():
            yield dictionaries

    def _next(self) -> list[dict[str, Any]]:
        started = time.perf_counter()
        dictionaries = [row._asdict() for row in next(self._blocks, [])]
        self.seconds += time.perf_counter() - started
        return dictionaries


def _pipeline(connection: Connection[Any], folder: str) -> Any:
    import dlt  # noqa: PLC0415  optional

    server = connection.info
    # A folder for a host, as the embedded server's, is read from the address only when escaped; a password is
    # demanded even where the server asks for none.
    credentials = {
        "host": quote(server.host, safe=""),
        "port": server.port,
        "username": server.user,
        "password": server.password or "none",
        "database": server.dbname,
    }
    destination = dlt.destinations.postgres(credentials=credentials)
    return dlt.pipeline("bench_upsert", pipelines_dir=folder, destination=destination, dataset_name=SCHEMA)


def _surroundings(folder: str) -> dict[str, str]:
    """dlt without telemetry, and without the configuration and the state of whoever measures."""
    return {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": folder, "DLT_PROJECT_DIR": folder}


def _clear(connection: Connection[Any]) -> None:
    connection.execute("DROP SCHEMA IF EXISTS dlt_peer, dlt_peer_staging CASCADE")
