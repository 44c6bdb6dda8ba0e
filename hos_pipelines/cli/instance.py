"""Dagster's instance, for the commands that work in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy.exc import SQLAlchemyError

from hos_pipelines.cli.dagster_home import ensure_dagster_home
from hos_pipelines.cli.output import CommandError
from hos_pipelines.settings.settings import Settings


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance: the one DAGSTER_HOME names, else one under the HolisticOS home.

    Raises:
        CommandError: its database cannot be used.
    """
    ensure_dagster_home(settings)
    try:
        opened = dg.DagsterInstance.get()
    except (DagsterPostgresException, SQLAlchemyError) as error:
        raise CommandError(
            "HOS_DAGSTER_DATABASE_URL: Dagster's database cannot be used; correct the address, or unset it. "
            "`hos doctor` says more."
        ) from error
    with opened as instance:
        yield instance
