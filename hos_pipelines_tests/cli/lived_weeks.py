"""Weeks lived in this process: a database and a Sahha of their own, and what is in the database afterwards."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import Connection, sql

from hos_pipelines.cli.demo_home import move_present
from hos_pipelines.cli.living_weeks import VirtualWeeks, weeks_until
from hos_pipelines.cli.simulator_controls import SimulatorControls, simulator_controls
from hos_pipelines.postgres.connection import with_database
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.settings.settings import SETTING_NAMES
from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.conftest import TEMPLATE

END = datetime(2026, 11, 1, 12, tzinfo=UTC)
FAR_END = datetime(2041, 11, 1, 12, tzinfo=UTC)
# When a row was written, or last changed, by whose clock it does not matter: nothing is compared with it.
BOOKKEEPING = ("created_at", "updated_at", "adopted_at")
COLUMNS = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum),
       array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'timestamptz'::regtype)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname <> ALL(%s) AND a.attidentity = ''
  AND c.relname NOT LIKE '\\_yoyo%%' AND c.relname NOT LIKE 'yoyo%%'
GROUP BY c.relname ORDER BY c.relname
"""


def virtual_weeks(users: int, weeks: int, end: datetime = END) -> VirtualWeeks:
    """The weeks of so many people that end on a first of November."""
    return weeks_until(SimulatorSettings(users=users, at=end), weeks)


@contextmanager
def deployment_of(server: EmbeddedServer, weeks: VirtualWeeks, home: Path) -> Iterator[tuple[str, SimulatorControls]]:
    """A migrated database and a Sahha for these weeks, as the settings of this process; the address of the database."""
    before, name = dict(os.environ), f"weeks_{uuid4().hex}"
    made = sql.Identifier(name), sql.Identifier(TEMPLATE)
    _on(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*made))
    home.mkdir(parents=True, exist_ok=True)
    with running_simulator(weeks.cast) as sahha, simulator_controls(sahha.url) as controls:
        for setting in (*SETTING_NAMES, "DAGSTER_HOME"):
            os.environ.pop(setting, None)
        os.environ |= {
            "HOS_HOME": str(home),
            "HOS_DATABASE_URL": with_database(server.url(), name),
            "SAHHA_API_BASE_URL": sahha.url,
            "SAHHA_CLIENT_ID": weeks.cast.client_id,
            "SAHHA_CLIENT_SECRET": weeks.cast.client_secret,
        }
        move_present(home, weeks.cast.at)
        try:
            yield os.environ["HOS_DATABASE_URL"], controls
        finally:
            os.environ.clear()
            os.environ.update(before)
            _on(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made[0]))


def _on(server: EmbeddedServer, statement: sql.Composed) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as session:
        session.execute(statement)


def dump(connection: Connection[Any]) -> Mapping[str, list[str]]:
    """Every row of every table in the order of its text, without numbers a table gives its rows and bookkeeping."""
    found = {}
    for table, columns, _ in connection.execute(COLUMNS, (list(BOOKKEEPING),)).fetchall():
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        rows = connection.execute(sql.SQL("SELECT row({})::text FROM {}").format(listed, sql.Identifier(table)))
        found[table] = sorted(text for (text,) in rows)
    return found


def instants_between(connection: Connection[Any], since: datetime, until: datetime) -> Mapping[str, int]:
    """How many instants of each column lie between two, bookkeeping left out; columns without any are not in it."""
    found = {}
    for table, _, instants in connection.execute(COLUMNS, (list(BOOKKEEPING),)).fetchall():
        for column in instants or ():
            names = sql.Identifier(table), sql.Identifier(column)
            counted = sql.SQL("SELECT count(*) FROM {} WHERE {} BETWEEN %s AND %s").format(*names)
            row = connection.execute(counted, (since, until)).fetchone()
            if row is not None and row[0]:
                found[f"{table}.{column}"] = row[0]
    return found
