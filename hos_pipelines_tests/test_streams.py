"""A stream is known everywhere or nowhere: whoever adds one is told here of the places that lack it."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from psycopg import Connection

from hos_pipelines import adapters, defs, domain, postgres, sahha, stages
from hos_pipelines.adapters.refresh_runs import StreamChoice
from hos_pipelines.domain.sync import Stream

CONSTRAINTS = """
SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE '%stream_known'
"""
READ_BY_ANALYSES = "hos_pipelines.postgres.reading_store.QUERIES"  # not every stream is


def test_whatever_is_listed_by_stream_has_every_stream() -> None:
    listed = {
        f"{module.name}.{name}": set(value)
        for room in (domain, sahha, postgres, stages, adapters, defs)
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, Mapping) and value and all(isinstance(key, Stream) for key in value)
    }
    assert len(listed) > 5
    assert {place for place, streams in listed.items() if streams != set(Stream)} <= {READ_BY_ANALYSES}


def test_the_launchpad_offers_every_stream_by_its_name() -> None:
    assert {choice.name: choice.value for choice in StreamChoice} == {stream.value: stream for stream in Stream}


def test_the_database_takes_every_stream(connection: Connection[Any]) -> None:
    found = dict(connection.execute(CONSTRAINTS).fetchall())
    assert set(found) == {"sync_state", "sync_coverage"}
    for rule in found.values():
        assert all(f"'{stream}'" in rule for stream in Stream)
