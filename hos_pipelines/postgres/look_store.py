"""Keeps which rows were seen again when, and tells the rows of it before an older answer meets them."""

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection, sql

from hos_pipelines.domain.looks import Look
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.row_versions import version_of
from hos_pipelines.postgres.tables import STREAM_TABLES

MARK_SEEN: LiteralString = """
UPDATE {table} AS stored SET observed_at = %(at)s
WHERE profile_id = %(profile_id)s AND (observed_at < %(at)s OR observed_at IS NULL)
  AND (%(versions)s::bigint[] IS NULL OR {version} = ANY(%(versions)s::bigint[]))
"""
BYTES_OF_A_VERSION = 8


def mark_seen(connection: Connection[Any], stream: Stream, looks: Mapping[str, Sequence[Look]]) -> None:
    """Lets the rows of some profiles know when they were seen last, inside the caller's transaction.

    Only where an older answer is about to be written: unchanged rows are not rewritten at every look.
    """
    if not looks:
        return
    table = STREAM_TABLES[stream]
    statement = sql.SQL(MARK_SEEN).format(table=sql.Identifier(table.name), version=version_of(table, "stored"))
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                {
                    "profile_id": profile_id,
                    "at": look.observed_at,
                    "versions": None if look.versions is None else list(look.versions),
                }
                for profile_id, later in looks.items()
                for look in later
            ],
        )


def read_versions(packed: bytes) -> frozenset[int]:
    """The versions that PostgreSQL or `looks_text` has packed, eight bytes each."""
    return frozenset(struct.unpack(f">{len(packed) // BYTES_OF_A_VERSION}q", packed))


def looks_text(looks: Sequence[Look]) -> str:
    """The looks as the JSON they are kept in."""
    return json.dumps([[look.observed_at.isoformat(), _pack(look.versions or frozenset())] for look in looks])


def read_looks(kept: Sequence[Sequence[str]] | None) -> tuple[Look, ...]:
    """The looks of a row of `sync_state`; none of a row that no pull has met since they are kept."""
    return tuple(
        Look(datetime.fromisoformat(at), read_versions(base64.b64decode(versions))) for at, versions in kept or ()
    )


def _pack(versions: frozenset[int]) -> str:
    return base64.b64encode(struct.pack(f">{len(versions)}q", *sorted(versions))).decode()
