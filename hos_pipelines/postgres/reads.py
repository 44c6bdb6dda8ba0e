"""Reads readings back: the rows of some profiles, as their readers want them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, LiteralString

import pandas as pd
from psycopg import Connection, sql

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.reading_store import CLOSED_MEANWHILE
from hos_pipelines.postgres.tables import STREAM_TABLES, unique_key

# A journey or a change of clocks can leave two windows for one local day; the one seen last is the day's. Sleep windows
# are all kept: what was slept in one of them must not be mixed with what was slept in another.
NEWEST_PER_LOCAL_DAY: LiteralString = """
SELECT {columns} FROM (
    SELECT *, {is_day} AS is_day,
           row_number() OVER (PARTITION BY profile_id, {name}, local_date, {is_day}
                              ORDER BY observed_at DESC NULLS LAST, {time} DESC) AS place
    FROM {table} AS b
    WHERE NOT {is_outdated} AND profile_id = ANY(%(profile_ids)s)
      AND (%(since)s::date IS NULL OR coalesce(local_date, {time}::date) >= %(since)s)
) AS placed
WHERE NOT is_day OR place = 1
ORDER BY {key}
"""
OUTDATED: dict[Stream, LiteralString] = {
    Stream.BIOMARKERS: "(periodicity IS NOT DISTINCT FROM 'intraday' AND " + CLOSED_MEANWHILE + ")",
    Stream.SCORES: "false",
    Stream.SAHHA_ARCHETYPES: "false",
}
DAY: dict[Stream, LiteralString] = {
    Stream.BIOMARKERS: "(local_date IS NOT NULL AND periodicity IN ('daily', 'intraday') AND type NOT LIKE 'sleep%%' "
    "AND coalesce(end_date_time - start_date_time >= interval '20 hours', false))",
    Stream.SCORES: "(local_date IS NOT NULL)",
    Stream.SAHHA_ARCHETYPES: "false",
}


def load_rows(
    connection: Connection[Any], stream: Stream, profile_ids: Sequence[str], since: date | None = None
) -> pd.DataFrame:
    """The rows of a stream for some profiles, one a row of the table, from a local day on where one is given.

    Instants come as UTC; `local_date` and `utc_offset_minutes` give the user's own day and clock.
    """
    table = STREAM_TABLES[stream]
    names = [column.name for column in table.columns]
    key = [column.name for column in unique_key(table)]
    query = sql.SQL(NEWEST_PER_LOCAL_DAY).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        is_day=sql.SQL(DAY[stream]),
        is_outdated=sql.SQL(OUTDATED[stream]),
        name=sql.Identifier(key[1]),
        time=sql.Identifier("score_date_time" if stream is Stream.SCORES else "start_date_time"),
        table=sql.Identifier(table.name),
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
    )
    rows = connection.execute(query, {"profile_ids": list(profile_ids), "since": since}).fetchall()
    return pd.DataFrame(rows, columns=names)
